/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What login.c, outgoing.c and incoming.c share. */
#pragma once

#include "contact.h"
#include "early-acks.h"
#include "file-limit.h"
#include "iq-tracker.h"
#include "iq.h"
#include "login.h"
#include "resources.h"
#include "roster.h"

/* Requests that wait for the roster; more are answered as a stranger's. */
#define XTLS_LOGIN_EARLY_MAX 16
/* Requests of strangers that libpurple keeps at most, calls aside. */
#define XTLS_LOGIN_LEFT_OVER_MAX 256

struct XtlsLogin {
    PurpleConnection *gc;   /* borrowed: we are freed before it goes */
    PurpleAccount *account; /* borrowed */
    char *jid;              /* bare, normalised */
    char *own;              /* full */

    XtlsEndpoint *endpoint;
    XtlsRoster *roster;
    XtlsResources *resources;
    XtlsIqTracker *tracker;

    /* Files that are sent inside. The timer runs while a block may be answered
     * ahead. */
    XtlsEarlyAcks *early_acks;
    guint early_acks_timer;
    XtlsFileLimit *file_limit; /* of files that are offered inside */

    /* Transfers (PurpleXfer, borrowed, perhaps gone) that were offered inside,
     * and those that are to be cancelled. A timer runs while there are any. */
    GSList *offers;
    GSList *called_off;
    guint call_off_timer;

    /* Error answers to questions that were withheld. A timer runs while there
     * are any: in the signal itself libpurple does not wait for them yet. */
    GQueue refusals;
    guint refusal_timer;

    /* Jingle and bytestream questions that came before the roster, and those
     * behind them: a contact is not to be taken for a stranger. A timer runs
     * once the roster is there. */
    GQueue early;
    guint early_timer;

    /* Jingle sids of strangers' requests but for calls, oldest first: libpurple
     * answers them, keeps each until its end, and stumbles over them when it
     * disconnects. */
    GQueue left_over;

    /* Set of JIDs whose capabilities may have changed. A timer runs while
     * there are any: in the signal itself libpurple does not know yet. */
    GHashTable *changed;
    guint changed_timer;
};

/* (nullable) (transfer full): @jid (full) in the form of %XTLS_IQ_FROM_US. */
char *xtls_login_asked (XtlsLogin *login, const char *jid);

/* Answers our own question with an error, as if @to had sent it, later. */
void xtls_login_refuse_later (XtlsLogin *login,
                              const char *to,
                              const char *id,
                              XtlsIqError error);

/* Who is @peer (a full JID), if it calls? */
XtlsCaller xtls_login_get_caller (XtlsLogin *login, const char *peer);

/* What is known of the contact's resources may have changed. */
void xtls_login_capabilities_changed (XtlsLogin *login, const char *jid);

/* (transfer full): a stanza that came inside. */
void
xtls_login_deliver (XtlsLogin *login, XtlsSession *session, xmlnode *stanza);
