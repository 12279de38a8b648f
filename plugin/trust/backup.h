/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What moves with an account to another computer: its key and certificate, the
 * known keys of its contacts with the trust in them, and its contacts'
 * settings. It is stored as a PKCS#12 file (RFC 7292), encrypted and
 * authenticated with a passphrase. openssl can read the key and the
 * certificate; the rest is in two secret bags, in the form of the files
 * `known-peers` and `contacts`.
 *
 * Encrypting and decrypting takes a second: backup-job.h does it in a thread.
 */
#pragma once

#include "contact-prefs.h"
#include "identity.h"
#include "peers.h"

#include <glib.h>

#define XTLS_BACKUP_ERROR (xtls_backup_error_quark ())

/* The largest file, in bytes: twenty times the size for 3,000 contacts. */
#define XTLS_BACKUP_FILE_MAX (16 * 1024 * 1024)

typedef enum {
    XTLS_BACKUP_ERROR_DAMAGED,    /* not such a file, or an incomplete one */
    XTLS_BACKUP_ERROR_PASSPHRASE, /* the passphrase is wrong, or the file was
                                     changed */
    XTLS_BACKUP_ERROR_TOO_BIG,
    XTLS_BACKUP_ERROR_EXISTS, /* a file of that name is there already */
    XTLS_BACKUP_ERROR_FILE,   /* it cannot be read or written */
    XTLS_BACKUP_ERROR_CRYPTO  /* GnuTLS could not encrypt it */
} XtlsBackupError;

typedef struct XtlsBackup XtlsBackup;

GQuark xtls_backup_error_quark (void);

/**
 * xtls_backup_new:
 * @account: the account's bare JID
 * @identity: (transfer none): its key
 * @peers: (transfer none): the list of known keys
 * @prefs: (transfer none): the settings of contacts
 *
 * Returns: (transfer full): what is known now.
 */
XtlsBackup *xtls_backup_new (const char *account,
                             XtlsIdentity *identity,
                             XtlsPeers *peers,
                             XtlsContactPrefs *prefs);

void xtls_backup_free (XtlsBackup *backup);

/**
 * xtls_backup_encrypt:
 * @passphrase: UTF-8
 *
 * May be called in any thread. GnuTLS stretches the passphrase with PBKDF2.
 *
 * Returns: (transfer full) (nullable): the file; %NULL with @error.
 */
GBytes *xtls_backup_encrypt (const XtlsBackup *backup,
                             const char *passphrase,
                             GError **error);

/**
 * xtls_backup_decrypt:
 * @data: (array length=len): a file from anywhere
 * @passphrase: UTF-8
 *
 * May be called in any thread. Refuses a file that is not understood
 * completely, and one whose passphrase would take more than a few seconds to
 * stretch.
 *
 * Returns: (transfer full) (nullable): what is in the file; %NULL with @error.
 */
XtlsBackup *xtls_backup_decrypt (const guint8 *data,
                                 gsize len,
                                 const char *passphrase,
                                 GError **error);

/* Returns: (transfer none): the account's bare JID. */
const char *xtls_backup_get_account (const XtlsBackup *backup);

/* (transfer none): the account's key. */
XtlsIdentity *xtls_backup_get_identity (const XtlsBackup *backup);

/* How many contacts have known keys in it, and how many have settings. */
guint xtls_backup_count_peers (const XtlsBackup *backup);
guint xtls_backup_count_prefs (const XtlsBackup *backup);

/**
 * xtls_backup_merge:
 * @peers: the list of known keys to add to
 * @prefs: the settings of contacts to add to
 * @n_max: after how many contacts to stop
 *
 * Adds what is known of further contacts. Of two decisions about one key, or
 * two settings of one contact, the safer one counts.
 *
 * Returns: %TRUE if there is more.
 */
gboolean xtls_backup_merge (XtlsBackup *backup,
                            XtlsPeers *peers,
                            XtlsContactPrefs *prefs,
                            guint n_max);
