/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The writer: the strict reader accepts what is written, whatever tree
 * libpurple's lenient parser has made. */
#include "fuzz.h"
#include "nodes.h"
#include "ns.h"
#include "reader.h"
#include "xml-write.h"

#include <string.h>

static xmlnode *
read_back (const char *text)
{
    static const char begin[] = "<r xmlns='" XTLS_NS_CLIENT "'>";
    XtlsReader *reader = xtls_reader_new ();
    GError *error = NULL;
    xmlnode *node;

    xtls_reader_feed (reader, begin, strlen (begin), &error);
    g_assert_no_error (error);
    xtls_reader_feed (reader, text, strlen (text), &error);
    g_assert_no_error (error);
    node = xtls_reader_take (reader);
    g_assert_nonnull (node);
    g_assert_null (xtls_reader_take (reader));
    xtls_reader_free (reader);
    return node;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    char *text = fuzz_text (data, size);
    char *once, *twice;
    xmlnode *node, *again;

    nodes_init ();
    node =
        g_utf8_validate (text, -1, NULL) ? xmlnode_from_str (text, -1) : NULL;
    g_free (text);
    if (!node)
        return 0;
    once = fuzz_write (node, XTLS_NS_CLIENT);
    if (once) {
        again = read_back (once);
        twice = fuzz_write (again, XTLS_NS_CLIENT);
        /* At the top, no namespace means the stream's namespace. */
        if (again->xmlns)
            g_assert_cmpstr (once, ==, twice);
        g_free (twice);
        xmlnode_free (again);
    }
    g_free (once);
    xmlnode_free (node);
    return 0;
}
