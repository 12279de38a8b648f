/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a session ended, and how layers, peers and logs name it. */
#pragma once

#include "jingle.h"

#include <glib.h>

/* Why a session ended. */
typedef enum {
    XTLS_END_NONE,         /* it has not ended */
    XTLS_END_LOCAL,        /* closed from this side, properly */
    XTLS_END_PEER,         /* closed from the other side, properly */
    XTLS_END_QUIT,         /* the peer closed it properly to go offline */
    XTLS_END_CUT,          /* the bytes stopped without a proper end */
    XTLS_END_GONE,         /* the peer's resource went offline */
    XTLS_END_OFFLINE,      /* our own account went offline */
    XTLS_END_DEAD,         /* no progress for 30 s */
    XTLS_END_TIMEOUT,      /* was not open after 60 s */
    XTLS_END_ELSEWHERE,    /* the private conversation is with another client:
                              one of ours if the peer ended this session, one
                              of the peer's if we did not admit it */
    XTLS_END_DECLINED,     /* the peer declined */
    XTLS_END_BUSY,         /* the peer cannot take a request now; try later */
    XTLS_END_UNSUPPORTED,  /* the peer does not support this protocol */
    XTLS_END_TIE_BREAK,    /* both sides called; the peer's request goes on */
    XTLS_END_REPLACED,     /* a newer session replaced it */
    XTLS_END_NOT_ADMITTED, /* opened, but its key was not admitted here */
    XTLS_END_FORBIDDEN,    /* the user's policy came to be `never` */
    XTLS_END_CERTIFICATE,  /* the peer's certificate is not acceptable */
    XTLS_END_KEY_REFUSED,  /* the user refused the peer's key */
    XTLS_END_KEY_RENEWED,  /* our own key was replaced before it was open */
    XTLS_END_REFUSED,      /* the peer refused our certificate */
    XTLS_END_UNABLE,       /* this system forbids the encryption needed */
    XTLS_END_INCOMPATIBLE, /* no encryption in common with the peer */
    XTLS_END_SECURITY,     /* TLS or Jingle security failed */
    XTLS_END_OBJECTED,     /* the peer objected by a stream error */
    XTLS_END_PROTOCOL      /* the peer violated a protocol */
} XtlsEnd;

/* Returns: the end that an error of the bytestream, of TLS or of the stream
 * causes. */
XtlsEnd xtls_end_from_error (const GError *error);

/**
 * xtls_end_from_reason:
 * @reason: of a session-terminate
 * @authenticated: whether the peer's certificate was accepted here. What it can
 *   object to after that without an alert of TLS is our key.
 *
 * Returns: the end that it causes in a session that was not open yet.
 */
XtlsEnd xtls_end_from_reason (XtlsJingleReason reason, gboolean authenticated);

/**
 * xtls_end_from_condition:
 * @condition: (nullable): the condition of a stanza error in response to our
 *   session-initiate or session-accept
 * @detail: (out) (transfer none): the condition, if it is a known one
 */
XtlsEnd xtls_end_from_condition (const char *condition, const char **detail);

/**
 * xtls_end_to_reason:
 *
 * Returns: %FALSE if no session-terminate is sent for @end.
 */
gboolean xtls_end_to_reason (XtlsEnd end, XtlsJingleReason *reason);

/**
 * xtls_end_to_string:
 *
 * Returns: (transfer none): the name of the value for logs, such as
 * `tie-break`.
 */
const char *xtls_end_to_string (XtlsEnd end);
