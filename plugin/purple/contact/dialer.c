/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens a session with a contact. */
#include "dialer.h"

#include "capability.h"
#include "contact-name.h"
#include "conversation.h"
#include "logins.h"
#include "texts.h"

#include <eventloop.h>
#include <glib/gi18n-lib.h>

struct XtlsDialer {
    PurpleAccount *account; /* borrowed from the contact */
    const char *who;        /* borrowed from the contact */
    XtlsDialerFailed failed;
    gpointer user_data;

    /* At most one of the two: waiting for capabilities, or for a session. */
    guint wait_timer;
    XtlsSession *attempt; /* a reference */

    gboolean insist; /* call a resource although its capabilities are unknown */
    XtlsSm *sm;      /* passed to the call */
};

XtlsDialer *
xtls_dialer_new (PurpleAccount *account,
                 const char *who,
                 XtlsDialerFailed failed,
                 gpointer user_data)
{
    XtlsDialer *dialer = g_new0 (XtlsDialer, 1);

    dialer->account = account;
    dialer->who = who;
    dialer->failed = failed;
    dialer->user_data = user_data;
    return dialer;
}

void
xtls_dialer_free (XtlsDialer *dialer)
{
    xtls_dialer_stop (dialer, NULL);
    g_clear_pointer (&dialer->sm, xtls_sm_free);
    g_free (dialer);
}

static void
stop_waiting (XtlsDialer *dialer)
{
    if (dialer->wait_timer)
        purple_timeout_remove (dialer->wait_timer);
    dialer->wait_timer = 0;
}

static void
set_attempt (XtlsDialer *dialer, XtlsSession *session)
{
    if (session)
        xtls_session_ref (session);
    if (dialer->attempt)
        xtls_session_unref (dialer->attempt);
    dialer->attempt = session;
}

static void
fail (XtlsDialer *dialer, const char *why)
{
    stop_waiting (dialer);
    set_attempt (dialer, NULL);
    dialer->failed (why, dialer->user_data);
}

static void
call (XtlsDialer *dialer, const char *resource)
{
    XtlsLogin *login = xtls_logins_get (dialer->account);
    XtlsSession *session;

    stop_waiting (dialer);
    session = xtls_endpoint_call (xtls_login_get_endpoint (login),
                                  resource,
                                  g_steal_pointer (&dialer->sm));
    set_attempt (dialer, session);
    /* The connection may have failed inside the call. */
    if (xtls_session_get_state (session) == XTLS_SESSION_CLOSED)
        xtls_dialer_session_changed (dialer, session);
}

static void
fail_capability (XtlsDialer *dialer, XtlsCapability capability)
{
    g_autofree char *name = xtls_contact_name_jid (dialer->who);
    g_autofree char *why = NULL;

    if (!xtls_logins_get (dialer->account))
        why = xtls_texts_no_login (dialer->account);
    else if (capability == XTLS_CAPABILITY_ABSENT)
        why = xtls_texts_failed (XTLS_END_UNSUPPORTED, name);
    else if (capability == XTLS_CAPABILITY_UNKNOWN)
        why = g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("The client of %s has not said in time what it can."),
            name);
    else
        why = g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("%s is offline, or does not show you that it is online."),
            name);
    fail (dialer, why);
}

/* The capabilities did not arrive in time: if a private conversation was
 * requested explicitly, the resource is called nevertheless. */
static gboolean
wait_over_cb (gpointer data)
{
    XtlsDialer *dialer = data;
    g_autofree char *resource = NULL;
    XtlsCapability capability;

    dialer->wait_timer = 0;
    capability = xtls_capability_find_resource (
        dialer->account, dialer->who, NULL, &resource);
    if (resource && dialer->insist)
        call (dialer, resource);
    else if (!resource && capability == XTLS_CAPABILITY_UNKNOWN)
        fail_capability (dialer, XTLS_CAPABILITY_OFFLINE);
    else
        fail_capability (dialer, capability);
    return FALSE;
}

static void
look (XtlsDialer *dialer)
{
    PurpleConversation *conv =
        xtls_conversation_find (dialer->account, dialer->who);
    g_autofree char *resource = NULL;
    XtlsCapability capability = xtls_capability_find_resource (
        dialer->account,
        dialer->who,
        conv ? purple_conversation_get_name (conv) : NULL,
        &resource);

    switch (capability) {
    case XTLS_CAPABILITY_PRESENT:
        call (dialer, resource);
        break;
    case XTLS_CAPABILITY_UNKNOWN:
        if (!dialer->wait_timer) {
            dialer->wait_timer = purple_timeout_add_seconds (
                XTLS_DIALER_WAIT, wait_over_cb, dialer);
            xtls_login_probe (xtls_logins_get (dialer->account), dialer->who);
        }
        break;
    case XTLS_CAPABILITY_ABSENT:
    case XTLS_CAPABILITY_OFFLINE:
        fail_capability (dialer, capability);
        break;
    }
}

void
xtls_dialer_start (XtlsDialer *dialer, gboolean insist, XtlsSm *sm)
{
    if (sm) {
        g_clear_pointer (&dialer->sm, xtls_sm_free);
        dialer->sm = sm;
    }
    if (xtls_dialer_is_active (dialer))
        return;
    dialer->insist = insist;
    look (dialer);
}

void
xtls_dialer_stop (XtlsDialer *dialer, XtlsSession *instead)
{
    XtlsSession *session = g_steal_pointer (&dialer->attempt);

    stop_waiting (dialer);
    if (!session)
        return;
    if (instead && !g_str_equal (xtls_session_get_peer (instead),
                                 xtls_session_get_peer (session)))
        xtls_session_hand_over (session);
    else
        xtls_session_close (session, FALSE);
    xtls_session_unref (session);
}

gboolean
xtls_dialer_is_active (XtlsDialer *dialer)
{
    return dialer->wait_timer || dialer->attempt;
}

const GQueue *
xtls_dialer_get_unacked (XtlsDialer *dialer)
{
    return dialer->sm ? xtls_sm_get_unacked (dialer->sm) : NULL;
}

XtlsSm *
xtls_dialer_take_sm (XtlsDialer *dialer)
{
    return g_steal_pointer (&dialer->sm);
}

void
xtls_dialer_update (XtlsDialer *dialer)
{
    if (dialer->wait_timer)
        look (dialer);
}

void
xtls_dialer_tie_break (XtlsDialer *dialer,
                       XtlsSession *outgoing,
                       XtlsSession *incoming)
{
    if (dialer->attempt == outgoing)
        set_attempt (dialer, incoming);
}

gboolean
xtls_dialer_session_changed (XtlsDialer *dialer, XtlsSession *session)
{
    g_autofree char *name = NULL;
    g_autofree char *why = NULL;

    if (dialer->attempt != session)
        return FALSE;
    switch (xtls_session_get_state (session)) {
    case XTLS_SESSION_OPEN:
        set_attempt (dialer, NULL);
        return TRUE;
    case XTLS_SESSION_CLOSED:
        name = xtls_contact_name_jid (dialer->who);
        why = xtls_texts_failed (xtls_session_get_end (session), name);
        dialer->sm = xtls_session_take_sm_failed (session);
        fail (dialer, why);
        return TRUE;
    default:
        return FALSE;
    }
}
