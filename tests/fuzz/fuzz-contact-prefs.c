/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file `contacts`: the entries that could be read are written and read
 * again. */
#include "contact-prefs.h"
#include "fuzz.h"

#include <glib/gstdio.h>
#include <string.h>

#define ACCOUNT "romeo@montague.lit"
#define CONTACT "juliet@capulet.lit"

static void
check (const char *file, XtlsWriter *writer)
{
    XtlsContactPrefs *contacts = xtls_contact_prefs_load (file, writer);
    XtlsRecords *records = xtls_contact_prefs_get_records (contacts);
    char *aside = xtls_records_get_set_aside (records);
    XtlsPolicy policy =
        xtls_contact_prefs_get_policy (contacts, ACCOUNT, CONTACT);
    XtlsLogging logging =
        xtls_contact_prefs_get_logging (contacts, ACCOUNT, CONTACT);
    gboolean was_open =
        xtls_contact_prefs_was_open (contacts, ACCOUNT, CONTACT);

    g_assert_true (xtls_records_is_damaged (
                       xtls_contact_prefs_get_records (contacts)) == !!aside);
    xtls_records_clear_damaged (records);
    /* Writes the file, whatever was in it. */
    xtls_contact_prefs_set_policy (contacts, "a", "b", XTLS_POLICY_NEVER);
    xtls_contact_prefs_set_policy (contacts, "a", "b", XTLS_POLICY_REQUIRED);
    xtls_writer_flush (writer);
    xtls_contact_prefs_free (contacts);

    contacts = xtls_contact_prefs_load (file, writer);
    g_assert_false (
        xtls_records_is_damaged (xtls_contact_prefs_get_records (contacts)));
    g_assert_cmpint (
        xtls_contact_prefs_get_policy (contacts, ACCOUNT, CONTACT), ==, policy);
    g_assert_cmpint (
        xtls_contact_prefs_get_logging (contacts, ACCOUNT, CONTACT),
        ==,
        logging);
    g_assert_cmpint (
        xtls_contact_prefs_was_open (contacts, ACCOUNT, CONTACT), ==, was_open);
    g_assert_cmpint (xtls_contact_prefs_get_policy (contacts, "a", "b"),
                     ==,
                     XTLS_POLICY_REQUIRED);
    xtls_contact_prefs_free (contacts);
    if (aside)
        g_remove (aside);
    g_free (aside);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    char *file = fuzz_file (data, size);

    check (file, fuzz_writer ());
    g_remove (file);
    g_free (file);
    return 0;
}
