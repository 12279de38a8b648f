/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starts private mode with a contact, by the user or by the policy, and handles
 * attempts that fail. */
#include "contact-start.h"

#include "capability.h"
#include "contact-outbox.h"
#include "contact-state-private.h"
#include "conversation.h"
#include "logins.h"
#include "otr.h"
#include "policy.h"
#include "status.h"
#include "system-messages.h"

#include <blist.h>
#include <eventloop.h>
#include <glib/gi18n-lib.h>

/* The time between automatic starts, in seconds: doubled from the first to the
 * last. */
#define RETRY_FIRST 2
#define RETRY_LAST 300

/* A new window waits for so many seconds until it is known what the contact's
 * client can. */
#define WAIT_FOR_CAPABILITY 60

/* A resource whose capabilities are unknown is called only if the user or
 * `required` asked for it, or to continue a private conversation. Otherwise the
 * start fails, and the user is asked. */
static void
dial (XtlsContact *contact, gboolean again)
{
    gboolean insist = contact->started_by_user || again ||
                      xtls_policy_effective (contact->account, contact->who) ==
                          XTLS_POLICY_REQUIRED;

    contact->told.first_words = 0;
    xtls_dialer_start (
        contact->dialer, insist, xtls_resumption_take (contact->resumption));
}

static void
begin (XtlsContact *contact, gboolean by_user)
{
    xtls_contact_state_set (contact, XTLS_CONTACT_STARTING);
    contact->started_by_user = by_user;
    contact->autostart = XTLS_AUTOSTART_ON;
    contact->told.failed = FALSE;
    contact->choice = XTLS_CHOICE_NOT_ASKED;
    /* The lock shows a start by the policy, so no message is needed. */
    if (by_user)
        xtls_system_messages_attempting (contact->account, contact->who);
    /* What was told may have made another plugin end it. */
    if (contact->state != XTLS_CONTACT_STARTING)
        return;
    dial (contact, FALSE);
    xtls_contact_state_changed (contact);
}

gboolean
xtls_contact_start_by_user (XtlsContact *contact, char **why)
{
    g_autofree char *reason =
        contact->session ? g_strdup (_ ("The conversation is private already."))
                         : xtls_status_why_not (contact->account, contact->who);

    if (reason) {
        if (why)
            *why = g_steal_pointer (&reason);
        return FALSE;
    }
    if (contact->state != XTLS_CONTACT_STARTING)
        begin (contact, TRUE);
    return TRUE;
}

void
xtls_contact_start_cancel (XtlsContact *contact, XtlsSession *instead)
{
    contact->told.first_words = 0;
    xtls_dialer_stop (contact->dialer, instead);
    xtls_resumption_keep (contact->resumption,
                          xtls_dialer_take_sm (contact->dialer));
}

static gboolean
retry_cb (gpointer data)
{
    XtlsContact *contact = data;

    contact->retry_timer = 0;
    xtls_contact_start_presence_changed (contact);
    return FALSE;
}

void
xtls_contact_start_retry_later (XtlsContact *contact)
{
    if (!xtls_contact_state_restarts (contact) || contact->retry_timer)
        return;
    contact->retry_after = contact->retry_after
                               ? MIN (contact->retry_after * 2, RETRY_LAST)
                               : RETRY_FIRST;
    contact->retry_timer =
        purple_timeout_add_seconds (contact->retry_after, retry_cb, contact);
}

void
xtls_contact_start_failed_cb (const char *why, gpointer data)
{
    XtlsContact *contact = data;

    xtls_contact_state_set (contact, XTLS_CONTACT_FINISHED);
    xtls_resumption_keep (contact->resumption,
                          xtls_dialer_take_sm (contact->dialer));
    if (!contact->told.failed || contact->told.first_words > 0) {
        contact->told.failed = TRUE;
        g_free (contact->failure);
        contact->failure = g_strdup (why);
    }
    xtls_contact_start_retry_later (contact);
    xtls_contact_outbox_tell_soon (contact);
    xtls_contact_state_changed (contact);
}

/* Some servers answer the question for capabilities themselves, so that they
 * stay unknown: a contact who was private before is called nevertheless. */
static gboolean
may_be_capable (XtlsContact *contact)
{
    g_autofree char *resource = NULL;
    XtlsCapability capability = xtls_capability_find_resource (
        contact->account, contact->who, NULL, &resource);

    return capability == XTLS_CAPABILITY_PRESENT ||
           (capability == XTLS_CAPABILITY_UNKNOWN && resource &&
            xtls_policy_was_private (contact->account, contact->who));
}

/* Returns: whether a contact with whom nothing was ever private is sent
 * unencrypted messages as before: one that is offline, has no plugin, or does
 * not get our presence and would not respond. */
static gboolean
is_without (XtlsContact *contact)
{
    XtlsLogin *login = xtls_logins_get (contact->account);
    XtlsCapability capability;

    if (xtls_policy_was_private (contact->account, contact->who))
        return FALSE;
    if (login && xtls_login_is_stranger (login, contact->who))
        return TRUE;
    capability = xtls_capability_find_resource (
        contact->account, contact->who, NULL, NULL);
    return capability == XTLS_CAPABILITY_ABSENT ||
           capability == XTLS_CAPABILITY_OFFLINE;
}

static void
begin_in_window (XtlsContact *contact)
{
    if (!xtls_contact_state_is_private (contact) &&
        xtls_contact_state_policy_starts (contact) && !is_without (contact))
        begin (contact, FALSE);
}

static gboolean
unknown_cb (gpointer data)
{
    XtlsContact *contact = data;

    contact->unknown_timer = 0;
    return FALSE;
}

void
xtls_contact_start_stop_waiting (XtlsContact *contact)
{
    if (contact->unknown_timer)
        purple_timeout_remove (contact->unknown_timer);
    contact->unknown_timer = 0;
}

/* In a client that was running when the plugin was enabled, presence arrived
 * before that, so it is requested again. Only contacts with a window are
 * probed, because servers limit rates. */
static void
probe (XtlsContact *contact)
{
    XtlsLogin *login = xtls_logins_get (contact->account);
    PurpleBuddy *buddy =
        login ? purple_find_buddy (contact->account, contact->who) : NULL;

    if (buddy && PURPLE_BUDDY_IS_ONLINE (buddy))
        xtls_login_probe (login, contact->who);
}

static gboolean
created_cb (gpointer data)
{
    XtlsContact *contact = data;
    g_autofree char *resource = NULL;

    contact->created_timer = 0;
    if (!xtls_conversation_find (contact->account, contact->who))
        return FALSE;
    switch (xtls_capability_find_resource (
        contact->account, contact->who, NULL, &resource)) {
    case XTLS_CAPABILITY_PRESENT:
        begin_in_window (contact);
        break;
    case XTLS_CAPABILITY_UNKNOWN:
        xtls_contact_start_stop_waiting (contact);
        contact->unknown_timer = purple_timeout_add_seconds (
            WAIT_FOR_CAPABILITY, unknown_cb, contact);
        if (!resource)
            probe (contact);
        break;
    case XTLS_CAPABILITY_ABSENT:
    case XTLS_CAPABILITY_OFFLINE:
        break;
    }
    return FALSE;
}

/* Starts what could not be started when the window was opened. */
static void
capability_changed (XtlsContact *contact)
{
    if (!contact->unknown_timer ||
        xtls_capability_find_resource (
            contact->account, contact->who, NULL, NULL) !=
            XTLS_CAPABILITY_PRESENT)
        return;
    xtls_contact_start_stop_waiting (contact);
    begin_in_window (contact);
}

void
xtls_contact_start_presence_changed (XtlsContact *contact)
{
    xtls_dialer_update (contact->dialer);
    capability_changed (contact);
    if (contact->state == XTLS_CONTACT_FINISHED) {
        xtls_contact_state_note_presence (contact);
        xtls_contact_outbox_check_reason (contact);
        xtls_contact_state_changed (contact);
    }
    if (contact->state != XTLS_CONTACT_FINISHED || contact->retry_timer ||
        !xtls_contact_state_restarts (contact) || !may_be_capable (contact))
        return;
    xtls_contact_state_set (contact, XTLS_CONTACT_STARTING);
    contact->started_by_user = FALSE;
    dial (contact, xtls_policy_was_private (contact->account, contact->who));
    xtls_contact_state_changed (contact);
}

/* Runs from a timer, because the caller may be going through all contacts. */
void
xtls_contact_start_check_policy (XtlsContact *contact)
{
    if (contact->state != XTLS_CONTACT_FINISHED)
        return;
    xtls_contact_outbox_check_reason (contact);
    if (!contact->retry_timer && xtls_contact_state_restarts (contact) &&
        may_be_capable (contact))
        contact->retry_timer = purple_timeout_add (0, retry_cb, contact);
}

gboolean
xtls_contact_start_wants (XtlsContact *contact, XtlsMatter matter)
{
    gboolean required =
        xtls_policy_effective (contact->account, contact->who) ==
        XTLS_POLICY_REQUIRED;

    return xtls_contact_state_policy_starts (contact) &&
           (required || (matter != XTLS_MATTER_OTHER && !is_without (contact)));
}

void
xtls_contact_start_by_policy (XtlsContact *contact)
{
    if (!xtls_contact_state_is_private (contact))
        begin (contact, FALSE);
}

/* What the user did in a window has no effect after it is closed. */
static void
forget_end (XtlsContact *contact)
{
    if (contact->autostart == XTLS_AUTOSTART_ENDED_BY_USER)
        contact->autostart = XTLS_AUTOSTART_ON;
}

/* The message that opened it came in clear and is shown next: it must not
 * appear below the system message that private mode starts. */
void
xtls_contact_start_conversation_created (XtlsContact *contact)
{
    forget_end (contact);
    xtls_logging_created (contact->logging);
    if (xtls_contact_state_is_private (contact))
        xtls_system_messages_state (
            contact->account,
            contact->who,
            xtls_contact_state_get (contact),
            contact->session,
            xtls_contact_state_get_hold_reason (contact, contact->session),
            contact->since);
    else if (!contact->created_timer)
        contact->created_timer = purple_timeout_add (0, created_cb, contact);
}

void
xtls_contact_start_conversation_closed (XtlsContact *contact)
{
    xtls_contact_start_stop_waiting (contact);
    forget_end (contact);
}

void
xtls_contact_start_policy_changed (XtlsContact *contact)
{
    xtls_contact_start_stop_waiting (contact);
    forget_end (contact);
}

void
xtls_contact_start_login_gone (XtlsContact *contact)
{
    xtls_dialer_update (contact->dialer);
}
