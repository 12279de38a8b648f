/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is remembered of a contact besides its keys: the person's policy for
 * it, whether its private conversations are logged, whether a session was ever
 * open. Kept in `contacts`.
 */
#pragma once

#include "writer.h"

#include <glib.h>

typedef enum {
    XTLS_POLICY_DEFAULT, /* what the preferences say */
    XTLS_POLICY_NEVER,
    XTLS_POLICY_MANUAL,
    XTLS_POLICY_AUTOMATIC,
    XTLS_POLICY_REQUIRED
} XtlsPolicy;

typedef enum {
    XTLS_LOGGING_DEFAULT,
    XTLS_LOGGING_OFF,
    XTLS_LOGGING_ON
} XtlsLogging;

typedef struct XtlsContacts XtlsContacts;

/* As xtls_peers_load(), for the file `contacts`. */
XtlsContacts *
xtls_contacts_load (const char *path, XtlsWriter *writer, char **set_aside);

void xtls_contacts_free (XtlsContacts *contacts);

/* As xtls_peers_is_damaged(). */
gboolean xtls_contacts_is_damaged (XtlsContacts *contacts);
void xtls_contacts_clear_damaged (XtlsContacts *contacts);

XtlsPolicy xtls_contacts_get_policy (XtlsContacts *contacts,
                                     const char *account,
                                     const char *jid);
void xtls_contacts_set_policy (XtlsContacts *contacts,
                               const char *account,
                               const char *jid,
                               XtlsPolicy policy);

XtlsLogging xtls_contacts_get_logging (XtlsContacts *contacts,
                                       const char *account,
                                       const char *jid);
void xtls_contacts_set_logging (XtlsContacts *contacts,
                                const char *account,
                                const char *jid,
                                XtlsLogging logging);

/**
 * xtls_contacts_was_open:
 *
 * Returns: %TRUE if a session with this contact was ever open.
 */
gboolean xtls_contacts_was_open (XtlsContacts *contacts,
                                 const char *account,
                                 const char *jid);
void xtls_contacts_set_was_open (XtlsContacts *contacts,
                                 const char *account,
                                 const char *jid);

/**
 * xtls_policy_to_string:
 *
 * Returns: (transfer none): the word used in the file and by `/xtls policy`.
 */
const char *xtls_policy_to_string (XtlsPolicy policy);
gboolean xtls_policy_parse (const char *text, XtlsPolicy *policy);
