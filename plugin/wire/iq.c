/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `<iq/>` stanzas sent over the account's ordinary connection. */
#include "iq.h"

#include "node.h"
#include "ns.h"
#include "stanza.h"

#include <string.h>

/* RFC 6120 leaves the type open for most conditions. These are the types in the
 * examples of XEP-0047 and XEP-0166. */
static const struct {
    const char *name;
    const char *type;
} conditions[] = {
    [XTLS_IQ_ERROR_BAD_REQUEST] = {"bad-request", "cancel"},
    [XTLS_IQ_ERROR_CONFLICT] = {"conflict", "cancel"},
    [XTLS_IQ_ERROR_FEATURE_NOT_IMPLEMENTED] = {"feature-not-implemented",
                                               "modify"},
    [XTLS_IQ_ERROR_ITEM_NOT_FOUND] = {"item-not-found", "cancel"},
    [XTLS_IQ_ERROR_NOT_ACCEPTABLE] = {"not-acceptable", "cancel"},
    [XTLS_IQ_ERROR_RESOURCE_CONSTRAINT] = {"resource-constraint", "wait"},
    [XTLS_IQ_ERROR_SERVICE_UNAVAILABLE] = {"service-unavailable", "cancel"},
    [XTLS_IQ_ERROR_UNEXPECTED_REQUEST] = {"unexpected-request", "cancel"},
};

static xmlnode *
iq_new (const char *type, const char *to, const char *id)
{
    xmlnode *iq = xmlnode_new ("iq");

    xmlnode_set_namespace (iq, XTLS_NS_CLIENT);
    xmlnode_set_attrib (iq, "type", type);
    if (to)
        xmlnode_set_attrib (iq, "to", to);
    if (id)
        xmlnode_set_attrib (iq, "id", id);
    return iq;
}

static xmlnode *
add_child (xmlnode *parent, const char *name, const char *xmlns)
{
    xmlnode *child = xmlnode_new_child (parent, name);

    xmlnode_set_namespace (child, xmlns);
    return child;
}

xmlnode *
xtls_iq_new (const char *type, const char *to, const char *id)
{
    char *random = id ? NULL : xtls_stanza_random_id ();
    xmlnode *iq = iq_new (type, to, id ? id : random);

    g_free (random);
    return iq;
}

xmlnode *
xtls_iq_result (const xmlnode *iq)
{
    return iq_new (
        "result", xtls_node_attrib (iq, "from"), xtls_node_attrib (iq, "id"));
}

xmlnode *
xtls_iq_error (const xmlnode *iq, XtlsIqError error)
{
    xmlnode *reply = iq_new (
        "error", xtls_node_attrib (iq, "from"), xtls_node_attrib (iq, "id"));
    xmlnode *node = add_child (reply, "error", XTLS_NS_CLIENT);

    xmlnode_set_attrib (node, "type", conditions[error].type);
    add_child (node, conditions[error].name, XTLS_NS_STANZA_ERRORS);
    return reply;
}

void
xtls_iq_error_add (xmlnode *iq_error, const char *name, const char *xmlns)
{
    add_child (xmlnode_get_child (iq_error, "error"), name, xmlns);
}

const char *
xtls_iq_error_condition (const xmlnode *iq, gboolean *wait)
{
    const xmlnode *error = iq->child, *node;

    if (wait)
        *wait = FALSE;
    while (error && !xtls_node_is (error, "error", XTLS_NS_CLIENT))
        error = error->next;
    if (!error)
        return NULL;
    if (wait)
        *wait = g_strcmp0 (xtls_node_attrib (error, "type"), "wait") == 0;
    for (node = error->child; node; node = node->next)
        if (xtls_node_is (node, node->name, XTLS_NS_STANZA_ERRORS) &&
            strcmp (node->name, "text") != 0)
            return node->name;
    return NULL;
}

gboolean
xtls_iq_is_response (const xmlnode *stanza)
{
    const char *type = xtls_node_attrib (stanza, "type");

    return strcmp (stanza->name, "iq") == 0 &&
           (g_strcmp0 (type, "result") == 0 || g_strcmp0 (type, "error") == 0);
}
