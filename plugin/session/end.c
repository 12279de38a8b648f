/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables that translate the ends of a session from and to errors and Jingle
 * reasons. */
#include "end.h"

#include "ibb.h"
#include "stream.h"
#include "tls.h"

static const char *const names[] = {
    [XTLS_END_NONE] = "none",
    [XTLS_END_LOCAL] = "local",
    [XTLS_END_PEER] = "peer",
    [XTLS_END_QUIT] = "quit",
    [XTLS_END_CUT] = "cut",
    [XTLS_END_GONE] = "gone",
    [XTLS_END_OFFLINE] = "offline",
    [XTLS_END_DEAD] = "dead",
    [XTLS_END_TIMEOUT] = "timeout",
    [XTLS_END_ELSEWHERE] = "elsewhere",
    [XTLS_END_DECLINED] = "declined",
    [XTLS_END_BUSY] = "busy",
    [XTLS_END_UNSUPPORTED] = "unsupported",
    [XTLS_END_TIE_BREAK] = "tie-break",
    [XTLS_END_REPLACED] = "replaced",
    [XTLS_END_NOT_ADMITTED] = "not-admitted",
    [XTLS_END_FORBIDDEN] = "forbidden",
    [XTLS_END_CERTIFICATE] = "certificate",
    [XTLS_END_KEY_REFUSED] = "key-refused",
    [XTLS_END_KEY_RENEWED] = "key-renewed",
    [XTLS_END_REFUSED] = "refused",
    [XTLS_END_UNABLE] = "unable",
    [XTLS_END_INCOMPATIBLE] = "incompatible",
    [XTLS_END_SECURITY] = "security",
    [XTLS_END_OBJECTED] = "objected",
    [XTLS_END_PROTOCOL] = "protocol",
};

const char *
xtls_end_to_string (XtlsEnd end)
{
    if ((guint)end >= G_N_ELEMENTS (names))
        return "unknown";
    return names[end];
}

static XtlsEnd
from_ibb_error (int code)
{
    switch (code) {
    case XTLS_IBB_ERROR_DEAD:
        return XTLS_END_DEAD;
    case XTLS_IBB_ERROR_REFUSED: /* rather by a server than by the peer */
    case XTLS_IBB_ERROR_BOUNCED:
    case XTLS_IBB_ERROR_QUEUE_FULL:
        return XTLS_END_CUT;
    default:
        return XTLS_END_PROTOCOL;
    }
}

static XtlsEnd
from_tls_error (int code)
{
    switch (code) {
    case XTLS_TLS_ERROR_CERTIFICATE:
        return XTLS_END_CERTIFICATE;
    case XTLS_TLS_ERROR_REFUSED:
        return XTLS_END_REFUSED;
    case XTLS_TLS_ERROR_UNABLE:
        return XTLS_END_UNABLE;
    case XTLS_TLS_ERROR_INCOMPATIBLE:
        return XTLS_END_INCOMPATIBLE;
    default:
        return XTLS_END_SECURITY;
    }
}

XtlsEnd
xtls_end_from_error (const GError *error)
{
    if (error->domain == XTLS_IBB_ERROR)
        return from_ibb_error (error->code);
    if (error->domain == XTLS_TLS_ERROR)
        return from_tls_error (error->code);
    /* Somebody relays the bytes under another address. */
    if (g_error_matches (error, XTLS_STREAM_ERROR, XTLS_STREAM_ERROR_JID))
        return XTLS_END_SECURITY;
    if (g_error_matches (error, XTLS_STREAM_ERROR, XTLS_STREAM_ERROR_FROM_PEER))
        return XTLS_END_OBJECTED;
    return XTLS_END_PROTOCOL;
}

XtlsEnd
xtls_end_from_reason (XtlsJingleReason reason, gboolean authenticated)
{
    switch (reason) {
    case XTLS_JINGLE_REASON_DECLINE:
    case XTLS_JINGLE_REASON_SUCCESS:
        return XTLS_END_DECLINED;
    case XTLS_JINGLE_REASON_SECURITY_ERROR:
        return authenticated ? XTLS_END_REFUSED : XTLS_END_SECURITY;
    case XTLS_JINGLE_REASON_INCOMPATIBLE:
        return XTLS_END_INCOMPATIBLE;
    case XTLS_JINGLE_REASON_TIMEOUT:
        return XTLS_END_TIMEOUT;
    case XTLS_JINGLE_REASON_GONE:
        return XTLS_END_GONE;
    case XTLS_JINGLE_REASON_ALTERNATIVE_SESSION:
        return XTLS_END_ELSEWHERE;
    case XTLS_JINGLE_REASON_UNSUPPORTED_APPLICATIONS:
    case XTLS_JINGLE_REASON_UNSUPPORTED_TRANSPORTS:
        return XTLS_END_UNSUPPORTED;
    case XTLS_JINGLE_REASON_FAILED_TRANSPORT:
        return XTLS_END_CUT;
    case XTLS_JINGLE_REASON_OTHER:
        break;
    }
    /* Whatever it is, the peer itself has ended it: nothing was cut. */
    return XTLS_END_BUSY;
}

XtlsEnd
xtls_end_from_condition (const char *condition, const char **detail)
{
    static const struct {
        const char *condition;
        XtlsEnd end;
    } table[] = {
        {"service-unavailable", XTLS_END_UNSUPPORTED},
        {"feature-not-implemented", XTLS_END_UNSUPPORTED},
        {"resource-constraint", XTLS_END_BUSY},
        /* Without the request that won against ours, there is nothing to wait
         * for. */
        {"conflict", XTLS_END_BUSY},
        {"recipient-unavailable", XTLS_END_GONE},
        {"item-not-found", XTLS_END_GONE},
        {"gone", XTLS_END_GONE},
        {"remote-server-not-found", XTLS_END_GONE},
        {"remote-server-timeout", XTLS_END_GONE},
        {"forbidden", XTLS_END_DECLINED},
        {"not-allowed", XTLS_END_DECLINED},
        {"not-authorized", XTLS_END_DECLINED},
        {"not-acceptable", XTLS_END_DECLINED},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
        if (g_strcmp0 (condition, table[i].condition) == 0) {
            *detail = table[i].condition;
            return table[i].end;
        }
    }
    *detail = "another error";
    return XTLS_END_PROTOCOL;
}

gboolean
xtls_end_to_reason (XtlsEnd end, XtlsJingleReason *reason)
{
    switch (end) {
    case XTLS_END_LOCAL:
    case XTLS_END_REPLACED:
        *reason = XTLS_JINGLE_REASON_SUCCESS;
        return TRUE;
    case XTLS_END_NOT_ADMITTED:
    case XTLS_END_FORBIDDEN:
        *reason = XTLS_JINGLE_REASON_DECLINE;
        return TRUE;
    case XTLS_END_ELSEWHERE:
        *reason = XTLS_JINGLE_REASON_ALTERNATIVE_SESSION;
        return TRUE;
    case XTLS_END_UNABLE:
    case XTLS_END_INCOMPATIBLE:
        *reason = XTLS_JINGLE_REASON_INCOMPATIBLE;
        return TRUE;
    case XTLS_END_TIMEOUT:
        *reason = XTLS_JINGLE_REASON_TIMEOUT;
        return TRUE;
    case XTLS_END_CERTIFICATE:
    case XTLS_END_KEY_REFUSED:
    case XTLS_END_REFUSED:
    case XTLS_END_SECURITY:
        *reason = XTLS_JINGLE_REASON_SECURITY_ERROR;
        return TRUE;
    case XTLS_END_CUT:
    case XTLS_END_DEAD:
    case XTLS_END_OBJECTED:
    case XTLS_END_PROTOCOL:
        *reason = XTLS_JINGLE_REASON_FAILED_TRANSPORT;
        return TRUE;
    case XTLS_END_KEY_RENEWED:
        *reason = XTLS_JINGLE_REASON_OTHER;
        return TRUE;
    default:
        /* The peer has sent the reason itself, or cannot be reached. */
        return FALSE;
    }
}
