/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The private mode of one contact.
 *
 * What a person sees is derived by xtls_contact_get_state() from private_mode,
 * session and dialer; it is not stored.
 */
#include "contact.h"

#include "dialer.h"
#include "dialogs.h"
#include "held.h"
#include "hub.h"
#include "jid.h"
#include "lines.h"
#include "logging.h"
#include "notice.h"
#include "policy.h"
#include "secret.h"
#include "status.h"

#include <eventloop.h>
#include <glib/gi18n-lib.h>
#include <time.h>

/* How long a contact who called may take to say whether it resumes, seconds. */
#define SETTLE_TIMEOUT 3
/* Between two starts that the policy makes by itself, seconds: doubled from the
 * first to the last. */
#define RETRY_FIRST 2
#define RETRY_LAST 300

struct XtlsContact {
    PurpleAccount *account; /* borrowed: the hub frees us before it goes */
    char *who;

    gboolean private_mode; /* from Starting until End */
    XtlsSession *session;  /* the open one; a reference */
    XtlsDialer *dialer;
    gboolean by_person;     /* the last start was the person's */
    gboolean rests;         /* the policy does not start it again by itself */
    gboolean ended_by_user; /* automatic starts rest as long as the window is
                               open */
    guint retry_timer;
    guint retry_after; /* seconds */

    XtlsHeld *held;
    guint told_timer; /* tells of held messages once libpurple has echoed */
    gboolean told_held;
    gboolean told_failed;
    gboolean told_file;
    gboolean told_voice;
    char *told_elsewhere; /* (nullable) full JID that wrote in clear */

    gboolean told_verified; /* what was last said of the session's key */
    gboolean key_waits;     /* nothing is sent until the person decides */
    gboolean choice_asked;  /* once for each start */
    gboolean choice_waits;  /* asked, not answered yet */

    /* Nothing new is sent until the contact has had its chance to resume the
     * session that was cut: what is sent again comes first. */
    guint settle_timer;
    XtlsSm *sm; /* of the session that was cut: to be resumed, or told */
    XtlsSecretTalk *secret;
    XtlsLoggingState *logging;
};

static void start_failed_cb (const char *why, gpointer data);

XtlsContact *
xtls_contact_new (PurpleAccount *account, const char *who)
{
    XtlsContact *contact = g_new0 (XtlsContact, 1);

    contact->account = account;
    contact->who = g_strdup (who);
    contact->held = xtls_held_new ();
    contact->dialer =
        xtls_dialer_new (account, contact->who, start_failed_cb, contact);
    contact->logging = xtls_logging_new (account, contact->who);
    contact->secret = xtls_secret_talk_new (contact);
    return contact;
}

static void
stop_settling (XtlsContact *contact)
{
    if (contact->settle_timer)
        purple_timeout_remove (contact->settle_timer);
    contact->settle_timer = 0;
}

static void
stop_timers (XtlsContact *contact)
{
    if (contact->retry_timer)
        purple_timeout_remove (contact->retry_timer);
    contact->retry_timer = 0;
    if (contact->told_timer)
        purple_timeout_remove (contact->told_timer);
    contact->told_timer = 0;
    stop_settling (contact);
}

void
xtls_contact_free (XtlsContact *contact)
{
    xtls_dialogs_close (contact);
    stop_timers (contact);
    xtls_dialer_free (contact->dialer);
    xtls_secret_talk_free (contact->secret);
    xtls_logging_free (contact->logging);
    g_clear_pointer (&contact->session, xtls_session_unref);
    g_clear_pointer (&contact->sm, xtls_sm_free);
    xtls_held_free (contact->held);
    g_free (contact->told_elsewhere);
    g_free (contact->who);
    g_free (contact);
}

PurpleAccount *
xtls_contact_get_account (XtlsContact *contact)
{
    return contact->account;
}

const char *
xtls_contact_get_who (XtlsContact *contact)
{
    return contact->who;
}

XtlsSession *
xtls_contact_get_open_session (XtlsContact *contact)
{
    return contact->session;
}

XtlsSecretTalk *
xtls_contact_get_secret_talk (XtlsContact *contact)
{
    return contact->secret;
}

gboolean
xtls_contact_is_private (XtlsContact *contact)
{
    return contact->private_mode;
}

XtlsSession *
xtls_contact_get_session (XtlsContact *contact)
{
    return contact->session && !contact->key_waits && !contact->settle_timer &&
                   xtls_session_get_state (contact->session) ==
                       XTLS_SESSION_OPEN
               ? contact->session
               : NULL;
}

gboolean
xtls_contact_may_call (XtlsContact *contact)
{
    return xtls_policy_effective (contact->account, contact->who) !=
           XTLS_POLICY_NEVER;
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

static XtlsTrust
get_trust (XtlsContact *contact, XtlsSession *session)
{
    const XtlsPeer *peer =
        find_peer (contact, xtls_session_get_fingerprint (session));

    return peer ? peer->trust : XTLS_TRUST_NEW;
}

XtlsState
xtls_contact_get_state (XtlsContact *contact)
{
    if (!contact->private_mode)
        return XTLS_STATE_NOT_PRIVATE;
    if (contact->session)
        return get_trust (contact, contact->session) == XTLS_TRUST_VERIFIED
                   ? XTLS_STATE_PRIVATE
                   : XTLS_STATE_UNVERIFIED;
    return xtls_dialer_is_active (contact->dialer) ? XTLS_STATE_STARTING
                                                   : XTLS_STATE_FINISHED;
}

static void
changed (XtlsContact *contact)
{
    xtls_hub_emit (XTLS_SIGNAL_STATE, contact->account, contact->who);
}

/* --- held messages --- */

static void
ask_choice (XtlsContact *contact)
{
    if (contact->choice_asked || contact->by_person ||
        xtls_held_get_length (contact->held) == 0 ||
        xtls_contact_get_state (contact) != XTLS_STATE_FINISHED ||
        xtls_policy_effective (contact->account, contact->who) !=
            XTLS_POLICY_AUTOMATIC)
        return;
    contact->choice_asked = TRUE;
    contact->choice_waits = TRUE;
    xtls_hub_emit (XTLS_SIGNAL_CHOICE, contact->account, contact->who);
    if (!(xtls_hub_get_claims () & XTLS_CLAIM_CHOICE))
        xtls_dialogs_choice (contact);
}

/* Not for the moments in which a session settles or closes. */
static gboolean
is_held_for_long (XtlsContact *contact)
{
    return !contact->session || contact->key_waits;
}

static gboolean
tell_held_cb (gpointer data)
{
    XtlsContact *contact = data;

    contact->told_timer = 0;
    if (!contact->told_held && xtls_held_get_length (contact->held) > 0 &&
        is_held_for_long (contact)) {
        contact->told_held = TRUE;
        xtls_lines_held (contact);
    }
    ask_choice (contact);
    changed (contact);
    return FALSE;
}

/* Later: what libpurple is sending now is shown in the conversation first. */
static void
tell_held_soon (XtlsContact *contact)
{
    if (!contact->told_timer)
        contact->told_timer = purple_timeout_add (0, tell_held_cb, contact);
}

void
xtls_contact_hold (XtlsContact *contact, xmlnode *message)
{
    if (!xtls_held_push (contact->held, message)) {
        xtls_contact_not_sent (
            contact, message, _ ("Too many messages are waiting."));
        xmlnode_free (message);
        return;
    }
    tell_held_soon (contact);
}

void
xtls_contact_not_sent (XtlsContact *contact,
                       const xmlnode *message,
                       const char *why)
{
    xtls_lines_not_delivered (contact, message, why);
}

/* The queue is bounded (XTLS_HELD_MAX), so that all of it goes in one step. */
static void
flush_held (XtlsContact *contact)
{
    xmlnode *message;

    while (xtls_contact_get_session (contact) &&
           (message = xtls_held_pop (contact->held))) {
        g_autoptr (GError) error = NULL;

        if (!xtls_session_send (contact->session, message, &error)) {
            xtls_contact_not_sent (contact, message, NULL);
            xmlnode_free (message);
        }
    }
    contact->told_held = FALSE;
}

static void
show_held (XtlsContact *contact)
{
    xmlnode *message;

    while ((message = xtls_held_pop (contact->held))) {
        xtls_lines_not_sent (contact, message);
        xmlnode_free (message);
    }
}

static void
give_up_resuming (XtlsContact *contact, XtlsSm *sm)
{
    GQueue *unacked = xtls_sm_get_unacked (sm);

    for (GList *l = unacked->head; l; l = l->next)
        xtls_lines_unconfirmed (contact, l->data);
    xtls_sm_free (sm);
}

/* --- entering and leaving private mode --- */

static void
enter (XtlsContact *contact)
{
    if (contact->private_mode)
        return;
    contact->private_mode = TRUE;
    contact->ended_by_user = FALSE;
    contact->told_file = FALSE;
    contact->told_voice = FALSE;
    xtls_logging_begin (contact->logging);
}

static void
leave (XtlsContact *contact)
{
    contact->choice_waits = FALSE;
    contact->key_waits = FALSE;
    contact->told_held = FALSE;
    contact->private_mode = FALSE;
    stop_timers (contact);
    xtls_dialogs_close (contact);
    xtls_logging_end (contact->logging);
}

/* A resource of which nothing is known is called only where the answer is worth
 * more than the question: automatic starts ask the person instead. */
static void
dial (XtlsContact *contact)
{
    gboolean insist = contact->by_person ||
                      xtls_policy_effective (contact->account, contact->who) ==
                          XTLS_POLICY_REQUIRED;

    xtls_dialer_start (contact->dialer, insist, g_steal_pointer (&contact->sm));
}

static void
begin (XtlsContact *contact, gboolean by_person)
{
    enter (contact);
    contact->by_person = by_person;
    contact->rests = FALSE;
    contact->told_held = FALSE;
    contact->told_failed = FALSE;
    contact->choice_asked = FALSE;
    contact->choice_waits = FALSE;
    xtls_lines_attempting (contact);
    dial (contact);
    changed (contact);
}

gboolean
xtls_contact_start (XtlsContact *contact, char **why)
{
    g_autofree char *reason =
        xtls_status_why_not (contact->account, contact->who);

    if (contact->session)
        reason = g_strdup (_ ("The conversation is private already."));
    if (reason) {
        if (why)
            *why = g_steal_pointer (&reason);
        return FALSE;
    }
    if (!xtls_dialer_is_active (contact->dialer))
        begin (contact, TRUE);
    return TRUE;
}

/* What a call was to resume is kept, whatever becomes of the call. */
static void
keep_sm (XtlsContact *contact, XtlsSm *sm)
{
    if (!sm)
        return;
    if (contact->sm)
        give_up_resuming (contact, sm);
    else
        contact->sm = sm;
}

static void
stop_dialing (XtlsContact *contact)
{
    xtls_dialer_stop (contact->dialer);
    keep_sm (contact, xtls_dialer_take_sm (contact->dialer));
}

static void
drop_session (XtlsContact *contact, gboolean at_once)
{
    XtlsSession *session = g_steal_pointer (&contact->session);

    xtls_secret_talk_session_gone (contact->secret);
    if (session) {
        xtls_session_close (session, at_once);
        xtls_session_unref (session);
    }
}

gboolean
xtls_contact_end (XtlsContact *contact, char **why)
{
    if (!contact->private_mode) {
        if (why)
            *why = g_strdup (_ ("There is no private conversation to end."));
        return FALSE;
    }
    stop_dialing (contact);
    drop_session (contact, FALSE);
    xtls_lines_end (contact);
    show_held (contact);
    if (contact->sm)
        give_up_resuming (contact, g_steal_pointer (&contact->sm));
    leave (contact);
    contact->ended_by_user = TRUE;
    changed (contact);
    return TRUE;
}

void
xtls_contact_unload (XtlsContact *contact)
{
    if (!contact->private_mode)
        return;
    stop_dialing (contact);
    drop_session (contact, TRUE);
    xtls_lines_unload (contact);
    show_held (contact);
    if (contact->sm)
        give_up_resuming (contact, g_steal_pointer (&contact->sm));
    leave (contact);
    changed (contact);
}

/* --- starting --- */

static gboolean
policy_starts (XtlsContact *contact)
{
    XtlsPolicy policy = xtls_policy_effective (contact->account, contact->who);

    return policy == XTLS_POLICY_REQUIRED ||
           (policy == XTLS_POLICY_AUTOMATIC && !contact->ended_by_user);
}

static gboolean
retry_cb (gpointer data)
{
    XtlsContact *contact = data;

    contact->retry_timer = 0;
    xtls_contact_presence_changed (contact);
    return FALSE;
}

/* The policy tries again by itself, ever more slowly and without lines. */
static void
retry_later (XtlsContact *contact)
{
    if (contact->rests || !policy_starts (contact) || contact->retry_timer)
        return;
    contact->retry_after = contact->retry_after
                               ? MIN (contact->retry_after * 2, RETRY_LAST)
                               : RETRY_FIRST;
    contact->retry_timer =
        purple_timeout_add_seconds (contact->retry_after, retry_cb, contact);
}

static void
start_failed_cb (const char *why, gpointer data)
{
    XtlsContact *contact = data;

    keep_sm (contact, xtls_dialer_take_sm (contact->dialer));
    if (!contact->told_failed) {
        contact->told_failed = TRUE;
        xtls_lines_failed (contact, why);
    }
    retry_later (contact);
    tell_held_soon (contact);
    changed (contact);
}

void
xtls_contact_presence_changed (XtlsContact *contact)
{
    xtls_dialer_update (contact->dialer);
    if (xtls_contact_get_state (contact) != XTLS_STATE_FINISHED ||
        contact->rests || contact->retry_timer || !policy_starts (contact) ||
        xtls_policy_find_resource (
            contact->account, contact->who, NULL, NULL) !=
            XTLS_CAPABILITY_PRESENT)
        return;
    contact->by_person = FALSE;
    dial (contact);
    changed (contact);
}

/* Whether somebody with whom nothing was ever private is written to as ever:
 * without the plugin, offline, or one who does not see us and would not answer.
 */
static gboolean
is_without (XtlsContact *contact)
{
    XtlsLogin *login = xtls_hub_get_login (contact->account);
    XtlsCapability capability;

    if (xtls_policy_was_private (contact->account, contact->who))
        return FALSE;
    if (login && xtls_login_is_stranger (login, contact->who))
        return TRUE;
    capability =
        xtls_policy_find_resource (contact->account, contact->who, NULL, NULL);
    return capability == XTLS_CAPABILITY_ABSENT ||
           capability == XTLS_CAPABILITY_OFFLINE;
}

gboolean
xtls_contact_will_send (XtlsContact *contact, XtlsMatter matter)
{
    gboolean required =
        xtls_policy_effective (contact->account, contact->who) ==
        XTLS_POLICY_REQUIRED;

    if (!policy_starts (contact) ||
        (!required && (matter == XTLS_MATTER_OTHER || is_without (contact))))
        return FALSE;
    if (matter == XTLS_MATTER_CONTENT)
        begin (contact, FALSE);
    return TRUE;
}

void
xtls_contact_conversation_created (XtlsContact *contact)
{
    contact->ended_by_user = FALSE;
    xtls_logging_created (contact->logging);
    if (contact->private_mode) {
        xtls_lines_state (contact);
    } else if (policy_starts (contact) && !is_without (contact) &&
               xtls_policy_find_resource (
                   contact->account, contact->who, NULL, NULL) ==
                   XTLS_CAPABILITY_PRESENT) {
        begin (contact, FALSE);
    }
}

void
xtls_contact_conversation_closed (XtlsContact *contact)
{
    contact->ended_by_user = FALSE;
}

void
xtls_contact_login_gone (XtlsContact *contact)
{
    xtls_dialer_update (contact->dialer);
}

/* --- sessions --- */

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
    XtlsTrust trust = get_trust (contact, session);

    if (!xtls_contact_may_call (contact))
        return FALSE;
    if (!contact->session ||
        xtls_fingerprint_equal (xtls_session_get_fingerprint (contact->session),
                                xtls_session_get_fingerprint (session)))
        return TRUE;
    if (trust == XTLS_TRUST_VERIFIED ||
        (trust == XTLS_TRUST_KNOWN &&
         get_trust (contact, contact->session) != XTLS_TRUST_VERIFIED))
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
    if (get_trust (contact, session) != XTLS_TRUST_NEW || !other) {
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
    stop_settling (contact);
    if (contact->sm)
        give_up_resuming (contact, g_steal_pointer (&contact->sm));
    flush_held (contact);
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
    keep_sm (contact, xtls_session_take_sm_failed (session));
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
    gboolean new_key = get_trust (contact, session) == XTLS_TRUST_NEW;
    gboolean had_keys = xtls_policy_has_keys (contact->account, contact->who);

    contact->session = xtls_session_ref (session);
    enter (contact);
    look_at_key (contact, session);
    if (!xtls_dialer_session_changed (contact->dialer, session)) {
        stop_dialing (contact);
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
        get_trust (contact, session) == XTLS_TRUST_VERIFIED;
    if (!goes_on (old, session))
        xtls_lines_state (contact);
    if (new_key && had_keys)
        xtls_lines_new_key (contact, contact->key_waits);
    changed (contact);
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
    stop_settling (contact);
    xtls_secret_talk_session_gone (contact->secret);
    xtls_dialogs_close (contact);
    xtls_lines_lost (contact, end, sm);
    /* Without an id nobody can ask for it. */
    if (sm && (end == XTLS_END_PEER || !xtls_sm_get_id (sm)))
        give_up_resuming (contact, g_steal_pointer (&sm));
    keep_sm (contact, sm);
    contact->rests = end == XTLS_END_PEER;
    retry_later (contact);
    if (xtls_held_get_length (contact->held) > 0)
        tell_held_soon (contact);
    changed (contact);
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
        keep_sm (contact, xtls_session_take_sm_failed (session));
        sm = xtls_session_take_sm (session);
        if (contact->session == session)
            session_lost (contact, session, sm);
        else if (sm && contact->settle_timer)
            keep_sm (contact, sm);
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
    keep_sm (contact, xtls_dialer_take_sm (contact->dialer));
    if (!contact->sm || g_strcmp0 (xtls_sm_get_id (contact->sm), previd) != 0 ||
        !xtls_sm_is_bound_to (contact->sm,
                              xtls_session_get_own_fingerprint (session)->bytes,
                              xtls_session_get_fingerprint (session)->bytes))
        return NULL;
    return g_steal_pointer (&contact->sm);
}

gboolean
xtls_contact_take_inside (XtlsContact *contact,
                          XtlsSession *session,
                          xmlnode *stanza)
{
    return xtls_secret_talk_take (contact->secret, session, stanza);
}

void
xtls_contact_before_delivery (XtlsContact *contact)
{
    if (!contact->private_mode)
        xtls_logging_begin (contact->logging);
}

void
xtls_contact_after_delivery (XtlsContact *contact)
{
    if (!contact->private_mode)
        xtls_logging_end (contact->logging);
}

/* --- decisions of the person --- */

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
        flush_held (contact);
    } else {
        xtls_peers_set_trust (xtls_hub_get_peers (),
                              xtls_login_get_jid (login),
                              contact->who,
                              fingerprint,
                              XTLS_TRUST_REFUSED,
                              XTLS_VERIFIED_NOT,
                              time (NULL));
        contact->rests = TRUE;
        drop_session (contact, FALSE);
        xtls_lines_refused (contact);
    }
    changed (contact);
    return TRUE;
}

static void
tell_verified (XtlsContact *contact)
{
    gboolean verified =
        contact->session &&
        get_trust (contact, contact->session) == XTLS_TRUST_VERIFIED;

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
        get_trust (contact, contact->session) == XTLS_TRUST_VERIFIED) {
        contact->key_waits = FALSE;
        xtls_dialogs_close (contact);
        flush_held (contact);
    }
    changed (contact);
}

void
xtls_contact_policy_changed (XtlsContact *contact)
{
    contact->ended_by_user = FALSE;
    xtls_contact_refresh (contact);
}

static void
send_held_in_clear (XtlsContact *contact, XtlsLogin *login)
{
    xmlnode *message;

    if (contact->sm)
        give_up_resuming (contact, g_steal_pointer (&contact->sm));
    leave (contact);
    contact->ended_by_user = TRUE;
    while ((message = xtls_held_pop (contact->held)))
        xtls_login_send_clear (login, message);
    xtls_lines_sent_in_clear (contact);
}

gboolean
xtls_contact_choose (XtlsContact *contact, XtlsChoice choice, char **why)
{
    XtlsLogin *login = xtls_hub_get_login (contact->account);

    if (!contact->choice_waits) {
        if (why)
            *why = g_strdup (_ ("There is nothing to choose any more."));
        return FALSE;
    }
    if (choice == XTLS_CHOOSE_SEND && !login) {
        if (why)
            *why = g_strdup (
                _ ("Your account is offline. Connect it and try again."));
        return FALSE;
    }
    contact->choice_waits = FALSE;
    xtls_dialogs_close (contact);
    switch (choice) {
    case XTLS_CHOOSE_WAIT:
        break;
    case XTLS_CHOOSE_SEND:
        stop_dialing (contact);
        send_held_in_clear (contact, login);
        break;
    case XTLS_CHOOSE_DISCARD:
        xtls_contact_end (contact, NULL);
        return TRUE;
    }
    changed (contact);
    return TRUE;
}

/* --- what the router refuses or marks --- */

void
xtls_contact_refused_file (XtlsContact *contact, gboolean outgoing)
{
    if (!contact->told_file)
        xtls_lines_refused_file (contact, outgoing);
    contact->told_file = TRUE;
}

void
xtls_contact_refused_voice (XtlsContact *contact, gboolean outgoing)
{
    if (!contact->told_voice)
        xtls_lines_refused_voice (contact, outgoing);
    contact->told_voice = TRUE;
}

void
xtls_contact_show_clear (XtlsContact *contact,
                         const char *from,
                         const char *text,
                         time_t when)
{
    xtls_lines_clear (contact, from, text, when);
    if (!contact->session || !xtls_jid_is_full (from) ||
        g_str_equal (from, xtls_session_get_peer (contact->session)) ||
        g_strcmp0 (from, contact->told_elsewhere) == 0)
        return;
    g_free (contact->told_elsewhere);
    contact->told_elsewhere = g_strdup (from);
    xtls_lines_elsewhere (contact, from);
}

/* --- what is told of it --- */

XtlsStatus *
xtls_contact_get_status (XtlsContact *contact)
{
    XtlsStatusFacts facts = {
        .account = contact->account,
        .who = contact->who,
        .state = xtls_contact_get_state (contact),
        .session = contact->session,
        .held = xtls_held_get_length (contact->held),
        .key_waits = contact->key_waits,
    };

    return xtls_status_new (&facts);
}
