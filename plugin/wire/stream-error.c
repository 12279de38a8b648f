/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes and reads the conditions of RFC 6120 4.9.3. */
#include "stream-error.h"
#include "node.h"
#include "ns.h"

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
