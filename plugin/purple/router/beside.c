/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Negotiates files beside the stream; see beside.h. */
#include "beside.h"

#include "beside-file.h"
#include "beside-rules.h"
#include "beside-start.h"
#include "beside-transfer.h"
#include "deferred.h"
#include "element.h"
#include "file-door.h"
#include "jid.h"
#include "listener.h"
#include "ns.h"
#include "offer.h"
#include "router-private.h"
#include "socks5.h"
#include "streamhosts.h"
#include "transfers.h"

#include <eventloop.h>
#include <ft.h>
#include <signals.h>
#include <unistd.h>

/* How long the receiver may take to connect, in seconds: to
 * XTLS_STREAMHOSTS_MAX stream hosts, one after the other. */
#define CHOICE_MAX XTLS_FILE_DOOR_MAX

static int handle;
/* What libpurple sees when it is told that the receiver is connected. */
static PurpleXfer *paired_xfer;
static int paired_fd = -1;

/* --- offers and answers --------------------------------------------------- */

/* @sends: whether it is our offer. @stanza: the offer, changed in place: our
 * method takes the place of libpurple's, or the other way round. */
static void
take_offer (XtlsRouter *router,
            const XtlsEnvelope *iq,
            xmlnode *stanza,
            gboolean sends)
{
    const char *from = sends ? XTLS_NS_BYTESTREAMS : XTLS_NS_S5B;
    const char *to = sends ? XTLS_NS_S5B : XTLS_NS_BYTESTREAMS;
    const char *peer = sends ? iq->to.full : iq->from.full;
    guint64 size;

    if (!peer || router->beside.length >= XTLS_BESIDE_FILES_MAX ||
        !xtls_beside_rules_suits (router, iq, &size) ||
        xtls_beside_file_find (router, peer, iq->sid, sends) ||
        !xtls_offer_translate (stanza, from, to)) {
        (void)xtls_offer_strip (stanza, NULL);
        return;
    }
    (void)xtls_offer_strip (stanza, to);
    xtls_beside_file_add (router, peer, iq->sid, iq->id, sends, size);
}

/* @file: (nullable): the file that was offered. @stanza: the answer to the
 * offer, changed likewise. Returns: whether a method is left. */
static gboolean
take_answer (XtlsBesideFile *file, xmlnode *stanza)
{
    const char *from, *to;

    if (!file)
        return xtls_offer_strip (stanza, NULL);
    from = file->sends ? XTLS_NS_S5B : XTLS_NS_BYTESTREAMS;
    to = file->sends ? XTLS_NS_BYTESTREAMS : XTLS_NS_S5B;
    if (file->stage == XTLS_BESIDE_OFFERED &&
        xtls_offer_translate (stanza, from, to)) {
        file->stage = XTLS_BESIDE_AGREED;
        return xtls_offer_strip (stanza, to);
    }
    xtls_beside_file_drop (file);
    return xtls_offer_strip (stanza, NULL);
}

/* --- stream hosts --------------------------------------------------------- */

/* The element that negotiates stream hosts, and its children. */
static void
set_namespace (xmlnode *query, const char *xmlns)
{
    xmlnode_set_namespace (query, xmlns);
    for (xmlnode *node = query->child; node; node = node->next)
        if (node->type == XMLNODE_TYPE_TAG)
            xmlnode_set_namespace (node, xmlns);
}

static XtlsBesideTransfer *
new_transfer (XtlsBesideFile *file, XtlsSession *session)
{
    return xtls_beside_transfer_new (
        file->router->account, session, file->sid, file->sends, file->size);
}

static int
get_own_port (const xmlnode *query, const char *own)
{
    const xmlnode *node = xtls_element_first (query);

    for (; node; node = xtls_element_skip_to (node->next)) {
        const char *port = xtls_element_attribute (node, "port");
        g_autofree char *jid =
            xtls_jid_canonical (xtls_element_attribute (node, "jid"));
        guint64 number;

        if (port && g_strcmp0 (jid, own) == 0 &&
            g_ascii_string_to_unsigned (port, 10, 1, 65535, &number, NULL))
            return (int)number;
    }
    return 0;
}

/* libpurple would take whoever connects first, and give the file up if that is
 * the wrong one. Its own function is never called again. Returns: whether we
 * listen instead. */
static gboolean
take_over_listener (XtlsBesideFile *file, const XtlsEnvelope *iq)
{
    PurpleXfer *xfer = xtls_beside_file_find_listening (file);
    int listener;

    if (!xfer)
        return FALSE;
    if (xfer->watcher)
        purple_input_remove ((guint)xfer->watcher);
    xfer->watcher = 0;
    listener = xtls_beside_rules_allow_direct ()
                   ? xtls_listener_copy (file->port)
                   : -1;
    if (listener >= 0) {
        g_autofree char *hash = xtls_socks5_hash (
            file->sid, xtls_login_get_own (file->router->login), iq->to.raw);

        xtls_beside_transfer_listen (file->transfer, listener, hash);
    }
    return listener >= 0;
}

gboolean
xtls_beside_knows (XtlsRouter *router, const XtlsEnvelope *iq)
{
    XtlsBesideFile *file =
        xtls_beside_file_find (router, iq->to.full, iq->sid, TRUE);

    return iq->payload == XTLS_PAYLOAD_OTHER_FILE && file && iq->id &&
           file->stage == XTLS_BESIDE_AGREED;
}

/* We do not wait for the receiver's answer any more: libpurple is told that it
 * cannot connect. */
static void
give_up (XtlsBesideFile *file)
{
    if (xtls_iq_tracker_take (
            file->router->tracker, XTLS_IQ_FROM_US, file->peer, file->id))
        xtls_deferred_refuse (
            file->router, file->peer, file->id, XTLS_IQ_ERROR_ITEM_NOT_FOUND);
    xtls_beside_file_drop (file);
}

static gboolean
no_choice_cb (gpointer data)
{
    XtlsBesideFile *file = data;

    file->timer = 0;
    give_up (file);
    return FALSE;
}

static XtlsBesideOut
send_hosts (XtlsRouter *router,
            XtlsSession *session,
            const XtlsEnvelope *iq,
            xmlnode *copy)
{
    XtlsBesideFile *file =
        xtls_beside_file_find (router, iq->to.full, iq->sid, TRUE);
    xmlnode *query = xtls_element_first (copy);
    g_autofree char *own =
        xtls_jid_canonical (xtls_login_get_own (router->login));

    if (!file)
        return XTLS_BESIDE_NO_METHOD;
    file->port = get_own_port (query, own);
    file->transfer = new_transfer (file, session);
    if (!file->transfer) {
        xtls_beside_file_drop (file);
        return XTLS_BESIDE_NO_HOST;
    }
    /* Nobody accepts at an address where we do not listen. */
    file->jids = xtls_beside_rules_filter (router,
                                           query,
                                           own,
                                           take_over_listener (file, iq),
                                           xtls_beside_rules_allow_direct ());
    if (file->jids->len == 0) {
        xtls_beside_file_drop (file);
        return XTLS_BESIDE_NO_HOST;
    }
    xtls_beside_file_set_id (file, iq->id);
    file->stage = XTLS_BESIDE_ADDRESSED;
    file->timer = purple_timeout_add_seconds (CHOICE_MAX, no_choice_cb, file);
    set_namespace (query, XTLS_NS_S5B);
    return XTLS_BESIDE_GOES;
}

/* libpurple has connected to one, or to none. */
static void
send_used (XtlsBesideFile *file, const XtlsEnvelope *iq, xmlnode *copy)
{
    xmlnode *query = xtls_element_first (copy);

    if (!iq->is_result || !query || file->stage != XTLS_BESIDE_ADDRESSED) {
        xtls_beside_file_drop (file);
        return;
    }
    set_namespace (query, XTLS_NS_S5B);
    xtls_beside_file_set_starting (file);
}

gboolean
xtls_beside_expects (XtlsRouter *router, const XtlsEnvelope *iq)
{
    XtlsBesideFile *file =
        xtls_beside_file_find (router, iq->from.full, iq->sid, FALSE);

    return iq->payload == XTLS_PAYLOAD_STREAMHOSTS && file && iq->id &&
           file->stage == XTLS_BESIDE_AGREED;
}

static gboolean
receive_hosts (XtlsRouter *router, XtlsSession *session, const XtlsEnvelope *iq)
{
    XtlsBesideFile *file =
        xtls_beside_file_find (router, iq->from.full, iq->sid, FALSE);

    file->transfer = new_transfer (file, session);
    if (!file->transfer) {
        xtls_beside_file_drop (file);
        return FALSE;
    }
    g_ptr_array_unref (
        xtls_beside_rules_filter (router,
                                  iq->child,
                                  iq->from.full,
                                  TRUE,
                                  xtls_beside_rules_allow_direct ()));
    set_namespace (iq->child, XTLS_NS_BYTESTREAMS);
    xtls_beside_file_set_id (file, iq->id);
    file->stage = XTLS_BESIDE_ADDRESSED;
    return TRUE;
}

/* Returns: (nullable): the stream host that the receiver is connected to. */
static const char *
get_used (XtlsBesideFile *file, const XtlsEnvelope *iq)
{
    const xmlnode *used =
        iq->is_result && iq->child && iq->payload == XTLS_PAYLOAD_STREAMHOSTS
            ? xtls_element_find (iq->child, "streamhost-used", XTLS_NS_S5B)
            : NULL;
    const char *jid = used ? xtls_element_attribute (used, "jid") : NULL;

    return jid && g_ptr_array_find_with_equal_func (
                      file->jids, jid, g_str_equal, NULL)
               ? jid
               : NULL;
}

static gboolean
is_own (XtlsBesideFile *file, const char *used)
{
    g_autofree char *jid = xtls_jid_canonical (used);
    g_autofree char *own =
        xtls_jid_canonical (xtls_login_get_own (file->router->login));

    return g_strcmp0 (jid, own) == 0;
}

/* libpurple starts with whatever descriptor its transfer has. */
static gboolean
pair_up (XtlsBesideFile *file)
{
    PurpleXfer *xfer = xtls_beside_file_find_listening (file);
    int fd = xfer && xfer->fd < 0
                 ? xtls_beside_transfer_open_pair (file->transfer)
                 : -1;

    if (fd < 0)
        return FALSE;
    xfer->fd = fd;
    paired_xfer = xfer;
    paired_fd = fd;
    return TRUE;
}

/* libpurple then sends the file in-band. */
static void
turn_into_error (xmlnode *iq)
{
    xmlnode *child;

    while ((child = xtls_element_first (iq)))
        xmlnode_free (child);
    xmlnode_set_attrib (iq, "type", "error");
}

/* The receiver's choice. */
static void
receive_used (XtlsBesideFile *file, const XtlsEnvelope *iq)
{
    const char *used = get_used (file, iq);

    if (!used || (is_own (file, used) && !pair_up (file))) {
        turn_into_error (iq->stanza);
        xtls_beside_file_drop (file);
        return;
    }
    purple_timeout_remove (file->timer);
    file->timer = 0;
    set_namespace (iq->child, XTLS_NS_BYTESTREAMS);
    if (paired_xfer)
        xtls_beside_file_set_starting (file);
}

/* --- both ways ------------------------------------------------------------ */

/* An in-band bytestream is opened for the file. Returns: %FALSE if it already
 * moves, or is about to, beside the stream: libpurple would start it twice. */
static gboolean
opens_in_band (XtlsRouter *router,
               const char *peer,
               const char *sid,
               gboolean sends)
{
    XtlsBesideFile *file = xtls_beside_file_find (router, peer, sid, sends);

    if (file && !sends && file->stage == XTLS_BESIDE_ADDRESSED)
        return FALSE;
    if (file)
        xtls_beside_file_drop (file);
    return sends || !xtls_beside_transfer_has (router->account, peer, sid);
}

XtlsBesideOut
xtls_beside_send (XtlsRouter *router,
                  XtlsSession *session,
                  const XtlsEnvelope *iq,
                  xmlnode *copy)
{
    const char *peer = iq->to.full;
    XtlsBesideFile *file;

    if (iq->kind == XTLS_ENVELOPE_REQUEST) {
        if (iq->payload == XTLS_PAYLOAD_OTHER_FILE)
            return send_hosts (router, session, iq, copy);
        if (iq->payload == XTLS_PAYLOAD_OFFER)
            take_offer (router, iq, copy, TRUE);
        else if (iq->block == XTLS_BLOCK_OPEN)
            (void)opens_in_band (router, peer, iq->sid, TRUE);
        return XTLS_BESIDE_GOES;
    }
    file = iq->kind == XTLS_ENVELOPE_RESPONSE
               ? xtls_beside_file_find_asked (router, peer, iq->id, FALSE)
               : NULL;
    if (file && file->stage == XTLS_BESIDE_ADDRESSED) {
        send_used (file, iq, copy);
        return XTLS_BESIDE_GOES;
    }
    if (iq->is_error) {
        if (file)
            xtls_beside_file_drop (file);
        return XTLS_BESIDE_GOES;
    }
    return take_answer (file, copy) ? XTLS_BESIDE_GOES : XTLS_BESIDE_NO_METHOD;
}

gboolean
xtls_beside_receive (XtlsRouter *router,
                     XtlsSession *session,
                     const XtlsEnvelope *iq)
{
    const char *peer = iq->from.full;
    XtlsBesideFile *file;

    if (iq->kind == XTLS_ENVELOPE_REQUEST) {
        if (iq->payload == XTLS_PAYLOAD_STREAMHOSTS)
            return receive_hosts (router, session, iq);
        if (iq->payload == XTLS_PAYLOAD_OFFER)
            take_offer (router, iq, iq->stanza, FALSE);
        return iq->block != XTLS_BLOCK_OPEN ||
               opens_in_band (router, peer, iq->sid, FALSE);
    }
    file = xtls_beside_file_find_asked (router, peer, iq->id, TRUE);
    if (file && file->stage == XTLS_BESIDE_ADDRESSED)
        receive_used (file, iq);
    else if (iq->payload == XTLS_PAYLOAD_STREAMHOSTS)
        turn_into_error (iq->stanza); /* of a file that is not in the list */
    else
        /* If no method is left, libpurple cancels the transfer. */
        (void)take_answer (file, iq->stanza);
    return TRUE;
}

void
xtls_beside_received (void)
{
    PurpleXfer *xfer = g_steal_pointer (&paired_xfer);
    XtlsBesideFile *file = xtls_beside_file_get_starting ();

    if (xfer && file) {
        /* It has not started. One that was cancelled has closed it. */
        if (g_list_find (purple_xfers_get_all (), xfer) &&
            !purple_xfer_is_canceled (xfer)) {
            if (xfer->fd == paired_fd)
                xfer->fd = -1;
            close (paired_fd);
        }
        xtls_beside_file_drop (file);
    }
    paired_fd = -1;
}

gboolean
xtls_beside_activates (XtlsRouter *router, const XtlsEnvelope *iq)
{
    /* libpurple does not set its namespace. */
    const xmlnode *activate = iq->child && iq->kind == XTLS_ENVELOPE_REQUEST &&
                                      iq->payload == XTLS_PAYLOAD_OTHER_FILE
                                  ? xmlnode_get_child (iq->child, "activate")
                                  : NULL;
    g_autofree char *text = activate ? xmlnode_get_data (activate) : NULL;
    g_autofree char *peer = xtls_jid_canonical (text);
    XtlsBesideFile *file;

    if (!peer || !xtls_iq_tracker_has (
                     router->tracker, XTLS_IQ_FILE_OFFER, peer, iq->sid))
        return FALSE;
    file = xtls_beside_file_find (router, peer, iq->sid, TRUE);
    if (file && file->stage != XTLS_BESIDE_ADDRESSED)
        file = NULL;
    xtls_beside_file_set_starting (file);
    xtls_beside_start_set_refused (!file);
    return !file;
}

/* --- the end -------------------------------------------------------------- */

/* The port is closed, and libpurple, which still waits for the answer, gets it
 * before it can take another transfer for this one. */
static void
cancelled_cb (PurpleXfer *xfer, gpointer data)
{
    XtlsRouter *router = xtls_router_get (purple_xfer_get_account (xfer));
    GList *next;

    for (GList *l = router ? router->beside.head : NULL; l; l = next) {
        XtlsBesideFile *file = l->data;

        next = l->next;
        if (file->port && file->port == xfer->local_port &&
            xtls_beside_file_is_of (file, xfer))
            give_up (file);
    }
}

/* libpurple would go on without us, in clear once the plugin is unloaded: after
 * the answer no request waits for a response that could be refused. */
static void
call_off (XtlsBesideFile *file)
{
    for (GList *l = purple_xfers_get_all ();
         l && file->sends && file->stage != XTLS_BESIDE_OFFERED;
         l = l->next)
        if (xtls_beside_file_is_of (file, l->data) &&
            purple_xfer_get_status (l->data) < PURPLE_XFER_STATUS_STARTED)
            xtls_transfers_cancel_soon (file->router, l->data);
}

void
xtls_beside_forget (XtlsRouter *router, const char *peer)
{
    GList *next;

    for (GList *l = router->beside.head; l; l = next) {
        XtlsBesideFile *file = l->data;

        next = l->next;
        if (g_str_equal (file->peer, peer)) {
            call_off (file);
            xtls_beside_file_drop (file);
        }
    }
}

void
xtls_beside_close (XtlsRouter *router)
{
    xtls_beside_file_drop_all (router);
    xtls_beside_rules_forget_questions (router->account);
    xtls_beside_transfer_stop_all (router->account);
}

void
xtls_beside_init (void)
{
    purple_signal_connect (purple_xfers_get_handle (),
                           "file-send-cancel",
                           &handle,
                           PURPLE_CALLBACK (cancelled_cb),
                           NULL);
    xtls_beside_start_init ();
    xtls_beside_transfer_init ();
}

void
xtls_beside_uninit (void)
{
    purple_signals_disconnect_by_handle (&handle);
    xtls_beside_start_uninit ();
    xtls_beside_rules_forget_questions (NULL);
    xtls_beside_transfer_uninit ();
}
