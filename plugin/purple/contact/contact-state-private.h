/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields of a contact, only for the files that implement its private mode:
 * contact.c and contact-*.c. */
#pragma once

#include "contact-state.h"
#include "dialer.h"
#include "logging.h"
#include "outbox.h"
#include "pieces.h"
#include "resumption.h"
#include "secret.h"
#include "transitions.h"

#include <time.h>

/* Whether the policy starts private mode by itself, and why not. */
typedef enum {
    XTLS_AUTOSTART_ON,
    /* The user ended it: suspended until the window is closed or opened, a
     * policy is chosen, or private mode is started. `required` starts
     * nevertheless. */
    XTLS_AUTOSTART_ENDED_BY_USER,
    /* Suspended until the user restarts it, whatever the policy. */
    XTLS_AUTOSTART_ENDED_BY_PEER,
    XTLS_AUTOSTART_KEY_REFUSED
} XtlsAutostart;

/* The user's choice for held messages, once for each start. */
typedef enum {
    XTLS_CHOICE_NOT_ASKED,
    XTLS_CHOICE_WAITS, /* asked, no answer yet */
    XTLS_CHOICE_DONE   /* answered, or no longer relevant */
} XtlsChoiceState;

/* What the user has been told. It is not repeated until it changes. */
typedef struct {
    guint held;            /* how many messages were told of as held */
    XtlsHoldReason reason; /* and why */
    guint next_reason;     /* another one is told after so many seconds */
    gboolean resend;
    gboolean failed;
    guint first_words; /* not told yet: how many messages were sent as such */
    gboolean file;
    gboolean voice;
    gboolean turned_away; /* that a session with a new key was refused */
    gboolean
        verified; /* whether the session's key was verified when last told */
    gboolean key_waits; /* that nothing is sent until the user decides */
    gboolean started;   /* that the conversation has started */
    char *elsewhere;    /* (nullable): the full JID that wrote in clear */
} XtlsContactTold;

struct XtlsContact {
    PurpleAccount *account; /* borrowed; the contact is freed before it */
    char *who;

    /* When the state changed, or a session with another client or key came, or
     * the user accepted its key. */
    time_t since;
    XtlsContactState state; /* changed only by xtls_contact_state_set() */
    XtlsSession *session;   /* a reference, while the state is OPEN */
    gboolean was_open;      /* a session was, since private mode began */
    XtlsEnd last_end;       /* how the session ended that was open last */
    gboolean went_offline;  /* the contact did, and that was why it ended */
    XtlsDialer *dialer;     /* at work only while the state is STARTING */
    XtlsContactTold told;
    char *failure; /* (nullable) why a start failed, not told yet: a sentence */

    gboolean
        started_by_user; /* the last start was the user's, not the policy's */
    XtlsAutostart autostart;
    guint created_timer; /* checks the policy when a new window has its text */
    guint unknown_timer; /* runs while the policy has to wait until it is known
                            what the contact's client can */
    guint retry_timer;
    guint retry_after; /* seconds */

    XtlsOutbox *held;
    gboolean held_for_key; /* a key of the contact was known when they were
                              typed, or has become known since */
    guint first_held;      /* the number of the first of them */
    XtlsPieces *flush;     /* sends them */
    struct {
        guint told;   /* how many had been told of as held when it began */
        gboolean any; /* whether any was held then */
        guint sent;   /* how many have been sent, first words included */
    } flushed;
    XtlsOutbox *unconfirmed; /* told as such; may be sent again */
    guint count_timer;       /* keeps on disk how many messages may be lost */
    guint told_timer;   /* tells of held messages once libpurple has echoed */
    guint late_timer;   /* tells of what is held longer than a moment */
    guint reason_timer; /* tells of another reason than was told */
    XtlsChoiceState choice;

    guint renewal_timer;
    XtlsSession *renewal; /* (nullable) a reference: opens with fresh keys */
    XtlsResumption *resumption; /* of the session that was cut */
    XtlsSecretExchange *secret;
    XtlsLoggingState *logging;
};
