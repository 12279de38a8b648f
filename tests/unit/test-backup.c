/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of trust/backup.c and trust/backup-job.c. */
#include "backup.h"

#include "backup-job.h"
#include "certificate.h"
#include "scratch.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <gnutls/pkcs12.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>

#define ROMEO "romeo@montague.lit"
#define JULIET "juliet@capulet.lit"
#define NURSE "nurse@capulet.lit"
#define PASSPHRASE "but soft, wh\xc3\xa4t light"

typedef struct {
    char *dir, *other; /* two computers */
    XtlsWriter *writer;
    XtlsPeers *peers, *others;
    XtlsContactPrefs *prefs, *other_prefs;
    XtlsIdentity *identity;
    XtlsFingerprint a, b, c;
} Fixture;

static void
failed_cb (const char *path, const char *message, gpointer user_data)
{
    g_error ("%s: %s", path, message);
}

static void
load (const char *dir,
      XtlsWriter *writer,
      XtlsPeers **peers,
      XtlsContactPrefs **prefs)
{
    g_autofree char *known = g_build_filename (dir, "known-peers", NULL);
    g_autofree char *contacts = g_build_filename (dir, "contacts", NULL);

    *peers = xtls_peers_load (known, writer);
    *prefs = xtls_contact_prefs_load (contacts, writer);
}

static void
set_up (Fixture *fixture, gconstpointer unused)
{
    GError *error = NULL;

    fixture->dir = test_dir_new ();
    fixture->other = test_dir_new ();
    fixture->writer = xtls_writer_new (failed_cb, NULL);
    load (fixture->dir, fixture->writer, &fixture->peers, &fixture->prefs);
    load (fixture->other,
          fixture->writer,
          &fixture->others,
          &fixture->other_prefs);
    fixture->identity = xtls_identity_load (fixture->dir, ROMEO, NULL, &error);
    g_assert_no_error (error);
    memset (fixture->a.bytes, 'a', sizeof fixture->a.bytes);
    memset (fixture->b.bytes, 'b', sizeof fixture->b.bytes);
    memset (fixture->c.bytes, 'c', sizeof fixture->c.bytes);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
    xtls_identity_unref (fixture->identity);
    xtls_peers_free (fixture->peers);
    xtls_peers_free (fixture->others);
    xtls_contact_prefs_free (fixture->prefs);
    xtls_contact_prefs_free (fixture->other_prefs);
    xtls_writer_free (fixture->writer);
    test_dir_free (fixture->dir);
    test_dir_free (fixture->other);
}

static void
verify (XtlsPeers *peers, const char *jid, const XtlsFingerprint *fingerprint)
{
    xtls_peers_seen (peers, ROMEO, jid, fingerprint, 10);
    g_assert_true (xtls_peers_set_trust (peers,
                                         ROMEO,
                                         jid,
                                         fingerprint,
                                         XTLS_TRUST_VERIFIED,
                                         XTLS_VERIFIED_BY_SECRET,
                                         11));
}

static void
refuse (XtlsPeers *peers, const char *jid, const XtlsFingerprint *fingerprint)
{
    xtls_peers_seen (peers, ROMEO, jid, fingerprint, 10);
    g_assert_true (xtls_peers_set_trust (peers,
                                         ROMEO,
                                         jid,
                                         fingerprint,
                                         XTLS_TRUST_REFUSED,
                                         XTLS_VERIFIED_BY_NOTHING,
                                         11));
}

static void
assert_trust (XtlsPeers *peers,
              const char *jid,
              const XtlsFingerprint *fingerprint,
              XtlsTrust trust)
{
    const XtlsPeer *peer = xtls_peers_lookup (peers, ROMEO, jid, fingerprint);

    g_assert_cmpint (peer != NULL ? peer->trust : XTLS_TRUST_NEW, ==, trust);
}

static GBytes *
encrypt (Fixture *fixture)
{
    GError *error = NULL;
    XtlsBackup *backup = xtls_backup_new (
        ROMEO, fixture->identity, fixture->peers, fixture->prefs);
    GBytes *bytes = xtls_backup_encrypt (backup, PASSPHRASE, &error);

    g_assert_no_error (error);
    xtls_backup_free (backup);
    return bytes;
}

static XtlsBackup *
decrypt (GBytes *bytes, const char *passphrase, GError **error)
{
    gsize len;
    const guint8 *data = g_bytes_get_data (bytes, &len);

    return xtls_backup_decrypt (data, len, passphrase, error);
}

static void
assert_refused (GBytes *bytes, XtlsBackupError code)
{
    GError *error = NULL;

    g_assert_null (decrypt (bytes, PASSPHRASE, &error));
    g_assert_error (error, XTLS_BACKUP_ERROR, (int)code);
    g_error_free (error);
}

/* --- there and back ------------------------------------------------------- */

static void
test_moved (Fixture *fixture, gconstpointer unused)
{
    GError *error = NULL;
    g_autoptr (GBytes) bytes = NULL;
    XtlsBackup *backup;

    verify (fixture->peers, JULIET, &fixture->a);
    xtls_peers_seen (fixture->peers, NURSE, JULIET, &fixture->b, 12);
    xtls_contact_prefs_set_policy (
        fixture->prefs, ROMEO, NURSE, XTLS_POLICY_REQUIRED);
    bytes = encrypt (fixture);
    backup = decrypt (bytes, PASSPHRASE, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (xtls_backup_get_account (backup), ==, ROMEO);
    g_assert_true (xtls_fingerprint_equal (
        xtls_identity_get_fingerprint (xtls_backup_get_identity (backup)),
        xtls_identity_get_fingerprint (fixture->identity)));
    /* Another account's contacts are not included. */
    g_assert_cmpuint (xtls_backup_count_peers (backup), ==, 1);
    g_assert_cmpuint (xtls_backup_count_prefs (backup), ==, 1);
    g_assert_true (
        xtls_backup_merge (backup, fixture->others, fixture->other_prefs, 1));
    g_assert_false (
        xtls_backup_merge (backup, fixture->others, fixture->other_prefs, 9));
    assert_trust (fixture->others, JULIET, &fixture->a, XTLS_TRUST_VERIFIED);
    g_assert_cmpint (
        xtls_contact_prefs_get_policy (fixture->other_prefs, ROMEO, NURSE),
        ==,
        XTLS_POLICY_REQUIRED);
    g_assert_true (xtls_identity_store (
        fixture->other, ROMEO, xtls_backup_get_identity (backup), &error));
    g_assert_no_error (error);
    xtls_backup_free (backup);
    /* The stored values are those that are loaded. */
    {
        XtlsIdentity *stored =
            xtls_identity_load (fixture->other, ROMEO, NULL, &error);

        g_assert_true (xtls_fingerprint_equal (
            xtls_identity_get_fingerprint (stored),
            xtls_identity_get_fingerprint (fixture->identity)));
        xtls_identity_unref (stored);
    }
}

/* Of two decisions about a key, and of two settings, the safer one counts. */
static void
test_conflicts (Fixture *fixture, gconstpointer unused)
{
    XtlsBackup *backup;
    g_autoptr (GBytes) bytes = NULL;

    verify (fixture->peers, JULIET, &fixture->a);
    refuse (fixture->peers, JULIET, &fixture->b);
    verify (fixture->peers, JULIET, &fixture->c);
    refuse (fixture->others, JULIET, &fixture->a);
    verify (fixture->others, JULIET, &fixture->b);
    xtls_peers_seen (fixture->others, ROMEO, JULIET, &fixture->c, 10);
    xtls_peers_seen (fixture->others, ROMEO, NURSE, &fixture->a, 10);
    xtls_contact_prefs_set_policy (
        fixture->prefs, ROMEO, JULIET, XTLS_POLICY_NEVER);
    xtls_contact_prefs_set_policy (
        fixture->other_prefs, ROMEO, JULIET, XTLS_POLICY_REQUIRED);
    xtls_contact_prefs_set_logging (
        fixture->prefs, ROMEO, JULIET, XTLS_LOGGING_OFF);
    xtls_contact_prefs_set_logging (
        fixture->other_prefs, ROMEO, JULIET, XTLS_LOGGING_ON);
    bytes = encrypt (fixture);
    backup = decrypt (bytes, PASSPHRASE, NULL);
    while (xtls_backup_merge (backup, fixture->others, fixture->other_prefs, 1))
        ;
    xtls_backup_free (backup);
    assert_trust (fixture->others, JULIET, &fixture->a, XTLS_TRUST_REFUSED);
    assert_trust (fixture->others, JULIET, &fixture->b, XTLS_TRUST_REFUSED);
    assert_trust (fixture->others, JULIET, &fixture->c, XTLS_TRUST_VERIFIED);
    assert_trust (fixture->others, NURSE, &fixture->a, XTLS_TRUST_KNOWN);
    g_assert_cmpint (
        xtls_contact_prefs_get_policy (fixture->other_prefs, ROMEO, JULIET),
        ==,
        XTLS_POLICY_REQUIRED);
    g_assert_cmpint (
        xtls_contact_prefs_get_logging (fixture->other_prefs, ROMEO, JULIET),
        ==,
        XTLS_LOGGING_OFF);
}

static void
test_passphrase (Fixture *fixture, gconstpointer unused)
{
    static const char *const wrong[] = {
        "", "but soft", PASSPHRASE " ", "BUT SOFT, WH\xc3\x84T LIGHT"};
    g_autoptr (GBytes) bytes = encrypt (fixture);

    for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
        GError *error = NULL;

        g_assert_null (decrypt (bytes, wrong[i], &error));
        g_assert_error (error, XTLS_BACKUP_ERROR, XTLS_BACKUP_ERROR_PASSPHRASE);
        g_error_free (error);
    }
}

static guint8 *
copy (const guint8 *data, gsize len)
{
    guint8 *bytes = g_malloc (len);

    memcpy (bytes, data, len);
    return bytes;
}

/* --- what is no such file ------------------------------------------------- */

static void
test_cut (Fixture *fixture, gconstpointer unused)
{
    g_autoptr (GBytes) bytes = encrypt (fixture);
    gsize len = g_bytes_get_size (bytes);

    for (gsize cut = 0; cut < len; cut += 7) {
        g_autoptr (GBytes) part = g_bytes_new_from_bytes (bytes, 0, cut);

        assert_refused (part, XTLS_BACKUP_ERROR_DAMAGED);
    }
}

static void
test_changed (Fixture *fixture, gconstpointer unused)
{
    g_autoptr (GBytes) bytes = encrypt (fixture);
    gsize len;
    const guint8 *data = g_bytes_get_data (bytes, &len);

    for (gsize at = 0; at < len; at += 167) {
        g_autofree guint8 *other = copy (data, len);
        GError *error = NULL;

        other[at] ^= 0x10;
        g_assert_null (xtls_backup_decrypt (other, len, PASSPHRASE, &error));
        g_assert_nonnull (error);
        g_error_free (error);
    }
}

static void
test_too_big (Fixture *fixture, gconstpointer unused)
{
    g_autofree guint8 *zeros = g_malloc0 (XTLS_BACKUP_FILE_MAX + 1);
    GError *error = NULL;

    g_assert_null (xtls_backup_decrypt (
        zeros, XTLS_BACKUP_FILE_MAX + 1, PASSPHRASE, &error));
    g_assert_error (error, XTLS_BACKUP_ERROR, XTLS_BACKUP_ERROR_TOO_BIG);
    g_error_free (error);
}

/* --- files of somebody who knows the passphrase --------------------------- */

typedef struct {
    gnutls_x509_privkey_t key, other_key;
    gnutls_x509_crt_t crt, other_crt;
    gnutls_pkcs12_bag_t bag;
} Forge;

#define EMPTY "[xtls]\nversion=1\n"
#define GROUP(account)                                                         \
    EMPTY "[entry-0]\naccount=" account "\njid=" JULIET                        \
          "\npolicy=never\nlogging=on\nwas-open=no\n"

static void
forge_begin (Forge *forge)
{
    g_assert_true (
        xtls_certificate_make (ROMEO, &forge->key, &forge->crt, NULL));
    g_assert_true (xtls_certificate_make (
        JULIET, &forge->other_key, &forge->other_crt, NULL));
    g_assert_cmpint (gnutls_pkcs12_bag_init (&forge->bag), ==, 0);
}

/* This is the last one, because no more fits into a bag that begins with a
 * key. */
static void
forge_key (Forge *forge, gnutls_x509_privkey_t key)
{
    gnutls_datum_t der;

    g_assert_cmpint (
        gnutls_x509_privkey_export2_pkcs8 (key,
                                           GNUTLS_X509_FMT_DER,
                                           PASSPHRASE,
                                           GNUTLS_PKCS_PBES2_AES_256,
                                           &der),
        ==,
        0);
    g_assert_cmpint (gnutls_pkcs12_bag_set_data (
                         forge->bag, GNUTLS_BAG_PKCS8_ENCRYPTED_KEY, &der),
                     >=,
                     0);
    gnutls_free (der.data);
}

static void
forge_crt (Forge *forge, gnutls_x509_crt_t crt)
{
    g_assert_cmpint (gnutls_pkcs12_bag_set_crt (forge->bag, crt), >=, 0);
}

static void
forge_text (Forge *forge, const char *name, const char *text)
{
    gnutls_datum_t datum = {(unsigned char *)text, (unsigned int)strlen (text)};
    int i = gnutls_pkcs12_bag_set_data (forge->bag, GNUTLS_BAG_SECRET, &datum);

    g_assert_cmpint (i, >=, 0);
    if (name != NULL)
        g_assert_cmpint (gnutls_pkcs12_bag_set_friendly_name (
                             forge->bag, (unsigned int)i, name),
                         ==,
                         0);
}

static GBytes *
forge_end (Forge *forge)
{
    gnutls_pkcs12_t file;
    gnutls_datum_t der;
    GBytes *bytes;

    gnutls_pkcs12_init (&file);
    g_assert_cmpint (gnutls_pkcs12_set_bag (file, forge->bag), ==, 0);
    g_assert_cmpint (
        gnutls_pkcs12_generate_mac2 (file, GNUTLS_MAC_SHA256, PASSPHRASE),
        ==,
        0);
    g_assert_cmpint (
        gnutls_pkcs12_export2 (file, GNUTLS_X509_FMT_DER, &der), ==, 0);
    bytes = g_bytes_new (der.data, der.size);
    gnutls_free (der.data);
    gnutls_pkcs12_deinit (file);
    gnutls_pkcs12_bag_deinit (forge->bag);
    gnutls_x509_crt_deinit (forge->crt);
    gnutls_x509_crt_deinit (forge->other_crt);
    gnutls_x509_privkey_deinit (forge->key);
    gnutls_x509_privkey_deinit (forge->other_key);
    return bytes;
}

static void
forge_refused (Forge *forge)
{
    g_autoptr (GBytes) bytes = forge_end (forge);

    assert_refused (bytes, XTLS_BACKUP_ERROR_DAMAGED);
}

static void
test_forged_good (void)
{
    Forge forge;
    g_autoptr (GBytes) bytes = NULL;
    GError *error = NULL;
    XtlsBackup *backup;

    forge_begin (&forge);
    forge_text (&forge, "contacts", GROUP (ROMEO));
    forge_text (&forge, "known-peers", EMPTY);
    forge_crt (&forge, forge.crt);
    forge_key (&forge, forge.key);
    bytes = forge_end (&forge);
    backup = decrypt (bytes, PASSPHRASE, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (xtls_backup_count_prefs (backup), ==, 1);
    xtls_backup_free (backup);
}

/* Parts that are missing, are there twice, or belong to another account. */
static void
test_forged_parts (void)
{
    Forge forge;

    for (guint without = 0; without < 4; without++) {
        forge_begin (&forge);
        if (without != 1)
            forge_crt (&forge, forge.crt);
        if (without != 2)
            forge_text (&forge, "known-peers", EMPTY);
        if (without != 3)
            forge_text (&forge, "contacts", EMPTY);
        if (without != 0)
            forge_key (&forge, forge.key);
        forge_refused (&forge);
    }
    for (guint twice = 0; twice < 4; twice++) {
        forge_begin (&forge);
        for (guint i = 0; i <= (twice == 1); i++)
            forge_crt (&forge, forge.crt);
        for (guint i = 0; i <= (twice == 2); i++)
            forge_text (&forge, "known-peers", EMPTY);
        if (twice != 3)
            forge_text (&forge, "contacts", EMPTY);
        else
            forge_text (&forge, NULL, EMPTY);
        for (guint i = 0; i <= (twice == 0); i++)
            forge_key (&forge, forge.key);
        forge_refused (&forge);
    }
}

static void
test_forged_owner (void)
{
    Forge forge;

    /* Her certificate with his key. */
    forge_begin (&forge);
    forge_crt (&forge, forge.other_crt);
    forge_text (&forge, "known-peers", EMPTY);
    forge_text (&forge, "contacts", EMPTY);
    forge_key (&forge, forge.key);
    forge_refused (&forge);
    /* Settings of another account. */
    forge_begin (&forge);
    forge_crt (&forge, forge.crt);
    forge_text (&forge, "known-peers", EMPTY);
    forge_text (&forge, "contacts", GROUP (JULIET));
    forge_key (&forge, forge.key);
    forge_refused (&forge);
}

static void
test_forged_texts (void)
{
    static const char *const texts[] = {
        " ",
        "[xtls]\nversion=2\n",
        EMPTY "[entry-0]\n",
        EMPTY "[entry-0]\naccount=" ROMEO "\njid=\n",
        GROUP (ROMEO) "more=than this\n",
        GROUP (ROMEO) "[entry-1]\naccount=" ROMEO "\njid=" JULIET
                      "\npolicy=never\nlogging=on\nwas-open=no\n",
        "\xff\xfe",
    };
    Forge forge;

    for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
        forge_begin (&forge);
        forge_crt (&forge, forge.crt);
        forge_text (&forge, "known-peers", EMPTY);
        forge_text (&forge, "contacts", texts[i]);
        forge_key (&forge, forge.key);
        forge_refused (&forge);
    }
}

static const guint8 *
find (const guint8 *data, gsize len, const void *what, gsize n)
{
    for (gsize i = 0; i + n <= len; i++)
        if (memcmp (data + i, what, n) == 0)
            return data + i;
    return NULL;
}

/* A file whose passphrase would take years to stretch. The last number is the
 * MAC's; the others are covered by the MAC. */
static void
test_forged_rounds (Fixture *fixture, gconstpointer unused)
{
    g_autoptr (GBytes) bytes = encrypt (fixture);
    gsize len;
    const guint8 *data = g_bytes_get_data (bytes, &len);
    g_autofree guint8 *other = copy (data, len);
    guint8 *number = NULL;
    gnutls_datum_t der = {other, (unsigned int)len};
    gnutls_pkcs12_t file;
    unsigned int rounds;
    g_autoptr (GBytes) first = NULL;
    g_autoptr (GBytes) second = NULL;

    gnutls_pkcs12_init (&file);
    gnutls_pkcs12_import (file, &der, GNUTLS_X509_FMT_DER, 0);
    gnutls_pkcs12_mac_info (file, NULL, NULL, NULL, &rounds, NULL);
    gnutls_pkcs12_deinit (file);
    if (rounds < 0x10000 || rounds >= 0x800000) {
        g_test_skip ("this GnuTLS writes the number in another form");
        return;
    }
    const guint8 written[] = {
        2, 3, (guint8)(rounds >> 16), (guint8)(rounds >> 8), (guint8)rounds};

    number = (guint8 *)find (other, len, written, sizeof written);
    g_assert_nonnull (find (number + 1,
                            len - (gsize)(number + 1 - other),
                            written,
                            sizeof written));
    memset (number + 2, 0x7f, 3);
    gnutls_pkcs12_init (&file);
    g_assert_cmpint (
        gnutls_pkcs12_import (file, &der, GNUTLS_X509_FMT_DER, 0), ==, 0);
    gnutls_pkcs12_generate_mac2 (file, GNUTLS_MAC_SHA256, PASSPHRASE);
    der.data = NULL;
    gnutls_pkcs12_export2 (file, GNUTLS_X509_FMT_DER, &der);
    first = g_bytes_new (der.data, der.size);
    gnutls_free (der.data);
    gnutls_pkcs12_deinit (file);
    assert_refused (first, XTLS_BACKUP_ERROR_DAMAGED);

    memcpy (other, data, len);
    for (gsize i = len - sizeof written;; i--)
        if (memcmp (other + i, written, sizeof written) == 0) {
            memset (other + i + 2, 0x7f, 3);
            break;
        }
    second = g_bytes_new (other, len);
    assert_refused (second, XTLS_BACKUP_ERROR_DAMAGED);
}

/* --- the thread ----------------------------------------------------------- */

static XtlsBackup *
finish (XtlsBackupJob *job, GError **error)
{
    struct pollfd poll_fd = {xtls_backup_job_get_fd (job), POLLIN, 0};

    while (poll (&poll_fd, 1, -1) < 0)
        g_assert_cmpint (errno, ==, EINTR);
    return xtls_backup_job_finish (job, error);
}

static XtlsBackup *
save (Fixture *fixture, const char *path, gboolean replace, GError **error)
{
    XtlsBackup *backup = xtls_backup_new (
        ROMEO, fixture->identity, fixture->peers, fixture->prefs);

    return finish (xtls_backup_job_save (backup, path, PASSPHRASE, replace),
                   error);
}

static void
test_job (Fixture *fixture, gconstpointer unused)
{
    g_autofree char *path = g_build_filename (fixture->dir, "a.p12", NULL);
    g_autofree char *text = NULL;
    GError *error = NULL;
    XtlsBackup *backup = save (fixture, path, FALSE, &error);

    g_assert_no_error (error);
    xtls_backup_free (backup);
    g_assert_cmpuint (test_mode (path), ==, 0600);
    backup = finish (xtls_backup_job_load (path, PASSPHRASE), &error);
    g_assert_no_error (error);
    g_assert_cmpstr (xtls_backup_get_account (backup), ==, ROMEO);
    xtls_backup_free (backup);

    /* Another file is not replaced silently. */
    test_write (path, "the only copy");
    g_chmod (path, 0644);
    g_assert_null (save (fixture, path, FALSE, &error));
    g_assert_error (error, XTLS_BACKUP_ERROR, XTLS_BACKUP_ERROR_EXISTS);
    g_clear_error (&error);
    text = test_read (path);
    g_assert_cmpstr (text, ==, "the only copy");
    g_assert_null (finish (xtls_backup_job_load (path, PASSPHRASE), &error));
    g_assert_error (error, XTLS_BACKUP_ERROR, XTLS_BACKUP_ERROR_DAMAGED);
    g_clear_error (&error);
    backup = save (fixture, path, TRUE, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (test_mode (path), ==, 0600);
    xtls_backup_free (backup);
}

static void
test_job_fails (Fixture *fixture, gconstpointer unused)
{
    g_autofree char *nowhere =
        g_build_filename (fixture->dir, "no", "such.p12", NULL);
    g_autofree char *pipe = g_build_filename (fixture->dir, "pipe", NULL);
    GError *error = NULL;

    g_assert_null (save (fixture, nowhere, FALSE, &error));
    g_assert_error (error, XTLS_BACKUP_ERROR, XTLS_BACKUP_ERROR_FILE);
    g_clear_error (&error);
    g_assert_null (finish (xtls_backup_job_load (nowhere, PASSPHRASE), &error));
    g_assert_error (error, XTLS_BACKUP_ERROR, XTLS_BACKUP_ERROR_FILE);
    g_clear_error (&error);
    g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
    g_assert_null (finish (xtls_backup_job_load (pipe, PASSPHRASE), &error));
    g_assert_error (error, XTLS_BACKUP_ERROR, XTLS_BACKUP_ERROR_DAMAGED);
    g_clear_error (&error);
}

#define add(path, function)                                                    \
    g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    add ("/backup/moved", test_moved);
    add ("/backup/conflicts", test_conflicts);
    add ("/backup/passphrase", test_passphrase);
    add ("/backup/cut", test_cut);
    add ("/backup/changed", test_changed);
    add ("/backup/too-big", test_too_big);
    g_test_add_func ("/backup/forged/good", test_forged_good);
    g_test_add_func ("/backup/forged/parts", test_forged_parts);
    g_test_add_func ("/backup/forged/owner", test_forged_owner);
    g_test_add_func ("/backup/forged/texts", test_forged_texts);
    add ("/backup/forged/rounds", test_forged_rounds);
    add ("/backup/job", test_job);
    add ("/backup/job/fails", test_job_fails);
    return g_test_run ();
}
