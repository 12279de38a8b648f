/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Negotiates acknowledgement and resumption (XEP-0198) within one stream:
 * offers, enables, resumes, and exchanges counts. The counters and the
 * unacknowledged stanzas are in sm.h.
 */
#pragma once

#include "sm.h"

typedef struct XtlsAcks XtlsAcks;

/* The stream error for what the peer did wrong. */
typedef struct {
    const char *condition; /* a condition of RFC 6120 4.9.3 */
    char *detail; /* (nullable): an element that says more, as XML text */
} XtlsAcksFault;

/**
 * xtls_acks_new:
 * @initiator: whether this side began the session
 * @output: (transfer none): elements are written to it until xtls_acks_mute()
 *   is called
 * @find_sm: (nullable): for a responder
 */
XtlsAcks *xtls_acks_new (gboolean initiator,
                         GString *output,
                         XtlsSmFind find_sm,
                         gpointer user_data);

void xtls_acks_free (XtlsAcks *acks);

/* From now on nothing is written; the peer's elements are still handled. */
void xtls_acks_mute (XtlsAcks *acks);

/* For the initiator, before anything else: see xtls_stream_resume_with(). */
void xtls_acks_resume_with (XtlsAcks *acks, XtlsSm *sm);

/**
 * xtls_acks_offered:
 * @offered: whether the responder's features have `<sm/>`
 *
 * For the initiator, once: sends `<resume/>`, or `<enable/>` if there is
 * nothing to resume.
 */
void xtls_acks_offered (XtlsAcks *acks, gboolean offered);

/**
 * xtls_acks_begin_early:
 *
 * Initiator, instead of xtls_acks_offered(): asks to resume, or else to enable
 * under an id that it chooses itself (`<token/>`), before anything is known of
 * the peer.
 */
void xtls_acks_begin_early (XtlsAcks *acks);

/**
 * xtls_acks_handle:
 * @node: (transfer none): an element in `urn:xmpp:sm:3`
 * @waiting: how many earlier stanzas of the peer have not been taken yet
 * @fault: (out): what is wrong with it; the caller frees the detail
 *
 * Returns: %FALSE with @fault if the stream must end.
 */
gboolean xtls_acks_handle (XtlsAcks *acks,
                           xmlnode *node,
                           guint waiting,
                           XtlsAcksFault *fault);

/* Sends one `<a/>` if the peer has sent `<r/>`, once or several times. */
void xtls_acks_answer (XtlsAcks *acks);

/* Sends `<a/>` if a stanza was taken since the last one. Returns: %FALSE if it
 * cannot do so yet, because counting is still being agreed on. */
gboolean xtls_acks_flush (XtlsAcks *acks);

/* A stanza of the peer has arrived. */
void xtls_acks_came (XtlsAcks *acks);
/* A stanza of the peer has been taken. */
void xtls_acks_taken (XtlsAcks *acks);

/* Returns: whether @stanza, which takes @bytes bytes of memory, can be kept
 * until it is acknowledged. */
gboolean
xtls_acks_has_room (XtlsAcks *acks, const xmlnode *stanza, gsize bytes);

/**
 * xtls_acks_sent:
 * @stanza: (transfer full): a stanza that was just written
 * @bytes: its size in memory
 */
void xtls_acks_sent (XtlsAcks *acks, xmlnode *stanza, gsize bytes);

/* Returns: whether the peer owes an acknowledgement, or its reply to
 * `<enable/>` or `<resume/>`. */
gboolean xtls_acks_is_waiting (XtlsAcks *acks);

/* Returns: a number that grows whenever the peer acknowledges something new or
 * answers `<r/>`. */
guint xtls_acks_get_progress (XtlsAcks *acks);

/* Sends `<r/>`, unless one is unanswered. */
void xtls_acks_ask (XtlsAcks *acks);

/* The peer's end tag has arrived. A peer that did not enable acknowledgement
 * until now does not support it. */
void xtls_acks_peer_ended (XtlsAcks *acks);

/* Returns: whether it is still open if an earlier stream is resumed. */
gboolean xtls_acks_is_undecided (XtlsAcks *acks);

/* Returns: whether an initiator waits for the reply to `<resume/>`. */
gboolean xtls_acks_is_resuming (XtlsAcks *acks);
gboolean xtls_acks_is_settled (XtlsAcks *acks);
gboolean xtls_acks_was_resumed (XtlsAcks *acks);
/* (nullable): see xtls_stream_get_sm_id(). */
const char *xtls_acks_get_id (XtlsAcks *acks);
/* (nullable) (transfer none): see xtls_stream_get_unacked(). */
const GQueue *xtls_acks_get_unacked (XtlsAcks *acks);
XtlsSm *xtls_acks_take_sm (XtlsAcks *acks);
XtlsSm *xtls_acks_take_failed (XtlsAcks *acks);
