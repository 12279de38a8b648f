/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The private mode of one contact: its life, and what a person does with it.
 *
 * What a person sees is derived by xtls_contact_get_state() from private_mode,
 * session and dialer; it is not stored.
 */
#include "contact-private.h"
#include "core.h"

#include "dialogs.h"
#include "jid.h"
#include "options.h"
#include "origin.h"
#include "otr.h"
#include "policy.h"
#include "status.h"
#include "system-messages.h"

#include <eventloop.h>
#include <glib/gi18n-lib.h>

XtlsContact *
xtls_contact_new (PurpleAccount *account, const char *who)
{
    XtlsContact *contact = g_new0 (XtlsContact, 1);

    contact->account = account;
    contact->who = g_strdup (who);
    contact->held = xtls_outbox_new ();
    contact->unconfirmed = xtls_outbox_new ();
    contact->dialer = xtls_dialer_new (
        account, contact->who, xtls_contact_start_failed_cb, contact);
    contact->resumption =
        xtls_resumption_new (&xtls_contact_resumption_ops, contact);
    contact->logging = xtls_logging_new (account, contact->who);
    contact->secret = xtls_secret_talk_new (contact);
    return contact;
}

static void
stop_timers (XtlsContact *contact)
{
    if (contact->created_timer)
        purple_timeout_remove (contact->created_timer);
    contact->created_timer = 0;
    if (contact->retry_timer)
        purple_timeout_remove (contact->retry_timer);
    contact->retry_timer = 0;
    if (contact->told_timer)
        purple_timeout_remove (contact->told_timer);
    contact->told_timer = 0;
    if (contact->late_timer)
        purple_timeout_remove (contact->late_timer);
    contact->late_timer = 0;
}

void
xtls_contact_free (XtlsContact *contact)
{
    xtls_dialogs_close (contact);
    xtls_options_close (contact);
    stop_timers (contact);
    xtls_lost_set_waiting (xtls_core_get_lost (), contact, contact->who, 0);
    xtls_dialer_free (contact->dialer);
    xtls_secret_talk_free (contact->secret);
    xtls_logging_free (contact->logging);
    g_clear_pointer (&contact->session, xtls_session_unref);
    xtls_resumption_free (contact->resumption);
    xtls_outbox_free (contact->held);
    xtls_outbox_free (contact->unconfirmed);
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

gboolean
xtls_contact_is_key_waiting (XtlsContact *contact)
{
    return contact->key_waits;
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
    return contact->session && !contact->key_waits &&
                   !xtls_resumption_is_waiting (contact->resumption) &&
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

XtlsState
xtls_contact_get_state (XtlsContact *contact)
{
    if (!contact->private_mode)
        return XTLS_STATE_NOT_PRIVATE;
    if (contact->session)
        return xtls_contact_get_trust (contact, contact->session) ==
                       XTLS_TRUST_VERIFIED
                   ? XTLS_STATE_PRIVATE
                   : XTLS_STATE_UNVERIFIED;
    return xtls_dialer_is_active (contact->dialer) ? XTLS_STATE_STARTING
                                                   : XTLS_STATE_FINISHED;
}

void
xtls_contact_changed (XtlsContact *contact)
{
    xtls_lost_set_waiting (xtls_core_get_lost (),
                           contact,
                           contact->who,
                           xtls_outbox_get_length (contact->held));
    xtls_core_emit (XTLS_SIGNAL_STATE, contact->account, contact->who);
}

void
xtls_contact_enter (XtlsContact *contact)
{
    if (contact->private_mode)
        return;
    contact->private_mode = TRUE;
    contact->ended_by_user = FALSE;
    contact->told_file = FALSE;
    contact->told_voice = FALSE;
    xtls_logging_begin (contact->logging);
}

void
xtls_contact_leave (XtlsContact *contact)
{
    contact->choice_waits = FALSE;
    contact->key_waits = FALSE;
    contact->told_held = FALSE;
    contact->private_mode = FALSE;
    xtls_contact_forget_unconfirmed (contact);
    stop_timers (contact);
    xtls_dialogs_close (contact);
    xtls_logging_end (contact->logging);
}

gboolean
xtls_contact_end (XtlsContact *contact, char **why)
{
    if (!contact->private_mode) {
        if (why)
            *why = g_strdup (_ ("There is no private conversation to end."));
        return FALSE;
    }
    xtls_contact_stop_dialing (contact);
    xtls_contact_drop_session (contact, FALSE);
    xtls_system_messages_end (contact);
    xtls_contact_show_held (contact);
    xtls_resumption_give_up (contact->resumption);
    xtls_contact_leave (contact);
    contact->ended_by_user = TRUE;
    xtls_contact_changed (contact);
    return TRUE;
}

void
xtls_contact_unload (XtlsContact *contact)
{
    if (!contact->private_mode)
        return;
    xtls_contact_stop_dialing (contact);
    xtls_contact_drop_session (contact, TRUE);
    xtls_system_messages_unload (contact);
    xtls_contact_show_held (contact);
    xtls_resumption_give_up (contact->resumption);
    xtls_contact_leave (contact);
    xtls_contact_changed (contact);
}

void
xtls_contact_account_removed (XtlsContact *contact)
{
    xtls_contact_stop_dialing (contact);
    xtls_contact_show_held (contact);
    xtls_resumption_give_up (contact->resumption);
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
    xtls_origin_begin (contact->account, contact->who);
    if (!contact->private_mode)
        xtls_logging_begin (contact->logging);
}

void
xtls_contact_after_delivery (XtlsContact *contact)
{
    if (!contact->private_mode)
        xtls_logging_end (contact->logging);
    xtls_origin_end ();
}

void
xtls_contact_refused_invitation (XtlsContact *contact)
{
    xtls_system_messages_refused_invitation (contact);
}

void
xtls_contact_refused_file (XtlsContact *contact, gboolean outgoing)
{
    if (!contact->told_file)
        xtls_system_messages_refused_file (contact, outgoing);
    contact->told_file = TRUE;
}

void
xtls_contact_refused_voice (XtlsContact *contact, gboolean outgoing)
{
    if (!contact->told_voice)
        xtls_system_messages_refused_voice (contact, outgoing);
    contact->told_voice = TRUE;
}

void
xtls_contact_show_clear (XtlsContact *contact,
                         const char *from,
                         const char *text,
                         time_t when)
{
    if (xtls_otr_is_protocol (text)) {
        xtls_system_messages_otr (contact, text);
        return;
    }
    xtls_system_messages_clear (contact, from, text, when);
    if (!contact->session || !xtls_jid_is_full (from) ||
        g_str_equal (from, xtls_session_get_peer (contact->session)) ||
        g_strcmp0 (from, contact->told_elsewhere) == 0)
        return;
    g_free (contact->told_elsewhere);
    contact->told_elsewhere = g_strdup (from);
    xtls_system_messages_elsewhere (contact, from);
}

void
xtls_contact_show_clear_invitation (XtlsContact *contact,
                                    const char *from,
                                    const char *room,
                                    const char *reason)
{
    xtls_system_messages_clear_invitation (contact, from, room, reason);
}

void
xtls_contact_show_clear_attention (XtlsContact *contact, const char *from)
{
    xtls_system_messages_clear_attention (contact, from);
}

void
xtls_contact_dropped (XtlsContact *contact)
{
    xtls_system_messages_dropped (contact);
}

XtlsStatus *
xtls_contact_get_status (XtlsContact *contact)
{
    XtlsStatusFacts facts = {
        .account = contact->account,
        .who = contact->who,
        .state = xtls_contact_get_state (contact),
        .session = contact->session,
        .held = xtls_outbox_get_length (contact->held),
        .unconfirmed = xtls_outbox_get_length (contact->unconfirmed),
        .key_waits = contact->key_waits,
        .choice_waits = contact->choice_waits,
    };

    return xtls_status_new (&facts);
}
