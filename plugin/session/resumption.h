/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The resumption of sessions with one contact. Keeps the state of the session
 * that was cut, gives it to the session that resumes it, in either direction
 * and with any resource, and reports when it will not be resumed. New stanzas
 * must wait as long as the peer may still resume, or they would arrive before
 * those that are sent again.
 */
#pragma once

#include "session.h"

/* How long a contact who called may take to say whether it resumes, seconds:
 * longer than it takes to find the session dead (XTLS_IBB_DEAD_AFTER). A client
 * with something to resume says so at once, unless it is of another kind. */
#define XTLS_RESUMPTION_WAIT 40

typedef struct XtlsResumption XtlsResumption;

/**
 * XtlsResumptionOps:
 *
 * No function may free the resumption.
 */
typedef struct {
    /* (transfer none): @sm will not be resumed: the stanzas in it were not
     * acknowledged and may never have arrived. */
    void (*given_up) (XtlsSm *sm, gpointer user_data);

    /* New stanzas may be sent now. */
    void (*settled) (gpointer user_data);

    /* As in #XtlsSessionOps. */
    guint (*timer_add) (guint ms, GSourceFunc function, gpointer data);
    void (*timer_remove) (guint timer);
} XtlsResumptionOps;

/* @ops: (transfer none): called with @user_data */
XtlsResumption *xtls_resumption_new (const XtlsResumptionOps *ops,
                                     gpointer user_data);

/* Frees the resumption; what it keeps is lost without notice. */
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

/* The session that was opened last is settled (see #XtlsSessionOps). */
void xtls_resumption_settled (XtlsResumption *resumption);

/**
 * xtls_resumption_is_waiting:
 *
 * Returns: %TRUE between xtls_resumption_opened() and `settled`, while nothing
 * may be sent.
 */
gboolean xtls_resumption_is_waiting (XtlsResumption *resumption);

/**
 * xtls_resumption_lost:
 * @sm: (nullable) (transfer full): the state of the session that was opened
 *   last and has now closed
 * @cut: whether it may be resumed, because neither side ended it
 */
void
xtls_resumption_lost (XtlsResumption *resumption, XtlsSm *sm, gboolean cut);

/**
 * xtls_resumption_closed:
 * @session: any session that has now closed; its state is taken unless it was
 *   before
 *
 * For sessions that never opened, that were replaced, or that one side ended.
 */
void xtls_resumption_closed (XtlsResumption *resumption, XtlsSession *session);

/**
 * xtls_resumption_find:
 * @session: a session whose peer asks to resume
 * @previd: the id of the stream to resume
 *
 * Returns: (transfer full) (nullable): as `find_sm` of #XtlsSessionOps. If the
 * state is that of the session that @session replaces, that session ends here.
 */
XtlsSm *xtls_resumption_find (XtlsResumption *resumption,
                              XtlsSession *session,
                              const char *previd);

/**
 * xtls_resumption_take:
 *
 * Returns: (transfer full) (nullable): the state that the next session with the
 * contact should resume.
 */
XtlsSm *xtls_resumption_take (XtlsResumption *resumption);

/* Returns: (nullable) (transfer none): the kept stanzas that were not
 * acknowledged. */
const GQueue *xtls_resumption_get_unacked (XtlsResumption *resumption);

/**
 * xtls_resumption_sends_again:
 *
 * Returns: %TRUE if the kept stanzas are known not to have arrived, so that
 * they are sent again even if they are not resumed.
 */
gboolean xtls_resumption_sends_again (XtlsResumption *resumption);

/**
 * xtls_resumption_keep:
 * @sm: (nullable) (transfer full): a state that a call failed to resume
 */
void xtls_resumption_keep (XtlsResumption *resumption, XtlsSm *sm);

/* Stops waiting and gives up the state that is kept. */
void xtls_resumption_give_up (XtlsResumption *resumption);
