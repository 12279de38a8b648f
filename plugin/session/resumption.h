/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The resumption of sessions with one contact: keeps the state of the session
 * that was cut, gives it to the session that resumes it, on either side and
 * under any resource, and tells when nobody will. What is new must wait as long
 * as the peer may still resume, or it would arrive before what is sent again.
 */
#pragma once

#include "session.h"

/* How long a contact who called may take to say whether it resumes, seconds:
 * longer than it takes to find the session dead (XTLS_IBB_DEAD_AFTER). Who had
 * something to be resumed says it at once, unless its client is another one. */
#define XTLS_RESUMPTION_WAIT 40

typedef struct XtlsResumption XtlsResumption;

/**
 * XtlsResumptionOps:
 *
 * No function may free the resumption.
 */
typedef struct {
    /* (transfer none): nobody resumes it: what it keeps was not acknowledged
     * and may never have arrived. */
    void (*given_up) (XtlsSm *sm, gpointer user_data);

    /* What is new may be sent. */
    void (*settled) (gpointer user_data);

    /* As in #XtlsSessionOps. */
    guint (*timer_add) (guint ms, GSourceFunc function, gpointer data);
    void (*timer_remove) (guint timer);
} XtlsResumptionOps;

/* @ops: (transfer none): called with @user_data */
XtlsResumption *xtls_resumption_new (const XtlsResumptionOps *ops,
                                     gpointer user_data);

/* What is kept is lost without a word. */
void xtls_resumption_free (XtlsResumption *resumption);

/**
 * xtls_resumption_opened:
 * @old: (nullable) (transfer none): the open session that @session replaces,
 *   which is about to be ended
 *
 * Calls `settled` at once unless the peer may still resume.
 */
void xtls_resumption_opened (XtlsResumption *resumption,
                             XtlsSession *session,
                             XtlsSession *old);

/* The session that was opened last is settled. */
void xtls_resumption_settled (XtlsResumption *resumption);

/**
 * xtls_resumption_is_waiting:
 *
 * Returns: %TRUE between xtls_resumption_opened() and `settled`: nothing may be
 * sent.
 */
gboolean xtls_resumption_is_waiting (XtlsResumption *resumption);

/**
 * xtls_resumption_lost:
 * @sm: (nullable) (transfer full): of the session that was opened last and is
 *   closed now
 * @cut: whether it may be resumed: nobody has ended it
 */
void
xtls_resumption_lost (XtlsResumption *resumption, XtlsSm *sm, gboolean cut);

/**
 * xtls_resumption_closed:
 * @session: any session that is closed now; its state is taken unless it was
 *   before
 *
 * For those that never opened, that were replaced, or that somebody ended.
 */
void xtls_resumption_closed (XtlsResumption *resumption, XtlsSession *session);

/**
 * xtls_resumption_find:
 * @session: a session whose peer asks to resume
 * @previd: what it names
 *
 * Returns: (transfer full) (nullable): as `find_sm` of #XtlsSessionOps. If it
 * is the state of the session that @session replaces, that one ends here.
 */
XtlsSm *xtls_resumption_find (XtlsResumption *resumption,
                              XtlsSession *session,
                              const char *previd);

/**
 * xtls_resumption_take:
 *
 * Returns: (transfer full) (nullable): what a session that is about to call the
 * contact should resume.
 */
XtlsSm *xtls_resumption_take (XtlsResumption *resumption);

/* (nullable) (transfer none): what is kept and was not acknowledged. */
const GQueue *xtls_resumption_get_unacked (XtlsResumption *resumption);

/**
 * xtls_resumption_keep:
 * @sm: (nullable) (transfer full): came to nothing in a call
 */
void xtls_resumption_keep (XtlsResumption *resumption, XtlsSm *sm);

/* Waits no more and gives up what is kept. */
void xtls_resumption_give_up (XtlsResumption *resumption);
