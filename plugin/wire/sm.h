/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of acknowledgement and resumption of the inner stream (XEP-0198),
 * in both directions: the stanzas that were sent and not acknowledged, how many
 * were received, and the id under which the stream can be resumed. It outlives
 * the stream that made it.
 */
#pragma once

#include <glib.h>
#include <xmlnode.h>

#define XTLS_NS_SM "urn:xmpp:sm:3"

/* The most that is kept until the peer acknowledges it. It is less than the
 * bytestream's queue holds, because a resumed stream sends all of it again at
 * once. The limit counts memory too, however small the stanzas are. */
#define XTLS_SM_UNACKED_MAX 16384
#define XTLS_SM_UNACKED_BYTES_MAX (6 * 1024 * 1024)
/* The part of it that may be responses: a peer can request as many as it
 * likes. */
#define XTLS_SM_RESPONSES_BYTES_MAX (2 * 1024 * 1024)
/* The most stanzas kept that were sent before counting began, see
 * xtls_sm_begin(). */
#define XTLS_SM_BASE_MAX 64

typedef struct XtlsSm XtlsSm;

/**
 * XtlsSmFind:
 * @previd: the id of the stream that the peer wants to resume
 *
 * Called for the responder when the initiator sends `<resume/>`.
 *
 * Returns: (nullable) (transfer full): the state to continue with, handed out
 * once; %NULL for `<failed/>`.
 */
typedef XtlsSm *(*XtlsSmFind) (const char *previd, gpointer user_data);

/**
 * xtls_sm_new:
 * @id: (nullable): the id under which either side may resume, or %NULL until it
 *   is known
 *
 * Returns: (transfer full): a state in which counting has not begun.
 */
XtlsSm *xtls_sm_new (const char *id);

/* Frees the state and the stanzas that were not acknowledged. */
void xtls_sm_free (XtlsSm *sm);

/* @id: (nullable): the id of the stream (XEP-0198), which the responder
 * chooses, or with first words the initiator. */
const char *xtls_sm_get_id (XtlsSm *sm);
void xtls_sm_set_id (XtlsSm *sm, const char *id);

/**
 * xtls_sm_bind:
 * @own: fingerprint of our certificate, 32 bytes
 * @peer: fingerprint of the peer's, 32 bytes
 *
 * The stream may be resumed only between these two certificates.
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
 * Counting begins. The peer does not count what was sent until now; its first
 * count acknowledges all of that. Before this call only the latest
 * %XTLS_SM_BASE_MAX stanzas are kept.
 */
void xtls_sm_begin (XtlsSm *sm);

/**
 * xtls_sm_count_all:
 *
 * The peer counts everything, also what was sent before xtls_sm_begin(). Not to
 * be called if xtls_sm_has_dropped().
 */
void xtls_sm_count_all (XtlsSm *sm);

/**
 * xtls_sm_uncount_received:
 *
 * What was received until now does not count after all.
 */
void xtls_sm_uncount_received (XtlsSm *sm);

/**
 * xtls_sm_has_dropped:
 *
 * Returns: %TRUE if more than %XTLS_SM_BASE_MAX stanzas were sent before
 * counting began and no count has arrived since: it is unknown then which of
 * them arrived.
 */
gboolean xtls_sm_has_dropped (const XtlsSm *sm);

/**
 * xtls_sm_adopt:
 * @base: (transfer full): a state in which counting has not begun
 *
 * Puts the stanzas of @base before those of @sm: the responder of a resumed
 * stream wrote them before it was asked to resume.
 */
void xtls_sm_adopt (XtlsSm *sm, XtlsSm *base);

/**
 * xtls_sm_set_counts:
 * @sent: how many were sent and acknowledged
 * @received: how many were received
 *
 * Begins with these counts instead of 0; call it before anything is sent. For
 * tests, which cannot count up to 2^32.
 */
void xtls_sm_set_counts (XtlsSm *sm, guint32 sent, guint32 received);

/**
 * xtls_sm_has_room:
 * @bytes: the size of the next stanza
 *
 * Returns: %TRUE if that stanza can be kept within %XTLS_SM_UNACKED_MAX and
 * %XTLS_SM_UNACKED_BYTES_MAX; always %TRUE before counting has begun.
 */
gboolean xtls_sm_has_room (XtlsSm *sm, gsize bytes);

/**
 * xtls_sm_has_room_for_response:
 * @bytes: its size in memory
 *
 * Returns: the same for a response; at most %XTLS_SM_RESPONSES_BYTES_MAX bytes
 * of responses are kept.
 */
gboolean xtls_sm_has_room_for_response (XtlsSm *sm, gsize bytes);

/**
 * xtls_sm_sent:
 * @stanza: (transfer full): a stanza that was just written to the stream
 * @bytes: its size there or in memory, whichever is larger
 */
void xtls_sm_sent (XtlsSm *sm, xmlnode *stanza, gsize bytes);

/* Counts a stanza of the peer as received. */
void xtls_sm_received (XtlsSm *sm);

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
 * Drops the stanzas that the peer has received.
 *
 * Returns: %FALSE if the peer acknowledges more than was sent
 * (`undefined-condition` of XEP-0198 section 4); nothing is dropped then.
 */
gboolean xtls_sm_acked (XtlsSm *sm, guint32 h);

/**
 * xtls_sm_set_final:
 * @final: whether the peer's last count says all that ever arrived: it has
 *   ended the stream properly, and its count goes before its end tag
 *
 * Until the stream is resumed.
 */
void xtls_sm_set_final (XtlsSm *sm, gboolean final);

/**
 * xtls_sm_is_final:
 *
 * Returns: %TRUE if what is not acknowledged has not arrived, for certain.
 */
gboolean xtls_sm_is_final (const XtlsSm *sm);

/**
 * xtls_sm_parse_h:
 * @text: (nullable): the attribute `h`
 *
 * Returns: %TRUE and @h if @text is a decimal number below 2^32.
 */
gboolean xtls_sm_parse_h (const char *text, guint32 *h);

/**
 * xtls_sm_get_unacked:
 *
 * Returns: (transfer none): the #xmlnode that were sent and not acknowledged,
 * oldest first. The caller may remove stanzas only if it gives up resuming.
 */
GQueue *xtls_sm_get_unacked (XtlsSm *sm);
