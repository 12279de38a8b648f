/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One bytestream with one full JID, in both directions. */
#include "ibb.h"

#include "base64.h"
#include "ibb-sender.h"
#include "iq.h"
#include "node.h"
#include "window.h"

#include <string.h>

#define SEQ_MAX 65535
/* The longest stanza error condition that is quoted in a message. */
#define CONDITION_MAX 40

struct XtlsIbb {
    guint block_size;
    XtlsIbbSend send;
    gpointer user_data;
    XtlsIbbRequests *requests;
    XtlsIbbSender *sender;

    XtlsIbbState state;
    GError *error;

    /* Numbers of requests, or 0. */
    guint open_id;  /* the unanswered <open/> */
    guint close_id; /* the unanswered <close/> */

    gboolean ours;        /* only we open it */
    gboolean replaceable; /* another one takes its place if it fails early */

    guint16 seq_in; /* sequence number expected in the next block */
    gboolean heard; /* a block of the peer's has arrived */
    GByteArray *received;

    /* The size of what is in flight is not to blame: the whole bytestream was
     * refused, or the peer was not available. */
    gboolean blameless;

    /* When the peer was last heard from, or when we began to wait for it
     * (microseconds). */
    gint64 progress_at;
};

G_DEFINE_QUARK (xtls - ibb - error - quark, xtls_ibb_error)

static void
set_state (XtlsIbb *ibb, XtlsIbbState state)
{
    g_return_if_fail (state > ibb->state);
    ibb->state = state;
    xtls_ibb_sender_set_open (ibb->sender, state == XTLS_IBB_OPEN);
}

XtlsIbb *
xtls_ibb_new (XtlsCarrier carrier,
              const char *peer,
              const char *sid,
              guint block_size,
              XtlsIbbSend send,
              gpointer user_data)
{
    XtlsIbb *ibb;

    g_return_val_if_fail (block_size > 0, NULL);
    g_return_val_if_fail (block_size <= XTLS_IBB_BLOCK_SIZE_MAX, NULL);

    ibb = g_new0 (XtlsIbb, 1);
    ibb->block_size = block_size;
    ibb->send = send;
    ibb->user_data = user_data;
    ibb->requests = xtls_ibb_requests_new (carrier, peer, sid, send, user_data);
    ibb->sender =
        xtls_ibb_sender_new (ibb->requests, block_size, XTLS_IBB_QUEUE_MAX);
    ibb->received = g_byte_array_new ();
    return ibb;
}

void
xtls_ibb_free (XtlsIbb *ibb)
{
    if (!ibb)
        return;
    g_clear_error (&ibb->error);
    g_byte_array_unref (ibb->received);
    xtls_ibb_sender_free (ibb->sender);
    xtls_ibb_requests_free (ibb->requests);
    g_free (ibb);
}

void
xtls_ibb_set_ours (XtlsIbb *ibb)
{
    ibb->ours = TRUE;
}

void
xtls_ibb_set_replaceable (XtlsIbb *ibb)
{
    ibb->replaceable = TRUE;
}

/* Returns: whether nothing has arrived yet, so that it can be replaced. */
static gboolean
is_unproved (XtlsIbb *ibb)
{
    return !ibb->heard && xtls_ibb_sender_is_unproved (ibb->sender);
}

XtlsCarrier
xtls_ibb_get_carrier (XtlsIbb *ibb)
{
    return xtls_ibb_requests_get_carrier (ibb->requests);
}

XtlsIbb *
xtls_ibb_replace (XtlsIbb *ibb, XtlsCarrier carrier)
{
    g_autoptr (GByteArray) written = NULL;
    XtlsIbb *other;

    if (!is_unproved (ibb))
        return NULL;
    written = xtls_ibb_sender_take_back (ibb->sender);
    if (ibb->state != XTLS_IBB_CLOSED)
        set_state (ibb, XTLS_IBB_CLOSED);
    other = xtls_ibb_new (carrier,
                          xtls_ibb_requests_get_peer (ibb->requests),
                          xtls_ibb_requests_get_sid (ibb->requests),
                          ibb->block_size,
                          ibb->send,
                          ibb->user_data);
    other->ours = ibb->ours;
    /* It fitted into this one. */
    xtls_ibb_write (other, written->data, written->len, NULL);
    return other;
}

void
xtls_ibb_lower_block_size (XtlsIbb *ibb, guint block_size)
{
    ibb->block_size = block_size;
    xtls_ibb_sender_set_block_size (ibb->sender, block_size);
}

static gboolean
is_waiting_for_peer (XtlsIbb *ibb)
{
    return ibb->state != XTLS_IBB_CLOSED &&
           (ibb->open_id || !xtls_ibb_sender_is_idle (ibb->sender));
}

/* --- sending -------------------------------------------------------------- */

static void
send_close (XtlsIbb *ibb)
{
    xmlnode *close, *iq;

    ibb->close_id = xtls_ibb_requests_next (ibb->requests);
    iq = xtls_ibb_requests_make (ibb->requests, "close", ibb->close_id, &close);
    xtls_ibb_requests_send (ibb->requests, iq);
}

/* Closes without notifying the peer. Takes ownership of @error. */
static void
fail (XtlsIbb *ibb, GError *error)
{
    ibb->error = error;
    set_state (ibb, XTLS_IBB_CLOSED);
}

void
xtls_ibb_open (XtlsIbb *ibb, gint64 now)
{
    xmlnode *open, *iq;
    char block_size[16];

    g_return_if_fail (ibb->state == XTLS_IBB_WAITING && !ibb->open_id);

    ibb->open_id = xtls_ibb_requests_next (ibb->requests);
    ibb->progress_at = now;
    iq = xtls_ibb_requests_make (
        ibb->requests,
        xtls_carrier_get_open (xtls_ibb_get_carrier (ibb)),
        ibb->open_id,
        &open);
    g_snprintf (block_size, sizeof block_size, "%u", ibb->block_size);
    xmlnode_set_attrib (open, "block-size", block_size);
    if (xtls_ibb_get_carrier (ibb) == XTLS_CARRIER_IBB)
        xmlnode_set_attrib (open, "stanza", "iq");
    xtls_ibb_requests_send (ibb->requests, iq);
}

void
xtls_ibb_open_at_once (XtlsIbb *ibb, gint64 now)
{
    xtls_ibb_open (ibb, now);
    /* The response may already have been handled inside the call. */
    if (ibb->state == XTLS_IBB_WAITING)
        set_state (ibb, XTLS_IBB_OPEN);
}

void
xtls_ibb_flush (XtlsIbb *ibb, guint beyond, gint64 now)
{
    /* The wait begins with the first block that is sent now. */
    if (!is_waiting_for_peer (ibb))
        ibb->progress_at = now;
    xtls_ibb_sender_flush (ibb->sender, beyond, now);
}

gboolean
xtls_ibb_write (XtlsIbb *ibb, const guint8 *data, gsize len, GError **error)
{
    if (xtls_ibb_sender_write (ibb->sender, data, len))
        return TRUE;
    g_set_error_literal (error,
                         XTLS_IBB_ERROR,
                         XTLS_IBB_ERROR_QUEUE_FULL,
                         "too much is waiting to be sent");
    return FALSE;
}

/* --- responses ------------------------------------------------------------ */

/* Quotes the condition only if it looks like one, since users may see it. */
static GError *
error_from_answer (XtlsIbbError code, const char *what, const char *condition)
{
    if (!condition || strlen (condition) > CONDITION_MAX ||
        !g_str_is_ascii (condition))
        condition = "undefined-condition";
    return g_error_new (XTLS_IBB_ERROR, code, "%s: %s", what, condition);
}

/* Returns: whether the result says what results of opening say. */
static gboolean
says_opened (XtlsIbb *ibb, const xmlnode *iq)
{
    XtlsCarrier carrier = xtls_ibb_get_carrier (ibb);
    const char *name = xtls_carrier_get_opened (carrier);

    return !name || xtls_node_is (xtls_node_first_child (iq),
                                  name,
                                  xtls_carrier_get_namespace (carrier));
}

static void
open_answered (XtlsIbb *ibb, const xmlnode *iq, gboolean ok, gint64 now)
{
    ibb->open_id = 0;
    if (ibb->state == XTLS_IBB_CLOSED)
        return;
    if (!ok || !says_opened (ibb, iq)) {
        ibb->blameless = TRUE;
        fail (ibb,
              error_from_answer (XTLS_IBB_ERROR_REFUSED,
                                 "the bytestream was refused",
                                 xtls_iq_error_condition (iq, NULL)));
        return;
    }
    if (ibb->state == XTLS_IBB_WAITING)
        set_state (ibb, XTLS_IBB_OPEN);
    xtls_ibb_flush (ibb, 0, now);
}

static void
block_taken (XtlsIbb *ibb, guint id, gint64 now)
{
    ibb->progress_at = now;
    xtls_ibb_sender_taken (ibb->sender, id, now);
    xtls_ibb_flush (ibb, 0, now);
}

static gboolean
means_absence (const char *condition)
{
    static const char *const conditions[] = {"gone",
                                             "item-not-found",
                                             "recipient-unavailable",
                                             "remote-server-not-found",
                                             "remote-server-timeout",
                                             "service-unavailable"};

    for (gsize i = 0; i < G_N_ELEMENTS (conditions); i++)
        if (g_strcmp0 (condition, conditions[i]) == 0)
            return TRUE;
    return FALSE;
}

/* XEP-0047 section 2.2. A bounce is not progress: a peer that only bounces
 * blocks is eventually declared dead. <close/> would end the session of a peer
 * that is to agree to a replacement. */
static void
block_bounced (XtlsIbb *ibb, guint id, const xmlnode *iq, gint64 now)
{
    gboolean wait;
    const char *condition = xtls_iq_error_condition (iq, &wait);

    if (ibb->state == XTLS_IBB_CLOSED)
        return;
    if (wait && xtls_ibb_sender_retry (ibb->sender, id, now))
        return;
    ibb->blameless = means_absence (condition);
    fail (ibb,
          error_from_answer (XTLS_IBB_ERROR_BOUNCED,
                             "a block could not be delivered",
                             condition));
    if (!ibb->replaceable || !is_unproved (ibb))
        send_close (ibb);
}

/* A second response to a block is ours as well, and is ignored. */
static gboolean
handle_answer (XtlsIbb *ibb, const xmlnode *iq, gboolean ok, gint64 now)
{
    guint id;

    if (!xtls_ibb_requests_parse (
            ibb->requests, xtls_node_attrib (iq, "id"), &id))
        return FALSE;
    if (id == 0)
        return TRUE;
    if (id == ibb->open_id)
        open_answered (ibb, iq, ok, now);
    else if (id == ibb->close_id)
        ibb->close_id = 0;
    else if (xtls_ibb_sender_has (ibb->sender, id) && ok)
        block_taken (ibb, id, now);
    else if (xtls_ibb_sender_has (ibb->sender, id))
        block_bounced (ibb, id, iq, now);
    return TRUE;
}

/* --- requests from the peer ----------------------------------------------- */

/* @name: (nullable): of the element in the result */
static xmlnode *
make_result (const xmlnode *iq, XtlsCarrier carrier, const char *name)
{
    xmlnode *result = xtls_iq_result (iq);

    if (name)
        xmlnode_set_namespace (xmlnode_new_child (result, name),
                               xtls_carrier_get_namespace (carrier));
    return result;
}

static void
accept_request (XtlsIbb *ibb, const xmlnode *iq, const char *name)
{
    xtls_ibb_requests_send (ibb->requests,
                            make_result (iq, xtls_ibb_get_carrier (ibb), name));
}

static void
refuse_request (XtlsIbb *ibb, const xmlnode *iq, XtlsIqError error)
{
    xtls_ibb_requests_send (ibb->requests, xtls_iq_error (iq, error));
}

static void
refuse_block_size (XtlsIbb *ibb, const xmlnode *iq)
{
    xmlnode *reply = xtls_iq_error (iq, XTLS_IQ_ERROR_RESOURCE_CONSTRAINT);

    /* XEP-0047 section 2.1: the peer should ask again with smaller blocks, not
     * later. */
    xmlnode_set_attrib (xmlnode_get_child (reply, "error"), "type", "modify");
    xtls_ibb_requests_send (ibb->requests, reply);
}

/* To XEP-0047 a closed bytestream is an unknown one. A peer that wants to open
 * it again is told that we do not "wish to proceed" (section 2.1). */
static void
handle_open (XtlsIbb *ibb, const xmlnode *iq, const xmlnode *open)
{
    const char *stanza = xtls_node_attrib (open, "stanza");
    guint block_size;

    if (ibb->state == XTLS_IBB_CLOSED || g_strcmp0 (stanza, "message") == 0) {
        refuse_request (ibb, iq, XTLS_IQ_ERROR_NOT_ACCEPTABLE);
    } else if (ibb->state == XTLS_IBB_OPEN || ibb->open_id || ibb->ours) {
        refuse_request (ibb, iq, XTLS_IQ_ERROR_UNEXPECTED_REQUEST);
    } else if (!xtls_node_parse_decimal (xtls_node_attrib (open, "block-size"),
                                         XTLS_IBB_BLOCK_SIZE_MAX,
                                         &block_size) ||
               block_size == 0 || (stanza && strcmp (stanza, "iq") != 0)) {
        refuse_request (ibb, iq, XTLS_IQ_ERROR_BAD_REQUEST);
    } else if (block_size > ibb->block_size) {
        refuse_block_size (ibb, iq);
    } else {
        xtls_ibb_lower_block_size (ibb, block_size);
        set_state (ibb, XTLS_IBB_OPEN);
        accept_request (
            ibb, iq, xtls_carrier_get_opened (xtls_ibb_get_carrier (ibb)));
    }
}

/* XEP-0047 section 2.2: an invalid block ends the bytestream. */
static void
refuse_block (XtlsIbb *ibb,
              const xmlnode *iq,
              XtlsIqError error,
              XtlsIbbError code,
              const char *message)
{
    fail (ibb, g_error_new_literal (XTLS_IBB_ERROR, code, message));
    refuse_request (ibb, iq, error);
    send_close (ibb);
}

/* libpurple may have split the text into several nodes. */
static gboolean
decode_block (XtlsIbb *ibb, const xmlnode *data)
{
    gsize max = ((gsize)ibb->block_size + 2) / 3 * 4;
    const xmlnode *first = NULL;
    GString *joined = NULL;
    gsize total = 0;
    gboolean ok = TRUE;

    for (const xmlnode *node = data->child; node && ok; node = node->next) {
        if (node->type == XMLNODE_TYPE_ATTRIB)
            continue;
        total += node->data_sz;
        ok = node->type == XMLNODE_TYPE_DATA && total <= max;
        if (ok && first && !joined)
            joined = g_string_new_len (first->data, (gssize)first->data_sz);
        if (ok && joined)
            g_string_append_len (joined, node->data, (gssize)node->data_sz);
        if (!first)
            first = node;
    }
    if (ok && first)
        ok = xtls_base64_decode (joined ? joined->str : first->data,
                                 total,
                                 ibb->block_size,
                                 ibb->received);
    if (joined)
        g_string_free (joined, TRUE);
    return ok;
}

/* Before it is open and after it is closed, the bytestream is unknown (XEP-0047
 * section 2.2, first case); a block for it ends nothing. */
static void
handle_data (XtlsIbb *ibb, const xmlnode *iq, const xmlnode *data)
{
    guint seq;

    if (ibb->state != XTLS_IBB_OPEN) {
        refuse_request (ibb, iq, XTLS_IQ_ERROR_ITEM_NOT_FOUND);
    } else if (!xtls_node_parse_decimal (
                   xtls_node_attrib (data, "seq"), SEQ_MAX, &seq)) {
        refuse_block (ibb,
                      iq,
                      XTLS_IQ_ERROR_BAD_REQUEST,
                      XTLS_IBB_ERROR_BAD_BLOCK,
                      "a block came without a sequence number");
    } else if (seq != ibb->seq_in) {
        refuse_block (ibb,
                      iq,
                      XTLS_IQ_ERROR_UNEXPECTED_REQUEST,
                      XTLS_IBB_ERROR_SEQUENCE,
                      "a block came out of sequence");
    } else if (!decode_block (ibb, data)) {
        refuse_block (ibb,
                      iq,
                      XTLS_IQ_ERROR_BAD_REQUEST,
                      XTLS_IBB_ERROR_BAD_BLOCK,
                      "a block was too long or not base64");
    } else {
        ibb->seq_in++; /* wraps from 65535 to 0 */
        ibb->heard = TRUE;
        accept_request (ibb, iq, NULL);
    }
}

static void
handle_close (XtlsIbb *ibb, const xmlnode *iq, const xmlnode *close)
{
    const char *closed = xtls_carrier_get_closed (xtls_ibb_get_carrier (ibb));

    /* Two `<close/>` may cross each other; both are valid. */
    if (ibb->state == XTLS_IBB_OPEN) {
        set_state (ibb, XTLS_IBB_CLOSED);
        accept_request (ibb, iq, closed);
    } else if (ibb->close_id) {
        accept_request (ibb, iq, closed);
    } else {
        refuse_request (ibb, iq, XTLS_IQ_ERROR_ITEM_NOT_FOUND);
    }
}

static gboolean
handle_request (XtlsIbb *ibb, const xmlnode *iq, gboolean is_set)
{
    XtlsCarrier carrier = xtls_ibb_get_carrier (ibb);
    const struct {
        const char *name;
        void (*handle) (XtlsIbb *, const xmlnode *, const xmlnode *);
    } requests[] = {
        {xtls_carrier_get_open (carrier), handle_open},
        {"data", handle_data},
        {"close", handle_close},
    };
    const xmlnode *payload = xtls_node_first_child (iq);

    if (!payload || g_strcmp0 (xtls_node_attrib (payload, "sid"),
                               xtls_ibb_requests_get_sid (ibb->requests)))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS (requests); i++) {
        if (!xtls_node_is (payload,
                           requests[i].name,
                           xtls_carrier_get_namespace (carrier)))
            continue;
        if (is_set)
            requests[i].handle (ibb, iq, payload);
        else
            refuse_request (ibb, iq, XTLS_IQ_ERROR_BAD_REQUEST);
        return TRUE;
    }
    return FALSE;
}

gboolean
xtls_ibb_handle (XtlsIbb *ibb, xmlnode *iq, gint64 now)
{
    const char *type = xtls_node_attrib (iq, "type");

    if (!type || g_strcmp0 (xtls_node_attrib (iq, "from"),
                            xtls_ibb_requests_get_peer (ibb->requests)) != 0)
        return FALSE;
    if (strcmp (type, "result") == 0 || strcmp (type, "error") == 0)
        return handle_answer (ibb, iq, type[0] == 'r', now);
    if (strcmp (type, "set") == 0 || strcmp (type, "get") == 0)
        return handle_request (ibb, iq, type[0] == 's');
    return FALSE;
}

/* --- timers and getters --------------------------------------------------- */

GByteArray *
xtls_ibb_take (XtlsIbb *ibb)
{
    GByteArray *received = ibb->received;

    if (received->len == 0)
        return NULL;
    ibb->received = g_byte_array_new ();
    return received;
}

void
xtls_ibb_close (XtlsIbb *ibb)
{
    gboolean was_open = ibb->state == XTLS_IBB_OPEN;

    if (ibb->state == XTLS_IBB_CLOSED)
        return;
    set_state (ibb, XTLS_IBB_CLOSED);
    if (was_open)
        send_close (ibb);
}

void
xtls_ibb_check (XtlsIbb *ibb, gint64 now)
{
    gint64 retry_at = xtls_ibb_sender_get_retry_at (ibb->sender);

    if (!is_waiting_for_peer (ibb))
        return;
    if (now >= ibb->progress_at + XTLS_IBB_DEAD_AFTER)
        fail (ibb,
              g_error_new_literal (XTLS_IBB_ERROR,
                                   XTLS_IBB_ERROR_DEAD,
                                   "the other side does not answer"));
    else if (retry_at && now >= retry_at)
        xtls_ibb_sender_send_again (ibb->sender, now);
}

gint64
xtls_ibb_get_deadline (XtlsIbb *ibb)
{
    gint64 dead_at = ibb->progress_at + XTLS_IBB_DEAD_AFTER;
    gint64 retry_at = xtls_ibb_sender_get_retry_at (ibb->sender);

    if (!is_waiting_for_peer (ibb))
        return -1;
    return retry_at ? MIN (retry_at, dead_at) : dead_at;
}

XtlsIbbState
xtls_ibb_get_state (XtlsIbb *ibb)
{
    return ibb->state;
}

const GError *
xtls_ibb_get_error (XtlsIbb *ibb)
{
    return ibb->error;
}

gsize
xtls_ibb_get_unsent (XtlsIbb *ibb)
{
    return xtls_ibb_sender_get_unsent (ibb->sender);
}

gsize
xtls_ibb_get_in_flight (XtlsIbb *ibb)
{
    return xtls_window_get_bytes (xtls_ibb_sender_get_window (ibb->sender));
}

gboolean
xtls_ibb_has_room (XtlsIbb *ibb, gsize unsent)
{
    return xtls_window_has_room (xtls_ibb_sender_get_window (ibb->sender),
                                 unsent);
}

void
xtls_ibb_note_progress (XtlsIbb *ibb, gint64 now)
{
    ibb->progress_at = MAX (ibb->progress_at, now);
}

void
xtls_ibb_get_largest (XtlsIbb *ibb, gsize *taken, gsize *waiting)
{
    *taken = xtls_window_get_largest_taken (
        xtls_ibb_sender_get_window (ibb->sender));
    *waiting = ibb->blameless ? 0
                              : xtls_window_get_largest (
                                    xtls_ibb_sender_get_window (ibb->sender));
}

static gboolean
is_of_carrier (const xmlnode *payload, XtlsCarrier carrier)
{
    const char *xmlns = xtls_carrier_get_namespace (carrier);

    return xtls_node_is (payload, "data", xmlns) ||
           xtls_node_is (payload, xtls_carrier_get_open (carrier), xmlns) ||
           xtls_node_is (payload, "close", xmlns);
}

xmlnode *
xtls_ibb_make_closed (const xmlnode *iq)
{
    XtlsCarrier carrier =
        is_of_carrier (xtls_node_first_child (iq), XTLS_CARRIER_XTLS)
            ? XTLS_CARRIER_XTLS
            : XTLS_CARRIER_IBB;

    return make_result (iq, carrier, xtls_carrier_get_closed (carrier));
}

const char *
xtls_ibb_get_sid (const xmlnode *iq)
{
    const xmlnode *payload = xtls_node_first_child (iq);

    return is_of_carrier (payload, XTLS_CARRIER_IBB) ||
                   is_of_carrier (payload, XTLS_CARRIER_XTLS)
               ? xtls_node_attrib (payload, "sid")
               : NULL;
}
