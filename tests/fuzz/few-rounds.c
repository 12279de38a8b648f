/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stands in for three functions of GnuTLS that read PKCS#12 files: every MAC is
 * right, and a passphrase that is to be stretched by more than a few rounds is
 * wrong. Otherwise almost every input would fail at its MAC, and the time would
 * go into stretching.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <glib.h>
#include <gnutls/pkcs12.h>

#define ROUNDS_MAX 10

typedef int (*Decrypt) (gnutls_pkcs12_bag_t, const char *);
typedef int (*Import) (gnutls_x509_privkey_t,
                       const gnutls_datum_t *,
                       gnutls_x509_crt_fmt_t,
                       const char *,
                       unsigned int);

/* Returns: the function of GnuTLS itself. */
static gpointer
find (const char *name)
{
    gpointer function = dlsym (RTLD_NEXT, name);

    g_assert_nonnull (function);
    return function;
}

int
gnutls_pkcs12_verify_mac (gnutls_pkcs12_t file, const char *passphrase)
{
    return 0;
}

int
gnutls_pkcs12_bag_decrypt (gnutls_pkcs12_bag_t bag, const char *passphrase)
{
    static Decrypt real;
    unsigned int rounds = 0;

    if (!real)
        real = (Decrypt)find ("gnutls_pkcs12_bag_decrypt");
    if (gnutls_pkcs12_bag_enc_info (
            bag, NULL, NULL, NULL, NULL, &rounds, NULL) < 0 ||
        rounds > ROUNDS_MAX)
        return GNUTLS_E_DECRYPTION_FAILED;
    return real (bag, passphrase);
}

int
gnutls_x509_privkey_import_pkcs8 (gnutls_x509_privkey_t key,
                                  const gnutls_datum_t *data,
                                  gnutls_x509_crt_fmt_t format,
                                  const char *passphrase,
                                  unsigned int flags)
{
    static Import real;
    unsigned int rounds = 0;

    if (!real)
        real = (Import)find ("gnutls_x509_privkey_import_pkcs8");
    if (gnutls_pkcs8_info (
            data, format, NULL, NULL, NULL, NULL, &rounds, NULL) < 0 ||
        rounds > ROUNDS_MAX)
        return GNUTLS_E_DECRYPTION_FAILED;
    return real (key, data, format, passphrase, flags);
}
