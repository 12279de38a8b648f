/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields of a router, shared by its files. */
#pragma once

#include "early-acks.h"
#include "file-limit.h"
#include "iq-tracker.h"
#include "jingle-limit.h"
#include "router.h"

struct XtlsRouter {
    XtlsLogin *login;
    PurpleConnection *gc;   /* borrowed, the login's */
    PurpleAccount *account; /* borrowed, the login's */

    XtlsIqTracker *tracker;

    /* Files that are sent inside. The timer runs while a block may be
     * acknowledged early. */
    XtlsEarlyAcks *early_acks;
    guint early_acks_timer;
    XtlsFileLimit *file_limit; /* files that are offered inside */

    GQueue beside;      /* files beside the stream (beside.c), oldest first */
    GPtrArray *proxies; /* of our own server: xtls_streamhosts_describe() */

    /* Transfers (PurpleXfer, borrowed, may have been freed) that were offered
     * inside, and those that must be cancelled. A timer runs while there are
     * any of the latter. */
    GSList *offers;
    GSList *called_off;
    guint call_off_timer;

    /* Error responses to requests that were withheld. A timer runs while there
     * are any: while the signal is being emitted, libpurple does not wait for
     * them yet. */
    GQueue refusals;
    guint refusal_timer;

    guint waiting_timer; /* runs while waiting stanzas can be handled */

    /* Jingle requests of strangers that libpurple keeps. */
    XtlsJingleLimit *jingle_limit;

    /* Set of JIDs whose capabilities may have changed. A timer runs while there
     * are any: while the signal is being emitted, libpurple has not stored them
     * yet. */
    GHashTable *changed;
    guint changed_timer;
};
