/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sessions of a contact, and their keys. */
#include "contact-sessions.h"

#include "admission.h"
#include "contact-outbox.h"
#include "contact-renewal.h"
#include "contact-start.h"
#include "contact-state-private.h"
#include "dialog-ops.h"
#include "history.h"
#include "logins.h"
#include "message.h"
#include "policy.h"
#include "secret.h"
#include "system-messages.h"
#include "trust.h"

#include <eventloop.h>
#include <glib/gi18n-lib.h>

static XtlsTrust
get_trust (XtlsContact *contact, XtlsSession *session)
{
    return xtls_trust_get (
        contact->account, contact->who, xtls_session_get_fingerprint (session));
}

/* --- before a session is open --------------------------------------------- */

gboolean
xtls_contact_sessions_allow_key (XtlsContact *contact,
                                 XtlsSession *session,
                                 const XtlsFingerprint *fingerprint)
{
    XtlsPermission permission = xtls_permission_for (
        xtls_trust_get (contact->account, contact->who, fingerprint));

    /* Unconfirmed messages are sent again only to a trusted key. */
    if (permission != XTLS_PERMISSION_ALL &&
        xtls_session_get_state (session) < XTLS_SESSION_OPEN)
        xtls_resumption_keep (contact->resumption,
                              xtls_session_take_sm_failed (session));
    return permission != XTLS_PERMISSION_NONE;
}

static gboolean
is_same_client (XtlsSession *one, XtlsSession *other)
{
    return g_str_equal (xtls_session_get_peer (one),
                        xtls_session_get_peer (other));
}

static gboolean
has_same_key (XtlsSession *one, XtlsSession *other)
{
    return xtls_fingerprint_equal (xtls_session_get_fingerprint (one),
                                   xtls_session_get_fingerprint (other));
}

static XtlsEnd
decide_admission (XtlsContact *contact, XtlsSession *session)
{
    XtlsSession *open = contact->session;
    XtlsAdmissionFacts facts = {
        .allows_calls =
            xtls_policy_allows_calls (contact->account, contact->who),
        .trust = get_trust (contact, session),
        .beside = open && !has_same_key (open, session),
    };

    if (facts.beside) {
        facts.same_client = is_same_client (open, session);
        facts.trust_beside = get_trust (contact, open);
    }
    return xtls_admission_decide (&facts);
}

XtlsEnd
xtls_contact_sessions_admit (XtlsContact *contact, XtlsSession *session)
{
    XtlsEnd end = decide_admission (contact, session);

    /* The owner of the server can repeat this as often as he likes. */
    if ((end == XTLS_END_ELSEWHERE || end == XTLS_END_NOT_ADMITTED) &&
        !contact->told.turned_away) {
        xtls_system_messages_not_admitted (
            contact->account, contact->who, session);
        contact->told.turned_away = TRUE;
    }
    return end;
}

/* --- resumption ----------------------------------------------------------- */

static void
given_up_cb (XtlsSm *sm, gpointer data)
{
    if (xtls_sm_is_final (sm))
        xtls_contact_outbox_hold_again (data, xtls_sm_get_unacked (sm));
    else
        xtls_contact_outbox_note_unconfirmed (data, xtls_sm_get_unacked (sm));
}

static void
settled_cb (gpointer data)
{
    xtls_contact_outbox_flush (data);
}

static guint
timer_add (guint ms, GSourceFunc function, gpointer data)
{
    return purple_timeout_add (ms, function, data);
}

static void
timer_remove (guint timer)
{
    purple_timeout_remove (timer);
}

const XtlsResumptionOps xtls_contact_sessions_resumption_ops = {
    .given_up = given_up_cb,
    .settled = settled_cb,
    .timer_add = timer_add,
    .timer_remove = timer_remove,
};

void
xtls_contact_sessions_settled (XtlsContact *contact, XtlsSession *session)
{
    if (session == contact->session)
        xtls_resumption_settled (contact->resumption);
}

/* The same client called again with the same key: nothing that a user sees has
 * changed. */
static gboolean
goes_on (XtlsSession *old, XtlsSession *session)
{
    return old && is_same_client (old, session) && has_same_key (old, session);
}

/* The endpoint replaces the older session: the peer calls again before its old
 * session was found to be cut. */
static gboolean
has_same_keys (XtlsSession *old, XtlsSession *session)
{
    return goes_on (old, session) &&
           xtls_fingerprint_equal (xtls_session_get_own_fingerprint (old),
                                   xtls_session_get_own_fingerprint (session));
}

/* --- open and closed ------------------------------------------------------ */

static gboolean
has_unconfirmed (XtlsContact *contact)
{
    return xtls_message_count_texts (
               xtls_resumption_get_unacked (contact->resumption)) > 0;
}

/* Returns: whether messages would be sent by themselves. */
static gboolean
has_messages (XtlsContact *contact)
{
    return xtls_outbox_get_length (contact->held) > 0 ||
           (xtls_resumption_sends_again (contact->resumption) &&
            has_unconfirmed (contact));
}

/* Returns: whether messages were meant for a key that the user has forgotten.
 * Those that are unconfirmed were sent to a known key, and may be resumed. */
static gboolean
has_messages_for_forgotten (XtlsContact *contact)
{
    return !xtls_trust_has_keys (contact->account, contact->who) &&
           (has_unconfirmed (contact) ||
            (contact->held_for_key &&
             xtls_outbox_get_length (contact->held) > 0));
}

/* A contact's new key never passes silently: it becomes known now, or stays new
 * until the user has decided about it. A cut does not decide it, nor does
 * another client of the contact. Nor does a new key get what was meant for
 * another, or for one that the user has forgotten, by being the first. */
static void
meet_key (XtlsContact *contact, XtlsSession *session)
{
    gboolean waits =
        get_trust (contact, session) == XTLS_TRUST_NEW &&
        (contact->told.key_waits ||
         xtls_trust_has_verified (contact->account, contact->who) ||
         (xtls_trust_has_keys (contact->account, contact->who) &&
          has_messages (contact)) ||
         has_messages_for_forgotten (contact));

    if (waits)
        return;
    contact->held_for_key = TRUE;
    xtls_trust_note_seen (
        contact->account, contact->who, xtls_session_get_fingerprint (session));
}

/* The first words leave with the end of the handshake, if the key that it has
 * brought is one that may be sent to. A contact's first key becomes known by
 * that. (A session that has something to resume asks for none; if it has been
 * taken back, the key waits for a decision.) */
void
xtls_contact_sessions_first_words (XtlsContact *contact, XtlsSession *session)
{
    if (contact->state != XTLS_CONTACT_STARTING ||
        !xtls_policy_allows_calls (contact->account, contact->who) ||
        xtls_outbox_get_length (contact->held) == 0)
        return;
    meet_key (contact, session);
    xtls_contact_outbox_send_first_words (contact, session);
}

static gboolean
key_waits (XtlsContact *contact)
{
    return xtls_contact_state_get_permission (contact, contact->session) ==
           XTLS_PERMISSION_SHOW;
}

static void
show_key (XtlsContact *contact)
{
    xtls_dialog_ops_show (
        XTLS_DIALOG_KEY_UNKNOWN, contact->account, contact->who);
}

/* Whatever was asked, reported and planned before this session is obsolete. */
static void
begin_anew (XtlsContact *contact, XtlsSession *session)
{
    contact->retry_after = 0;
    contact->autostart = XTLS_AUTOSTART_ON;
    contact->choice = XTLS_CHOICE_NOT_ASKED;
    g_clear_pointer (&contact->told.elsewhere, g_free);
    contact->told.turned_away = FALSE;
    contact->told.verified = xtls_contact_state_is_verified (contact, session);
    contact->told.key_waits = key_waits (contact);
    contact->told.started = !contact->told.key_waits;
}

static void
tell_state (XtlsContact *contact)
{
    contact->since = time (NULL);
    xtls_system_messages_state (contact->account,
                                contact->who,
                                xtls_contact_state_get (contact),
                                contact->session,
                                XTLS_HOLD_NOTHING,
                                contact->since);
}

/* @old: (nullable) (transfer full): the session that @session replaces. */
static void
retire (XtlsContact *contact, XtlsSession *old, XtlsSession *session)
{
    if (!old)
        return;
    xtls_secret_exchange_session_gone (contact->secret);
    /* The endpoint itself ends the old session with the same client. */
    if (!is_same_client (old, session))
        xtls_session_hand_over (old);
    else if (!has_same_keys (old, session))
        xtls_session_close (old, FALSE);
    xtls_session_unref (old);
}

static void
session_opened (XtlsContact *contact, XtlsSession *session)
{
    XtlsSession *old = contact->session;
    gboolean surprising = get_trust (contact, session) == XTLS_TRUST_NEW &&
                          xtls_trust_has_keys (contact->account, contact->who);
    gboolean waited = contact->told.key_waits;
    gboolean same;

    contact->session = xtls_session_ref (session);
    xtls_contact_state_set (contact, XTLS_CONTACT_OPEN);
    /* First, because a call that is under way has taken what is
     * unconfirmed. */
    if (!xtls_dialer_session_changed (contact->dialer, session)) {
        xtls_contact_start_cancel (contact, session);
        contact->started_by_user = FALSE;
    }
    meet_key (contact, session);
    xtls_policy_note_open (contact->account, contact->who);
    begin_anew (contact, session);
    /* What the user compares or decides meanwhile is the same as before. */
    same = has_same_keys (old, session) && waited == contact->told.key_waits;
    if (!same)
        xtls_dialog_ops_close (contact->account, contact->who);
    if (contact->told.key_waits ? !same : !goes_on (old, session))
        tell_state (contact);
    if (surprising && !contact->told.key_waits && !same)
        xtls_system_messages_new_key (contact->account, contact->who);
    xtls_contact_state_changed (contact);
    if (contact->told.key_waits && !same)
        show_key (contact);
    xtls_resumption_opened (contact->resumption, session, old);
    retire (contact, old, session);
    /* What was told may have made another plugin end it. */
    if (contact->session == session)
        xtls_contact_renewal_watch (contact);
}

/* What the user or the contact has ended is neither started again nor
 * resumed. */
static XtlsAutostart
autostart_after (XtlsEnd end)
{
    switch (end) {
    case XTLS_END_PEER:
    case XTLS_END_ELSEWHERE:
        return XTLS_AUTOSTART_ENDED_BY_PEER;
    case XTLS_END_KEY_REFUSED:
        return XTLS_AUTOSTART_KEY_REFUSED;
    default:
        return XTLS_AUTOSTART_ON;
    }
}

static void
session_lost (XtlsContact *contact, XtlsSession *session)
{
    XtlsEnd end = xtls_session_get_end (session);
    XtlsSm *sm = xtls_session_take_sm (session);

    xtls_pieces_stop (contact->flush);
    xtls_contact_renewal_stop (contact);
    if (sm)
        xtls_sm_set_final (
            sm, end == XTLS_END_QUIT && xtls_session_peer_has_left (session));
    g_clear_pointer (&contact->session, xtls_session_unref);
    xtls_contact_state_note_end (contact, session);
    xtls_contact_state_set (contact, XTLS_CONTACT_FINISHED);
    contact->told.held = 0;
    contact->told.failed = FALSE;
    xtls_secret_exchange_session_gone (contact->secret);
    xtls_dialog_ops_close (contact->account, contact->who);
    contact->autostart = autostart_after (end);
    if (contact->autostart != XTLS_AUTOSTART_ON && !has_messages (contact))
        contact->told.key_waits = FALSE;
    xtls_system_messages_lost (
        contact->account,
        contact->who,
        end,
        sm,
        xtls_contact_state_get_hold_reason (contact, NULL));
    xtls_resumption_lost (
        contact->resumption, sm, contact->autostart == XTLS_AUTOSTART_ON);
    xtls_contact_start_retry_later (contact);
    if (xtls_outbox_get_length (contact->held) > 0)
        xtls_contact_outbox_tell_soon (contact);
    xtls_contact_state_changed (contact);
}

void
xtls_contact_sessions_changed (XtlsContact *contact, XtlsSession *session)
{
    xtls_contact_renewal_session_changed (contact, session);
    switch (xtls_session_get_state (session)) {
    case XTLS_SESSION_OPEN:
        xtls_history_add (contact->account, contact->who, XTLS_END_NONE);
        session_opened (contact, session);
        return;
    case XTLS_SESSION_CLOSED:
        xtls_history_add (
            contact->account, contact->who, xtls_session_get_end (session));
        if (contact->session == session)
            session_lost (contact, session);
        else if (!xtls_dialer_session_changed (contact->dialer, session))
            xtls_resumption_closed (contact->resumption, session);
        return;
    default:
        return;
    }
}

void
xtls_contact_sessions_tie_break (XtlsContact *contact,
                                 XtlsSession *outgoing,
                                 XtlsSession *incoming)
{
    xtls_dialer_tie_break (contact->dialer, outgoing, incoming);
}

/* A stream is bound to both keys: it is given only to those that had it and are
 * still trusted. */
XtlsSm *
xtls_contact_sessions_find_sm (XtlsContact *contact,
                               XtlsSession *session,
                               const char *previd)
{
    xtls_resumption_keep (contact->resumption,
                          xtls_dialer_take_sm (contact->dialer));
    return xtls_contact_state_get_permission (contact, session) ==
                   XTLS_PERMISSION_ALL
               ? xtls_resumption_find (contact->resumption, session, previd)
               : NULL;
}

static void
end_session (XtlsSession *session, gboolean leaving)
{
    if (leaving)
        xtls_session_leave (session);
    else
        xtls_session_close (session, FALSE);
}

/* Sessions that are not open yet would bring back what the user ends. */
static void
end_unopened (XtlsContact *contact, gboolean leaving)
{
    XtlsLogin *login = xtls_logins_get (contact->account);
    GPtrArray *sessions =
        login
            ? xtls_endpoint_list (xtls_login_get_endpoint (login), contact->who)
            : NULL;

    for (guint i = 0; sessions && i < sessions->len; i++) {
        XtlsSession *session = g_ptr_array_index (sessions, i);

        if (xtls_session_get_state (session) < XTLS_SESSION_OPEN)
            end_session (session, leaving);
    }
    g_clear_pointer (&sessions, g_ptr_array_unref);
}

void
xtls_contact_sessions_drop (XtlsContact *contact, gboolean leaving)
{
    XtlsSession *session = g_steal_pointer (&contact->session);

    xtls_pieces_stop (contact->flush);
    end_unopened (contact, leaving);
    xtls_contact_renewal_stop (contact);
    xtls_secret_exchange_session_gone (contact->secret);
    if (!session)
        return;
    end_session (session, leaving);
    xtls_session_unref (session);
}

/* --- trust ---------------------------------------------------------------- */

/* Nothing is sent in the open session until the user has decided. */
static void
lose_trust (XtlsContact *contact)
{
    xtls_pieces_stop (contact->flush);
    contact->told.key_waits = TRUE;
    contact->told.verified = FALSE;
    contact->told.held = 0;
    xtls_dialog_ops_close (contact->account, contact->who);
    xtls_system_messages_trust_lost (
        contact->account, contact->who, contact->session);
    show_key (contact);
}

static void
gain_trust (XtlsContact *contact)
{
    contact->told.key_waits = FALSE;
    contact->held_for_key = TRUE;
    xtls_dialog_ops_close (contact->account, contact->who);
    if (!contact->told.started && !contact->told.verified)
        tell_state (contact);
    contact->told.started = TRUE;
    xtls_contact_outbox_flush (contact);
}

static void
tell_verified (XtlsContact *contact)
{
    gboolean verified =
        xtls_contact_state_is_verified (contact, contact->session);

    if (verified == contact->told.verified)
        return;
    contact->told.verified = verified;
    xtls_system_messages_verified (contact->account, contact->who, verified);
}

void
xtls_contact_sessions_review (XtlsContact *contact)
{
    XtlsLogin *login = xtls_logins_get (contact->account);
    gboolean waits;

    if (login)
        xtls_endpoint_check_keys (xtls_login_get_endpoint (login),
                                  contact->who);
    if (!contact->session)
        return;
    waits = key_waits (contact);
    if (waits && !contact->told.key_waits)
        lose_trust (contact);
    tell_verified (contact);
    if (!waits && contact->told.key_waits)
        gain_trust (contact);
}

static gboolean
waits_for_decision (XtlsContact *contact, const XtlsFingerprint *fingerprint)
{
    return contact->session && key_waits (contact) &&
           xtls_fingerprint_equal (
               xtls_session_get_fingerprint (contact->session), fingerprint);
}

gboolean
xtls_contact_sessions_decide_key (XtlsContact *contact,
                                  const XtlsFingerprint *fingerprint,
                                  XtlsKeyDecision decision,
                                  char **why)
{
    if (!waits_for_decision (contact, fingerprint)) {
        if (why)
            *why = g_strdup (_ ("This key does not wait for a decision any "
                                "more: the session has ended."));
        return FALSE;
    }
    xtls_trust_note_seen (contact->account, contact->who, fingerprint);
    if (decision == XTLS_REFUSE_KEY)
        xtls_trust_set (contact->account,
                        contact->who,
                        fingerprint,
                        XTLS_TRUST_REFUSED,
                        XTLS_VERIFIED_BY_NOTHING);
    xtls_contact_sessions_review (contact);
    xtls_contact_state_changed (contact);
    return TRUE;
}
