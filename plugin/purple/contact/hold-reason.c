/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why messages are held now. */
#include "hold-reason.h"

#include <glib/gi18n-lib.h>

static XtlsHoldReason
reason_while_open (XtlsPermission permission,
                   XtlsSessionState session,
                   gboolean settled)
{
    if (permission == XTLS_PERMISSION_NONE || session != XTLS_SESSION_OPEN)
        return XTLS_HOLD_CLOSING;
    if (permission == XTLS_PERMISSION_SHOW)
        return XTLS_HOLD_KEY;
    return settled ? XTLS_HOLD_NOTHING : XTLS_HOLD_UNSETTLED;
}

static XtlsHoldReason
reason_while_finished (XtlsRestart restart)
{
    switch (restart) {
    case XTLS_RESTART_BY_USER:
        break;
    case XTLS_RESTART_WHEN_ONLINE:
        return XTLS_HOLD_OFFLINE;
    case XTLS_RESTART_SOON:
        return XTLS_HOLD_RETRY;
    }
    return XTLS_HOLD_FINISHED;
}

XtlsHoldReason
xtls_hold_reason_get (XtlsContactState state,
                      XtlsRestart restart,
                      XtlsPermission permission,
                      XtlsSessionState session,
                      gboolean settled)
{
    switch (state) {
    case XTLS_CONTACT_NOT_PRIVATE:
        return XTLS_HOLD_NOTHING;
    case XTLS_CONTACT_STARTING:
        return XTLS_HOLD_STARTING;
    case XTLS_CONTACT_FINISHED:
        return reason_while_finished (restart);
    case XTLS_CONTACT_OPEN:
        break;
    }
    return reason_while_open (permission, session, settled);
}

const char *
xtls_hold_reason_to_text (XtlsHoldReason reason, guint n)
{
    switch (reason) {
    case XTLS_HOLD_NOTHING:
        break;
    case XTLS_HOLD_STARTING:
        return g_dngettext (
            GETTEXT_PACKAGE,
            "Your message is held until the private conversation has started.",
            "Your messages are held until the private conversation has "
            "started.",
            n);
    case XTLS_HOLD_FINISHED:
        return g_dngettext (
            GETTEXT_PACKAGE,
            "Your message is held until you restart the private conversation.",
            "Your messages are held until you restart the private "
            "conversation.",
            n);
    case XTLS_HOLD_OFFLINE:
        return g_dngettext (
            GETTEXT_PACKAGE,
            "Your message is held. It is sent when your contact is back "
            "online.",
            "Your messages are held. They are sent when your contact is back "
            "online.",
            n);
    case XTLS_HOLD_RETRY:
        return g_dngettext (
            GETTEXT_PACKAGE,
            "Your message is held. It is sent as soon as the conversation is "
            "private.",
            "Your messages are held. They are sent as soon as the conversation "
            "is private.",
            n);
    case XTLS_HOLD_KEY:
        return g_dngettext (
            GETTEXT_PACKAGE,
            "Your message is held until you have decided about the new key.",
            "Your messages are held until you have decided about the new key.",
            n);
    case XTLS_HOLD_CLOSING:
        return g_dngettext (
            GETTEXT_PACKAGE,
            "Your message is held: the private conversation is ending.",
            "Your messages are held: the private conversation is ending.",
            n);
    case XTLS_HOLD_UNSETTLED:
        return g_dngettext (
            GETTEXT_PACKAGE,
            "Your message is held: the contact’s client has not said yet what "
            "it got of the messages before.",
            "Your messages are held: the contact’s client has not said yet "
            "what it got of the messages before.",
            n);
    }
    return NULL;
}

const char *
xtls_hold_reason_to_outlook (XtlsHoldReason reason)
{
    switch (reason) {
    case XTLS_HOLD_FINISHED:
        return _ ("What you type is held until you restart it or end it.");
    case XTLS_HOLD_OFFLINE:
        return _ ("What you type is held until your contact is back online.");
    case XTLS_HOLD_RETRY:
        return _ ("What you type is held until the conversation is private.");
    case XTLS_HOLD_NOTHING:
    case XTLS_HOLD_STARTING:
    case XTLS_HOLD_KEY:
    case XTLS_HOLD_CLOSING:
    case XTLS_HOLD_UNSETTLED:
        break;
    }
    return NULL;
}
