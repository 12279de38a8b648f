/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs GMarkup behind the strict checker and makes its events into xmlnodes. */
#include "reader.h"
#include "xml-char.h"
#include "xml-check.h"
#include "xml-scope.h"

#include <string.h>

/* The longest name of a root that GMarkup reads more than once, so that a peer
 * cannot make that expensive. Ours is `stream:stream`. */
#define ROOT_NAME_MAX 64

struct XtlsReader {
    GMarkupParseContext *markup; /* may be NULL while no child is being read */
    char *root_tag;     /* opens the root in another context; NULL: too long */
    gboolean reopening; /* GMarkup is reading it */
    XtlsXmlCheck *check;
    XtlsXmlScope *scope;
    guint depth;      /* open elements, the root included */
    gboolean begun;   /* the root's start tag has been read, and is right */
    xmlnode *root;    /* what it says, until it is dropped */
    char *default_ns; /* with what the root declares */
    xmlnode *current; /* innermost open element of the unfinished child */
    GQueue children;
    gsize pending; /* raw bytes of the unfinished child */
    guint nodes;   /* nodes of the unfinished child */
    guint parts;   /* its direct children */
    gboolean failed;
};

/* An attribute or declaration; GMarkup and the scope own its strings. */
typedef struct {
    const char *local;
    const char *prefix; /* NULL for no namespace */
    const char *ns;     /* NULL for no namespace */
    const char *value;
} Attribute;

G_DEFINE_QUARK (xtls - reader - error - quark, xtls_reader_error)

static gboolean
fail (GError **error, XtlsReaderError code, const char *message)
{
    g_set_error_literal (error, XTLS_READER_ERROR, code, message);
    return FALSE;
}

static gboolean
is_declaration (const char *name)
{
    return g_str_has_prefix (name, "xmlns") &&
           (name[5] == '\0' || name[5] == ':');
}

/* A declaration applies to the whole tag that it stands in, wherever it stands
 * there, so all declarations are read first. */
static gboolean
declare (XtlsReader *reader,
         const char **names,
         const char **values,
         GError **error)
{
    for (guint i = 0; names[i] != NULL; i++) {
        if (!is_declaration (names[i]))
            continue;
        if (xtls_xml_scope_size (reader->scope) == XTLS_READER_NAMESPACES_MAX)
            return fail (error,
                         XTLS_READER_ERROR_POLICY_VIOLATION,
                         "too many namespaces");
        if (strlen (values[i]) > XTLS_READER_NAMESPACE_MAX)
            return fail (error,
                         XTLS_READER_ERROR_POLICY_VIOLATION,
                         "namespace too long");
        if (!xtls_xml_scope_declare (reader->scope,
                                     names[i][5] == ':' ? names[i] + 6 : "",
                                     values[i],
                                     reader->depth))
            return fail (error,
                         XTLS_READER_ERROR_NOT_WELL_FORMED,
                         "forbidden namespace declaration");
    }
    return TRUE;
}

static gboolean
resolve (XtlsReader *reader,
         const char *name,
         const char *value,
         Attribute *attribute)
{
    const char *colon = strchr (name, ':');
    const XtlsBinding *binding;

    attribute->local = colon == NULL ? name : colon + 1;
    attribute->value = value;
    attribute->prefix = NULL;
    attribute->ns = NULL;
    if (is_declaration (name)) {
        attribute->ns = XTLS_NS_XMLNS;
    } else if (colon != NULL) {
        binding =
            xtls_xml_scope_find (reader->scope, name, (gsize)(colon - name));
        if (binding == NULL)
            return FALSE;
        attribute->prefix = binding->prefix;
        attribute->ns = binding->uri;
    }
    return TRUE;
}

/* Duplicates are compared by expanded name, which includes equal spelling. */
static gboolean
is_double (const Attribute *attributes, guint n)
{
    const Attribute *last = &attributes[n];

    for (guint i = 0; i < n; i++)
        if (strcmp (attributes[i].local, last->local) == 0 &&
            g_strcmp0 (attributes[i].ns, last->ns) == 0)
            return TRUE;
    return FALSE;
}

static void
map_prefix (xmlnode *node, const char *prefix, const char *uri)
{
    if (node->namespace_map == NULL)
        node->namespace_map =
            g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    g_hash_table_replace (
        node->namespace_map, g_strdup (prefix), g_strdup (uri));
}

/* If there is a map, xmlnode_to_str() writes it instead of the namespace. It is
 * made only where the namespace alone does not say enough: for prefixes of
 * attributes, and to undo a parent's namespace. */
static void
set_map (xmlnode *node, const Attribute *attributes, guint n)
{
    for (guint i = 0; i < n; i++)
        if (attributes[i].prefix != NULL &&
            strcmp (attributes[i].prefix, "xml") != 0)
            map_prefix (node, attributes[i].prefix, attributes[i].ns);
    if (node->namespace_map != NULL ||
        (node->xmlns == NULL && node->parent != NULL &&
         node->parent->xmlns != NULL))
        map_prefix (node, "", node->xmlns == NULL ? "" : node->xmlns);
}

static gboolean
set_attributes (XtlsReader *reader,
                xmlnode *node,
                const char **names,
                const char **values,
                GError **error)
{
    Attribute attributes[XTLS_READER_ATTRIBUTES_MAX];
    guint n;

    for (n = 0; names[n] != NULL; n++) {
        Attribute *a = &attributes[n];

        if (!resolve (reader, names[n], values[n], a))
            return fail (
                error, XTLS_READER_ERROR_NOT_WELL_FORMED, "unbound prefix");
        if (is_double (attributes, n))
            return fail (
                error, XTLS_READER_ERROR_NOT_WELL_FORMED, "double attribute");
        if (!is_declaration (names[n]))
            xmlnode_set_attrib_full (
                node, a->local, a->ns, a->prefix, a->value);
    }
    set_map (node, attributes, n);
    return TRUE;
}

static gboolean
count_nodes (XtlsReader *reader, guint n, GError **error)
{
    reader->nodes += n;
    return reader->nodes <= XTLS_READER_NODES_MAX ||
           fail (error,
                 XTLS_READER_ERROR_POLICY_VIOLATION,
                 "too many parts of a stanza");
}

/* @n: how many attributes the new element has. */
static gboolean
count_element (XtlsReader *reader, guint n, GError **error)
{
    if (n > XTLS_READER_ATTRIBUTES_MAX)
        return fail (
            error, XTLS_READER_ERROR_POLICY_VIOLATION, "too many attributes");
    if (reader->depth > XTLS_READER_DEPTH_MAX)
        return fail (
            error, XTLS_READER_ERROR_POLICY_VIOLATION, "nested too deeply");
    if (reader->depth == 2 && ++reader->parts > XTLS_READER_PARTS_MAX)
        return fail (error,
                     XTLS_READER_ERROR_POLICY_VIOLATION,
                     "too many parts of a stanza");
    return reader->depth == 0 || count_nodes (reader, 1 + n, error);
}

/* Makes the node and links it at once, so that it is freed with the reader
 * whatever happens next. */
static xmlnode *
add_node (XtlsReader *reader, const char *name)
{
    xmlnode *node;

    if (reader->current != NULL)
        node = xmlnode_new_child (reader->current, name);
    else
        node = xmlnode_new (name);
    if (!reader->begun)
        reader->root = node;
    else
        reader->current = node;
    return node;
}

static gboolean
start_element (XtlsReader *reader,
               const char *name,
               const char **names,
               const char **values,
               GError **error)
{
    const char *colon = strchr (name, ':');
    const XtlsBinding *binding;
    guint n = 0;
    xmlnode *node;

    while (names[n] != NULL)
        n++;
    if (!count_element (reader, n, error))
        return FALSE;
    reader->depth++;
    if (!declare (reader, names, values, error))
        return FALSE;

    binding = xtls_xml_scope_find (
        reader->scope, name, colon == NULL ? 0 : (gsize)(colon - name));
    if (binding == NULL && colon != NULL)
        return fail (
            error, XTLS_READER_ERROR_NOT_WELL_FORMED, "unbound prefix");
    node = add_node (reader, colon == NULL ? name : colon + 1);
    if (binding != NULL && *binding->uri != '\0')
        xmlnode_set_namespace (node, binding->uri);
    return set_attributes (reader, node, names, values, error);
}

static void
start_element_cb (GMarkupParseContext *markup,
                  const char *name,
                  const char **names,
                  const char **values,
                  gpointer data,
                  GError **error)
{
    XtlsReader *reader = data;
    const XtlsBinding *binding;

    if (reader->reopening)
        return;
    if (!start_element (reader, name, names, values, error)) {
        /* An invalid root does not count as read. */
        if (reader->depth <= 1)
            g_clear_pointer (&reader->root, xmlnode_free);
        return;
    }
    if (reader->depth == 1) {
        reader->begun = TRUE;
        if (strlen (name) <= ROOT_NAME_MAX)
            reader->root_tag = g_strdup_printf ("<%s>", name);
        binding = xtls_xml_scope_find (reader->scope, "", 0);
        reader->default_ns = binding != NULL && *binding->uri != '\0'
                                 ? g_strdup (binding->uri)
                                 : NULL;
    }
}

static void
end_element_cb (GMarkupParseContext *markup,
                const char *name,
                gpointer data,
                GError **error)
{
    XtlsReader *reader = data;

    xtls_xml_scope_leave (reader->scope, reader->depth);
    reader->depth--;
    if (reader->depth == 1) {
        g_queue_push_tail (&reader->children, reader->current);
        reader->current = NULL;
        reader->nodes = 0;
        reader->parts = 0;
    } else if (reader->depth > 1) {
        reader->current = reader->current->parent;
    }
}

static void
text_cb (GMarkupParseContext *markup,
         const char *text,
         gsize len,
         gpointer data,
         GError **error)
{
    XtlsReader *reader = data;

    /* GMarkup also reports the empty text between two tags. */
    if (len == 0)
        return;
    if (reader->current != NULL) {
        if (count_nodes (reader, 1, error))
            xmlnode_insert_data (reader->current, text, (gssize)len);
    } else if (reader->depth == 1) {
        /* This is CDATA: other text there does not reach GMarkup. */
        fail (error, XTLS_READER_ERROR_BAD_FORMAT, "text between stanzas");
    }
}

static void
passthrough_cb (GMarkupParseContext *markup,
                const char *text,
                gsize len,
                gpointer data,
                GError **error)
{
    XtlsReader *reader = data;

    /* The checker lets only the XML declaration at the beginning through. */
    if (reader->begun || len < 5 || memcmp (text, "<?xml", 5) != 0)
        fail (error, XTLS_READER_ERROR_RESTRICTED_XML, "restricted");
}

static const GMarkupParser parser = {
    .start_element = start_element_cb,
    .end_element = end_element_cb,
    .text = text_cb,
    .passthrough = passthrough_cb,
};

XtlsReader *
xtls_reader_new (void)
{
    XtlsReader *reader = g_new0 (XtlsReader, 1);

    reader->check = xtls_xml_check_new ();
    reader->scope = xtls_xml_scope_new ();
    g_queue_init (&reader->children);
    return reader;
}

/* GMarkup's context takes more than 2 KiB, and most streams are idle. Between
 * two children it knows nothing but the name of the root, whose end tag must
 * have the same. */
static void
open_markup (XtlsReader *reader)
{
    reader->markup = g_markup_parse_context_new (
        &parser, G_MARKUP_TREAT_CDATA_AS_TEXT, reader, NULL);
    if (reader->depth == 0)
        return;
    reader->reopening = TRUE;
    g_markup_parse_context_parse (reader->markup, reader->root_tag, -1, NULL);
    reader->reopening = FALSE;
}

static void
node_free (gpointer node)
{
    xmlnode_free (node);
}

void
xtls_reader_free (XtlsReader *reader)
{
    xmlnode *top = reader->current;

    while (top != NULL && top->parent != NULL)
        top = top->parent;
    g_clear_pointer (&top, xmlnode_free);
    g_clear_pointer (&reader->root, xmlnode_free);
    g_free (reader->default_ns);
    g_queue_clear_full (&reader->children, node_free);
    g_clear_pointer (&reader->markup, g_markup_parse_context_free);
    g_free (reader->root_tag);
    xtls_xml_check_free (reader->check);
    xtls_xml_scope_free (reader->scope);
    g_free (reader);
}

static gboolean
parse (XtlsReader *reader, const char *data, gsize len, GError **error)
{
    GError *local = NULL;

    if (reader->markup == NULL)
        open_markup (reader);
    if (g_markup_parse_context_parse (
            reader->markup, data, (gssize)len, &local))
        return TRUE;
    if (local->domain == XTLS_READER_ERROR) {
        g_propagate_error (error, local);
        return FALSE;
    }
    /* GMarkup's own message quotes the peer's text. */
    g_error_free (local);
    return fail (error, XTLS_READER_ERROR_NOT_WELL_FORMED, "not well-formed");
}

/* Reads no further than the end of a child. Whatever is valid before an error
 * is parsed before the error is reported, so that the outcome does not depend
 * on how the bytes were split. */
static gboolean
feed_child (XtlsReader *reader,
            const char *data,
            gsize len,
            gsize *used,
            GError **error)
{
    gsize room = XTLS_STANZA_MAX - reader->pending;
    XtlsXmlVerdict verdict;

    if (room == 0)
        return fail (
            error, XTLS_READER_ERROR_POLICY_VIOLATION, "stanza too big");
    verdict = xtls_xml_check_scan (reader->check, data, MIN (len, room), used);
    if (*used > 0 && !parse (reader, data, *used, error))
        return FALSE;
    if (verdict == XTLS_XML_RESTRICTED)
        return fail (error, XTLS_READER_ERROR_RESTRICTED_XML, "restricted");
    if (verdict == XTLS_XML_NOT_WELL_FORMED)
        return fail (
            error, XTLS_READER_ERROR_NOT_WELL_FORMED, "not well-formed");
    reader->pending += *used;
    if (xtls_xml_check_is_between (reader->check))
        reader->pending = 0;
    return TRUE;
}

static gsize
skip_space (const char *data, gsize len)
{
    gsize n = 0;

    while (n < len && xtls_xml_char_is_space ((guchar)data[n]))
        n++;
    return n;
}

static gboolean
feed (XtlsReader *reader, const char *data, gsize len, GError **error)
{
    while (len > 0) {
        gsize used = 0;

        if (xtls_xml_check_is_between (reader->check)) {
            used = skip_space (data, len);
            if (used == 0 && *data != '<' && reader->depth == 1)
                return fail (error,
                             XTLS_READER_ERROR_BAD_FORMAT,
                             "text between stanzas");
        }
        if (used == 0 && !feed_child (reader, data, len, &used, error))
            return FALSE;
        data += used;
        len -= used;
    }
    return TRUE;
}

gboolean
xtls_reader_feed (XtlsReader *reader,
                  const char *data,
                  gsize len,
                  GError **error)
{
    if (reader->failed)
        return fail (error, XTLS_READER_ERROR_NOT_WELL_FORMED, "failed before");
    reader->failed = !feed (reader, data, len, error);
    if (reader->root_tag != NULL && xtls_xml_check_is_between (reader->check))
        g_clear_pointer (&reader->markup, g_markup_parse_context_free);
    return !reader->failed;
}

xmlnode *
xtls_reader_get_root (XtlsReader *reader)
{
    return reader->root;
}

const char *
xtls_reader_get_default_namespace (XtlsReader *reader)
{
    return reader->default_ns;
}

void
xtls_reader_drop_root (XtlsReader *reader)
{
    g_clear_pointer (&reader->root, xmlnode_free);
    g_clear_pointer (&reader->default_ns, g_free);
}

xmlnode *
xtls_reader_take (XtlsReader *reader)
{
    return g_queue_pop_head (&reader->children);
}

gboolean
xtls_reader_has_ended (XtlsReader *reader)
{
    return reader->begun && reader->depth == 0 &&
           g_queue_is_empty (&reader->children);
}
