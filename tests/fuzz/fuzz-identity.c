/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A key file is either used unchanged, or set aside unchanged and replaced by a
 * new one that can be read again. Where it was moved is told until it is
 * forgotten. */
#include "fuzz.h"
#include "identity.h"
#include "scratch.h"

#include <string.h>

#define JID "romeo@montague.lit"

static void
check (const char *dir, const guint8 *data, gsize size)
{
    GError *error = NULL;
    char *aside = NULL, *again = NULL, *kept;
    XtlsIdentity *identity = xtls_identity_load (dir, JID, &aside, &error);
    XtlsIdentity *second;
    gsize len;

    g_assert_no_error (error);
    if (aside) {
        g_assert_true (g_file_get_contents (aside, &kept, &len, NULL));
        g_assert_cmpmem (kept, len, data, size);
        g_free (kept);
    }
    second = xtls_identity_load (dir, JID, &again, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (again, ==, aside);
    g_assert_true (
        xtls_fingerprint_equal (xtls_identity_get_fingerprint (identity),
                                xtls_identity_get_fingerprint (second)));
    xtls_identity_unref (second);
    g_free (again);

    xtls_identity_forget_damage (dir, JID);
    second = xtls_identity_load (dir, JID, &again, &error);
    g_assert_no_error (error);
    g_assert_null (again);
    xtls_identity_unref (second);
    xtls_identity_unref (identity);
    g_free (aside);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    char *dir = test_dir_new ();
    char *keys = g_build_filename (dir, "keys", NULL);
    char *file = g_build_filename (keys, JID ".pem", NULL);

    g_assert_cmpint (g_mkdir_with_parents (keys, 0700), ==, 0);
    g_file_set_contents (file, (const char *)data, (gssize)size, NULL);
    check (dir, data, size);
    g_free (file);
    g_free (keys);
    test_dir_free (dir);
    return 0;
}
