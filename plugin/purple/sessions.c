/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sessions of a contact: opened, replaced, resumed, lost; and the keys that
 * they bring. */
#include "contact-private.h"

#include "dialogs.h"
#include "hub.h"
#include "lines.h"
#include "policy.h"

#include <eventloop.h>
#include <glib/gi18n-lib.h>
#include <time.h>

/* How long a contact who called may take to say whether it resumes, seconds. */
#define SETTLE_TIMEOUT 3

static void
give_up_resuming (XtlsContact *contact, XtlsSm *sm)
{
    xtls_lines_unconfirmed (contact, xtls_sm_get_unacked (sm));
    xtls_sm_free (sm);
}

void
xtls_contact_keep_sm (XtlsContact *contact, XtlsSm *sm)
{
    if (!sm)
        return;
    if (contact->sm)
        give_up_resuming (contact, sm);
    else
        contact->sm = sm;
}

void
xtls_contact_give_up_resuming (XtlsContact *contact)
{
    if (contact->sm)
        give_up_resuming (contact, g_steal_pointer (&contact->sm));
}

void
xtls_contact_stop_settling (XtlsContact *contact)
{
    if (contact->settle_timer)
        purple_timeout_remove (contact->settle_timer);
    contact->settle_timer = 0;
}

static const XtlsPeer *
find_peer (XtlsContact *contact, const XtlsFingerprint *fingerprint)
{
    XtlsLogin *login = xtls_hub_get_login (contact->account);

    return login ? xtls_peers_lookup (xtls_hub_get_peers (),
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
    xtls_lines_not_admitted (contact, session);
    return FALSE;
}

static void
note_key (XtlsContact *contact, XtlsSession *session)
{
    XtlsLogin *login = xtls_hub_get_login (contact->account);

    xtls_peers_seen (xtls_hub_get_peers (),
                     xtls_login_get_jid (login),
                     contact->who,
                     xtls_session_get_fingerprint (session),
                     time (NULL));
    xtls_hub_emit_keys ();
}

/* A new key of a contact never passes silently (EXPERIENCE, "Verifying"). */
static void
look_at_key (XtlsContact *contact, XtlsSession *session)
{
    XtlsLogin *login = xtls_hub_get_login (contact->account);
    GPtrArray *keys = xtls_peers_list (
        xtls_hub_get_peers (), xtls_login_get_jid (login), contact->who);
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
    contact->key_waits = verified || xtls_held_get_length (contact->held) > 0;
    if (!contact->key_waits)
        note_key (contact, session);
}

static void
settled (XtlsContact *contact)
{
    xtls_contact_stop_settling (contact);
    xtls_contact_give_up_resuming (contact);
    xtls_contact_flush_held (contact);
}

static gboolean
settle_cb (gpointer data)
{
    XtlsContact *contact = data;

    contact->settle_timer = 0;
    settled (contact);
    return FALSE;
}

void
xtls_contact_session_settled (XtlsContact *contact, XtlsSession *session)
{
    if (session == contact->session && contact->settle_timer)
        settled (contact);
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

/* What was not acknowledged in the session that was cut: an outgoing session
 * has resumed it, or the peer refused; an incoming one still may. The session
 * that is replaced ends in a moment and leaves what is to be resumed. */
static void
settle (XtlsContact *contact, XtlsSession *session, XtlsSession *old)
{
    xtls_contact_keep_sm (contact, xtls_session_take_sm_failed (session));
    if (!xtls_session_is_outgoing (session) &&
        (contact->sm || is_twin (old, session)))
        contact->settle_timer =
            purple_timeout_add_seconds (SETTLE_TIMEOUT, settle_cb, contact);
    else
        settled (contact);
}

static void
session_opened (XtlsContact *contact, XtlsSession *session)
{
    XtlsLogin *login = xtls_hub_get_login (contact->account);
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
    xtls_contacts_set_was_open (
        xtls_hub_get_contacts (), xtls_login_get_jid (login), contact->who);
    contact->retry_after = 0;
    contact->rests = FALSE;
    contact->choice_asked = FALSE;
    contact->choice_waits = FALSE;
    g_clear_pointer (&contact->told_elsewhere, g_free);
    xtls_dialogs_close (contact);
    contact->told_verified =
        xtls_contact_get_trust (contact, session) == XTLS_TRUST_VERIFIED;
    if (!goes_on (old, session))
        xtls_lines_state (contact);
    if (new_key && had_keys)
        xtls_lines_new_key (contact, contact->key_waits);
    xtls_contact_changed (contact);
    if (contact->key_waits) {
        xtls_hub_emit (XTLS_SIGNAL_KEY_UNKNOWN, contact->account, contact->who);
        if (!(xtls_hub_get_claims () & XTLS_CLAIM_KEY_UNKNOWN))
            xtls_dialogs_key_unknown (contact);
    }
    settle (contact, session, old);
    if (old) {
        xtls_secret_talk_session_gone (contact->secret);
        /* The endpoint itself ends the old session of the same client. */
        if (!is_twin (old, session))
            xtls_session_close (old, FALSE);
        xtls_session_unref (old);
    }
}

static void
session_lost (XtlsContact *contact, XtlsSession *session, XtlsSm *sm)
{
    XtlsEnd end = xtls_session_get_end (session);

    g_clear_pointer (&contact->session, xtls_session_unref);
    contact->key_waits = FALSE;
    contact->told_held = FALSE;
    contact->told_failed = FALSE;
    xtls_contact_stop_settling (contact);
    xtls_secret_talk_session_gone (contact->secret);
    xtls_dialogs_close (contact);
    xtls_lines_lost (contact, end, sm);
    /* Without an id nobody can ask for it. */
    if (sm && (end == XTLS_END_PEER || !xtls_sm_get_id (sm)))
        give_up_resuming (contact, g_steal_pointer (&sm));
    xtls_contact_keep_sm (contact, sm);
    contact->rests = end == XTLS_END_PEER;
    xtls_contact_retry_later (contact);
    if (xtls_held_get_length (contact->held) > 0)
        xtls_contact_tell_held_soon (contact);
    xtls_contact_changed (contact);
}

void
xtls_contact_session_changed (XtlsContact *contact, XtlsSession *session)
{
    XtlsSm *sm;

    switch (xtls_session_get_state (session)) {
    case XTLS_SESSION_OPEN:
        session_opened (contact, session);
        return;
    case XTLS_SESSION_CLOSED:
        if (xtls_dialer_session_changed (contact->dialer, session))
            return;
        xtls_contact_keep_sm (contact, xtls_session_take_sm_failed (session));
        sm = xtls_session_take_sm (session);
        if (contact->session == session)
            session_lost (contact, session, sm);
        else if (sm && contact->settle_timer)
            xtls_contact_keep_sm (contact, sm);
        else if (sm)
            give_up_resuming (contact, sm);
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
    xtls_contact_keep_sm (contact, xtls_dialer_take_sm (contact->dialer));
    if (!contact->sm || g_strcmp0 (xtls_sm_get_id (contact->sm), previd) != 0 ||
        !xtls_sm_is_bound_to (contact->sm,
                              xtls_session_get_own_fingerprint (session)->bytes,
                              xtls_session_get_fingerprint (session)->bytes))
        return NULL;
    return g_steal_pointer (&contact->sm);
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
    XtlsLogin *login = xtls_hub_get_login (contact->account);

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
        xtls_peers_set_trust (xtls_hub_get_peers (),
                              xtls_login_get_jid (login),
                              contact->who,
                              fingerprint,
                              XTLS_TRUST_REFUSED,
                              XTLS_VERIFIED_NOT,
                              time (NULL));
        contact->rests = TRUE;
        xtls_contact_drop_session (contact, FALSE);
        xtls_lines_refused (contact);
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
    xtls_lines_verified (contact, verified);
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
