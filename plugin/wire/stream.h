/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The XML stream inside TLS (XEP-0247): headers that bind both full JIDs, then
 * `<message/>` and `<iq/>` without addresses, then the end. Text in, text out;
 * stanzas wait to be taken.
 *
 * A stream that is wronged by its peer puts `<stream:error/>` and its end tag
 * into the output and says what happened.
 */
#pragma once

#include "sm.h"

#include <glib.h>
#include <xmlnode.h>

#define XTLS_STREAM_ERROR (xtls_stream_error_quark ())

typedef enum {
    XTLS_STREAM_ERROR_TOO_BIG,  /* own stanza over XTLS_STANZA_MAX: not sent */
    XTLS_STREAM_ERROR_INVALID,  /* own stanza that XML or the peer forbids */
    XTLS_STREAM_ERROR_FULL,     /* too much is not acknowledged: not sent */
    XTLS_STREAM_ERROR_CLOSED,   /* written to before it was open, or after the
                                 * end of either side */
    XTLS_STREAM_ERROR_PEER,     /* the peer broke the protocol */
    XTLS_STREAM_ERROR_JID,      /* the peer's header names other JIDs */
    XTLS_STREAM_ERROR_FROM_PEER /* the peer sent <stream:error/> */
} XtlsStreamError;

/* Memory of the stanzas that come before the answer to `<resume/>`: none of
 * them is taken before that. */
#define XTLS_STREAM_UNDECIDED_MAX (8 * 1024 * 1024)

typedef struct XtlsStream XtlsStream;

GQuark xtls_stream_error_quark (void);

/**
 * xtls_stream_new:
 * @initiator: whether we are the Jingle initiator
 * @own: our full JID
 * @peer: the peer's full JID
 * @find_sm: (nullable): where a responder looks for a stream to resume
 *
 * Returns: (transfer full): a stream; nothing is in its output yet.
 */
XtlsStream *xtls_stream_new (gboolean initiator,
                             const char *own,
                             const char *peer,
                             XtlsSmFind find_sm,
                             gpointer user_data);

void xtls_stream_free (XtlsStream *stream);

/**
 * xtls_stream_resume_with:
 * @sm: (transfer full): state of an earlier stream with the same peer
 *
 * For the initiator, before xtls_stream_start(): ask to resume that stream
 * instead of beginning a new one. If the peer cannot, @sm is handed back by
 * xtls_stream_take_sm_failed().
 */
void xtls_stream_resume_with (XtlsStream *stream, XtlsSm *sm);

/**
 * xtls_stream_start:
 *
 * Puts the header into the output; the responder's with a random id and
 * followed by `<stream:features/>`, which announce `urn:xmpp:sm:3`. Once; the
 * peer's header does it too if it comes first.
 */
void xtls_stream_start (XtlsStream *stream);

/**
 * xtls_stream_feed:
 * @data: decrypted bytes
 *
 * Stanzas completed before an error can still be taken.
 *
 * Returns: %FALSE with an #XtlsStreamError when the stream has failed. Its
 * message is the name of an RFC 6120 4.9.3 condition. Once failed it stays
 * failed.
 */
gboolean xtls_stream_feed (XtlsStream *stream,
                           const guint8 *data,
                           gsize len,
                           GError **error);

/**
 * xtls_stream_take:
 *
 * Returns: (nullable) (transfer full): the next `<message/>` or `<iq/>`, `from`
 * and `to` set to the session's full JIDs. Taking a stanza counts it as
 * received.
 */
xmlnode *xtls_stream_take (XtlsStream *stream);

/**
 * xtls_stream_write:
 * @stanza: (transfer full): a `<message/>` or `<iq/>`; its `from` and `to` are
 *   left out on the wire. The stream keeps it until it is acknowledged.
 *
 * A responder may write before the initiator's `<enable/>` has come: such
 * stanzas stand before `<enabled/>` in the stream, are not counted, and are
 * acknowledged by the first count that arrives. At most %XTLS_SM_BASE_MAX of
 * them are kept, and none any more once the initiator has sent a stanza of its
 * own without asking for acknowledgement.
 *
 * Characters that XML does not allow arrive as U+FFFD.
 *
 * Returns: %FALSE with %XTLS_STREAM_ERROR_TOO_BIG (bytes, depth or attributes),
 * %XTLS_STREAM_ERROR_INVALID, %XTLS_STREAM_ERROR_FULL or
 * %XTLS_STREAM_ERROR_CLOSED; nothing was written then and @stanza still
 * belongs to the caller.
 */
gboolean
xtls_stream_write (XtlsStream *stream, xmlnode *stanza, GError **error);

/**
 * xtls_stream_ack:
 *
 * Puts `<a/>` into the output if something was taken that was not
 * acknowledged. To be called when the main loop comes to rest.
 */
void xtls_stream_ack (XtlsStream *stream);

/**
 * xtls_stream_is_waiting:
 *
 * Returns: %TRUE while the peer has not acknowledged all that was written.
 * %FALSE with a peer that does not know XEP-0198.
 */
gboolean xtls_stream_is_waiting (XtlsStream *stream);

/**
 * xtls_stream_get_progress:
 *
 * Returns: a number that grows whenever the peer acknowledges something or
 * answers xtls_stream_ask().
 */
guint xtls_stream_get_progress (XtlsStream *stream);

/**
 * xtls_stream_ask:
 *
 * Puts `<r/>` into the output, unless one is not answered yet. For peers that
 * do not acknowledge by themselves.
 */
void xtls_stream_ask (XtlsStream *stream);

/**
 * xtls_stream_close:
 *
 * Puts a last `<a/>`, if one is due, and the end tag into the output. What the
 * peer still sends is read. Once; later calls do nothing.
 */
void xtls_stream_close (XtlsStream *stream);

/**
 * xtls_stream_get_output:
 *
 * Returns: (transfer none): text for the peer. The caller sends it and empties
 * the string.
 */
GString *xtls_stream_get_output (XtlsStream *stream);

/**
 * xtls_stream_is_open:
 *
 * Returns: %TRUE once the peer's header was read and found right, and, for an
 * initiator, its features; with a resumption asked for, once that is decided.
 */
gboolean xtls_stream_is_open (XtlsStream *stream);

/**
 * xtls_stream_is_settled:
 *
 * Returns: %TRUE once it is known whether this stream resumes an earlier one:
 * for an initiator when it is open, for a responder when the initiator has sent
 * `<enable/>`, `<resume/>` or a stanza. A responder that has something to
 * resume with this peer should wait for it before it writes: what is sent again
 * comes first then.
 */
gboolean xtls_stream_is_settled (XtlsStream *stream);

/**
 * xtls_stream_has_ended:
 *
 * Returns: %TRUE once the peer's end tag was read, nothing before it was wrong
 * and every stanza was taken.
 */
gboolean xtls_stream_has_ended (XtlsStream *stream);

/**
 * xtls_stream_was_resumed:
 *
 * Returns: %TRUE if this stream goes on where an earlier one was cut.
 */
gboolean xtls_stream_was_resumed (XtlsStream *stream);

/**
 * xtls_stream_get_sm_id:
 *
 * Returns: (nullable) (transfer none): by what this stream can be resumed.
 */
const char *xtls_stream_get_sm_id (XtlsStream *stream);

/**
 * xtls_stream_get_unacked:
 *
 * Returns: (nullable) (transfer none) (element-type xmlnode): what the peer has
 * not acknowledged yet; %NULL once it is known not to acknowledge.
 */
const GQueue *xtls_stream_get_unacked (XtlsStream *stream);

/**
 * xtls_stream_take_sm:
 *
 * Once the stream is over and every stanza was taken; what is written after it
 * is not kept.
 *
 * Returns: (nullable) (transfer full): what is needed to resume this stream, or
 * to tell what was not acknowledged; %NULL if the peer does not know XEP-0198.
 * Without an id in it, it cannot be resumed.
 */
XtlsSm *xtls_stream_take_sm (XtlsStream *stream);

/**
 * xtls_stream_take_sm_failed:
 *
 * Returns: (nullable) (transfer full): the state that the peer refused to
 * resume.
 */
XtlsSm *xtls_stream_take_sm_failed (XtlsStream *stream);
