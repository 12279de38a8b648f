/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a session may be used for. */
#include "permission.h"

#include "logins.h"
#include "trust.h"

XtlsPermission
xtls_permission_for (XtlsTrust trust, gboolean own_key)
{
    if (!own_key)
        return XTLS_PERMISSION_NONE;
    switch (trust) {
    case XTLS_TRUST_KNOWN:
    case XTLS_TRUST_VERIFIED:
        return XTLS_PERMISSION_ALL;
    case XTLS_TRUST_NEW:
        /* An open session's key is new only if the user has to decide about
         * it: a contact's first key becomes known when the session is opened,
         * or before, if messages leave before that. */
        return XTLS_PERMISSION_SHOW;
    case XTLS_TRUST_REFUSED:
        break;
    }
    return XTLS_PERMISSION_NONE;
}

/* Without a login the session has ended or is about to end. After our own key
 * was replaced, received messages may still be shown until the session is
 * closed, and a session that another one has replaced is about to be. */
gboolean
xtls_permission_uses_own_key (PurpleAccount *account, XtlsSession *session)
{
    XtlsLogin *login = xtls_logins_get (account);
    XtlsIdentity *identity =
        login ? xtls_endpoint_get_identity (xtls_login_get_endpoint (login))
              : NULL;

    return !identity ||
           xtls_session_get_state (session) >= XTLS_SESSION_CLOSING ||
           xtls_session_is_replaced (session) ||
           xtls_fingerprint_equal (xtls_identity_get_fingerprint (identity),
                                   xtls_session_get_own_fingerprint (session));
}

XtlsPermission
xtls_permission_get (PurpleAccount *account,
                     const char *who,
                     XtlsSession *session)
{
    const XtlsFingerprint *fingerprint =
        session ? xtls_session_get_fingerprint (session) : NULL;

    if (!session)
        return XTLS_PERMISSION_NONE;
    return xtls_permission_for (
        fingerprint ? xtls_trust_get (account, who, fingerprint)
                    : XTLS_TRUST_NEW,
        xtls_permission_uses_own_key (account, session));
}
