/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a session may be used for. */
#include "permission.h"

#include "trust.h"

XtlsPermission
xtls_permission_for (XtlsTrust trust)
{
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

XtlsPermission
xtls_permission_get (PurpleAccount *account,
                     const char *who,
                     XtlsSession *session)
{
    const XtlsFingerprint *fingerprint =
        session ? xtls_session_get_fingerprint (session) : NULL;

    if (!session)
        return XTLS_PERMISSION_NONE;
    return xtls_permission_for (fingerprint
                                    ? xtls_trust_get (account, who, fingerprint)
                                    : XTLS_TRUST_NEW);
}
