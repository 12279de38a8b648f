/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recognises stanzas of ended sessions by what is remembered of them. */
#include "unmatched.h"

#include "ibb.h"
#include "iq.h"
#include "jingle-make.h"
#include "node.h"
#include "ns.h"

#include <string.h>

static gboolean
is_close (const xmlnode *iq)
{
    const xmlnode *payload = xtls_node_first_child (iq);

    return xtls_node_is (payload, "close", XTLS_NS_IBB) ||
           xtls_node_is (payload, "close", XTLS_NS_DATA);
}

static gboolean
is_terminate (const xmlnode *iq)
{
    const char *action =
        xtls_node_attrib (xtls_node_first_child (iq), "action");

    return g_strcmp0 (action, "session-terminate") == 0;
}

static gboolean
is_known_ibb (XtlsRegistry *registry, const char *sid)
{
    return xtls_registry_find_ibb (registry, sid) ||
           xtls_sids_has (
               xtls_registry_get_sids (registry), XTLS_SIDS_IBB, sid, NULL);
}

static gboolean
is_known_jingle (XtlsRegistry *registry, const char *sid)
{
    return xtls_registry_find_jingle (registry, sid) ||
           xtls_sids_has (
               xtls_registry_get_sids (registry), XTLS_SIDS_JINGLE, sid, NULL);
}

/* Returns: whether @iq responds to a request of ours that nothing waits for any
 * more, or is a block that a server sends back. */
static gboolean
is_own_response (XtlsRegistry *registry, const xmlnode *iq, const char *sid)
{
    return xtls_sids_has (xtls_registry_get_sids (registry),
                          XTLS_SIDS_REQUEST,
                          xtls_node_attrib (iq, "id"),
                          NULL) ||
           (sid && is_known_ibb (registry, sid));
}

static XtlsUnmatched
handle_ibb (XtlsRegistry *registry,
            const xmlnode *iq,
            const char *sid,
            xmlnode **response)
{
    gboolean known = is_known_ibb (registry, sid);
    /* Nothing but this protocol uses it. */
    gboolean ours = !g_strcmp0 (
        xmlnode_get_namespace (xtls_node_first_child (iq)), XTLS_NS_DATA);

    if (!known && !ours)
        return XTLS_UNMATCHED_FOREIGN;
    /* Both sides may close at the same time. */
    if (is_close (iq) && xtls_sids_has (xtls_registry_get_sids (registry),
                                        XTLS_SIDS_IBB,
                                        sid,
                                        xtls_node_attrib (iq, "from")))
        *response = xtls_ibb_make_closed (iq);
    else
        *response = xtls_iq_error (iq, XTLS_IQ_ERROR_ITEM_NOT_FOUND);
    return known ? XTLS_UNMATCHED_OURS : XTLS_UNMATCHED_IF_KNOWN;
}

static XtlsUnmatched
handle_jingle (XtlsRegistry *registry, const xmlnode *iq, xmlnode **response)
{
    const char *sid = xtls_jingle_get_sid (iq);

    if (is_terminate (iq) && xtls_sids_has (xtls_registry_get_sids (registry),
                                            XTLS_SIDS_JINGLE,
                                            sid,
                                            xtls_node_attrib (iq, "from"))) {
        *response = xtls_iq_result (iq);
        return XTLS_UNMATCHED_OURS;
    }
    if (!is_known_jingle (registry, sid) && !xtls_jingle_is_ours (iq))
        return XTLS_UNMATCHED_FOREIGN;
    *response = xtls_jingle_make_error (iq, NULL);
    return XTLS_UNMATCHED_IF_KNOWN;
}

XtlsUnmatched
xtls_unmatched_handle (XtlsRegistry *registry,
                       const xmlnode *iq,
                       xmlnode **response)
{
    const char *sid = xtls_ibb_get_sid (iq);

    *response = NULL;
    if (xtls_iq_is_response (iq))
        return is_own_response (registry, iq, sid) ? XTLS_UNMATCHED_OURS
                                                   : XTLS_UNMATCHED_FOREIGN;
    if (sid)
        return handle_ibb (registry, iq, sid, response);
    if (xtls_jingle_is (iq))
        return handle_jingle (registry, iq, response);
    return XTLS_UNMATCHED_FOREIGN;
}

gboolean
xtls_unmatched_is_left_over (XtlsRegistry *registry, const xmlnode *stanza)
{
    XtlsSids *sids = xtls_registry_get_sids (registry);
    const char *to = xtls_node_attrib (stanza, "to");
    const char *sid = xtls_ibb_get_sid (stanza);

    if (xtls_iq_is_response (stanza))
        return xtls_sids_has (
            sids, XTLS_SIDS_RESPONSE, xtls_node_attrib (stanza, "id"), to);
    if (sid)
        return xtls_sids_has (sids, XTLS_SIDS_IBB, sid, to);
    return xtls_jingle_is (stanza) &&
           xtls_sids_has (
               sids, XTLS_SIDS_JINGLE, xtls_jingle_get_sid (stanza), to);
}
