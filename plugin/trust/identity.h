/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The key and certificate by which one account presents itself. */
#pragma once

#include "fingerprint.h"

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
 *   byte outside `[a-z0-9.@_-]` percent-encoded; a name too long for a file
 *   system is cut and ends in the SHA-256 of @jid
 * @set_aside: (out) (optional) (transfer full) (nullable): where a damaged or
 *   unreadable key file was moved, for the person to be told
 *
 * Reads the account's key, or makes one and stores it (0600, atomic, durable).
 * A file that is there and cannot be used is never overwritten: it is renamed
 * to `NAME.unreadable-N` and a new key is made. If it cannot even be renamed
 * (a directory without permission), that is %XTLS_IDENTITY_ERROR_SAVE.
 * Blocks on the disk: called once an account.
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

const XtlsFingerprint *xtls_identity_get_fingerprint (XtlsIdentity *identity);
