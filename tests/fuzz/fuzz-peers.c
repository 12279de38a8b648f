/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file `known-peers`: the entries that could be read are still there after
 * the file was written and read again. */
#include "fuzz.h"
#include "keystore.h"
#include "peers.h"

#include <glib/gstdio.h>
#include <string.h>

static void
check_entry (const XtlsPeer *peer)
{
    g_assert_true (xtls_keystore_is_text (peer->account));
    g_assert_true (xtls_keystore_is_text (peer->jid));
    g_assert_cmpint (peer->trust, !=, XTLS_TRUST_NEW);
    g_assert_true ((peer->trust == XTLS_TRUST_VERIFIED) ==
                   (peer->how != XTLS_VERIFIED_BY_NOTHING));
    g_assert_cmpint (peer->first_seen, >=, 0);
    g_assert_cmpint (peer->last_seen, >=, 0);
    g_assert_cmpint (peer->verified_at, >=, 0);
}

static void
assert_same (XtlsPeers *before, XtlsPeers *after)
{
    GPtrArray *old = xtls_peers_list (before, NULL, NULL);
    GPtrArray *new = xtls_peers_list (after, NULL, NULL);

    g_assert_cmpuint (old->len, ==, new->len);
    for (guint i = 0; i < old->len; i++) {
        const XtlsPeer *a = g_ptr_array_index (old, i);
        const XtlsPeer *b =
            xtls_peers_lookup (after, a->account, a->jid, &a->fingerprint);

        check_entry (a);
        g_assert_nonnull (b);
        g_assert_cmpint (a->trust, ==, b->trust);
        g_assert_cmpint (a->how, ==, b->how);
        g_assert_cmpint (a->verified_at, ==, b->verified_at);
        g_assert_cmpint (a->first_seen, ==, b->first_seen);
        g_assert_cmpint (a->last_seen, ==, b->last_seen);
    }
    g_ptr_array_unref (old);
    g_ptr_array_unref (new);
}

static void
check (const char *file, XtlsWriter *writer)
{
    static const XtlsFingerprint fingerprint = {{1, 2, 3}};
    XtlsPeers *peers = xtls_peers_load (file, writer);
    XtlsRecords *records = xtls_peers_get_records (peers);
    char *aside = xtls_records_get_set_aside (records);
    XtlsPeers *reread;

    g_assert_true (xtls_records_is_damaged (xtls_peers_get_records (peers)) ==
                   !!aside);
    xtls_records_clear_damaged (records);
    xtls_peers_seen (peers, "a", "b", &fingerprint, 1);
    xtls_peers_seen (peers, "a", "b", &fingerprint, 1000000);
    xtls_writer_flush (writer);
    reread = xtls_peers_load (file, writer);
    g_assert_false (xtls_records_is_damaged (xtls_peers_get_records (reread)));
    assert_same (peers, reread);
    xtls_peers_free (reread);
    xtls_peers_free (peers);
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
