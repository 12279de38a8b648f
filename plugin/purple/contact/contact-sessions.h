/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sessions of a contact: opened, replaced, resumed, lost; and the keys that
 * they bring. */
#pragma once

#include "contact-state.h"
#include "resumption.h"

#include <glib.h>

/* As #XtlsSessionOps and #XtlsEndpointOps. @outgoing: the session that lost.
 * @incoming: the one that goes on. @previd: of the stream that is resumed. */
gboolean xtls_contact_sessions_allow_key (XtlsContact *contact,
                                          XtlsSession *session,
                                          const XtlsFingerprint *fingerprint);
gboolean xtls_contact_sessions_admit (XtlsContact *contact,
                                      XtlsSession *session);
void xtls_contact_sessions_changed (XtlsContact *contact, XtlsSession *session);
void xtls_contact_sessions_settled (XtlsContact *contact, XtlsSession *session);
void xtls_contact_sessions_tie_break (XtlsContact *contact,
                                      XtlsSession *outgoing,
                                      XtlsSession *incoming);
XtlsSm *xtls_contact_sessions_find_sm (XtlsContact *contact,
                                       XtlsSession *session,
                                       const char *previd);

/**
 * xtls_contact_sessions_review:
 *
 * A key may be trusted more or less than before, or another own key is used:
 * every session with the contact, finished or not, is looked at again
 * (xtls_permission_get()). One that may not be used any more is closed at once;
 * if the open one may not be sent on any more, or may again, the user is told.
 */
void xtls_contact_sessions_review (XtlsContact *contact);

/* As decide_key() of XtlsApi. */
gboolean xtls_contact_sessions_decide_key (XtlsContact *contact,
                                           const XtlsFingerprint *fingerprint,
                                           XtlsKeyDecision decision,
                                           char **why);

/* Closes the open session. @at_once: without waiting for the contact's
 * goodbye. */
void xtls_contact_sessions_drop (XtlsContact *contact, gboolean at_once);

/* For the contact's resumption; its user data is the contact. */
extern const XtlsResumptionOps xtls_contact_sessions_resumption_ops;
