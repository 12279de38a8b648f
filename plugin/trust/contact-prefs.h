/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is stored about a contact beside its keys, in the file `contacts`: the
 * user's policy for it, whether private conversations with it are logged, and
 * whether a session was ever open.
 */
#pragma once

#include "records.h"
#include "writer.h"

#include <glib.h>

typedef enum {
    XTLS_POLICY_DEFAULT, /* what the general preferences say */
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

typedef struct XtlsContactPrefs XtlsContactPrefs;

/* Like xtls_peers_load(), for the file `contacts`. */
XtlsContactPrefs *xtls_contact_prefs_load (const char *path,
                                           XtlsWriter *writer);

void xtls_contact_prefs_free (XtlsContactPrefs *prefs);

/* (transfer none): what kind of records contacts' settings are, for any thread.
 */
const XtlsRecordKind *xtls_contact_prefs_get_kind (void);

/* Like xtls_peers_get_records(). */
XtlsRecords *xtls_contact_prefs_get_records (XtlsContactPrefs *prefs);

/* Get or set the policy for the contact @jid of @account, both bare JIDs. */
XtlsPolicy xtls_contact_prefs_get_policy (XtlsContactPrefs *prefs,
                                          const char *account,
                                          const char *jid);
void xtls_contact_prefs_set_policy (XtlsContactPrefs *prefs,
                                    const char *account,
                                    const char *jid,
                                    XtlsPolicy policy);

/* Get or set logging for the contact @jid of @account, both bare JIDs. */
XtlsLogging xtls_contact_prefs_get_logging (XtlsContactPrefs *prefs,
                                            const char *account,
                                            const char *jid);
void xtls_contact_prefs_set_logging (XtlsContactPrefs *prefs,
                                     const char *account,
                                     const char *jid,
                                     XtlsLogging logging);

/**
 * xtls_contact_prefs_was_open:
 *
 * Returns: %TRUE if a session with this contact has ever been open.
 */
gboolean xtls_contact_prefs_was_open (XtlsContactPrefs *prefs,
                                      const char *account,
                                      const char *jid);
void xtls_contact_prefs_set_was_open (XtlsContactPrefs *prefs,
                                      const char *account,
                                      const char *jid);

/**
 * xtls_contact_prefs_policy_to_string:
 *
 * Returns: (transfer none): the name used in the file and by `/xtls policy`.
 */
const char *xtls_contact_prefs_policy_to_string (XtlsPolicy policy);
/* Returns: %FALSE if @text is not the name of a policy. */
gboolean xtls_contact_prefs_parse_policy (const char *text, XtlsPolicy *policy);
