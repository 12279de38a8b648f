/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a session may become open, beside the contact's open one if there is
 * any: nobody takes over a conversation with a new key.
 */
#pragma once

#include "end.h"
#include "permission.h"

#include <glib.h>

/* What the decision depends on. The last three are about the session that is
 * open already with another key than the new one, if there is such a
 * session. */
typedef struct {
    gboolean allows_calls;  /* the policy does */
    XtlsTrust trust;        /* of the new session's key */
    gboolean beside;        /* there is such a session */
    gboolean same_client;   /* it is with the same client */
    XtlsTrust trust_beside; /* of its key */
} XtlsAdmissionFacts;

/**
 * xtls_admission_decide:
 * @facts: what is known about the session
 *
 * Returns: %XTLS_END_NONE to admit it, or the end that tells both sides why it
 * is not admitted.
 */
XtlsEnd xtls_admission_decide (const XtlsAdmissionFacts *facts);
