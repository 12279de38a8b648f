/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The conversation about acknowledgement and resumption (XEP-0198) inside one
 * stream: who offers, enables, resumes, asks and answers. What is counted and
 * kept is in sm.h.
 */
#pragma once

#include "sm.h"

typedef struct XtlsAcks XtlsAcks;

/* Why the peer's stream ends. */
typedef struct {
    const char *condition; /* of RFC 6120 4.9.3 */
    char *detail;          /* (nullable): an element, as text */
} XtlsAcksFault;

/**
 * xtls_acks_new:
 * @initiator: whether this side began the session
 * @output: (transfer none): where elements are written, until
 *   xtls_acks_mute()
 * @find_sm: (nullable): for a responder
 */
XtlsAcks *xtls_acks_new (gboolean initiator,
                         GString *output,
                         XtlsSmFind find_sm,
                         gpointer user_data);

void xtls_acks_free (XtlsAcks *acks);

/* Nothing is written any more; what comes is still taken in. */
void xtls_acks_mute (XtlsAcks *acks);

/* Initiator, before anything else: see xtls_stream_resume_with(). */
void xtls_acks_resume_with (XtlsAcks *acks, XtlsSm *sm);

/**
 * xtls_acks_offered:
 * @offered: whether the responder's features have `<sm/>`
 *
 * Initiator, once: asks to resume, or else to enable.
 */
void xtls_acks_offered (XtlsAcks *acks, gboolean offered);

/**
 * xtls_acks_handle:
 * @node: (transfer none): an element in `urn:xmpp:sm:3`
 * @waiting: how many stanzas of the peer came before it and were not taken
 * @fault: (out): what is wrong with it; the caller frees the detail
 *
 * Returns: %FALSE with @fault if the stream must end.
 */
gboolean xtls_acks_handle (XtlsAcks *acks,
                           xmlnode *node,
                           guint waiting,
                           XtlsAcksFault *fault);

/* Writes the answer to the `<r/>` that came, however many did. */
void xtls_acks_answer (XtlsAcks *acks);

/* Writes `<a/>` if something was taken since the last one. */
void xtls_acks_flush (XtlsAcks *acks);

/* A stanza of the peer came in … */
void xtls_acks_came (XtlsAcks *acks);
/* … and was taken. */
void xtls_acks_taken (XtlsAcks *acks);

/* Whether @stanza, of @bytes bytes in memory, can be kept. */
gboolean
xtls_acks_has_room (XtlsAcks *acks, const xmlnode *stanza, gsize bytes);

/**
 * xtls_acks_sent:
 * @stanza: (transfer full): was just written
 * @bytes: its size in memory
 */
void xtls_acks_sent (XtlsAcks *acks, xmlnode *stanza, gsize bytes);

/* Whether the peer owes a count, or an answer to what was asked first. */
gboolean xtls_acks_is_waiting (XtlsAcks *acks);

/* Grows whenever the peer answers or counts more than before. */
guint xtls_acks_get_progress (XtlsAcks *acks);

/* Asks for the count that it owes, once until it answers. */
void xtls_acks_ask (XtlsAcks *acks);

/* The peer's end tag came: if it did not ask for acknowledgement until now, it
 * does not know it. */
void xtls_acks_peer_ended (XtlsAcks *acks);

/* An initiator waits for the answer to `<resume/>`. */
gboolean xtls_acks_is_resuming (XtlsAcks *acks);
gboolean xtls_acks_is_settled (XtlsAcks *acks);
gboolean xtls_acks_was_resumed (XtlsAcks *acks);
/* (nullable): see xtls_stream_get_sm_id(). */
const char *xtls_acks_get_id (XtlsAcks *acks);
/* (nullable) (transfer none): see xtls_stream_get_unacked(). */
const GQueue *xtls_acks_get_unacked (XtlsAcks *acks);
XtlsSm *xtls_acks_take_sm (XtlsAcks *acks);
XtlsSm *xtls_acks_take_failed (XtlsAcks *acks);
