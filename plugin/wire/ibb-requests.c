/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The requests of one bytestream. */
#include "ibb-requests.h"

#include "iq.h"
#include "node.h"
#include "stanza.h"

#include <string.h>

struct XtlsIbbRequests {
    XtlsCarrier carrier;
    char *peer;
    char *sid;
    XtlsIbbSend send;
    gpointer user_data;

    /* Our own stanzas have the ids PREFIX-1, PREFIX-2 and so on. The prefix is
     * random, so that only somebody who has seen one can guess another. */
    char *id_prefix;
    guint last;
};

XtlsIbbRequests *
xtls_ibb_requests_new (XtlsCarrier carrier,
                       const char *peer,
                       const char *sid,
                       XtlsIbbSend send,
                       gpointer user_data)
{
    XtlsIbbRequests *requests = g_new0 (XtlsIbbRequests, 1);

    requests->carrier = carrier;
    requests->peer = g_strdup (peer);
    requests->sid = g_strdup (sid);
    requests->send = send;
    requests->user_data = user_data;
    requests->id_prefix = xtls_stanza_random_id ();
    return requests;
}

void
xtls_ibb_requests_free (XtlsIbbRequests *requests)
{
    if (!requests)
        return;
    g_free (requests->peer);
    g_free (requests->sid);
    g_free (requests->id_prefix);
    g_free (requests);
}

XtlsCarrier
xtls_ibb_requests_get_carrier (XtlsIbbRequests *requests)
{
    return requests->carrier;
}

const char *
xtls_ibb_requests_get_peer (XtlsIbbRequests *requests)
{
    return requests->peer;
}

const char *
xtls_ibb_requests_get_sid (XtlsIbbRequests *requests)
{
    return requests->sid;
}

guint
xtls_ibb_requests_next (XtlsIbbRequests *requests)
{
    return ++requests->last;
}

xmlnode *
xtls_ibb_requests_make (XtlsIbbRequests *requests,
                        const char *name,
                        guint number,
                        xmlnode **payload)
{
    g_autofree char *id =
        g_strdup_printf ("%s-%u", requests->id_prefix, number);
    xmlnode *iq = xtls_iq_new ("set", requests->peer, id);

    *payload = xmlnode_new_child (iq, name);
    xmlnode_set_namespace (*payload,
                           xtls_carrier_get_namespace (requests->carrier));
    xmlnode_set_attrib (*payload, "sid", requests->sid);
    return iq;
}

void
xtls_ibb_requests_send (XtlsIbbRequests *requests, xmlnode *stanza)
{
    requests->send (stanza, requests->user_data);
}

gboolean
xtls_ibb_requests_parse (XtlsIbbRequests *requests,
                         const char *id,
                         guint *number)
{
    gsize len = strlen (requests->id_prefix);

    return id && strncmp (id, requests->id_prefix, len) == 0 &&
           id[len] == '-' &&
           xtls_node_parse_decimal (id + len + 1, G_MAXUINT, number);
}
