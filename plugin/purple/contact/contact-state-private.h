/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A contact, for those files only that are its private mode: contact.c and
 * contact-*.c. */
#pragma once

#include "contact-state.h"
#include "dialer.h"
#include "logging.h"
#include "outbox.h"
#include "resumption.h"
#include "secret.h"
#include "transitions.h"

/* Whether the policy starts private mode by itself, and if not, why. */
typedef enum {
    XTLS_AUTOSTART_ON,
    /* The user ended it: until the window is closed or opened, a policy is
     * chosen, or it is started. `required` starts nevertheless. */
    XTLS_AUTOSTART_ENDED_BY_USER,
    /* Until somebody restarts it, whatever the policy. */
    XTLS_AUTOSTART_ENDED_BY_PEER,
    XTLS_AUTOSTART_KEY_REFUSED
} XtlsAutostart;

/* What the user chose for messages that are held, once for each start. */
typedef enum {
    XTLS_CHOICE_NOT_ASKED,
    XTLS_CHOICE_WAITS, /* asked, not answered */
    XTLS_CHOICE_DONE   /* answered, or not to be answered any more */
} XtlsChoiceState;

/* What was said already, and is not said again until it has changed. */
typedef struct {
    gboolean held;
    gboolean resend;
    gboolean failed;
    gboolean file;
    gboolean voice;
    gboolean turned_away; /* a new key beside the session */
    gboolean verified;    /* whether the session's key was, when last said */
    gboolean key_waits;   /* that nothing is sent until the user has decided */
    char *elsewhere;      /* (nullable) full JID that wrote in clear */
} XtlsContactTold;

struct XtlsContact {
    PurpleAccount *account; /* borrowed: we are freed before it goes */
    char *who;

    XtlsContactState state; /* changed by xtls_contact_state_set() alone */
    XtlsSession *session;   /* a reference, while the state is OPEN */
    XtlsDialer *dialer;     /* at work only while the state is STARTING */
    XtlsContactTold told;

    gboolean started_by_user; /* the last start; the policy's otherwise */
    XtlsAutostart autostart;
    guint created_timer; /* looks at the policy once a window is filled */
    guint retry_timer;
    guint retry_after; /* seconds */

    XtlsOutbox *held;
    XtlsOutbox *unconfirmed; /* told as such; may be sent again */
    guint count_timer;       /* keeps on disk how many messages may be lost */
    guint told_timer; /* tells of held messages once libpurple has echoed */
    guint late_timer; /* tells of what is held longer than a moment */
    XtlsChoiceState choice;

    XtlsResumption *resumption; /* of the session that was cut */
    XtlsSecretTalk *secret;
    XtlsLoggingState *logging;
};
