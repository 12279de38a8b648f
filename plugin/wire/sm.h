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

typedef struct XtlsSm XtlsSm;

/**
 * xtls_sm_new:
 * @id: (nullable): id under which the peer may resume, an NMTOKEN; %NULL until
 *   it is known
 */
XtlsSm *xtls_sm_new (const char *id);

/* Frees the stanzas that were not acknowledged, too. */
void xtls_sm_free (XtlsSm *sm);

const char *xtls_sm_get_id (XtlsSm *sm);
void xtls_sm_set_id (XtlsSm *sm, const char *id);

/**
 * xtls_sm_sent:
 * @stanza: (transfer full): a stanza that was just written to the stream
 */
void xtls_sm_sent (XtlsSm *sm, xmlnode *stanza);

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
