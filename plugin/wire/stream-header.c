/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Headers and stream errors, as text and as they are judged. */
#include "stream-header.h"
#include "ns.h"
#include "stanza.h"
#include "xml-write.h"

#include <string.h>

static const char *const conditions[] = {
    "bad-format",
    "bad-namespace-prefix",
    "conflict",
    "connection-timeout",
    "host-gone",
    "host-unknown",
    "improper-addressing",
    "internal-server-error",
    "invalid-from",
    "invalid-namespace",
    "invalid-xml",
    "not-authorized",
    "not-well-formed",
    "policy-violation",
    "remote-connection-failed",
    "reset",
    "resource-constraint",
    "restricted-xml",
    "see-other-host",
    "system-shutdown",
    "undefined-condition",
    "unsupported-encoding",
    "unsupported-feature",
    "unsupported-stanza-type",
    "unsupported-version",
};

static void
append_attribute (GString *out, const char *name, const char *value)
{
    g_string_append_printf (out, " %s='", name);
    xtls_xml_escape (out, value, strlen (value));
    g_string_append_c (out, '\'');
}

void
xtls_greeting_append (GString *out,
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
xtls_greeting_check (XtlsReader *reader, const char *own, const char *peer)
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

void
xtls_stream_error_append (GString *out,
                          const char *condition,
                          const char *detail)
{
    g_string_append_printf (out,
                            "<stream:error><%s xmlns='%s'/>%s</stream:error>",
                            condition,
                            XTLS_NS_STREAM_ERRORS,
                            detail == NULL ? "" : detail);
}

const char *
xtls_stream_error_condition (const xmlnode *error)
{
    for (const xmlnode *c = error->child; c != NULL; c = c->next)
        for (gsize i = 0; i < G_N_ELEMENTS (conditions); i++)
            if (c->type == XMLNODE_TYPE_TAG &&
                xtls_node_is (c, conditions[i], XTLS_NS_STREAM_ERRORS))
                return conditions[i];
    return "undefined-condition";
}
