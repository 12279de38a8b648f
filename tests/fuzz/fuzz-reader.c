/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reader of XML streams: the first byte is the size of the pieces, the rest
 * is the stream. However it is split, the result is the same. libpurple's own
 * parser accepts what the strict reader accepts. Elements that were read can be
 * written and read again.
 */
#include "fuzz.h"
#include "nodes.h"
#include "ns.h"
#include "reader.h"

#include <string.h>

/* The result of reading one stream. */
typedef struct {
    GPtrArray *children; /* as text */
    char *root;
    gboolean ended;
    int error; /* code, -1 for none */
} Outcome;

static char *
to_text (const xmlnode *node)
{
    char *text = fuzz_write (node, "");

    return text ? text : g_strdup ("(unwritable)");
}

static guint
depth_of (const xmlnode *node)
{
    guint deepest = 0;

    for (const xmlnode *c = node->child; c; c = c->next) {
        /* MAX would evaluate the recursion twice at every level. */
        guint depth = c->type == XMLNODE_TYPE_TAG ? depth_of (c) : 0;

        deepest = MAX (deepest, depth);
    }
    return deepest + 1;
}

static Outcome *
read_stream (const char *data, gsize size, gsize piece)
{
    Outcome *outcome = g_new0 (Outcome, 1);
    XtlsReader *reader = xtls_reader_new ();
    GError *error = NULL;
    xmlnode *node;

    nodes_init ();
    outcome->children = g_ptr_array_new_with_free_func (g_free);
    outcome->error = -1;
    for (gsize done = 0; done < size && !error; done += piece)
        xtls_reader_feed (
            reader, data + done, MIN (piece, size - done), &error);
    while ((node = xtls_reader_take (reader))) {
        g_assert_cmpuint (depth_of (node), <=, XTLS_READER_DEPTH_MAX);
        g_assert_null (node->prefix);
        g_ptr_array_add (outcome->children, to_text (node));
        xmlnode_free (node);
    }
    if (xtls_reader_get_root (reader))
        outcome->root = to_text (xtls_reader_get_root (reader));
    outcome->ended = !error && xtls_reader_has_ended (reader);
    if (error) {
        g_assert_true (error->domain == XTLS_READER_ERROR);
        outcome->error = error->code;
        g_clear_error (&error);
        g_assert_false (xtls_reader_feed (reader, " ", 1, NULL));
    }
    xtls_reader_free (reader);
    return outcome;
}

static void
outcome_free (Outcome *outcome)
{
    g_ptr_array_unref (outcome->children);
    g_free (outcome->root);
    g_free (outcome);
}

static void
assert_same (const Outcome *a, const Outcome *b)
{
    g_assert_cmpint (a->error, ==, b->error);
    g_assert_cmpint (a->ended, ==, b->ended);
    g_assert_cmpstr (a->root, ==, b->root);
    g_assert_cmpuint (a->children->len, ==, b->children->len);
    for (guint i = 0; i < a->children->len; i++)
        g_assert_cmpstr (g_ptr_array_index (a->children, i),
                         ==,
                         g_ptr_array_index (b->children, i));
}

static void
check_again (const Outcome *outcome)
{
    GString *text = g_string_new ("<r>");
    Outcome *again;

    for (guint i = 0; i < outcome->children->len; i++) {
        const char *child = g_ptr_array_index (outcome->children, i);

        if (*child != '<') {
            g_string_free (text, TRUE);
            return;
        }
        g_string_append (text, child);
    }
    g_string_append (text, "</r>");
    again = read_stream (text->str, text->len, text->len);
    g_assert_cmpint (again->error, ==, -1);
    g_assert_true (again->ended);
    g_assert_cmpuint (again->children->len, ==, outcome->children->len);
    for (guint i = 0; i < again->children->len; i++)
        g_assert_cmpstr (g_ptr_array_index (again->children, i),
                         ==,
                         g_ptr_array_index (outcome->children, i));
    outcome_free (again);
    g_string_free (text, TRUE);
}

/* libpurple requires namespaces to be URIs, and XML does not. These forms are
 * certainly URIs: a word, a URN or the like, or a host and a path. */
static gboolean
has_odd_namespace (const char *data, gsize size)
{
    char *text = g_strndup (data, size);
    GRegex *regex = g_regex_new (
        "xmlns[^=]*=\\s*(?!(['\"])(|[a-z][a-z0-9._-]*|[a-z]+(:[a-z0-9._-]+)+|"
        "[a-z]+://[a-z0-9._-]+(/[a-z0-9._-]*)*)\\1)",
        G_REGEX_RAW,
        0,
        NULL);
    gboolean odd = g_regex_match (regex, text, 0, NULL);

    g_regex_unref (regex);
    g_free (text);
    return odd;
}

static void
check_libpurple (const char *data, gsize size)
{
    xmlnode *node;

    if (has_odd_namespace (data, size))
        return;
    while (size > 0 && g_ascii_isspace (data[size - 1]))
        size--;
    /* Bytes after the end are not an error yet. */
    if (data[size - 1] != '>')
        return;
    node = xmlnode_from_str (data, (gssize)size);
    g_assert_nonnull (node);
    xmlnode_free (node);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    const char *text;
    Outcome *whole, *bytes, *pieces;

    if (size < 2)
        return 0;
    text = (const char *)data + 1;
    whole = read_stream (text, size - 1, size - 1);
    bytes = read_stream (text, size - 1, 1);
    pieces = read_stream (text, size - 1, MAX (data[0], 1));
    assert_same (whole, bytes);
    assert_same (whole, pieces);
    check_again (whole);
    if (whole->ended)
        check_libpurple (text, size - 1);
    outcome_free (whole);
    outcome_free (bytes);
    outcome_free (pieces);
    return 0;
}
