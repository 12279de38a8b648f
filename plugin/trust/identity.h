/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The key and certificate with which an account identifies itself. */
#pragma once

#include "fingerprint.h"
#include "writer.h"

#include <glib.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#define XTLS_IDENTITY_ERROR (xtls_identity_error_quark ())

typedef enum {
    XTLS_IDENTITY_ERROR_CRYPTO, /* GnuTLS could not generate the key */
    XTLS_IDENTITY_ERROR_SAVE    /* the key could not be stored */
} XtlsIdentityError;

typedef struct XtlsIdentity XtlsIdentity;

GQuark xtls_identity_error_quark (void);

/**
 * xtls_identity_load:
 * @dir: the directory that contains `keys/`; created with mode 0700 if missing
 * @jid: the account's bare JID, normalised; also names the file, with every
 *   byte outside `[a-z0-9._-]` and the at sign percent-encoded; a name too long
 *   for a file system is cut and ends in the SHA-256 of @jid
 * @set_aside: (out) (optional) (transfer full) (nullable): where a damaged or
 *   unreadable key file was moved, so that the user can be told; every time,
 *   until xtls_identity_forget_damage() is called
 *
 * Reads the account's key, or makes one and stores it (0600, atomic, durable).
 * An existing file that cannot be used is never overwritten: it is renamed to
 * `NAME.unreadable-N` and a new key is made. If it cannot be renamed (no
 * permission), the error is %XTLS_IDENTITY_ERROR_SAVE. If two programs do this
 * at once, one makes the key and both get it. Blocks on the disk, and for at
 * most two seconds on a program that has locked the folder, so it is called
 * once for each account.
 *
 * Returns: (transfer full) (nullable): the identity.
 */
XtlsIdentity *xtls_identity_load (const char *dir,
                                  const char *jid,
                                  char **set_aside,
                                  GError **error);

/* The user knows that the key in @dir was damaged. */
void xtls_identity_forget_damage (const char *dir, const char *jid);

/**
 * xtls_identity_renew:
 *
 * Makes a new key for the account and replaces the stored one.
 *
 * Returns: (transfer full) (nullable): the new identity; the old one remains
 * valid for whoever holds a reference.
 */
XtlsIdentity *
xtls_identity_renew (const char *dir, const char *jid, GError **error);

/**
 * xtls_identity_store:
 * @identity: (transfer none): a key that was made elsewhere
 *
 * Stores it as the account's key over the one that is there.
 *
 * Returns: %FALSE with @error if it could not be stored: the old one is still
 * there.
 */
gboolean xtls_identity_store (const char *dir,
                              const char *jid,
                              XtlsIdentity *identity,
                              GError **error);

/**
 * xtls_identity_new:
 * @key: copied
 * @crt: copied
 *
 * Returns: (transfer full) (nullable): both as an identity; %NULL if @crt is
 * not the certificate of @key, or not one that is accepted from @jid.
 */
XtlsIdentity *xtls_identity_new (gnutls_x509_privkey_t key,
                                 gnutls_x509_crt_t crt,
                                 const char *jid);

/**
 * xtls_identity_get_key:
 * @key: (out) (transfer full): the private key
 * @crt: (out) (transfer full): its certificate
 *
 * Returns: %FALSE with @error if GnuTLS had no memory for them.
 */
gboolean xtls_identity_get_key (XtlsIdentity *identity,
                                gnutls_x509_privkey_t *key,
                                gnutls_x509_crt_t *crt,
                                GError **error);

/**
 * xtls_identity_exists:
 *
 * Returns: whether there is a file for the account's key. Changes nothing.
 */
gboolean xtls_identity_exists (const char *dir, const char *jid);

/**
 * xtls_identity_reload:
 *
 * Returns: (transfer full) (nullable): the account's key as it is now stored,
 * by this program or another; %NULL if it cannot be read, in which case the
 * file is left alone.
 */
XtlsIdentity *xtls_identity_reload (const char *dir, const char *jid);

XtlsIdentity *xtls_identity_ref (XtlsIdentity *identity);

/* Dropping the last reference wipes the private key. */
void xtls_identity_unref (XtlsIdentity *identity);

/**
 * xtls_identity_get_credentials:
 *
 * Returns: (transfer none): the key and certificate for the TLS engine.
 */
gnutls_certificate_credentials_t
xtls_identity_get_credentials (XtlsIdentity *identity);

/* Returns: (transfer none): the fingerprint of the certificate. */
const XtlsFingerprint *xtls_identity_get_fingerprint (XtlsIdentity *identity);

/* The account's key file has changed. Called from xtls_writer_dispatch(). */
typedef void (*XtlsIdentityChanged) (gpointer user_data);

/**
 * xtls_identity_watch:
 *
 * Watches the account's key file, which another program may replace. Changes by
 * this program are reported, too.
 *
 * Returns: (transfer none): the file, for xtls_writer_remove().
 */
XtlsWriterFile *xtls_identity_watch (const char *dir,
                                     const char *jid,
                                     XtlsWriter *writer,
                                     XtlsIdentityChanged changed,
                                     gpointer user_data);
