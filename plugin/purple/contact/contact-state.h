/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of one contact: entered and left here, and derived from it what a
 * user sees and why something is held. */
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
 * Enters a state. Logging follows private mode.
 */
void xtls_contact_state_set (XtlsContact *contact, XtlsContactState state);

/* What a user sees of the contact. */
XtlsState xtls_contact_state_get (XtlsContact *contact);

/* Whether nothing may leave in clear. */
gboolean xtls_contact_state_is_private (XtlsContact *contact);

/* @session (nullable): one of the contact's. */
XtlsPermission xtls_contact_state_get_permission (XtlsContact *contact,
                                                  XtlsSession *session);
XtlsHoldReason xtls_contact_state_get_hold_reason (XtlsContact *contact,
                                                   XtlsSession *session);
gboolean xtls_contact_state_is_verified (XtlsContact *contact,
                                         XtlsSession *session);

/* (nullable) (transfer none): the session that may be sent on now. */
XtlsSession *xtls_contact_state_get_sendable (XtlsContact *contact);

/**
 * xtls_contact_state_count_soon:
 *
 * What is held, or was sent and not confirmed, has changed: how many messages
 * there are is kept for the next start, in case that the client is killed.
 */
void xtls_contact_state_count_soon (XtlsContact *contact);

/* Tells faces that something they show may have changed, and counts. */
void xtls_contact_state_changed (XtlsContact *contact);
