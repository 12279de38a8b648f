/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of one contact: sets it, and derives from it what the user sees and
 * why messages are held. */
#pragma once

#include "api.h"
#include "hold-reason.h"
#include "permission.h"
#include "session.h"
#include "transitions.h"

#include <glib.h>

typedef struct XtlsContact XtlsContact;

/**
 * xtls_contact_state_set:
 *
 * Sets the state, and logging with it.
 */
void xtls_contact_state_set (XtlsContact *contact, XtlsContactState state);

/* Returns: the state that the user sees. */
XtlsState xtls_contact_state_get (XtlsContact *contact);

/* Returns: for how many seconds private mode has been starting. 0 while it is
 * not starting, and during the first moment, because a short start needs no
 * clock. */
guint xtls_contact_state_get_seconds (const XtlsContact *contact);

/* Returns: the state that the user sees while private mode is off: the policy
 * decides whether typed messages may be sent. */
XtlsState xtls_contact_state_get_idle (PurpleAccount *account, const char *who);

/* Returns: whether the contact is known to be offline, which is unknown while
 * the account itself is offline. */
gboolean xtls_contact_state_is_offline (XtlsContact *contact);

/* Records how the open @session ended. The contact may still be online with
 * another client. */
void xtls_contact_state_note_end (XtlsContact *contact, XtlsSession *session);

/* Call it when the contact has come online or gone offline. If it has gone
 * offline, that explains a session that was cut before. */
void xtls_contact_state_note_presence (XtlsContact *contact);

/* Returns: whether the policy starts private mode by itself when there is an
 * occasion.
 */
gboolean xtls_contact_state_policy_starts (XtlsContact *contact);

/* Returns: whether the policy also restarts it: not after the contact has ended
 * it, or if the contact's key was refused. */
gboolean xtls_contact_state_restarts (XtlsContact *contact);

/* Returns: whether nothing may be sent in clear. */
gboolean xtls_contact_state_is_private (XtlsContact *contact);

/* @session: (nullable): a session of the contact. */
XtlsPermission xtls_contact_state_get_permission (XtlsContact *contact,
                                                  XtlsSession *session);
XtlsHoldReason xtls_contact_state_get_hold_reason (XtlsContact *contact,
                                                   XtlsSession *session);
gboolean xtls_contact_state_is_verified (XtlsContact *contact,
                                         XtlsSession *session);

/* Returns: (nullable) (transfer none): the session that may be used to send
 * now. */
XtlsSession *xtls_contact_state_get_sendable (XtlsContact *contact);

/* Returns: how many messages would be lost if the client ended now: those that
 * are held, and those that were never confirmed. */
guint xtls_contact_state_count_losable (XtlsContact *contact);

/**
 * xtls_contact_state_count_soon:
 *
 * Call it when the held or unconfirmed messages have changed. Their number is
 * saved for the next start, in case the client is killed.
 */
void xtls_contact_state_count_soon (XtlsContact *contact);

/* Tells faces that something they show may have changed, and calls
 * xtls_contact_state_count_soon(). */
void xtls_contact_state_changed (XtlsContact *contact);
