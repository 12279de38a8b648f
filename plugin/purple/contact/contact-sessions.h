/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sessions of a contact (opened, replaced, resumed, lost) and their
 * keys. */
#pragma once

#include "contact-state.h"
#include "resumption.h"

#include <glib.h>

/* As in #XtlsSessionOps and #XtlsEndpointOps. @outgoing: the session that
 * lost. @incoming: the one that continues. @previd: the id of the stream to
 * resume. */
gboolean xtls_contact_sessions_allow_key (XtlsContact *contact,
                                          XtlsSession *session,
                                          const XtlsFingerprint *fingerprint);
XtlsEnd xtls_contact_sessions_admit (XtlsContact *contact,
                                     XtlsSession *session);
void xtls_contact_sessions_changed (XtlsContact *contact, XtlsSession *session);
void xtls_contact_sessions_first_words (XtlsContact *contact,
                                        XtlsSession *session);
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
 * Call it when a key may be trusted more or less than before, or the own key
 * has changed. It checks every session with the contact again, open or not
 * (xtls_permission_get()). One that may no longer be used is closed at once;
 * the user is told if sending in the open one is no longer allowed, or is
 * allowed again.
 */
void xtls_contact_sessions_review (XtlsContact *contact);

/* Like decide_key() of XtlsApi. */
gboolean xtls_contact_sessions_decide_key (XtlsContact *contact,
                                           const XtlsFingerprint *fingerprint,
                                           XtlsKeyDecision decision,
                                           char **why);

/* Closes the open session. @leaving: because this client goes offline for the
 * contact, see xtls_session_leave(). */
void xtls_contact_sessions_drop (XtlsContact *contact, gboolean leaving);

/* For the contact's resumption; the user data is the contact. */
extern const XtlsResumptionOps xtls_contact_sessions_resumption_ops;
