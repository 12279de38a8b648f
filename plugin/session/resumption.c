/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeps the state of at most one session that was cut, and at most one session
 * that is still ending and may leave its state. */
#include "resumption.h"

struct XtlsResumption {
    XtlsResumptionOps ops;
    gpointer user_data;

    XtlsSm *sm;
    XtlsSession *leaving; /* a reference; it has not ended yet */
    guint timer;          /* runs while the peer may still resume */
};

XtlsResumption *
xtls_resumption_new (const XtlsResumptionOps *ops, gpointer user_data)
{
    XtlsResumption *resumption = g_new0 (XtlsResumption, 1);

    resumption->ops = *ops;
    resumption->user_data = user_data;
    return resumption;
}

static void
stop_waiting (XtlsResumption *resumption)
{
    if (resumption->timer)
        resumption->ops.timer_remove (resumption->timer);
    resumption->timer = 0;
}

void
xtls_resumption_free (XtlsResumption *resumption)
{
    stop_waiting (resumption);
    xtls_sm_free (resumption->sm);
    xtls_session_unref (resumption->leaving);
    g_free (resumption);
}

static void
give_up (XtlsResumption *resumption, XtlsSm *sm)
{
    if (!sm)
        return;
    resumption->ops.given_up (sm, resumption->user_data);
    xtls_sm_free (sm);
}

/* Returns: whether nothing would be lost with it. */
static gboolean
is_empty (XtlsSm *sm)
{
    return xtls_sm_get_unacked (sm)->length == 0;
}

void
xtls_resumption_keep (XtlsResumption *resumption, XtlsSm *sm)
{
    if (sm && !is_empty (sm) && xtls_sm_get_id (sm) && resumption->sm &&
        is_empty (resumption->sm))
        give_up (resumption, g_steal_pointer (&resumption->sm));
    /* Without an id nobody can ask to resume it. */
    if (sm && !resumption->sm && xtls_sm_get_id (sm))
        resumption->sm = sm;
    else
        give_up (resumption, sm);
}

const GQueue *
xtls_resumption_get_unacked (XtlsResumption *resumption)
{
    return resumption->sm ? xtls_sm_get_unacked (resumption->sm) : NULL;
}

gboolean
xtls_resumption_sends_again (XtlsResumption *resumption)
{
    return resumption->sm && xtls_sm_is_final (resumption->sm);
}

static void
settle (XtlsResumption *resumption)
{
    stop_waiting (resumption);
    give_up (resumption, g_steal_pointer (&resumption->sm));
    resumption->ops.settled (resumption->user_data);
}

static gboolean
wait_over_cb (gpointer data)
{
    XtlsResumption *resumption = data;

    resumption->timer = 0;
    settle (resumption);
    return FALSE;
}

/* Only with the same keys can one session resume what the other left. */
static gboolean
have_same_keys (XtlsSession *one, XtlsSession *other)
{
    return xtls_fingerprint_equal (xtls_session_get_fingerprint (one),
                                   xtls_session_get_fingerprint (other)) &&
           xtls_fingerprint_equal (xtls_session_get_own_fingerprint (one),
                                   xtls_session_get_own_fingerprint (other));
}

/* Until the peer of @old has said whether it resumes, nothing was sent in @old:
 * what may be resumed is still in the session before it. */
static void
note_leaving (XtlsResumption *resumption,
              XtlsSession *session,
              XtlsSession *old)
{
    if (resumption->timer)
        return;
    g_clear_pointer (&resumption->leaving, xtls_session_unref);
    if (old && have_same_keys (old, session))
        resumption->leaving = xtls_session_ref (old);
}

/* An outgoing session has already resumed what was cut, or the peer has
 * refused. The peer of an incoming one may have lost the old session without
 * our noticing. */
void
xtls_resumption_opened (XtlsResumption *resumption,
                        XtlsSession *session,
                        XtlsSession *old)
{
    note_leaving (resumption, session, old);
    stop_waiting (resumption);
    xtls_resumption_keep (resumption, xtls_session_take_sm_failed (session));
    if (!xtls_session_is_outgoing (session) &&
        (resumption->sm || resumption->leaving))
        resumption->timer = resumption->ops.timer_add (
            XTLS_RESUMPTION_WAIT * 1000, wait_over_cb, resumption);
    else
        settle (resumption);
}

void
xtls_resumption_settled (XtlsResumption *resumption)
{
    if (resumption->timer)
        settle (resumption);
}

gboolean
xtls_resumption_is_waiting (XtlsResumption *resumption)
{
    return resumption->timer != 0;
}

/* When it has ended, xtls_resumption_closed() is called. */
static void
end_leaving (XtlsResumption *resumption)
{
    xtls_session_abort (resumption->leaving, XTLS_END_REPLACED);
}

void
xtls_resumption_lost (XtlsResumption *resumption, XtlsSm *sm, gboolean cut)
{
    if (resumption->timer && resumption->leaving)
        end_leaving (resumption);
    stop_waiting (resumption);
    if (cut)
        xtls_resumption_keep (resumption, sm);
    else
        give_up (resumption, sm);
}

void
xtls_resumption_closed (XtlsResumption *resumption, XtlsSession *session)
{
    XtlsSm *sm;

    if (resumption->leaving == session)
        g_clear_pointer (&resumption->leaving, xtls_session_unref);
    xtls_resumption_keep (resumption, xtls_session_take_sm_failed (session));
    sm = xtls_session_take_sm (session);
    if (resumption->timer)
        xtls_resumption_keep (resumption, sm);
    else
        give_up (resumption, sm);
}

static gboolean
is_wanted (XtlsSm *sm, XtlsSession *session, const char *previd)
{
    return sm && g_strcmp0 (xtls_sm_get_id (sm), previd) == 0 &&
           xtls_sm_is_bound_to (
               sm,
               xtls_session_get_own_fingerprint (session)->bytes,
               xtls_session_get_fingerprint (session)->bytes);
}

XtlsSm *
xtls_resumption_find (XtlsResumption *resumption,
                      XtlsSession *session,
                      const char *previd)
{
    /* A peer that asks to resume a session has lost it, whatever it looks like
     * here. */
    if (resumption->leaving &&
        g_strcmp0 (xtls_session_get_sm_id (resumption->leaving), previd) == 0)
        end_leaving (resumption);
    /* What that delivered or reported may have ended this session, too. */
    if (xtls_session_get_state (session) == XTLS_SESSION_CLOSED)
        return NULL;
    return is_wanted (resumption->sm, session, previd)
               ? g_steal_pointer (&resumption->sm)
               : NULL;
}

XtlsSm *
xtls_resumption_take (XtlsResumption *resumption)
{
    return g_steal_pointer (&resumption->sm);
}

void
xtls_resumption_give_up (XtlsResumption *resumption)
{
    stop_waiting (resumption);
    give_up (resumption, g_steal_pointer (&resumption->sm));
}
