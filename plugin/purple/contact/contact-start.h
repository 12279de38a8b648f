/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starts private mode with a contact, by the user or by the policy, and handles
 * attempts that fail. */
#pragma once

#include "contact-state.h"

#include <glib.h>

typedef enum {
    XTLS_MATTER_CONTENT, /* text or a file: private mode is started for it */
    XTLS_MATTER_TYPING,  /* a notification: may start less than text may */
    XTLS_MATTER_OTHER    /* voice and the rest: only for `required` */
} XtlsMatter;

/* Like start() of XtlsApi. */
gboolean xtls_contact_start_by_user (XtlsContact *contact, char **why);

/**
 * xtls_contact_start_wants:
 *
 * Decides about something that is about to be sent and that would go inside, or
 * nowhere, if the contact were private. Changes nothing.
 *
 * Returns: %TRUE if the policy forbids sending it in clear although the contact
 * is not private.
 */
gboolean xtls_contact_start_wants (XtlsContact *contact, XtlsMatter matter);

/* Starts private mode as the policy requires, unless the contact is private. */
void xtls_contact_start_by_policy (XtlsContact *contact);

/**
 * xtls_contact_start_cancel:
 * @instead: (nullable): as in xtls_dialer_stop()
 *
 * Cancels a start silently.
 */
void xtls_contact_start_cancel (XtlsContact *contact, XtlsSession *instead);

/* Stops waiting until it is known what the contact's client can. */
void xtls_contact_start_stop_waiting (XtlsContact *contact);

/* Lets the policy try again after a while, which grows with each attempt.
 * Nothing is written about these attempts. */
void xtls_contact_start_retry_later (XtlsContact *contact);

/* A policy or the trust of a key may have changed: what has ended is restarted
 * if the policy restarts it now. */
void xtls_contact_start_check_policy (XtlsContact *contact);

/* XtlsDialerFailed. */
void xtls_contact_start_failed_cb (const char *why, gpointer data);

/* Events of the client. A window that is open when the plugin is enabled counts
 * as one that is created then. */
void xtls_contact_start_presence_changed (XtlsContact *contact);
void xtls_contact_start_conversation_created (XtlsContact *contact);
void xtls_contact_start_conversation_closed (XtlsContact *contact);
void xtls_contact_start_login_gone (XtlsContact *contact);

/* The user has chosen a policy: automatic starts, suspended by End, are allowed
 * again. */
void xtls_contact_start_policy_changed (XtlsContact *contact);
