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

XtlsHoldReason
xtls_hold_reason_get (XtlsContactState state,
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
        return XTLS_HOLD_FINISHED;
    case XTLS_CONTACT_OPEN:
        break;
    }
    return reason_while_open (permission, session, settled);
}

const char *
xtls_hold_reason_to_text (XtlsHoldReason reason)
{
    switch (reason) {
    case XTLS_HOLD_NOTHING:
        break;
    case XTLS_HOLD_STARTING:
        return _ ("Your message is held until the private conversation has "
                  "started. It is kept in memory only: if you quit before, "
                  "it is lost.");
    case XTLS_HOLD_FINISHED:
        return _ ("Your message is held: restart the private conversation to "
                  "send it, or end it. It is kept in memory only: if you quit "
                  "before, it is lost.");
    case XTLS_HOLD_KEY:
        return _ ("Your message is held until you have decided about "
                  "the new key.");
    case XTLS_HOLD_CLOSING:
        return _ ("Your message is held: the private conversation is ending.");
    case XTLS_HOLD_UNSETTLED:
        return _ ("Your message is held: the contact's client has not said yet "
                  "what it got of the messages before.");
    }
    return NULL;
}
