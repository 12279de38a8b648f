/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides whether a session may become open. */
#include "admission.h"

static gboolean
is_trusted_as_much (const XtlsAdmissionFacts *facts)
{
    return facts->trust == XTLS_TRUST_VERIFIED ||
           (facts->trust == XTLS_TRUST_KNOWN &&
            facts->trust_beside != XTLS_TRUST_VERIFIED);
}

XtlsEnd
xtls_admission_decide (const XtlsAdmissionFacts *facts)
{
    if (!facts->allows_calls)
        return XTLS_END_FORBIDDEN;
    if (xtls_permission_for (facts->trust) == XTLS_PERMISSION_NONE)
        return XTLS_END_KEY_REFUSED;
    if (!facts->beside || is_trusted_as_much (facts))
        return XTLS_END_NONE;
    return facts->same_client ? XTLS_END_NOT_ADMITTED : XTLS_END_ELSEWHERE;
}
