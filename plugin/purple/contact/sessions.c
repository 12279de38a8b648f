/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sessions of a contact: opened, replaced, resumed, lost; and the keys that
 * they bring. */
#include "contact-private.h"
#include "core.h"
#include "logins.h"

#include "dialogs.h"
#include "policy.h"
#include "system-messages.h"

#include <eventloop.h>
#include <glib/gi18n-lib.h>
#include <time.h>

static const XtlsPeer *
find_peer (XtlsContact *contact, const XtlsFingerprint *fingerprint)
{
    XtlsLogin *login = xtls_logins_get (contact->account);

    return login ? xtls_peers_lookup (xtls_core_get_peers (),
                                      xtls_login_get_jid (login),
                                      contact->who,
                                      fingerprint)
                 : NULL;
}

XtlsTrust
xtls_contact_get_trust (XtlsContact *contact, XtlsSession *session)
{
    const XtlsPeer *peer =
        find_peer (contact, xtls_session_get_fingerprint (session));

    return peer ? peer->trust : XTLS_TRUST_NEW;
}

gboolean
xtls_contact_judge (XtlsContact *contact, const XtlsFingerprint *fingerprint)
{
    const XtlsPeer *peer = find_peer (contact, fingerprint);

    return !peer || peer->trust != XTLS_TRUST_REFUSED;
}

/* Beside an open session, a session with another key is admitted only if that
 * key is trusted as much: nobody takes a conversation over with a new key. */
gboolean
xtls_contact_admit (XtlsContact *contact, XtlsSession *session)
{
    XtlsTrust trust = xtls_contact_get_trust (contact, session);

    if (!xtls_contact_may_call (contact))
        return FALSE;
    if (!contact->session ||
        xtls_fingerprint_equal (xtls_session_get_fingerprint (contact->session),
                                xtls_session_get_fingerprint (session)))
        return TRUE;
    if (trust == XTLS_TRUST_VERIFIED ||
        (trust == XTLS_TRUST_KNOWN &&
         xtls_contact_get_trust (contact, contact->session) !=
             XTLS_TRUST_VERIFIED))
        return TRUE;
    /* Whoever owns the server can ask as often as he likes. */
    if (!contact->told_turned_away)
        xtls_system_messages_not_admitted (contact, session);
    contact->told_turned_away = TRUE;
    return FALSE;
}

static void
note_key (XtlsContact *contact, XtlsSession *session)
{
    XtlsLogin *login = xtls_logins_get (contact->account);

    xtls_peers_seen (xtls_core_get_peers (),
                     xtls_login_get_jid (login),
                     contact->who,
                     xtls_session_get_fingerprint (session),
                     time (NULL));
    xtls_core_emit_keys ();
}

/* A new key of a contact never passes silently (EXPERIENCE, "Verifying"). */
static void
look_at_key (XtlsContact *contact, XtlsSession *session)
{
    XtlsLogin *login = xtls_logins_get (contact->account);
    GPtrArray *keys = xtls_peers_list (
        xtls_core_get_peers (), xtls_login_get_jid (login), contact->who);
    gboolean verified = FALSE;
    gboolean other = keys->len > 0;

    for (guint i = 0; i < keys->len; i++)
        verified |=
            ((const XtlsPeer *)keys->pdata[i])->trust == XTLS_TRUST_VERIFIED;
    g_ptr_array_unref (keys);

    contact->key_waits = FALSE;
    if (xtls_contact_get_trust (contact, session) != XTLS_TRUST_NEW || !other) {
        note_key (contact, session);
        return;
    }
    contact->key_waits = verified || xtls_outbox_get_length (contact->held) > 0;
    if (!contact->key_waits)
        note_key (contact, session);
}

static void
given_up_cb (XtlsSm *sm, gpointer data)
{
    xtls_contact_note_unconfirmed (data, xtls_sm_get_unacked (sm));
}

static void
settled_cb (gpointer data)
{
    xtls_contact_flush_held (data);
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

const XtlsResumptionOps xtls_contact_resumption_ops = {
    .given_up = given_up_cb,
    .settled = settled_cb,
    .timer_add = timer_add,
    .timer_remove = timer_remove,
};

void
xtls_contact_session_settled (XtlsContact *contact, XtlsSession *session)
{
    if (session == contact->session)
        xtls_resumption_settled (contact->resumption);
}

/* The same client with the same key called again: nothing that a person sees
 * has changed. */
static gboolean
goes_on (XtlsSession *old, XtlsSession *session)
{
    return old &&
           g_str_equal (xtls_session_get_peer (old),
                        xtls_session_get_peer (session)) &&
           xtls_fingerprint_equal (xtls_session_get_fingerprint (old),
                                   xtls_session_get_fingerprint (session));
}

/* The endpoint lets the newer one replace the older: the peer calls again
 * before its old session was found to be cut. */
static gboolean
is_twin (XtlsSession *old, XtlsSession *session)
{
    return old && goes_on (old, session) &&
           xtls_fingerprint_equal (xtls_session_get_own_fingerprint (old),
                                   xtls_session_get_own_fingerprint (session));
}

static void
session_opened (XtlsContact *contact, XtlsSession *session)
{
    XtlsLogin *login = xtls_logins_get (contact->account);
    XtlsSession *old = contact->session;
    gboolean new_key =
        xtls_contact_get_trust (contact, session) == XTLS_TRUST_NEW;
    gboolean had_keys = xtls_policy_has_keys (contact->account, contact->who);

    contact->session = xtls_session_ref (session);
    xtls_contact_enter (contact);
    look_at_key (contact, session);
    if (!xtls_dialer_session_changed (contact->dialer, session)) {
        xtls_contact_stop_dialing (contact);
        contact->by_person = FALSE;
    }
    xtls_contact_prefs_set_was_open (xtls_core_get_contact_prefs (),
                                     xtls_login_get_jid (login),
                                     contact->who);
    contact->retry_after = 0;
    contact->rests = FALSE;
    contact->choice_asked = FALSE;
    contact->choice_waits = FALSE;
    g_clear_pointer (&contact->told_elsewhere, g_free);
    contact->told_turned_away = FALSE;
    xtls_dialogs_close (contact);
    contact->told_verified =
        xtls_contact_get_trust (contact, session) == XTLS_TRUST_VERIFIED;
    if (!goes_on (old, session))
        xtls_system_messages_state (contact);
    if (new_key && had_keys)
        xtls_system_messages_new_key (contact, contact->key_waits);
    xtls_contact_changed (contact);
    if (contact->key_waits) {
        xtls_core_emit (
            XTLS_SIGNAL_KEY_UNKNOWN, contact->account, contact->who);
        if (!(xtls_core_get_claims () & XTLS_CLAIM_KEY_UNKNOWN))
            xtls_dialogs_key_unknown (contact);
    }
    xtls_resumption_opened (contact->resumption, session, old);
    if (old) {
        xtls_secret_talk_session_gone (contact->secret);
        /* The endpoint itself ends the old session of the same client. */
        if (!is_twin (old, session))
            xtls_session_close (old, FALSE);
        xtls_session_unref (old);
    }
}

static void
session_lost (XtlsContact *contact, XtlsSession *session)
{
    XtlsEnd end = xtls_session_get_end (session);
    XtlsSm *sm = xtls_session_take_sm (session);

    g_clear_pointer (&contact->session, xtls_session_unref);
    contact->key_waits = FALSE;
    contact->told_held = FALSE;
    contact->told_failed = FALSE;
    xtls_secret_talk_session_gone (contact->secret);
    xtls_dialogs_close (contact);
    xtls_system_messages_lost (contact, end, sm);
    xtls_resumption_lost (contact->resumption, sm, end != XTLS_END_PEER);
    contact->rests = end == XTLS_END_PEER;
    xtls_contact_retry_later (contact);
    if (xtls_outbox_get_length (contact->held) > 0)
        xtls_contact_tell_held_soon (contact);
    xtls_contact_changed (contact);
}

void
xtls_contact_session_changed (XtlsContact *contact, XtlsSession *session)
{
    switch (xtls_session_get_state (session)) {
    case XTLS_SESSION_OPEN:
        session_opened (contact, session);
        return;
    case XTLS_SESSION_CLOSED:
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
xtls_contact_tie_break (XtlsContact *contact,
                        XtlsSession *outgoing,
                        XtlsSession *incoming)
{
    xtls_dialer_tie_break (contact->dialer, outgoing, incoming);
}

/* The stream is bound to both keys: it is given only to those that had it. */
XtlsSm *
xtls_contact_find_sm (XtlsContact *contact,
                      XtlsSession *session,
                      const char *previd)
{
    xtls_resumption_keep (contact->resumption,
                          xtls_dialer_take_sm (contact->dialer));
    return xtls_resumption_find (contact->resumption, session, previd);
}

void
xtls_contact_drop_session (XtlsContact *contact, gboolean at_once)
{
    XtlsSession *session = g_steal_pointer (&contact->session);

    xtls_secret_talk_session_gone (contact->secret);
    if (session) {
        xtls_session_close (session, at_once);
        xtls_session_unref (session);
    }
}

static gboolean
is_session_key (XtlsContact *contact, const XtlsFingerprint *fingerprint)
{
    return contact->session &&
           xtls_fingerprint_equal (
               xtls_session_get_fingerprint (contact->session), fingerprint);
}

gboolean
xtls_contact_decide_key (XtlsContact *contact,
                         const XtlsFingerprint *fingerprint,
                         XtlsKeyDecision decision,
                         char **why)
{
    XtlsLogin *login = xtls_logins_get (contact->account);

    if (!contact->key_waits || !is_session_key (contact, fingerprint) ||
        !login) {
        if (why)
            *why = g_strdup (_ ("This key does not wait for a decision any "
                                "more: the session has ended."));
        return FALSE;
    }
    note_key (contact, contact->session);
    contact->key_waits = FALSE;
    xtls_dialogs_close (contact);
    if (decision == XTLS_ACCEPT_KEY) {
        xtls_contact_flush_held (contact);
    } else {
        xtls_peers_set_trust (xtls_core_get_peers (),
                              xtls_login_get_jid (login),
                              contact->who,
                              fingerprint,
                              XTLS_TRUST_REFUSED,
                              XTLS_VERIFIED_BY_NOTHING,
                              time (NULL));
        xtls_core_emit_keys ();
        contact->rests = TRUE;
        xtls_contact_drop_session (contact, FALSE);
        xtls_system_messages_refused (contact);
    }
    xtls_contact_changed (contact);
    return TRUE;
}

static void
tell_verified (XtlsContact *contact)
{
    gboolean verified = contact->session &&
                        xtls_contact_get_trust (contact, contact->session) ==
                            XTLS_TRUST_VERIFIED;

    if (!contact->session || verified == contact->told_verified)
        return;
    contact->told_verified = verified;
    xtls_system_messages_verified (contact, verified);
}

void
xtls_contact_refresh (XtlsContact *contact)
{
    xtls_logging_refresh (contact->logging);
    tell_verified (contact);
    if (contact->key_waits &&
        xtls_contact_get_trust (contact, contact->session) ==
            XTLS_TRUST_VERIFIED) {
        contact->key_waits = FALSE;
        xtls_dialogs_close (contact);
        xtls_contact_flush_held (contact);
    }
    xtls_contact_check_choice (contact);
    xtls_contact_changed (contact);
}
