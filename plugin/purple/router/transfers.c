/* SPDX-License-Identifier: GPL-2.0-or-later */
/* File transfers inside: speeds up those that are sent, and cancels those that
 * are received when their session has ended. */
#include "transfers.h"

#include "beside-transfer.h"
#include "contact-list.h"
#include "contact.h"
#include "deferred.h"
#include "iq.h"
#include "jabber.h"
#include "jid.h"
#include "router-private.h"

#include <eventloop.h>
#include <ft.h>
#include <signals.h>

/* So many blocks of a file are a little less than two blocks of the bytestream
 * below, and take less than 5 ms of a turn of the main loop. */
#define EARLY_AT_ONCE 7

static int handle;

gboolean
xtls_transfers_is_inside (XtlsRouter *router, const XtlsEnvelope *iq)
{
    return iq->payload != XTLS_PAYLOAD_JINGLE &&
           xtls_iq_tracker_has (
               router->tracker, XTLS_IQ_FILE_OFFER, iq->to.full, iq->sid);
}

/* --- what is sent --------------------------------------------------------- */

static gboolean
is_with (XtlsSession *session, const char *peer)
{
    g_autofree char *jid = xtls_jid_canonical (xtls_session_get_peer (session));

    return g_strcmp0 (jid, peer) == 0;
}

/* Returns: (nullable): the session with this full JID (canonical), if it may be
 * used and little is in flight. */
static XtlsSession *
find_ready (XtlsRouter *router, const char *peer)
{
    XtlsContact *contact = xtls_contact_list_get (router->account, peer, FALSE);
    XtlsSession *session = contact ? xtls_contact_get_session (contact) : NULL;

    return session && is_with (session, peer) &&
                   xtls_session_has_headroom (session)
               ? session
               : NULL;
}

static void
respond_early (XtlsRouter *router, const char *peer, const char *id)
{
    xmlnode *response =
        xtls_iq_new ("result", xtls_login_get_own (router->login), id);

    xtls_iq_tracker_take (router->tracker, XTLS_IQ_FROM_US, peer, id);
    xmlnode_set_attrib (response, "from", peer);
    xtls_jabber_inject (router->gc, response);
}

/* Returns: %FALSE if @router is gone. */
static gboolean
hurry (XtlsRouter *router, const char *peer)
{
    PurpleAccount *account = router->account;
    XtlsSession *session = find_ready (router, peer);
    gboolean here = TRUE;
    char *id;

    if (!session)
        return TRUE;
    xtls_session_ref (session);
    xtls_session_cork (session);
    for (guint i = 0;
         here && i < EARLY_AT_ONCE && find_ready (router, peer) == session &&
         (id = xtls_early_acks_next (router->early_acks, peer));
         i++) {
        respond_early (router, peer, id);
        g_free (id);
        here = xtls_router_is_alive (router, account);
    }
    xtls_session_uncork (session);
    xtls_session_unref (session);
    return here && xtls_router_is_alive (router, account);
}

static void hurry_soon (XtlsRouter *router, const char *peer);

static gboolean
hurry_cb (gpointer data)
{
    XtlsRouter *router = data;
    GPtrArray *peers = xtls_early_acks_list_peers (router->early_acks);
    gboolean here = TRUE;

    router->early_acks_timer = 0;
    for (guint i = 0; here && i < peers->len; i++)
        here = hurry (router, g_ptr_array_index (peers, i));
    for (guint i = 0; here && i < peers->len; i++)
        hurry_soon (router, g_ptr_array_index (peers, i));
    g_ptr_array_unref (peers);
    return FALSE;
}

static void
hurry_soon (XtlsRouter *router, const char *peer)
{
    if (!router->early_acks_timer &&
        xtls_early_acks_has_next (router->early_acks, peer) &&
        find_ready (router, peer))
        router->early_acks_timer = purple_timeout_add (0, hurry_cb, router);
}

void
xtls_transfers_acknowledged (XtlsRouter *router)
{
    GPtrArray *peers = xtls_early_acks_list_peers (router->early_acks);

    for (guint i = 0; i < peers->len; i++)
        hurry_soon (router, g_ptr_array_index (peers, i));
    g_ptr_array_unref (peers);
}

void
xtls_transfers_sent (XtlsRouter *router, const XtlsEnvelope *iq)
{
    if (iq->payload == XTLS_PAYLOAD_OFFER)
        xtls_iq_tracker_remember (
            router->tracker, XTLS_IQ_FILE_OFFER, iq->to.full, iq->sid);
    xtls_early_acks_sent (router->early_acks, iq);
    xtls_file_limit_sent (router->file_limit, iq);
    hurry_soon (router, iq->to.full);
}

gboolean
xtls_transfers_filter (XtlsRouter *router, const XtlsEnvelope *iq)
{
    const char *peer = iq->from.full;
    g_autofree char *waiting = NULL;

    if (iq->payload == XTLS_PAYLOAD_OFFER)
        xtls_iq_tracker_remember (
            router->tracker, XTLS_IQ_FILE_OFFER, peer, iq->sid);
    switch (xtls_early_acks_came (router->early_acks, iq, &waiting)) {
    case XTLS_EARLY_ACKS_NOTHING:
        return TRUE;
    case XTLS_EARLY_ACKS_ANSWERED:
        hurry_soon (router, peer);
        return FALSE;
    case XTLS_EARLY_ACKS_FAILED:
        xtls_iq_tracker_take (router->tracker, XTLS_IQ_FROM_US, peer, waiting);
        xtls_deferred_refuse (
            router, peer, waiting, XTLS_IQ_ERROR_ITEM_NOT_FOUND);
        return FALSE;
    }
    return TRUE;
}

/* --- what is received ----------------------------------------------------- */

/* A transfer that was declined is removed silently. */
static gboolean
is_there (const PurpleXfer *xfer)
{
    return g_list_find (purple_xfers_get_all (), xfer) != NULL;
}

static gboolean
is_under_way (PurpleXfer *xfer, const char *peer)
{
    return is_there (xfer) && !xtls_beside_transfer_is_running (xfer) &&
           purple_xfer_get_type (xfer) == PURPLE_XFER_RECEIVE &&
           g_strcmp0 (purple_xfer_get_remote_user (xfer), peer) == 0 &&
           !purple_xfer_is_completed (xfer) && !purple_xfer_is_canceled (xfer);
}

/* Only for what comes from inside: a file that was offered outside before
 * continues there. */
static void
offered_cb (PurpleXfer *xfer, gpointer data)
{
    XtlsRouter *router = xtls_router_get (purple_xfer_get_account (xfer));
    GSList *next;

    if (!router)
        return;
    /* Memory that was freed may be another transfer's now. */
    for (GSList *l = router->offers; l; l = next) {
        next = l->next;
        if (l->data == xfer || !is_there (l->data))
            router->offers = g_slist_delete_link (router->offers, l);
    }
    if (xtls_jabber_is_injecting ())
        router->offers = g_slist_prepend (router->offers, xfer);
}

void
xtls_transfers_init (void)
{
    purple_signal_connect (purple_xfers_get_handle (),
                           "file-recv-request",
                           &handle,
                           PURPLE_CALLBACK (offered_cb),
                           NULL);
}

void
xtls_transfers_uninit (void)
{
    purple_signals_disconnect_by_handle (&handle);
}

static void
cancel (PurpleXfer *xfer)
{
    if (is_there (xfer) && !purple_xfer_is_completed (xfer) &&
        !purple_xfer_is_canceled (xfer))
        purple_xfer_cancel_remote (xfer);
}

/* One transfer in each turn of the main loop: cancelling it may change
 * anything, even end the router. */
static gboolean
call_off_cb (gpointer data)
{
    XtlsRouter *router = data;
    PurpleXfer *xfer = router->called_off->data;
    gboolean more;

    router->called_off =
        g_slist_delete_link (router->called_off, router->called_off);
    more = router->called_off != NULL;
    if (!more)
        router->call_off_timer = 0;
    cancel (xfer);
    return more;
}

void
xtls_transfers_cancel_soon (XtlsRouter *router, PurpleXfer *xfer)
{
    if (!g_slist_find (router->called_off, xfer))
        router->called_off = g_slist_append (router->called_off, xfer);
    if (!router->call_off_timer)
        router->call_off_timer = purple_timeout_add (0, call_off_cb, router);
}

void
xtls_transfers_call_off (XtlsRouter *router, const char *peer)
{
    GSList *next;

    for (GSList *l = router->offers; l; l = next) {
        next = l->next;
        if (!is_under_way (l->data, peer))
            continue;
        xtls_transfers_cancel_soon (router, l->data);
        router->offers = g_slist_delete_link (router->offers, l);
    }
}

void
xtls_transfers_settle (XtlsRouter *router)
{
    GSList *xfers = g_steal_pointer (&router->called_off);

    for (GSList *l = xfers; l; l = l->next)
        cancel (l->data);
    g_slist_free (xfers);
}
