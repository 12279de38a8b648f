/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Both directions of the stream; acks.c negotiates acknowledgement. */
#include "stream.h"
#include "acks.h"
#include "node.h"
#include "ns.h"
#include "reader.h"
#include "stanza.h"
#include "stream-error.h"
#include "stream-header.h"
#include "xml-write.h"

#include <string.h>

/* The most memory that a stream keeps for what it sends next, in bytes: enough
 * for a message of one line, so that most streams never ask for any again. */
#define OUTPUT_KEPT 512

/* Forward only. */
typedef enum {
    PHASE_HEADER,   /* waits for the peer's header */
    PHASE_FEATURES, /* waits for the responder's features */
    PHASE_DECISION, /* waits for the reply to <resume/> */
    PHASE_OPEN
} Phase;

typedef enum { OUTPUT_NONE, OUTPUT_BEGUN, OUTPUT_ENDED } OutputState;

struct XtlsStream {
    gboolean initiator;
    char *own;
    char *peer;

    Phase phase;
    gboolean begun_early; /* did not wait for the features */
    OutputState output_state;
    GString *output;
    XtlsReader *reader;
    XtlsAcks *acks;
    GQueue inbox;    /* valid stanzas that were not taken yet */
    gsize undecided; /* memory of the stanzas from PHASE_DECISION */
    GError *failure; /* once set, nothing is read or written */
};

G_DEFINE_QUARK (xtls - stream - error - quark, xtls_stream_error)

XtlsStream *
xtls_stream_new (gboolean initiator,
                 const char *own,
                 const char *peer,
                 XtlsSmFind find_sm,
                 gpointer user_data)
{
    XtlsStream *stream = g_new0 (XtlsStream, 1);

    stream->initiator = initiator;
    stream->own = g_strdup (own);
    stream->peer = g_strdup (peer);
    stream->output = g_string_new (NULL);
    stream->reader = xtls_reader_new ();
    stream->acks =
        xtls_acks_new (initiator, stream->output, find_sm, user_data);
    g_queue_init (&stream->inbox);
    return stream;
}

static void
node_free (gpointer node)
{
    xmlnode_free (node);
}

void
xtls_stream_free (XtlsStream *stream)
{
    if (stream == NULL)
        return;
    g_queue_clear_full (&stream->inbox, node_free);
    xtls_acks_free (stream->acks);
    xtls_reader_free (stream->reader);
    g_string_free (stream->output, TRUE);
    g_clear_error (&stream->failure);
    g_free (stream->own);
    g_free (stream->peer);
    g_free (stream);
}

void
xtls_stream_resume_with (XtlsStream *stream, XtlsSm *sm)
{
    g_return_if_fail (stream->initiator);
    g_return_if_fail (stream->output_state == OUTPUT_NONE);

    xtls_acks_resume_with (stream->acks, sm);
}

void
xtls_stream_start (XtlsStream *stream)
{
    char *id = NULL;

    if (stream->output_state != OUTPUT_NONE)
        return;
    if (!stream->initiator)
        id = xtls_stanza_random_id ();
    xtls_stream_header_append (stream->output, stream->own, stream->peer, id);
    if (!stream->initiator)
        g_string_append (stream->output,
                         "<stream:features><sm xmlns='" XTLS_NS_SM "'/>"
                         "</stream:features>");
    stream->output_state = OUTPUT_BEGUN;
    g_free (id);
}

void
xtls_stream_begin_early (XtlsStream *stream)
{
    g_return_if_fail (stream->initiator && stream->phase == PHASE_HEADER);
    g_return_if_fail (stream->output_state == OUTPUT_BEGUN);

    stream->begun_early = TRUE;
    xtls_acks_begin_early (stream->acks);
}

gboolean
xtls_stream_takes_first_words (XtlsStream *stream)
{
    return stream->begun_early && stream->phase < PHASE_OPEN &&
           !xtls_acks_is_resuming (stream->acks);
}

gboolean
xtls_stream_is_undecided (XtlsStream *stream)
{
    return xtls_acks_is_undecided (stream->acks);
}

static void
end_output (XtlsStream *stream)
{
    g_string_append (stream->output, "</stream:stream>");
    stream->output_state = OUTPUT_ENDED;
    xtls_acks_mute (stream->acks);
}

/* Sends the peer the stream error @condition (with @detail, XML text), unless
 * we have closed the stream already. Returns FALSE. */
static gboolean
fail_with (XtlsStream *stream,
           XtlsStreamError code,
           const char *condition,
           const char *detail)
{
    stream->failure =
        g_error_new_literal (XTLS_STREAM_ERROR, (gint)code, condition);
    /* RFC 6120 4.9.1.2: an error is sent inside a stream. */
    xtls_stream_start (stream);
    if (stream->output_state == OUTPUT_BEGUN) {
        if (code != XTLS_STREAM_ERROR_FROM_PEER)
            xtls_stream_error_append (stream->output, condition, detail);
        end_output (stream);
    }
    return FALSE;
}

static gboolean
fail (XtlsStream *stream, const char *condition)
{
    return fail_with (stream, XTLS_STREAM_ERROR_PEER, condition, NULL);
}

static gboolean
check_header (XtlsStream *stream)
{
    const char *condition =
        xtls_stream_header_check (stream->reader, stream->own, stream->peer);
    gboolean jid;

    xtls_reader_drop_root (stream->reader);
    if (condition == NULL) {
        xtls_stream_start (stream);
        stream->phase = stream->initiator ? PHASE_FEATURES : PHASE_OPEN;
        return TRUE;
    }
    jid = strcmp (condition, "invalid-from") == 0 ||
          strcmp (condition, "host-unknown") == 0;
    return fail_with (stream,
                      jid ? XTLS_STREAM_ERROR_JID : XTLS_STREAM_ERROR_PEER,
                      condition,
                      NULL);
}

static gboolean
handle_features (XtlsStream *stream, xmlnode *node)
{
    gboolean offered;

    /* Features from an initiator, or sent a second time, mean nothing. */
    if (stream->phase != PHASE_FEATURES)
        return TRUE;
    offered = xmlnode_get_child_with_namespace (node, "sm", XTLS_NS_SM) != NULL;
    if (!stream->begun_early)
        xtls_acks_offered (stream->acks, offered);
    else if (!offered)
        return fail (stream, "not-authorized");
    stream->phase =
        xtls_acks_is_resuming (stream->acks) ? PHASE_DECISION : PHASE_OPEN;
    return TRUE;
}

static gboolean
handle_sm (XtlsStream *stream, xmlnode *node)
{
    XtlsAcksFault fault;

    if (!xtls_acks_handle (stream->acks, node, stream->inbox.length, &fault)) {
        fail_with (
            stream, XTLS_STREAM_ERROR_PEER, fault.condition, fault.detail);
        g_free (fault.detail);
        return FALSE;
    }
    if (stream->phase == PHASE_DECISION &&
        !xtls_acks_is_resuming (stream->acks))
        stream->phase = PHASE_OPEN;
    return TRUE;
}

/* Returns: whether the attribute is missing or exactly @jid. */
static gboolean
address_is_right (const xmlnode *stanza, const char *name, const char *jid)
{
    const char *address =
        xmlnode_get_attrib_with_namespace (stanza, name, NULL);

    return address == NULL || strcmp (address, jid) == 0;
}

/* Once the stream is open, its user takes stanzas and stops feeding while many
 * wait. Before that nobody does. */
static gboolean
has_room (XtlsStream *stream, const xmlnode *stanza)
{
    if (stream->phase != PHASE_DECISION)
        return TRUE;
    stream->undecided += xtls_node_size (stanza);
    return stream->undecided <= XTLS_STREAM_UNDECIDED_MAX;
}

/* Keeps the stanza, or fails and leaves it to the caller. */
static gboolean
handle_stanza (XtlsStream *stream, xmlnode *stanza)
{
    if (!address_is_right (stanza, "from", stream->peer) ||
        !address_is_right (stanza, "to", stream->own))
        return fail (stream, "invalid-from");
    /* libpurple reads attributes by name alone: this also removes those of
     * other namespaces with the same name. */
    xmlnode_set_attrib (stanza, "from", stream->peer);
    xmlnode_set_attrib (stanza, "to", stream->own);
    if (!has_room (stream, stanza))
        return fail (stream, "policy-violation");
    xtls_acks_came (stream->acks);
    g_queue_push_tail (&stream->inbox, stanza);
    return TRUE;
}

static gboolean
is_stanza (const xmlnode *node)
{
    return xtls_node_is (node, "message", XTLS_NS_CLIENT) ||
           xtls_node_is (node, "iq", XTLS_NS_CLIENT);
}

/* Handles a child of the peer's root that is not a stanza. */
static gboolean
handle_element (XtlsStream *stream, xmlnode *node)
{
    if (xtls_node_is (node, "error", XTLS_NS_STREAMS))
        return fail_with (stream,
                          XTLS_STREAM_ERROR_FROM_PEER,
                          xtls_stream_error_condition (node),
                          NULL);
    if (xtls_node_is (node, "features", XTLS_NS_STREAMS)) {
        return handle_features (stream, node);
    }
    if (stream->phase == PHASE_FEATURES)
        return fail (stream, "not-authorized");
    if (g_strcmp0 (node->xmlns, XTLS_NS_SM) == 0)
        return handle_sm (stream, node);
    return fail (stream, "unsupported-stanza-type");
}

static gboolean
handle_child (XtlsStream *stream, xmlnode *node)
{
    gboolean valid;

    if (is_stanza (node) && stream->phase != PHASE_FEATURES) {
        valid = handle_stanza (stream, node);
        if (valid)
            return TRUE;
    } else {
        valid = handle_element (stream, node);
    }
    xmlnode_free (node);
    return valid;
}

/* Handles everything that the reader has. */
static gboolean
drain (XtlsStream *stream)
{
    xmlnode *node;

    if (stream->phase == PHASE_HEADER) {
        if (xtls_reader_get_root (stream->reader) == NULL)
            return TRUE;
        if (!check_header (stream))
            return FALSE;
    }
    while ((node = xtls_reader_take (stream->reader)) != NULL)
        if (!handle_child (stream, node))
            return FALSE;
    if (xtls_reader_has_ended (stream->reader))
        xtls_acks_peer_ended (stream->acks);
    xtls_acks_answer (stream->acks);
    return TRUE;
}

static const char *
condition_of (const GError *error)
{
    switch ((XtlsReaderError)error->code) {
    case XTLS_READER_ERROR_BAD_FORMAT:
        return "bad-format";
    case XTLS_READER_ERROR_RESTRICTED_XML:
        return "restricted-xml";
    case XTLS_READER_ERROR_POLICY_VIOLATION:
        return "policy-violation";
    case XTLS_READER_ERROR_NOT_WELL_FORMED:
        break;
    }
    return "not-well-formed";
}

gboolean
xtls_stream_feed (XtlsStream *stream,
                  const guint8 *data,
                  gsize len,
                  GError **error)
{
    GError *local = NULL;

    if (stream->failure == NULL) {
        xtls_reader_feed (stream->reader, (const char *)data, len, &local);
        /* What was valid before the error is handled first. */
        if (drain (stream) && local != NULL)
            fail (stream, condition_of (local));
        g_clear_error (&local);
    }
    if (stream->failure == NULL)
        return TRUE;
    if (error != NULL)
        *error = g_error_copy (stream->failure);
    return FALSE;
}

xmlnode *
xtls_stream_take (XtlsStream *stream)
{
    xmlnode *stanza = g_queue_pop_head (&stream->inbox);

    if (stanza != NULL)
        xtls_acks_taken (stream->acks);
    return stanza;
}

static gboolean
refuse (GError **error, XtlsStreamError code, const char *message)
{
    g_set_error_literal (error, XTLS_STREAM_ERROR, (gint)code, message);
    return FALSE;
}

/* What peers accept: the two kinds of stanza, in the namespace that is also the
 * stream's. */
static gboolean
is_own_stanza (const xmlnode *node)
{
    return (strcmp (node->name, "message") == 0 ||
            strcmp (node->name, "iq") == 0) &&
           (node->xmlns == NULL || strcmp (node->xmlns, XTLS_NS_CLIENT) == 0);
}

gboolean
xtls_stream_write (XtlsStream *stream, xmlnode *stanza, GError **error)
{
    gsize before = stream->output->len;
    XtlsXmlWritten written = XTLS_XML_INVALID;
    gsize bytes;

    if ((stream->phase != PHASE_OPEN &&
         !xtls_stream_takes_first_words (stream)) ||
        stream->output_state != OUTPUT_BEGUN ||
        xtls_reader_has_ended (stream->reader))
        return refuse (error, XTLS_STREAM_ERROR_CLOSED, "stream not open");
    if (is_own_stanza (stanza))
        written = xtls_xml_write (
            stream->output, stanza, XTLS_NS_CLIENT, FALSE, XTLS_STANZA_MAX);
    if (written == XTLS_XML_TOO_BIG)
        return refuse (error, XTLS_STREAM_ERROR_TOO_BIG, "stanza too big");
    if (written == XTLS_XML_TOO_COMPLEX)
        return refuse (
            error, XTLS_STREAM_ERROR_TOO_COMPLEX, "stanza too complex");
    if (written == XTLS_XML_INVALID)
        return refuse (error, XTLS_STREAM_ERROR_INVALID, "not a stanza");
    bytes = MAX (stream->output->len - before, xtls_node_size (stanza));
    if (!xtls_acks_has_room (stream->acks, stanza, bytes)) {
        g_string_truncate (stream->output, before);
        return refuse (
            error, XTLS_STREAM_ERROR_FULL, "too much not acknowledged");
    }
    xtls_acks_sent (stream->acks, stanza, bytes);
    return TRUE;
}

gboolean
xtls_stream_ack (XtlsStream *stream)
{
    return xtls_acks_flush (stream->acks);
}

gboolean
xtls_stream_is_waiting (XtlsStream *stream)
{
    return xtls_acks_is_waiting (stream->acks);
}

guint
xtls_stream_get_progress (XtlsStream *stream)
{
    return xtls_acks_get_progress (stream->acks);
}

void
xtls_stream_ask (XtlsStream *stream)
{
    xtls_acks_ask (stream->acks);
}

void
xtls_stream_close (XtlsStream *stream)
{
    if (stream->output_state == OUTPUT_ENDED)
        return;
    xtls_stream_start (stream);
    xtls_stream_ack (stream);
    end_output (stream);
}

GString *
xtls_stream_get_output (XtlsStream *stream)
{
    return stream->output;
}

/* GLib has no function that makes a GString's memory smaller. */
void
xtls_stream_clear_output (XtlsStream *stream)
{
    GString *output = stream->output;

    memset (output->str, 0, output->len);
    g_string_truncate (output, 0);
    if (output->allocated_len <= OUTPUT_KEPT)
        return;
    output->allocated_len = OUTPUT_KEPT;
    output->str = g_realloc (output->str, output->allocated_len);
}

gboolean
xtls_stream_is_open (XtlsStream *stream)
{
    return stream->phase == PHASE_OPEN;
}

gboolean
xtls_stream_is_settled (XtlsStream *stream)
{
    return xtls_acks_is_settled (stream->acks);
}

gboolean
xtls_stream_has_ended (XtlsStream *stream)
{
    return stream->failure == NULL && xtls_reader_has_ended (stream->reader) &&
           g_queue_is_empty (&stream->inbox);
}

gboolean
xtls_stream_was_resumed (XtlsStream *stream)
{
    return xtls_acks_was_resumed (stream->acks);
}

const char *
xtls_stream_get_sm_id (XtlsStream *stream)
{
    return xtls_acks_get_id (stream->acks);
}

const GQueue *
xtls_stream_get_unacked (XtlsStream *stream)
{
    return xtls_acks_get_unacked (stream->acks);
}

XtlsSm *
xtls_stream_take_sm (XtlsStream *stream)
{
    return xtls_acks_take_sm (stream->acks);
}

XtlsSm *
xtls_stream_take_sm_failed (XtlsStream *stream)
{
    return xtls_acks_take_failed (stream->acks);
}
