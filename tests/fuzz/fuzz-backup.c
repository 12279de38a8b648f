/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first byte selects the input: a file to import, or the content of a file
 * whose passphrase is right. */
#include "backup.h"

#include "fuzz.h"
#include "peers.h"
#include "records-file.h"
#include "records.h"

#define JID "romeo@montague.lit"

/* What could be read can be written and read again. */
static void
check_list (const XtlsRecordKind *kind, const guint8 *data, gsize size)
{
    GPtrArray *list =
        xtls_records_file_from_text (kind, (const char *)data, size, JID);
    GPtrArray *again;
    char *text;
    gsize len;

    if (list == NULL)
        return;
    text = xtls_records_file_to_text (list, &len);
    again = xtls_records_file_from_text (kind, text, len, JID);
    g_assert_nonnull (again);
    g_assert_cmpuint (again->len, ==, list->len);
    g_ptr_array_unref (again);
    g_ptr_array_unref (list);
    g_free (text);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    GError *error = NULL;
    XtlsBackup *backup;

    if (size == 0)
        return 0;
    if (data[0] == 'k') {
        check_list (xtls_peers_get_kind (), data + 1, size - 1);
    } else if (data[0] == 'c') {
        check_list (xtls_contact_prefs_get_kind (), data + 1, size - 1);
    } else {
        backup = xtls_backup_decrypt (data, size, "passphrase", &error);
        g_assert_true ((backup == NULL) == (error != NULL));
        xtls_backup_free (backup);
        g_clear_error (&error);
    }
    return 0;
}
