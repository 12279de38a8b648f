/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An account's key and what it knows, as a PKCS#12 file: see backup.h. */
#include "backup.h"

#include "certificate.h"
#include "records-file.h"
#include "records.h"

#include <gnutls/pkcs12.h>
#include <string.h>

/* The file itself says how long its passphrase must be stretched. GnuTLS uses
 * 600,000 rounds, which take a quarter of a second. */
#define ROUNDS_MAX 2000000
/* The most bags, and the most items in one: twice what we write. */
#define BAGS_MAX 4
#define SCHEME GNUTLS_PKCS_PBES2_AES_256
#define NAME_PEERS "known-peers"
#define NAME_PREFS "contacts"
/* The id by which other programs find the certificate of a key. */
#define KEY_ID_LEN 20

struct XtlsBackup {
    char *account;
    XtlsIdentity *identity;
    GPtrArray *peers, *prefs; /* XtlsRecord, owned */
    guint n_merged;           /* of both, in this order */
};

GQuark
xtls_backup_error_quark (void)
{
    return g_quark_from_static_string ("xtls-backup-error-quark");
}

XtlsBackup *
xtls_backup_new (const char *account,
                 XtlsIdentity *identity,
                 XtlsPeers *peers,
                 XtlsContactPrefs *prefs)
{
    XtlsBackup *backup = g_new0 (XtlsBackup, 1);

    backup->account = g_strdup (account);
    backup->identity = xtls_identity_ref (identity);
    backup->peers =
        xtls_records_collect (xtls_peers_get_records (peers), account);
    backup->prefs =
        xtls_records_collect (xtls_contact_prefs_get_records (prefs), account);
    return backup;
}

void
xtls_backup_free (XtlsBackup *backup)
{
    if (backup == NULL)
        return;
    g_free (backup->account);
    g_clear_pointer (&backup->identity, xtls_identity_unref);
    g_clear_pointer (&backup->peers, g_ptr_array_unref);
    g_clear_pointer (&backup->prefs, g_ptr_array_unref);
    g_free (backup);
}

/* A key must not stay in memory after it was freed. */
static void
wipe (gnutls_datum_t *datum)
{
    if (datum->data != NULL)
        gnutls_memset (datum->data, 0, datum->size);
    gnutls_free (datum->data);
    datum->data = NULL;
}

/* --- writing -------------------------------------------------------------- */

static int
put_key (gnutls_pkcs12_bag_t bag,
         gnutls_x509_privkey_t key,
         const gnutls_datum_t *id,
         const char *passphrase)
{
    gnutls_datum_t der = {NULL, 0};
    int ret = gnutls_x509_privkey_export2_pkcs8 (
        key, GNUTLS_X509_FMT_DER, passphrase, SCHEME, &der);

    if (ret >= 0)
        ret = gnutls_pkcs12_bag_set_data (
            bag, GNUTLS_BAG_PKCS8_ENCRYPTED_KEY, &der);
    if (ret >= 0)
        ret = gnutls_pkcs12_bag_set_key_id (bag, ret, id);
    wipe (&der);
    return ret;
}

static int
put_text (gnutls_pkcs12_bag_t bag, const char *name, const GPtrArray *list)
{
    gsize len;
    g_autofree char *text = xtls_records_file_to_text (list, &len);
    gnutls_datum_t datum = {(unsigned char *)text, (unsigned int)len};
    int ret;

    if (len > XTLS_BACKUP_FILE_MAX)
        return GNUTLS_E_LARGE_PACKET;
    ret = gnutls_pkcs12_bag_set_data (bag, GNUTLS_BAG_SECRET, &datum);
    return ret < 0 ? ret : gnutls_pkcs12_bag_set_friendly_name (bag, ret, name);
}

static int
put_rest (gnutls_pkcs12_bag_t bag,
          const XtlsBackup *backup,
          gnutls_x509_crt_t crt,
          const gnutls_datum_t *id,
          const char *passphrase)
{
    int ret = gnutls_pkcs12_bag_set_crt (bag, crt);

    if (ret >= 0)
        ret = gnutls_pkcs12_bag_set_key_id (bag, ret, id);
    if (ret >= 0)
        ret = put_text (bag, NAME_PEERS, backup->peers);
    if (ret >= 0)
        ret = put_text (bag, NAME_PREFS, backup->prefs);
    return ret < 0 ? ret : gnutls_pkcs12_bag_encrypt (bag, passphrase, SCHEME);
}

static int
fill (gnutls_pkcs12_t file,
      const XtlsBackup *backup,
      gnutls_x509_privkey_t key,
      gnutls_x509_crt_t crt,
      const char *passphrase)
{
    XtlsFingerprint fingerprint =
        *xtls_identity_get_fingerprint (backup->identity);
    gnutls_datum_t id = {fingerprint.bytes, KEY_ID_LEN};
    gnutls_pkcs12_bag_t secret = NULL, rest = NULL;
    int ret = gnutls_pkcs12_bag_init (&secret);

    if (ret >= 0)
        ret = gnutls_pkcs12_bag_init (&rest);
    if (ret >= 0)
        ret = put_key (secret, key, &id, passphrase);
    if (ret >= 0)
        ret = put_rest (rest, backup, crt, &id, passphrase);
    if (ret >= 0)
        ret = gnutls_pkcs12_set_bag (file, rest);
    if (ret >= 0)
        ret = gnutls_pkcs12_set_bag (file, secret);
    if (ret >= 0)
        ret = gnutls_pkcs12_generate_mac2 (file, GNUTLS_MAC_SHA256, passphrase);
    gnutls_pkcs12_bag_deinit (secret);
    gnutls_pkcs12_bag_deinit (rest);
    return ret;
}

/* @ret: of GnuTLS. */
static GBytes *
finish (gnutls_pkcs12_t file, int ret, GError **error)
{
    gnutls_datum_t der = {NULL, 0};
    GBytes *bytes = NULL;

    if (ret >= 0)
        ret = gnutls_pkcs12_export2 (file, GNUTLS_X509_FMT_DER, &der);
    if (ret == GNUTLS_E_LARGE_PACKET || der.size > XTLS_BACKUP_FILE_MAX)
        g_set_error_literal (error,
                             XTLS_BACKUP_ERROR,
                             XTLS_BACKUP_ERROR_TOO_BIG,
                             "there is too much of it");
    else if (ret < 0)
        g_set_error_literal (error,
                             XTLS_BACKUP_ERROR,
                             XTLS_BACKUP_ERROR_CRYPTO,
                             gnutls_strerror (ret));
    else
        bytes = g_bytes_new (der.data, der.size);
    gnutls_free (der.data);
    return bytes;
}

GBytes *
xtls_backup_encrypt (const XtlsBackup *backup,
                     const char *passphrase,
                     GError **error)
{
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t crt;
    gnutls_pkcs12_t file = NULL;
    GError *cause = NULL;
    GBytes *bytes;
    int ret;

    if (!xtls_identity_get_key (backup->identity, &key, &crt, &cause)) {
        g_set_error_literal (
            error, XTLS_BACKUP_ERROR, XTLS_BACKUP_ERROR_CRYPTO, cause->message);
        g_error_free (cause);
        return NULL;
    }
    ret = gnutls_pkcs12_init (&file);
    if (ret >= 0)
        ret = fill (file, backup, key, crt, passphrase);
    bytes = finish (file, ret, error);
    if (file != NULL)
        gnutls_pkcs12_deinit (file);
    gnutls_x509_crt_deinit (crt);
    gnutls_x509_privkey_deinit (key);
    return bytes;
}

/* --- reading -------------------------------------------------------------- */

/* The parts that were found in a file. */
typedef struct {
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t crt;
    GBytes *peers, *prefs;
} Found;

static gboolean
fail (GError **error, XtlsBackupError code, const char *message)
{
    g_set_error_literal (error, XTLS_BACKUP_ERROR, code, message);
    return FALSE;
}

static gboolean
take_key (Found *found, const gnutls_datum_t *der, const char *passphrase)
{
    unsigned int rounds = 0;
    int ret = gnutls_pkcs8_info (
        der, GNUTLS_X509_FMT_DER, NULL, NULL, NULL, NULL, &rounds, NULL);

    if (ret < 0 || rounds > ROUNDS_MAX || found->key != NULL ||
        gnutls_x509_privkey_init (&found->key) < 0)
        return FALSE;
    return gnutls_x509_privkey_import_pkcs8 (
               found->key, der, GNUTLS_X509_FMT_DER, passphrase, 0) >= 0;
}

static gboolean
take_crt (Found *found, const gnutls_datum_t *der)
{
    return found->crt == NULL && gnutls_x509_crt_init (&found->crt) >= 0 &&
           gnutls_x509_crt_import (found->crt, der, GNUTLS_X509_FMT_DER) >= 0;
}

static gboolean
take_text (Found *found, const char *name, const gnutls_datum_t *text)
{
    GBytes **place = g_strcmp0 (name, NAME_PEERS) == 0   ? &found->peers
                     : g_strcmp0 (name, NAME_PREFS) == 0 ? &found->prefs
                                                         : NULL;

    if (place == NULL || *place != NULL)
        return FALSE;
    *place = g_bytes_new (text->data, text->size);
    return TRUE;
}

static gboolean
take_item (Found *found,
           gnutls_pkcs12_bag_t bag,
           unsigned int i,
           const char *passphrase)
{
    gnutls_datum_t data;
    char *name = NULL;
    gboolean good;

    if (gnutls_pkcs12_bag_get_data (bag, i, &data) < 0)
        return FALSE;
    switch (gnutls_pkcs12_bag_get_type (bag, i)) {
    case GNUTLS_BAG_PKCS8_ENCRYPTED_KEY:
        return take_key (found, &data, passphrase);
    case GNUTLS_BAG_CERTIFICATE:
        return take_crt (found, &data);
    case GNUTLS_BAG_SECRET:
        good = gnutls_pkcs12_bag_get_friendly_name (bag, i, &name) >= 0 &&
               take_text (found, name, &data);
        return good;
    default:
        return FALSE;
    }
}

/* An encrypted bag contains others. */
static gboolean
open_bag (gnutls_pkcs12_bag_t bag, const char *passphrase)
{
    unsigned int rounds = 0;

    if (gnutls_pkcs12_bag_get_type (bag, 0) != GNUTLS_BAG_ENCRYPTED)
        return TRUE;
    return gnutls_pkcs12_bag_enc_info (
               bag, NULL, NULL, NULL, NULL, &rounds, NULL) >= 0 &&
           rounds <= ROUNDS_MAX &&
           gnutls_pkcs12_bag_decrypt (bag, passphrase) >= 0;
}

static gboolean
take_bag (Found *found, gnutls_pkcs12_bag_t bag, const char *passphrase)
{
    int count;

    if (!open_bag (bag, passphrase))
        return FALSE;
    count = gnutls_pkcs12_bag_get_count (bag);
    if (count < 0 || count > BAGS_MAX)
        return FALSE;
    for (int i = 0; i < count; i++)
        if (!take_item (found, bag, (unsigned int)i, passphrase))
            return FALSE;
    return TRUE;
}

static gboolean
take_bags (Found *found, gnutls_pkcs12_t file, const char *passphrase)
{
    for (int i = 0; i <= BAGS_MAX; i++) {
        gnutls_pkcs12_bag_t bag;
        gboolean good;
        int ret;

        if (gnutls_pkcs12_bag_init (&bag) < 0)
            return FALSE;
        ret = gnutls_pkcs12_get_bag (file, i, bag);
        good = ret >= 0 && take_bag (found, bag, passphrase);
        gnutls_pkcs12_bag_deinit (bag);
        if (ret == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
            return TRUE;
        if (!good)
            return FALSE;
    }
    return FALSE;
}

static GPtrArray *
take_list (const XtlsRecordKind *kind, GBytes *text, const char *account)
{
    gsize len;
    const char *data = g_bytes_get_data (text, &len);

    return xtls_records_file_from_text (
        kind, data != NULL ? data : "", len, account);
}

/* Returns: (nullable): the backup, if all parts belong together. */
static XtlsBackup *
make_backup (const Found *found)
{
    XtlsBackup *backup;

    if (found->key == NULL || found->crt == NULL || found->peers == NULL ||
        found->prefs == NULL)
        return NULL;
    backup = g_new0 (XtlsBackup, 1);
    backup->account = xtls_certificate_get_jid (found->crt);
    if (backup->account != NULL) {
        backup->identity =
            xtls_identity_new (found->key, found->crt, backup->account);
        backup->peers =
            take_list (xtls_peers_get_kind (), found->peers, backup->account);
        backup->prefs = take_list (
            xtls_contact_prefs_get_kind (), found->prefs, backup->account);
    }
    if (backup->identity == NULL || backup->peers == NULL ||
        backup->prefs == NULL)
        g_clear_pointer (&backup, xtls_backup_free);
    return backup;
}

static void
found_clear (Found *found)
{
    if (found->key != NULL)
        gnutls_x509_privkey_deinit (found->key);
    if (found->crt != NULL)
        gnutls_x509_crt_deinit (found->crt);
    g_clear_pointer (&found->peers, g_bytes_unref);
    g_clear_pointer (&found->prefs, g_bytes_unref);
}

/* Nothing in the file is used before its MAC has been checked. */
static gboolean
verify (gnutls_pkcs12_t file, const char *passphrase, GError **error)
{
    unsigned int rounds = 0;
    char *oid = NULL;
    /* Without a place for it, GnuTLS leaks the name of an unknown MAC. */
    int ret = gnutls_pkcs12_mac_info (file, NULL, NULL, NULL, &rounds, &oid);

    gnutls_free (oid);
    if (ret < 0 || rounds > ROUNDS_MAX)
        return fail (error,
                     XTLS_BACKUP_ERROR_DAMAGED,
                     "its integrity cannot be checked");
    if (gnutls_pkcs12_verify_mac (file, passphrase) < 0)
        return fail (error,
                     XTLS_BACKUP_ERROR_PASSPHRASE,
                     "the passphrase is wrong, or the file was changed");
    return TRUE;
}

XtlsBackup *
xtls_backup_decrypt (const guint8 *data,
                     gsize len,
                     const char *passphrase,
                     GError **error)
{
    gnutls_datum_t der = {(unsigned char *)data, (unsigned int)len};
    gnutls_pkcs12_t file = NULL;
    Found found = {NULL, NULL, NULL, NULL};
    XtlsBackup *backup = NULL;

    if (len > XTLS_BACKUP_FILE_MAX) {
        fail (error, XTLS_BACKUP_ERROR_TOO_BIG, "the file is too long");
        return NULL;
    }
    if (gnutls_pkcs12_init (&file) < 0 ||
        gnutls_pkcs12_import (file, &der, GNUTLS_X509_FMT_DER, 0) < 0) {
        fail (error,
              XTLS_BACKUP_ERROR_DAMAGED,
              "it is no PKCS#12 file, or not all of one");
    } else if (verify (file, passphrase, error)) {
        if (take_bags (&found, file, passphrase))
            backup = make_backup (&found);
        if (backup == NULL)
            fail (error,
                  XTLS_BACKUP_ERROR_DAMAGED,
                  "it does not hold what this program exports");
    }
    found_clear (&found);
    if (file != NULL)
        gnutls_pkcs12_deinit (file);
    return backup;
}

/* --- what is in it -------------------------------------------------------- */

const char *
xtls_backup_get_account (const XtlsBackup *backup)
{
    return backup->account;
}

XtlsIdentity *
xtls_backup_get_identity (const XtlsBackup *backup)
{
    return backup->identity;
}

guint
xtls_backup_count_peers (const XtlsBackup *backup)
{
    return backup->peers->len;
}

guint
xtls_backup_count_prefs (const XtlsBackup *backup)
{
    return backup->prefs->len;
}

gboolean
xtls_backup_merge (XtlsBackup *backup,
                   XtlsPeers *peers,
                   XtlsContactPrefs *prefs,
                   guint n_max)
{
    guint n_peers = backup->peers->len;
    guint n_all = n_peers + backup->prefs->len;

    for (; n_max > 0 && backup->n_merged < n_all; n_max--) {
        guint i = backup->n_merged++;

        if (i < n_peers)
            xtls_records_merge (xtls_peers_get_records (peers),
                                backup->peers->pdata[i]);
        else
            xtls_records_merge (xtls_contact_prefs_get_records (prefs),
                                backup->prefs->pdata[i - n_peers]);
    }
    return backup->n_merged < n_all;
}
