/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes and checks stream headers. */
#include "stream-header.h"
#include "ns.h"
#include "xml-write.h"

#include <string.h>

static void
append_attribute (GString *out, const char *name, const char *value)
{
    g_string_append_printf (out, " %s='", name);
    xtls_xml_write_escaped (out, value, strlen (value));
    g_string_append_c (out, '\'');
}

void
xtls_stream_header_append (GString *out,
                           const char *own,
                           const char *peer,
                           const char *id)
{
    g_string_append (out,
                     "<?xml version='1.0'?>"
                     "<stream:stream xmlns='" XTLS_NS_CLIENT "'"
                     " xmlns:stream='" XTLS_NS_STREAMS "'");
    append_attribute (out, "from", own);
    append_attribute (out, "to", peer);
    if (id != NULL)
        append_attribute (out, "id", id);
    g_string_append (out, " version='1.0'>");
}

static gboolean
attribute_is (const xmlnode *node, const char *name, const char *wanted)
{
    return g_strcmp0 (xmlnode_get_attrib_with_namespace (node, name, NULL),
                      wanted) == 0;
}

const char *
xtls_stream_header_check (XtlsReader *reader, const char *own, const char *peer)
{
    xmlnode *root = xtls_reader_get_root (reader);

    if (g_strcmp0 (root->xmlns, XTLS_NS_STREAMS) != 0 ||
        g_strcmp0 (xtls_reader_get_default_namespace (reader),
                   XTLS_NS_CLIENT) != 0)
        return "invalid-namespace";
    if (strcmp (root->name, "stream") != 0)
        return "bad-format";
    if (!attribute_is (root, "version", "1.0"))
        return "unsupported-version";
    if (!attribute_is (root, "from", peer))
        return "invalid-from";
    if (!attribute_is (root, "to", own))
        return "host-unknown";
    return NULL;
}
