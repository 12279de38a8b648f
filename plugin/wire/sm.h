/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Acknowledgement and resumption of the inner stream (XEP-0198, both
 * directions): what was sent and not acknowledged, how much was received, and
 * the id by which the stream can be resumed. It outlives the stream that made
 * it.
 */
#pragma once

#include <glib.h>
#include <xmlnode.h>

#define XTLS_NS_SM "urn:xmpp:sm:3"

/* What is kept until the peer acknowledges: less than the bytestream's queue
 * holds, because a resumed stream sends all of it again at once; and in memory
 * no more than that, however small the stanzas. */
#define XTLS_SM_UNACKED_MAX 16384
#define XTLS_SM_UNACKED_BYTES_MAX (6 * 1024 * 1024)
/* Of that, answers: a peer can ask for as many as it likes. */
#define XTLS_SM_RESPONSES_BYTES_MAX (2 * 1024 * 1024)
/* Stanzas kept that were sent before counting began, see xtls_sm_begin(). */
#define XTLS_SM_BASE_MAX 64

typedef struct XtlsSm XtlsSm;

/**
 * XtlsSmFind:
 * @previd: id under which the peer wants to resume
 *
 * Asked of the responder when the initiator sends `<resume/>`.
 *
 * Returns: (nullable) (transfer full): the state to go on with, handed out
 * once; %NULL answers `<failed/>`.
 */
typedef XtlsSm *(*XtlsSmFind) (const char *previd, gpointer user_data);

/**
 * xtls_sm_new:
 * @id: (nullable): id under which either side may resume; %NULL until it is
 *   known
 *
 * Returns: (transfer full): state of which counting has not begun.
 */
XtlsSm *xtls_sm_new (const char *id);

/* Frees the stanzas that were not acknowledged, too. */
void xtls_sm_free (XtlsSm *sm);

/* (nullable): @id is what the responder called the stream (XEP-0198). */
const char *xtls_sm_get_id (XtlsSm *sm);
void xtls_sm_set_id (XtlsSm *sm, const char *id);

/**
 * xtls_sm_bind:
 * @own: fingerprint of our certificate, 32 bytes
 * @peer: fingerprint of the peer's, 32 bytes
 *
 * The stream may be resumed between these two certificates only.
 */
void xtls_sm_bind (XtlsSm *sm, const guint8 own[32], const guint8 peer[32]);

/**
 * xtls_sm_is_bound_to:
 *
 * Returns: %TRUE if xtls_sm_bind() was called with the same fingerprints.
 */
gboolean xtls_sm_is_bound_to (const XtlsSm *sm,
                              const guint8 own[32],
                              const guint8 peer[32]);

/**
 * xtls_sm_begin:
 *
 * Counting begins: what was sent until now is not counted by the peer, and is
 * acknowledged by the first count that arrives. Before this call no more than
 * %XTLS_SM_BASE_MAX stanzas are kept, the latest.
 */
void xtls_sm_begin (XtlsSm *sm);

/**
 * xtls_sm_has_dropped:
 *
 * Returns: %TRUE if more than that was sent, so that nobody can tell what of it
 * has not arrived; until the first count.
 */
gboolean xtls_sm_has_dropped (const XtlsSm *sm);

/**
 * xtls_sm_adopt:
 * @base: (transfer full): state of which counting has not begun
 *
 * Takes over what @base keeps, to stand before everything that @sm keeps: the
 * responder of a resumed stream wrote it before it was asked to resume.
 */
void xtls_sm_adopt (XtlsSm *sm, XtlsSm *base);

/**
 * xtls_sm_set_counts:
 * @sent: how many were sent and acknowledged
 * @received: how many were received
 *
 * Before anything is sent: begins there instead of at 0. For tests that cannot
 * count up to 2^32.
 */
void xtls_sm_set_counts (XtlsSm *sm, guint32 sent, guint32 received);

/**
 * xtls_sm_has_room:
 * @bytes: of the next stanza
 *
 * Returns: %TRUE if that stanza can be kept within %XTLS_SM_UNACKED_MAX and
 * %XTLS_SM_UNACKED_BYTES_MAX. Always, before counting has begun.
 */
gboolean xtls_sm_has_room (XtlsSm *sm, gsize bytes);

/**
 * xtls_sm_has_room_for_response:
 * @bytes: its size in memory
 *
 * Returns: the same for a response, of which no more than
 * %XTLS_SM_RESPONSES_BYTES_MAX are kept.
 */
gboolean xtls_sm_has_room_for_response (XtlsSm *sm, gsize bytes);

/**
 * xtls_sm_sent:
 * @stanza: (transfer full): a stanza that was just written to the stream
 * @bytes: how many it takes, there or in memory, whichever is more
 */
void xtls_sm_sent (XtlsSm *sm, xmlnode *stanza, gsize bytes);

/**
 * xtls_sm_received:
 *
 * Counts a stanza of the peer that was taken over.
 *
 * Returns: how many were received since the last xtls_sm_ack().
 */
guint xtls_sm_received (XtlsSm *sm);

/**
 * xtls_sm_ack:
 *
 * Returns: (transfer full): `<a h='…'/>` with the current count.
 */
xmlnode *xtls_sm_ack (XtlsSm *sm);

/**
 * xtls_sm_get_received:
 *
 * Returns: the count of stanzas received, modulo 2^32 (XEP-0198 section 4).
 */
guint32 xtls_sm_get_received (XtlsSm *sm);

/**
 * xtls_sm_get_sent:
 *
 * Returns: the count of stanzas sent since counting began, modulo 2^32.
 */
guint32 xtls_sm_get_sent (XtlsSm *sm);

/**
 * xtls_sm_acked:
 * @h: the peer's count
 *
 * Drops what the peer has.
 *
 * Returns: %FALSE if the peer acknowledges more than was sent
 * (`undefined-condition` of XEP-0198 section 4); nothing is dropped then.
 */
gboolean xtls_sm_acked (XtlsSm *sm, guint32 h);

/**
 * xtls_sm_parse_h:
 * @text: (nullable): the attribute `h`
 *
 * Returns: %TRUE and @h if @text is a decimal below 2^32.
 */
gboolean xtls_sm_parse_h (const char *text, guint32 *h);

/**
 * xtls_sm_get_unacked:
 *
 * Returns: (transfer none): the queue of #xmlnode sent and not acknowledged,
 * oldest first; the caller may take stanzas out of it only when it gives up
 * resuming.
 */
GQueue *xtls_sm_get_unacked (XtlsSm *sm);
