/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decides which way a stanza goes while a contact is private or must be: a
 * function from an envelope and facts to a way. It stores nothing and does
 * nothing else. The tables in route.c list what passes; anything else does not.
 */
#pragma once

#include "envelope.h"

#include <glib.h>

typedef enum {
    XTLS_WAY_OUTSIDE, /* over the account's connection, as usual */
    XTLS_WAY_INSIDE,
    XTLS_WAY_HOLD,          /* text, until a session is open */
    XTLS_WAY_DROP,          /* silently: the user did not write it */
    XTLS_WAY_DROP_REPORTED, /* and tell the user */
    XTLS_WAY_REFUSE,        /* respond to the sender with an error */
    XTLS_WAY_REFUSE_FILE,   /* and tell the user about files */
    XTLS_WAY_REFUSE_VOICE,  /* and tell the user about voice and video */
    XTLS_WAY_WITHHOLD       /* a transport stanza of a session that has ended */
} XtlsWay;

/* Whose transport a stanza is. */
typedef enum {
    XTLS_TRANSPORT_NONE,
    XTLS_TRANSPORT_OURS, /* of one of our sessions, or a probe */
    XTLS_TRANSPORT_ENDED /* of a session that has ended */
} XtlsTransport;

typedef struct {
    XtlsTransport transport;
    const char *peer; /* (nullable): the canonical full JID of the session that
                         is open and may be used to send */
    gboolean
        responds_outside;   /* a response to a request that came from outside */
    gboolean is_own_status; /* presence whose text is the account's status,
                               which everybody is told */
    gboolean is_beside; /* it names stream hosts for a file beside the stream */
} XtlsRouteFacts;

/**
 * xtls_route_outgoing:
 * @envelope: a stanza for a contact that is private or must be
 */
XtlsWay xtls_route_outgoing (const XtlsEnvelope *envelope,
                             const XtlsRouteFacts *facts);

typedef enum {
    XTLS_IN_PASS,             /* as usual */
    XTLS_IN_MARK,             /* text in clear: show it marked */
    XTLS_IN_REPORT_ROOM,      /* an invitation in clear: tell the user */
    XTLS_IN_REPORT_ATTENTION, /* a buzz in clear: tell the user */
    XTLS_IN_IGNORE,           /* libpurple must not see it */
    XTLS_IN_REFUSE,           /* respond with `not-acceptable` */
    XTLS_IN_REFUSE_FILE,      /* and tell the user about files */
    XTLS_IN_REFUSE_VOICE      /* and tell the user about voice and video */
} XtlsIncoming;

/**
 * xtls_route_incoming:
 * @envelope: a stanza from a private contact that came from outside and is not
 *   our transport
 * @responds_inside: whether it responds to a request that went inside
 */
XtlsIncoming xtls_route_incoming (const XtlsEnvelope *envelope,
                                  gboolean responds_inside);

/**
 * xtls_route_inside:
 * @envelope: a stanza from a private contact that came inside
 * @responds_inside: whether it responds to a request that went inside
 * @is_beside: whether it names stream hosts for a file beside the stream that
 *   waits for them
 *
 * What passes must go through xtls_beside_receive().
 */
XtlsIncoming xtls_route_inside (const XtlsEnvelope *envelope,
                                gboolean responds_inside,
                                gboolean is_beside);
