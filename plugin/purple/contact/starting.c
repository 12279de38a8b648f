/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How private mode with a contact starts, by the person or by the policy, and
 * what becomes of attempts that fail. */
#include "capability.h"
#include "contact-private.h"
#include "logins.h"

#include "otr.h"
#include "policy.h"
#include "status.h"
#include "system-messages.h"

#include <eventloop.h>
#include <glib/gi18n-lib.h>

/* Between two starts that the policy makes by itself, seconds: doubled from the
 * first to the last. */
#define RETRY_FIRST 2
#define RETRY_LAST 300

/* A resource of which nothing is known is called only where the answer is worth
 * more than the question: automatic starts ask the person instead. */
static void
dial (XtlsContact *contact)
{
    gboolean insist = contact->by_person ||
                      xtls_policy_effective (contact->account, contact->who) ==
                          XTLS_POLICY_REQUIRED;

    xtls_dialer_start (
        contact->dialer, insist, xtls_resumption_take (contact->resumption));
}

static void
begin (XtlsContact *contact, gboolean by_person)
{
    xtls_contact_enter (contact);
    contact->by_person = by_person;
    contact->rests = FALSE;
    contact->told_held = FALSE;
    contact->told_failed = FALSE;
    contact->choice_asked = FALSE;
    contact->choice_waits = FALSE;
    xtls_system_messages_attempting (contact);
    dial (contact);
    xtls_contact_changed (contact);
}

gboolean
xtls_contact_start (XtlsContact *contact, char **why)
{
    g_autofree char *reason =
        contact->session ? g_strdup (_ ("The conversation is private already."))
                         : xtls_status_why_not (contact->account, contact->who);

    if (reason) {
        if (why)
            *why = g_steal_pointer (&reason);
        return FALSE;
    }
    if (!xtls_dialer_is_active (contact->dialer))
        begin (contact, TRUE);
    return TRUE;
}

void
xtls_contact_stop_dialing (XtlsContact *contact)
{
    xtls_dialer_stop (contact->dialer);
    xtls_resumption_keep (contact->resumption,
                          xtls_dialer_take_sm (contact->dialer));
}

static gboolean
policy_starts (XtlsContact *contact)
{
    XtlsPolicy policy = xtls_policy_effective (contact->account, contact->who);

    /* An OTR conversation is the user's choice, too. */
    return policy == XTLS_POLICY_REQUIRED ||
           (policy == XTLS_POLICY_AUTOMATIC && !contact->ended_by_user &&
            (contact->private_mode ||
             !xtls_otr_is_running (contact->account, contact->who)));
}

static gboolean
retry_cb (gpointer data)
{
    XtlsContact *contact = data;

    contact->retry_timer = 0;
    xtls_contact_presence_changed (contact);
    return FALSE;
}

void
xtls_contact_retry_later (XtlsContact *contact)
{
    if (contact->rests || !policy_starts (contact) || contact->retry_timer)
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

    xtls_resumption_keep (contact->resumption,
                          xtls_dialer_take_sm (contact->dialer));
    if (!contact->told_failed) {
        contact->told_failed = TRUE;
        xtls_system_messages_failed (contact, why);
    }
    xtls_contact_retry_later (contact);
    xtls_contact_tell_held_soon (contact);
    xtls_contact_changed (contact);
}

void
xtls_contact_presence_changed (XtlsContact *contact)
{
    xtls_dialer_update (contact->dialer);
    if (xtls_contact_get_state (contact) != XTLS_STATE_FINISHED ||
        contact->rests || contact->retry_timer || !policy_starts (contact) ||
        xtls_capability_find_resource (
            contact->account, contact->who, NULL, NULL) !=
            XTLS_CAPABILITY_PRESENT)
        return;
    contact->by_person = FALSE;
    dial (contact);
    xtls_contact_changed (contact);
}

/* Whether somebody with whom nothing was ever private is written to as ever:
 * without the plugin, offline, or one who does not see us and would not answer.
 */
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

gboolean
xtls_contact_withholds (XtlsContact *contact, XtlsMatter matter)
{
    gboolean required =
        xtls_policy_effective (contact->account, contact->who) ==
        XTLS_POLICY_REQUIRED;

    return policy_starts (contact) &&
           (required || (matter != XTLS_MATTER_OTHER && !is_without (contact)));
}

void
xtls_contact_start_by_policy (XtlsContact *contact)
{
    begin (contact, FALSE);
}

static gboolean
created_cb (gpointer data)
{
    XtlsContact *contact = data;

    contact->created_timer = 0;
    if (!contact->private_mode && policy_starts (contact) &&
        !is_without (contact) &&
        xtls_capability_find_resource (
            contact->account, contact->who, NULL, NULL) ==
            XTLS_CAPABILITY_PRESENT)
        begin (contact, FALSE);
    return FALSE;
}

/* What opened it came in clear and is shown next: it is not to stand below the
 * line that says that private mode begins. */
void
xtls_contact_conversation_created (XtlsContact *contact)
{
    contact->ended_by_user = FALSE;
    xtls_logging_created (contact->logging);
    if (contact->private_mode)
        xtls_system_messages_state (contact);
    else if (!contact->created_timer)
        contact->created_timer = purple_timeout_add (0, created_cb, contact);
}

void
xtls_contact_conversation_closed (XtlsContact *contact)
{
    contact->ended_by_user = FALSE;
}

void
xtls_contact_policy_changed (XtlsContact *contact)
{
    contact->ended_by_user = FALSE;
    xtls_contact_refresh (contact);
}

void
xtls_contact_login_gone (XtlsContact *contact)
{
    xtls_dialer_update (contact->dialer);
}
