/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What contact.c, starting.c, waiting.c and sessions.c share. */
#pragma once

#include "contact.h"
#include "dialer.h"
#include "logging.h"
#include "outbox.h"
#include "peers.h"
#include "resumption.h"
#include "secret.h"

struct XtlsContact {
    PurpleAccount *account; /* borrowed: we are freed before it goes */
    char *who;

    gboolean private_mode; /* from Starting until End */
    XtlsSession *session;  /* the open one; a reference */
    XtlsDialer *dialer;
    gboolean by_person;     /* the last start was the person's */
    gboolean rests;         /* the policy does not start it again by itself */
    gboolean ended_by_user; /* automatic starts rest as long as the window is
                               open */
    guint created_timer;    /* looks at the policy once a window is filled */
    guint retry_timer;
    guint retry_after; /* seconds */

    XtlsOutbox *unconfirmed; /* told as such; may be sent again */
    gboolean told_resend;
    XtlsOutbox *held;
    guint told_timer; /* tells of held messages once libpurple has echoed */
    guint late_timer; /* tells of what is held longer than a moment */
    gboolean told_held;
    gboolean told_failed;
    gboolean told_file;
    gboolean told_voice;
    gboolean told_turned_away; /* a new key beside the session */
    char *told_elsewhere;      /* (nullable) full JID that wrote in clear */

    gboolean told_verified; /* what was last said of the session's key */
    gboolean key_waits;     /* nothing is sent until the person decides */
    gboolean choice_asked;  /* once for each start */
    gboolean choice_waits;  /* asked, not answered yet */

    XtlsResumption *resumption; /* of the session that was cut */
    XtlsSecretTalk *secret;
    XtlsLoggingState *logging;
};

/* --- contact.c --- */

/* Tells faces that something they show may have changed, and keeps for the next
 * start how many messages are held now. */
void xtls_contact_changed (XtlsContact *contact);

/* From Starting until End: what is true from then on and from then on no more.
 */
void xtls_contact_enter (XtlsContact *contact);
void xtls_contact_leave (XtlsContact *contact);

/* --- starting.c --- */

/* Calls off what is under way, without a word. */
void xtls_contact_stop_dialing (XtlsContact *contact);

/* The policy tries again by itself, ever more slowly and without lines. */
void xtls_contact_retry_later (XtlsContact *contact);

/* XtlsDialerFailed. */
void xtls_contact_start_failed_cb (const char *why, gpointer data);

/* --- waiting.c --- */

/* Later: what libpurple is sending now is shown in the conversation first. */
void xtls_contact_tell_held_soon (XtlsContact *contact);

/* What may not leave in clear any more is not to be chosen any more. */
void xtls_contact_check_choice (XtlsContact *contact);

/* Sends what is held, as far as there is a session to send it on. */
void xtls_contact_flush_held (XtlsContact *contact);

/* Shows what is held as not sent: it is held no more. */
void xtls_contact_show_held (XtlsContact *contact);

/* Tells of stanzas that were never confirmed, and keeps those with text. */
void xtls_contact_note_unconfirmed (XtlsContact *contact,
                                    const GQueue *stanzas);
void xtls_contact_forget_unconfirmed (XtlsContact *contact);

/* --- sessions.c --- */

XtlsTrust xtls_contact_get_trust (XtlsContact *contact, XtlsSession *session);

/* For the contact's resumption; its user data is the contact. */
extern const XtlsResumptionOps xtls_contact_resumption_ops;

/* @at_once: without waiting for the contact's goodbye */
void xtls_contact_drop_session (XtlsContact *contact, gboolean at_once);
