/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stanzas that belong to no living session but are this project's to answer,
 * those of sessions that ended and those that name a session of ours under
 * another sender; and whose the stanzas are that leave. */
#include "endpoint-private.h"
#include "iq.h"
#include "jingle-make.h"
#include "node.h"
#include "ns.h"

#include <string.h>

const char *
xtls_stray_get_ibb_sid (const xmlnode *iq)
{
    const xmlnode *payload = xtls_node_first_child (iq);

    if (xtls_node_is (payload, "data", XTLS_NS_IBB) ||
        xtls_node_is (payload, "open", XTLS_NS_IBB) ||
        xtls_node_is (payload, "close", XTLS_NS_IBB))
        return xtls_node_attrib (payload, "sid");
    return NULL;
}

static gboolean
is_close (const xmlnode *iq)
{
    return xtls_node_is (xtls_node_first_child (iq), "close", XTLS_NS_IBB);
}

static gboolean
is_terminate (const xmlnode *iq)
{
    const char *action =
        xtls_node_attrib (xtls_node_first_child (iq), "action");

    return g_strcmp0 (action, "session-terminate") == 0;
}

/* The rest of an answer: ids of ours that nobody waits for, or that somebody
 * else answers; blocks that a server sends back. */
static gboolean
handle_answer (XtlsEndpoint *endpoint, xmlnode *iq)
{
    const char *sid = xtls_stray_get_ibb_sid (iq);

    if (xtls_sids_has (endpoint->sids,
                       XTLS_SIDS_QUESTION,
                       xtls_node_attrib (iq, "id"),
                       NULL))
        return TRUE;
    return sid && (g_hash_table_contains (endpoint->ibb, sid) ||
                   xtls_sids_has (endpoint->sids, XTLS_SIDS_IBB, sid, NULL));
}

static gboolean
handle_ibb (XtlsEndpoint *endpoint, xmlnode *iq, const char *sid)
{
    const char *from = xtls_node_attrib (iq, "from");
    xmlnode *answer;

    /* Both sides may close at the same time. */
    if (is_close (iq) &&
        xtls_sids_has (endpoint->sids, XTLS_SIDS_IBB, sid, from))
        answer = xtls_iq_result (iq);
    else if (g_hash_table_contains (endpoint->ibb, sid) ||
             xtls_sids_has (endpoint->sids, XTLS_SIDS_IBB, sid, NULL))
        answer = xtls_iq_error (iq, XTLS_IQ_ERROR_ITEM_NOT_FOUND);
    else
        return FALSE;

    xtls_endpoint_send (endpoint, answer);
    return TRUE;
}

static gboolean
handle_jingle (XtlsEndpoint *endpoint, xmlnode *iq)
{
    const char *from = xtls_node_attrib (iq, "from");
    const char *sid = xtls_jingle_get_sid (iq);

    if (is_terminate (iq) &&
        xtls_sids_has (endpoint->sids, XTLS_SIDS_JINGLE, sid, from)) {
        xtls_endpoint_send (endpoint, xtls_iq_result (iq));
        return TRUE;
    }
    if (!xtls_sids_has (endpoint->sids, XTLS_SIDS_JINGLE, sid, NULL) &&
        !(sid && g_hash_table_contains (endpoint->jingle, sid)) &&
        !xtls_reception_is_ours (iq))
        return FALSE;

    if (endpoint->ops.caller (from, endpoint->user_data) ==
        XTLS_CALLER_STRANGER)
        return FALSE;
    xtls_endpoint_send (endpoint, xtls_jingle_make_error (iq, NULL));
    return TRUE;
}

gboolean
xtls_stray_handle (XtlsEndpoint *endpoint, xmlnode *iq)
{
    const char *sid = xtls_stray_get_ibb_sid (iq);

    if (xtls_iq_is_response (iq))
        return handle_answer (endpoint, iq);
    if (sid)
        return handle_ibb (endpoint, iq, sid);
    if (xtls_jingle_is (iq))
        return handle_jingle (endpoint, iq);
    return FALSE;
}

/* Not by sid: the peer, or a server on the way, chooses that of an incoming
 * session and could take one that libpurple gives to a file transfer next,
 * whose blocks would leave in clear then. */
gboolean
xtls_endpoint_owns (XtlsEndpoint *endpoint, const xmlnode *stanza)
{
    static const char *const names[] = {"id", "to", "type"};

    if (!endpoint->sending)
        return FALSE;
    if (stanza == endpoint->sending)
        return TRUE;
    if (strcmp (stanza->name, endpoint->sending->name) != 0)
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
        const char *value = xtls_node_attrib (endpoint->sending, names[i]);

        if (!value ||
            g_strcmp0 (value, xtls_node_attrib (stanza, names[i])) != 0)
            return FALSE;
    }
    return TRUE;
}

gboolean
xtls_endpoint_owns_dead (XtlsEndpoint *endpoint, const xmlnode *stanza)
{
    const char *to = xtls_node_attrib (stanza, "to");
    const char *sid;

    if (stanza == endpoint->sending || strcmp (stanza->name, "iq") != 0)
        return FALSE;
    if (xtls_iq_is_response (stanza))
        return xtls_sids_has (endpoint->sids,
                              XTLS_SIDS_ANSWER,
                              xtls_node_attrib (stanza, "id"),
                              to);
    sid = xtls_stray_get_ibb_sid (stanza);
    if (sid)
        return xtls_sids_has (endpoint->sids, XTLS_SIDS_IBB, sid, to);
    return xtls_jingle_is (stanza) &&
           xtls_sids_has (endpoint->sids,
                          XTLS_SIDS_JINGLE,
                          xtls_jingle_get_sid (stanza),
                          to);
}
