/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Negotiates files beside the stream; see beside.h. */
#include "beside.h"

#include "beside-rules.h"
#include "beside-transfer.h"
#include "deferred.h"
#include "element.h"
#include "file-door.h"
#include "file-limit.h"
#include "jid.h"
#include "listener.h"
#include "ns.h"
#include "offer.h"
#include "protected.h"
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

typedef enum {
    STAGE_OFFERED,  /* and not answered yet */
    STAGE_AGREED,   /* on our method */
    STAGE_ADDRESSED /* the stream hosts have been named */
} Stage;

typedef struct {
    XtlsRouter *router;
    char *peer; /* canonical full JID */
    char *sid;
    gboolean sends; /* this side does */
    guint64 size;
    Stage stage;
    char *id; /* of the offer, or of the request that names stream hosts */
    XtlsBesideTransfer *transfer; /* from STAGE_ADDRESSED on */
    GPtrArray *jids;              /* of the stream hosts that we have named */
    int port;                     /* on which libpurple listens, or 0 */
    guint timer; /* runs while we wait for the receiver's choice */
} File;

static int handle;
/* The file that libpurple starts next, before it does anything else. */
static File *starting;
/* libpurple is about to start a file that may not go on. */
static gboolean refuses_start;
/* What libpurple sees when it is told that the receiver is connected. */
static PurpleXfer *paired_xfer;
static int paired_fd = -1;

/* --- the list ------------------------------------------------------------- */

static void
file_free (gpointer data)
{
    File *file = data;

    if (starting == file)
        starting = NULL;
    if (file->timer)
        purple_timeout_remove (file->timer);
    xtls_beside_transfer_free (file->transfer);
    g_clear_pointer (&file->jids, g_ptr_array_unref);
    g_free (file->id);
    g_free (file->sid);
    g_free (file->peer);
    g_free (file);
}

static void
drop (File *file)
{
    g_queue_remove (&file->router->beside, file);
    file_free (file);
}

static File *
find (XtlsRouter *router, const char *peer, const char *sid, gboolean sends)
{
    for (GList *l = router->beside.head; peer && sid && l; l = l->next) {
        File *file = l->data;

        if (file->sends == sends && g_str_equal (file->peer, peer) &&
            g_str_equal (file->sid, sid))
            return file;
    }
    return NULL;
}

/* Returns: (nullable): the file to whose offer, or request with stream hosts,
 * this responds. */
static File *
find_asked (XtlsRouter *router,
            const char *peer,
            const char *id,
            gboolean sends)
{
    for (GList *l = router->beside.head; peer && id && l; l = l->next) {
        File *file = l->data;

        if (file->sends == sends && g_str_equal (file->peer, peer) &&
            g_str_equal (file->id, id))
            return file;
    }
    return NULL;
}

static void
set_id (File *file, const char *id)
{
    g_free (file->id);
    file->id = g_strdup (id);
}

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
    File *file;

    if (!peer || router->beside.length >= XTLS_BESIDE_FILES_MAX ||
        !xtls_beside_rules_suits (router, iq, &size) ||
        find (router, peer, iq->sid, sends) ||
        !xtls_offer_translate (stanza, from, to)) {
        (void)xtls_offer_strip (stanza, NULL);
        return;
    }
    (void)xtls_offer_strip (stanza, to);
    file = g_new0 (File, 1);
    file->router = router;
    file->peer = g_strdup (peer);
    file->sid = g_strdup (iq->sid);
    file->id = g_strdup (iq->id);
    file->sends = sends;
    file->size = size;
    g_queue_push_tail (&router->beside, file);
}

/* @file: (nullable): the file that was offered. @stanza: the answer to the
 * offer, changed likewise. Returns: whether a method is left. */
static gboolean
take_answer (File *file, xmlnode *stanza)
{
    const char *from, *to;

    if (!file)
        return xtls_offer_strip (stanza, NULL);
    from = file->sends ? XTLS_NS_S5B : XTLS_NS_BYTESTREAMS;
    to = file->sends ? XTLS_NS_BYTESTREAMS : XTLS_NS_S5B;
    if (file->stage == STAGE_OFFERED &&
        xtls_offer_translate (stanza, from, to)) {
        file->stage = STAGE_AGREED;
        return xtls_offer_strip (stanza, to);
    }
    drop (file);
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
new_transfer (File *file, XtlsSession *session)
{
    return xtls_beside_transfer_new (
        file->router->account, session, file->sid, file->sends, file->size);
}

static gboolean
is_of (const PurpleXfer *xfer, const File *file)
{
    g_autofree char *peer =
        xtls_jid_canonical (purple_xfer_get_remote_user (xfer));

    return purple_xfer_get_account (xfer) == file->router->account &&
           (purple_xfer_get_type (xfer) == PURPLE_XFER_SEND) == file->sends &&
           g_strcmp0 (peer, file->peer) == 0;
}

/* Returns: (nullable): libpurple's transfer that listens for the file. */
static PurpleXfer *
find_listening (File *file)
{
    for (GList *l = purple_xfers_get_all (); file->port && l; l = l->next) {
        PurpleXfer *xfer = l->data;

        if (is_of (xfer, file) && xfer->local_port == file->port &&
            purple_xfer_get_status (xfer) < PURPLE_XFER_STATUS_STARTED)
            return xfer;
    }
    return NULL;
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
take_over_listener (File *file, const XtlsEnvelope *iq)
{
    PurpleXfer *xfer = find_listening (file);
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
    File *file = find (router, iq->to.full, iq->sid, TRUE);

    return iq->payload == XTLS_PAYLOAD_OTHER_FILE && file && iq->id &&
           file->stage == STAGE_AGREED;
}

/* We do not wait for the receiver's answer any more: libpurple is told that it
 * cannot connect. */
static void
give_up (File *file)
{
    if (xtls_iq_tracker_take (
            file->router->tracker, XTLS_IQ_FROM_US, file->peer, file->id))
        xtls_deferred_refuse (
            file->router, file->peer, file->id, XTLS_IQ_ERROR_ITEM_NOT_FOUND);
    drop (file);
}

static gboolean
no_choice_cb (gpointer data)
{
    File *file = data;

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
    File *file = find (router, iq->to.full, iq->sid, TRUE);
    xmlnode *query = xtls_element_first (copy);
    g_autofree char *own =
        xtls_jid_canonical (xtls_login_get_own (router->login));

    if (!file)
        return XTLS_BESIDE_NO_METHOD;
    file->port = get_own_port (query, own);
    file->transfer = new_transfer (file, session);
    if (!file->transfer) {
        drop (file);
        return XTLS_BESIDE_NO_HOST;
    }
    /* Nobody accepts at an address where we do not listen. */
    file->jids = xtls_beside_rules_filter (router,
                                           query,
                                           own,
                                           take_over_listener (file, iq),
                                           xtls_beside_rules_allow_direct ());
    if (file->jids->len == 0) {
        drop (file);
        return XTLS_BESIDE_NO_HOST;
    }
    set_id (file, iq->id);
    file->stage = STAGE_ADDRESSED;
    file->timer = purple_timeout_add_seconds (CHOICE_MAX, no_choice_cb, file);
    set_namespace (query, XTLS_NS_S5B);
    return XTLS_BESIDE_GOES;
}

/* libpurple has connected to one, or to none. */
static void
send_used (File *file, const XtlsEnvelope *iq, xmlnode *copy)
{
    xmlnode *query = xtls_element_first (copy);

    if (!iq->is_result || !query || file->stage != STAGE_ADDRESSED) {
        drop (file);
        return;
    }
    set_namespace (query, XTLS_NS_S5B);
    starting = file;
}

gboolean
xtls_beside_expects (XtlsRouter *router, const XtlsEnvelope *iq)
{
    File *file = find (router, iq->from.full, iq->sid, FALSE);

    return iq->payload == XTLS_PAYLOAD_STREAMHOSTS && file && iq->id &&
           file->stage == STAGE_AGREED;
}

static gboolean
receive_hosts (XtlsRouter *router, XtlsSession *session, const XtlsEnvelope *iq)
{
    File *file = find (router, iq->from.full, iq->sid, FALSE);

    file->transfer = new_transfer (file, session);
    if (!file->transfer) {
        drop (file);
        return FALSE;
    }
    g_ptr_array_unref (
        xtls_beside_rules_filter (router,
                                  iq->child,
                                  iq->from.full,
                                  TRUE,
                                  xtls_beside_rules_allow_direct ()));
    set_namespace (iq->child, XTLS_NS_BYTESTREAMS);
    set_id (file, iq->id);
    file->stage = STAGE_ADDRESSED;
    return TRUE;
}

/* Returns: (nullable): the stream host that the receiver is connected to. */
static const char *
get_used (File *file, const XtlsEnvelope *iq)
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
is_own (File *file, const char *used)
{
    g_autofree char *jid = xtls_jid_canonical (used);
    g_autofree char *own =
        xtls_jid_canonical (xtls_login_get_own (file->router->login));

    return g_strcmp0 (jid, own) == 0;
}

/* libpurple starts with whatever descriptor its transfer has. */
static gboolean
pair_up (File *file)
{
    PurpleXfer *xfer = find_listening (file);
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
receive_used (File *file, const XtlsEnvelope *iq)
{
    const char *used = get_used (file, iq);

    if (!used || (is_own (file, used) && !pair_up (file))) {
        turn_into_error (iq->stanza);
        drop (file);
        return;
    }
    purple_timeout_remove (file->timer);
    file->timer = 0;
    set_namespace (iq->child, XTLS_NS_BYTESTREAMS);
    if (paired_xfer)
        starting = file;
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
    File *file = find (router, peer, sid, sends);

    if (file && !sends && file->stage == STAGE_ADDRESSED)
        return FALSE;
    if (file)
        drop (file);
    return sends || !xtls_beside_transfer_has (router->account, peer, sid);
}

XtlsBesideOut
xtls_beside_send (XtlsRouter *router,
                  XtlsSession *session,
                  const XtlsEnvelope *iq,
                  xmlnode *copy)
{
    const char *peer = iq->to.full;
    File *file;

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
               ? find_asked (router, peer, iq->id, FALSE)
               : NULL;
    if (file && file->stage == STAGE_ADDRESSED) {
        send_used (file, iq, copy);
        return XTLS_BESIDE_GOES;
    }
    if (iq->is_error) {
        if (file)
            drop (file);
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
    File *file;

    if (iq->kind == XTLS_ENVELOPE_REQUEST) {
        if (iq->payload == XTLS_PAYLOAD_STREAMHOSTS)
            return receive_hosts (router, session, iq);
        if (iq->payload == XTLS_PAYLOAD_OFFER)
            take_offer (router, iq, iq->stanza, FALSE);
        return iq->block != XTLS_BLOCK_OPEN ||
               opens_in_band (router, peer, iq->sid, FALSE);
    }
    file = find_asked (router, peer, iq->id, TRUE);
    if (file && file->stage == STAGE_ADDRESSED)
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

    if (xfer && starting) {
        /* It has not started. One that was cancelled has closed it. */
        if (g_list_find (purple_xfers_get_all (), xfer) &&
            !purple_xfer_is_canceled (xfer)) {
            if (xfer->fd == paired_fd)
                xfer->fd = -1;
            close (paired_fd);
        }
        drop (starting);
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
    File *file;

    if (!peer || !xtls_iq_tracker_has (
                     router->tracker, XTLS_IQ_FILE_OFFER, peer, iq->sid))
        return FALSE;
    file = find (router, peer, iq->sid, TRUE);
    starting = file && file->stage == STAGE_ADDRESSED ? file : NULL;
    refuses_start = !starting;
    return refuses_start;
}

/* --- the start ------------------------------------------------------------ */

static gssize
refuse_write (const guchar *data, size_t len, PurpleXfer *xfer)
{
    return -1;
}

static gssize
refuse_read (guchar **data, PurpleXfer *xfer)
{
    *data = NULL;
    return -1;
}

/* Nothing of a file that was offered inside moves on a connection without TLS.
 * In-band, libpurple has set a function of its own. */
static void
refuse_start (PurpleXfer *xfer)
{
    XtlsRouter *router = xtls_router_get (purple_xfer_get_account (xfer));

    if (xfer->fd < 0 && (xfer->ops.write || xfer->ops.read))
        return;
    purple_xfer_set_write_fnc (xfer, refuse_write);
    purple_xfer_set_read_fnc (xfer, refuse_read);
    if (!router)
        return;
    /* libpurple reads memory that it has freed, if writing fails. */
    if (xfer->watcher)
        purple_input_remove ((guint)xfer->watcher);
    xfer->watcher = 0;
    xtls_transfers_cancel_soon (router, xfer);
}

/* Whatever has happened to the file that was negotiated. */
static gboolean
must_not_be_plain (PurpleXfer *xfer)
{
    PurpleAccount *account = purple_xfer_get_account (xfer);
    XtlsRouter *router = xtls_router_get (account);
    const char *who = purple_xfer_get_remote_user (xfer);

    /* What the policy alone forbids is sending. */
    if (refuses_start || xtls_protected_find_private (account, who) ||
        (purple_xfer_get_type (xfer) == PURPLE_XFER_SEND &&
         xtls_protected_find (account, who, XTLS_MATTER_CONTENT)))
        return TRUE;
    return router && (g_slist_find (router->called_off, xfer) ||
                      (purple_xfer_get_type (xfer) == PURPLE_XFER_RECEIVE &&
                       g_slist_find (router->offers, xfer)));
}

static void
started_cb (PurpleXfer *xfer, gpointer data)
{
    File *file = starting && is_of (xfer, starting) ? starting : NULL;
    XtlsBesideTransfer *transfer;

    if (!file && must_not_be_plain (xfer))
        purple_xfer_set_start_fnc (xfer, refuse_start);
    refuses_start = FALSE;
    if (!file)
        return;
    transfer = g_steal_pointer (&file->transfer);
    xtls_file_limit_drop (file->router->file_limit, file->peer, file->sid);
    drop (file);
    xtls_beside_transfer_start (transfer, xfer);
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
        File *file = l->data;

        next = l->next;
        if (file->port && file->port == xfer->local_port && is_of (xfer, file))
            give_up (file);
    }
}

/* libpurple would go on without us, in clear once the plugin is unloaded: after
 * the answer no request waits for a response that could be refused. */
static void
call_off (File *file)
{
    for (GList *l = purple_xfers_get_all ();
         l && file->sends && file->stage != STAGE_OFFERED;
         l = l->next)
        if (is_of (l->data, file) &&
            purple_xfer_get_status (l->data) < PURPLE_XFER_STATUS_STARTED)
            xtls_transfers_cancel_soon (file->router, l->data);
}

void
xtls_beside_forget (XtlsRouter *router, const char *peer)
{
    GList *next;

    for (GList *l = router->beside.head; l; l = next) {
        File *file = l->data;

        next = l->next;
        if (g_str_equal (file->peer, peer)) {
            call_off (file);
            drop (file);
        }
    }
}

void
xtls_beside_close (XtlsRouter *router)
{
    g_queue_clear_full (&router->beside, file_free);
    xtls_beside_rules_forget_questions (router->account);
    xtls_beside_transfer_stop_all (router->account);
}

void
xtls_beside_init (void)
{
    void *xfers = purple_xfers_get_handle ();

    purple_signal_connect (
        xfers, "file-send-start", &handle, PURPLE_CALLBACK (started_cb), NULL);
    purple_signal_connect (
        xfers, "file-recv-start", &handle, PURPLE_CALLBACK (started_cb), NULL);
    purple_signal_connect (xfers,
                           "file-send-cancel",
                           &handle,
                           PURPLE_CALLBACK (cancelled_cb),
                           NULL);
    xtls_beside_transfer_init ();
}

void
xtls_beside_uninit (void)
{
    purple_signals_disconnect_by_handle (&handle);
    xtls_beside_rules_forget_questions (NULL);
    xtls_beside_transfer_uninit ();
}
