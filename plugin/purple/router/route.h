/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What goes where while a contact is private or has to be: envelope and facts
 * in, way out. Nothing is remembered and nothing is done here. The tables in
 * route.c list what passes; what they do not list does not.
 */
#pragma once

#include "envelope.h"

#include <glib.h>

typedef enum {
    XTLS_WAY_OUTSIDE, /* over the account's connection, as ever */
    XTLS_WAY_INSIDE,
    XTLS_WAY_HOLD,         /* words, until a session is open */
    XTLS_WAY_DROP,         /* without a word: no person sent it */
    XTLS_WAY_DROP_TOLD,    /* and the person gets a line */
    XTLS_WAY_REFUSE,       /* its sender gets an error response */
    XTLS_WAY_REFUSE_FILE,  /* and the person a line about files */
    XTLS_WAY_REFUSE_VOICE, /* and the person a line about voice and video */
    XTLS_WAY_SWALLOW       /* a transport stanza of a dead session */
} XtlsWay;

/* Whose transport a stanza is. */
typedef enum {
    XTLS_TRANSPORT_NONE,
    XTLS_TRANSPORT_OURS, /* of one of our living sessions, or a probe */
    XTLS_TRANSPORT_DEAD  /* of a session that is gone */
} XtlsTransport;

typedef struct {
    XtlsTransport transport;
    const char *peer; /* (nullable): the canonical full JID of the session that
                         is open and may be sent on */
    gboolean answers_outside; /* a response to a request that came outside */
    gboolean is_own_status;   /* presence: its words are the account's status,
                                 which everybody is told */
} XtlsRouteFacts;

/**
 * xtls_route_outgoing:
 * @envelope: of a stanza for a contact that is private or has to be
 */
XtlsWay xtls_route_outgoing (const XtlsEnvelope *envelope,
                             const XtlsRouteFacts *facts);

typedef enum {
    XTLS_IN_PASS,           /* as ever */
    XTLS_IN_MARK,           /* words that came in clear: show them marked */
    XTLS_IN_TELL_ROOM,      /* an invitation that came in clear: a line */
    XTLS_IN_TELL_ATTENTION, /* a buzz that came in clear: a line */
    XTLS_IN_IGNORE,         /* never seen by libpurple */
    XTLS_IN_REFUSE,         /* and answered `not-acceptable` */
    XTLS_IN_REFUSE_FILE,    /* and the person gets a line about files */
    XTLS_IN_REFUSE_VOICE    /* and the person gets a line about voice, video */
} XtlsIncoming;

/**
 * xtls_route_incoming:
 * @envelope: of a stanza from a private contact that came outside and is not
 *   our transport
 * @answers_inside: it answers a request that went inside
 */
XtlsIncoming xtls_route_incoming (const XtlsEnvelope *envelope,
                                  gboolean answers_inside);

/**
 * xtls_route_inside:
 * @envelope: of a stanza from a private contact that came inside
 * @answers_inside: it answers a request that went inside
 *
 * A file offer that passes is to be stripped with xtls_offer_strip().
 */
XtlsIncoming xtls_route_inside (const XtlsEnvelope *envelope,
                                gboolean answers_inside);
