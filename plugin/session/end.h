/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a session ended, and what that is called by layers, peers and logs. */
#pragma once

#include "jingle.h"

#include <glib.h>

/* Why a session ended. */
typedef enum {
    XTLS_END_NONE,         /* it has not */
    XTLS_END_LOCAL,        /* closed from this side, properly */
    XTLS_END_PEER,         /* closed from the other side, properly */
    XTLS_END_CUT,          /* the bytes stopped without a proper end */
    XTLS_END_GONE,         /* the peer's resource went offline */
    XTLS_END_OFFLINE,      /* our own account went offline */
    XTLS_END_DEAD,         /* no progress for 30 s */
    XTLS_END_TIMEOUT,      /* was not open after 60 s */
    XTLS_END_DECLINED,     /* the peer declined */
    XTLS_END_BUSY,         /* the peer has too many requests, try later */
    XTLS_END_UNSUPPORTED,  /* the peer knows nothing of this protocol */
    XTLS_END_TIE_BREAK,    /* both started, the peer's request goes on */
    XTLS_END_REPLACED,     /* a newer session took its place */
    XTLS_END_NOT_ADMITTED, /* opened, but its key was not admitted here */
    XTLS_END_CERTIFICATE,  /* the peer's certificate is not fit for use */
    XTLS_END_KEY_REFUSED,  /* the user refused the peer's key */
    XTLS_END_KEY_RENEWED,  /* our own key was replaced before it was open */
    XTLS_END_REFUSED,      /* the peer refused our certificate */
    XTLS_END_SECURITY,     /* TLS or Jingle security failed */
    XTLS_END_PROTOCOL      /* the peer broke a protocol */
} XtlsEnd;

/* What an error of the bytestream, of TLS or of the stream means. */
XtlsEnd xtls_end_from_error (const GError *error);

/* What the reason of a session-terminate means for a session that was not open
 * yet. */
XtlsEnd xtls_end_from_reason (XtlsJingleReason reason);

/**
 * xtls_end_from_condition:
 * @condition: (nullable): of a stanza error that answers our session-initiate
 *   or session-accept
 * @detail: (out) (transfer none): the condition, if it is a known one
 */
XtlsEnd xtls_end_from_condition (const char *condition, const char **detail);

/**
 * xtls_end_to_reason:
 *
 * Returns: %FALSE if no session-terminate goes with @end.
 */
gboolean xtls_end_to_reason (XtlsEnd end, XtlsJingleReason *reason);

/**
 * xtls_end_to_string:
 *
 * Returns: (transfer none): name of the value for logs, as `tie-break`.
 */
const char *xtls_end_to_string (XtlsEnd end);
