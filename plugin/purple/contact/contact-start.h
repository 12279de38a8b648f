/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How private mode with a contact starts, by the user or by the policy, and
 * what becomes of attempts that fail. */
#pragma once

#include "contact-state.h"

#include <glib.h>

typedef enum {
    XTLS_MATTER_CONTENT, /* text, a file: private mode is started for it */
    XTLS_MATTER_TYPING,  /* a notice: not where the text would wait */
    XTLS_MATTER_OTHER    /* voice, other stanzas: as ever, unless required */
} XtlsMatter;

/* As start() of XtlsApi. */
gboolean xtls_contact_start_by_user (XtlsContact *contact, char **why);

/**
 * xtls_contact_start_wants:
 *
 * Something is about to leave that would go inside or nowhere while private.
 * Changes nothing.
 *
 * Returns: %TRUE if the policy keeps it from leaving in clear although the
 * contact is not private.
 */
gboolean xtls_contact_start_wants (XtlsContact *contact, XtlsMatter matter);

/* Starts private mode for the policy, unless the contact is private. */
void xtls_contact_start_by_policy (XtlsContact *contact);

/* Calls off what is under way, without a word. */
void xtls_contact_start_cancel (XtlsContact *contact);

/* The policy tries again by itself, ever more slowly and without lines. */
void xtls_contact_start_retry_later (XtlsContact *contact);

/* XtlsDialerFailed. */
void xtls_contact_start_failed_cb (const char *why, gpointer data);

/* Events of the client. */
void xtls_contact_start_presence_changed (XtlsContact *contact);
void xtls_contact_start_conversation_created (XtlsContact *contact);
void xtls_contact_start_conversation_closed (XtlsContact *contact);
void xtls_contact_start_login_gone (XtlsContact *contact);

/* The user has chosen a policy: automatic starts rest no longer after End. */
void xtls_contact_start_policy_changed (XtlsContact *contact);
