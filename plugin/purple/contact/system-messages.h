/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System messages in the conversation: one function for each sentence, one
 * message for each real change. These are about the state of the private
 * conversation and its key; delivery-messages.h and outside-messages.h have the
 * others.
 */
#pragma once

#include "api.h"
#include "hold-reason.h"
#include "session.h"
#include "sm.h"

#include <account.h>
#include <glib.h>
#include <time.h>

/* Report that a start begins, and that it has failed because of @why
 * (translated). @unconfirmed: (nullable): what left before that and is sent
 * again. @reason: why messages are held now, here and below. */
void xtls_system_messages_attempting (PurpleAccount *account, const char *who);
void xtls_system_messages_failed (PurpleAccount *account,
                                  const char *who,
                                  const char *why,
                                  const GQueue *unconfirmed,
                                  XtlsHoldReason reason);
/* Describes the present state, after a session or a window has opened. @session
 * (nullable): the open session. @since: when the state began. */
void xtls_system_messages_state (PurpleAccount *account,
                                 const char *who,
                                 XtlsState state,
                                 XtlsSession *session,
                                 XtlsHoldReason reason,
                                 time_t since);
/* Reports that the session has ended. @sm (nullable): its unacknowledged
 * stanzas. */
void xtls_system_messages_lost (PurpleAccount *account,
                                const char *who,
                                XtlsEnd end,
                                XtlsSm *sm,
                                XtlsHoldReason reason);
void xtls_system_messages_end (PurpleAccount *account, const char *who);
void xtls_system_messages_unload (PurpleAccount *account, const char *who);
/* The trust in the open session's key has changed. @verified: whether it is
 * verified now. */
void xtls_system_messages_verified (PurpleAccount *account,
                                    const char *who,
                                    gboolean verified);
/* The open session's key is not one of those that were known, and does not wait
 * for the user's decision. */
void xtls_system_messages_new_key (PurpleAccount *account, const char *who);
/* The key of the open @session is no longer trusted enough. */
void xtls_system_messages_trust_lost (PurpleAccount *account,
                                      const char *who,
                                      XtlsSession *session);
void xtls_system_messages_not_admitted (PurpleAccount *account,
                                        const char *who,
                                        XtlsSession *session);
