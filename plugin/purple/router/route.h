/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of what goes where while a contact is private: stanza and facts in,
 * verdict out. No libpurple beyond xmlnode, nothing is remembered.
 */
#pragma once

#include <glib.h>
#include <xmlnode.h>

typedef enum {
    XTLS_WAY_OUTSIDE, /* over the account's connection, as ever */
    XTLS_WAY_INSIDE,
    XTLS_WAY_HOLD,         /* a message with text, until a session is open */
    XTLS_WAY_DROP,         /* without a word */
    XTLS_WAY_REFUSE,       /* its sender gets an error answer */
    XTLS_WAY_REFUSE_FILE,  /* and the person a line about files */
    XTLS_WAY_REFUSE_VOICE, /* and the person a line about voice and video */
    XTLS_WAY_SWALLOW       /* a transport stanza of a dead session */
} XtlsWay;

typedef struct {
    gboolean own;      /* transport of one of our living sessions, or probe */
    gboolean own_dead; /* transport of a session that is gone */
    gboolean open;     /* a session is open and may be sent on */
    const char *peer;  /* (nullable) full JID of the open session */
    gboolean answers_outside; /* an answer to a question that came outside */
} XtlsRouteOut;

/**
 * xtls_route_outgoing:
 * @stanza: (transfer none): a stanza for a private contact
 *
 * Returns: the first row of DESIGN's table that fits.
 */
XtlsWay xtls_route_outgoing (const xmlnode *stanza, const XtlsRouteOut *facts);

typedef enum {
    XTLS_IN_PASS,   /* as ever */
    XTLS_IN_MARK,   /* text that came in clear: show it marked */
    XTLS_IN_IGNORE, /* never seen by libpurple */
    XTLS_IN_REFUSE, /* never seen by libpurple, answered `not-acceptable` */
    XTLS_IN_REFUSE_FILE, /* and the person gets a line about files */
    XTLS_IN_REFUSE_VOICE /* and the person gets a line about voice and video */
} XtlsIncoming;

/**
 * xtls_route_incoming:
 * @stanza: (transfer none): a stanza from a private contact that came outside
 *   and is not our transport
 * @answers_inside: it answers a question that went inside
 */
XtlsIncoming xtls_route_incoming (const xmlnode *stanza,
                                  gboolean answers_inside);

/**
 * xtls_route_inside:
 * @stanza: (transfer none): a stanza from a private contact that came inside
 * @answers_inside: it answers a question that went inside
 *
 * A file offer that passes is to be stripped with xtls_route_strip_offer().
 */
XtlsIncoming xtls_route_inside (const xmlnode *stanza, gboolean answers_inside);

/**
 * xtls_route_is_transport:
 *
 * Returns: %TRUE for a Jingle or bytestream question, ours or not: after a new
 * login it can only belong to a session that is dead.
 */
gboolean xtls_route_is_transport (const xmlnode *stanza);

/**
 * xtls_route_strip_offer:
 * @stanza: a stanza, changed in place if it is a file offer or the answer to
 * one (XEP-0095/0096)
 *
 * Takes every stream method but in-band bytestreams out of it: they would go
 * around the private conversation.
 *
 * Returns: %FALSE if it is an offer or acceptance and no method is left.
 */
gboolean xtls_route_strip_offer (xmlnode *stanza);
