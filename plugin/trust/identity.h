/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The key and certificate by which one account presents itself. */
#pragma once

#include "fingerprint.h"
#include "writer.h"

#include <glib.h>
#include <gnutls/gnutls.h>

#define XTLS_IDENTITY_ERROR (xtls_identity_error_quark ())

typedef enum {
    XTLS_IDENTITY_ERROR_CRYPTO, /* GnuTLS could not make the key */
    XTLS_IDENTITY_ERROR_SAVE    /* the key could not be stored */
} XtlsIdentityError;

typedef struct XtlsIdentity XtlsIdentity;

GQuark xtls_identity_error_quark (void);

/**
 * xtls_identity_load:
 * @dir: the directory that holds `keys/`; made with mode 0700 if missing
 * @jid: the account's bare JID, normalised; also names the file, with every
 *   byte outside `[a-z0-9._-]` and the at sign percent-encoded; a name too long
 * for a file system is cut and ends in the SHA-256 of @jid
 * @set_aside: (out) (optional) (transfer full) (nullable): where a damaged or
 *   unreadable key file was moved, for the person to be told
 *
 * Reads the account's key, or makes one and stores it (0600, atomic, durable).
 * A file that is there and cannot be used is never overwritten: it is renamed
 * to `NAME.unreadable-N` and a new key is made. If it cannot even be renamed
 * (a directory without permission), that is %XTLS_IDENTITY_ERROR_SAVE.
 * Of two programs that do this at once, one makes the key and both have it.
 * Blocks on the disk, and for two seconds at most on a program that has locked
 * the folder: called once an account.
 *
 * Returns: (transfer full) (nullable): the identity.
 */
XtlsIdentity *xtls_identity_load (const char *dir,
                                  const char *jid,
                                  char **set_aside,
                                  GError **error);

/**
 * xtls_identity_renew:
 *
 * Makes a new key for the account and stores it over the old one.
 *
 * Returns: (transfer full) (nullable): the new identity; the old one is still
 * valid for those who hold it.
 */
XtlsIdentity *
xtls_identity_renew (const char *dir, const char *jid, GError **error);

/**
 * xtls_identity_reload:
 *
 * Returns: (transfer full) (nullable): the account's key as it is stored now,
 * by this program or another; %NULL if it cannot be read, which is left as it
 * is.
 */
XtlsIdentity *xtls_identity_reload (const char *dir, const char *jid);

XtlsIdentity *xtls_identity_ref (XtlsIdentity *identity);

/* The private key is wiped with the last reference. */
void xtls_identity_unref (XtlsIdentity *identity);

/**
 * xtls_identity_get_credentials:
 *
 * Returns: (transfer none): what the TLS engine presents.
 */
gnutls_certificate_credentials_t
xtls_identity_get_credentials (XtlsIdentity *identity);

/* (transfer none): of the certificate. */
const XtlsFingerprint *xtls_identity_get_fingerprint (XtlsIdentity *identity);

/* The account's key file is another than it was. From xtls_writer_dispatch().
 */
typedef void (*XtlsIdentityChanged) (gpointer user_data);

/**
 * xtls_identity_watch:
 *
 * Watches the account's key file, which another program may replace; what this
 * program stores there is noticed, too.
 *
 * Returns: (transfer none): for xtls_writer_remove().
 */
XtlsWriterFile *xtls_identity_watch (const char *dir,
                                     const char *jid,
                                     XtlsWriter *writer,
                                     XtlsIdentityChanged changed,
                                     gpointer user_data);
