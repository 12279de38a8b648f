/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The XML stream inside TLS (XEP-0247): headers that name both full JIDs, then
 * `<message/>` and `<iq/>` without addresses, then the end tag. Its input and
 * output are text; received stanzas wait to be taken.
 *
 * If the peer breaks the protocol, the stream puts `<stream:error/>` and its
 * end tag into the output and returns an error.
 */
#pragma once

#include "sm.h"

#include <glib.h>
#include <xmlnode.h>

#define XTLS_STREAM_ERROR (xtls_stream_error_quark ())

typedef enum {
    XTLS_STREAM_ERROR_TOO_BIG, /* our stanza is over XTLS_STANZA_MAX and was not
                                  sent */
    XTLS_STREAM_ERROR_TOO_COMPLEX, /* our stanza has more levels, elements,
                                      attributes or namespaces than a reader
                                      takes; not sent */
    XTLS_STREAM_ERROR_INVALID, /* our stanza is not valid XML, or the peer would
                                  reject it */
    XTLS_STREAM_ERROR_FULL,    /* too much is unacknowledged; not sent */
    XTLS_STREAM_ERROR_CLOSED,  /* written to before it was open, or after either
                                  side closed it */
    XTLS_STREAM_ERROR_PEER,    /* the peer broke the protocol */
    XTLS_STREAM_ERROR_JID,     /* the peer's header names other JIDs */
    XTLS_STREAM_ERROR_FROM_PEER /* the peer sent <stream:error/> */
} XtlsStreamError;

/* The most memory for stanzas that arrive before the reply to `<resume/>`: none
 * of them is taken before that. */
#define XTLS_STREAM_UNDECIDED_MAX (8 * 1024 * 1024)

typedef struct XtlsStream XtlsStream;

GQuark xtls_stream_error_quark (void);

/**
 * xtls_stream_new:
 * @initiator: whether we are the Jingle initiator
 * @own: our full JID
 * @peer: the peer's full JID
 * @find_sm: (nullable): finds a responder's stream to resume
 *
 * Returns: (transfer full): a stream whose output is empty.
 */
XtlsStream *xtls_stream_new (gboolean initiator,
                             const char *own,
                             const char *peer,
                             XtlsSmFind find_sm,
                             gpointer user_data);

void xtls_stream_free (XtlsStream *stream);

/**
 * xtls_stream_resume_with:
 * @sm: (transfer full): the state of an earlier stream with the same peer
 *
 * Asks to resume that stream instead of beginning a new one. For the initiator,
 * before xtls_stream_start(). If the peer cannot resume it,
 * xtls_stream_take_sm_failed() returns @sm.
 */
void xtls_stream_resume_with (XtlsStream *stream, XtlsSm *sm);

/**
 * xtls_stream_start:
 *
 * Puts the header into the output. The responder's has a random id and is
 * followed by `<stream:features/>` with `urn:xmpp:sm:3`. Happens once, also
 * when the peer's header arrives first.
 */
void xtls_stream_start (XtlsStream *stream);

/**
 * xtls_stream_begin_early:
 *
 * For the initiator, after xtls_stream_start(), with a peer that is known to
 * take it: asks to resume, or to be acknowledged, without waiting for the
 * peer's header and features. If nothing is to be resumed, stanzas may be
 * written at once. As ever, xtls_stream_is_open() tells when the peer's header
 * was found right.
 */
void xtls_stream_begin_early (XtlsStream *stream);

/* Whether stanzas may be written although the stream is not open yet. */
gboolean xtls_stream_takes_first_words (XtlsStream *stream);

/* Whether it is still open if an earlier stream is resumed. */
gboolean xtls_stream_is_undecided (XtlsStream *stream);

/**
 * xtls_stream_feed:
 * @data: decrypted bytes
 *
 * Stanzas that were complete before an error can still be taken.
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
 * Returns: (nullable) (transfer full): the next `<message/>` or `<iq/>`, with
 * `from` and `to` set to the session's full JIDs. Taking a stanza counts it as
 * received.
 */
xmlnode *xtls_stream_take (XtlsStream *stream);

/**
 * xtls_stream_write:
 * @stanza: (transfer full): a `<message/>` or `<iq/>`; sent without its `from`
 *   and `to`. The stream keeps it until it is acknowledged.
 *
 * A responder may write before the initiator's `<enable/>` arrives. Such
 * stanzas precede `<enabled/>` in the stream, are not counted, and are
 * acknowledged by the first count. At most %XTLS_SM_BASE_MAX of them are kept,
 * and none once the initiator has sent a stanza without enabling
 * acknowledgement.
 *
 * Characters that XML does not allow are replaced by U+FFFD.
 *
 * Returns: %FALSE with %XTLS_STREAM_ERROR_TOO_BIG,
 * %XTLS_STREAM_ERROR_TOO_COMPLEX, %XTLS_STREAM_ERROR_INVALID,
 * %XTLS_STREAM_ERROR_FULL or %XTLS_STREAM_ERROR_CLOSED; nothing was written
 * then and @stanza still belongs to the caller.
 */
gboolean
xtls_stream_write (XtlsStream *stream, xmlnode *stanza, GError **error);

/**
 * xtls_stream_ack:
 *
 * Puts `<a/>` into the output if a stanza was taken and not acknowledged yet.
 * Call it when the main loop is idle.
 *
 * Returns: %FALSE if it cannot do so yet, because both sides have not agreed on
 * counting.
 */
gboolean xtls_stream_ack (XtlsStream *stream);

/**
 * xtls_stream_is_waiting:
 *
 * Returns: %TRUE while the peer has not acknowledged everything that was
 * written; always %FALSE with a peer that does not support XEP-0198.
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
 * Puts `<r/>` into the output, unless one is unanswered. For peers that do not
 * acknowledge unasked.
 */
void xtls_stream_ask (XtlsStream *stream);

/**
 * xtls_stream_close:
 *
 * Puts a last `<a/>`, if one is due, and the end tag into the output. Whatever
 * the peer still sends is read. Later calls do nothing.
 */
void xtls_stream_close (XtlsStream *stream);

/**
 * xtls_stream_get_output:
 *
 * Returns: (transfer none): text for the peer. The caller sends it and calls
 * xtls_stream_clear_output().
 */
GString *xtls_stream_get_output (XtlsStream *stream);

/**
 * xtls_stream_clear_output:
 *
 * Wipes the output and keeps at most 512 bytes of its memory, for what is sent
 * next: most streams have nothing long to send.
 */
void xtls_stream_clear_output (XtlsStream *stream);

/**
 * xtls_stream_is_open:
 *
 * Returns: %TRUE once the peer's header, and for an initiator its features,
 * have been read and are valid; if resumption was requested, once that is
 * decided.
 */
gboolean xtls_stream_is_open (XtlsStream *stream);

/**
 * xtls_stream_is_settled:
 *
 * Returns: %TRUE once it is known whether this stream resumes an earlier one:
 * for an initiator when it is open, for a responder when the initiator has sent
 * `<enable/>`, `<resume/>` or a stanza. A responder with something to resume
 * should wait for this before it writes, so that what is sent again comes
 * first.
 */
gboolean xtls_stream_is_settled (XtlsStream *stream);

/**
 * xtls_stream_has_ended:
 *
 * Returns: %TRUE once the peer's end tag has been read without an error before
 * it, and every stanza has been taken.
 */
gboolean xtls_stream_has_ended (XtlsStream *stream);

/**
 * xtls_stream_was_resumed:
 *
 * Returns: %TRUE if this stream resumes an earlier one that was cut.
 */
gboolean xtls_stream_was_resumed (XtlsStream *stream);

/**
 * xtls_stream_get_sm_id:
 *
 * Returns: (nullable) (transfer none): the id under which this stream can be
 * resumed.
 */
const char *xtls_stream_get_sm_id (XtlsStream *stream);

/**
 * xtls_stream_get_unacked:
 *
 * Returns: (nullable) (transfer none) (element-type xmlnode): what the peer has
 * not acknowledged yet, or %NULL once it is known not to support
 * acknowledgement.
 */
const GQueue *xtls_stream_get_unacked (XtlsStream *stream);

/**
 * xtls_stream_take_sm:
 *
 * Call it when the stream is over and every stanza has been taken. Nothing that
 * is written afterwards is kept. If an initiator's stream waits for features
 * when this is called, it resumes nothing and begins anew; if it waits for the
 * reply to `<resume/>`, it fails with that reply.
 *
 * Returns: (nullable) (transfer full): what is needed to resume this stream, or
 * to report what was not acknowledged; %NULL if the peer does not support
 * XEP-0198. Without an id in it, the stream cannot be resumed.
 */
XtlsSm *xtls_stream_take_sm (XtlsStream *stream);

/**
 * xtls_stream_take_sm_failed:
 *
 * Returns: (nullable) (transfer full): the state that the peer refused to
 * resume.
 */
XtlsSm *xtls_stream_take_sm_failed (XtlsStream *stream);
