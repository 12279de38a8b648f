/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks the peer's certificate and makes our own. */
#include "certificate.h"

#include <gnutls/crypto.h>
#include <gnutls/x509-ext.h>
#include <string.h>
#include <time.h>

#define OID_SUBJECT_ALT_NAME "2.5.29.17"
#define OID_XMPP_ADDR "1.3.6.1.5.5.7.8.5" /* RFC 6120 13.7.1.4 */
#define SERIAL_LEN 16

/* Where time_t has 32 bits too, GnuTLS writes this value as 99991231235959Z,
 * the "no well-defined expiration date" of RFC 5280 4.1.2.5. */
#define NEVER ((time_t)-1)

typedef enum { JID_ABSENT, JID_MATCHES, JID_OTHER, JID_MALFORMED } JidMatch;

GQuark
xtls_certificate_error_quark (void)
{
    return g_quark_from_static_string ("xtls-certificate-error-quark");
}

static gboolean
is_strong (gnutls_x509_crt_t crt)
{
    gnutls_ecc_curve_t curve = GNUTLS_ECC_CURVE_INVALID;

    if (gnutls_x509_crt_get_pk_algorithm (crt, NULL) != GNUTLS_PK_ECDSA ||
        gnutls_x509_crt_get_pk_ecc_raw (crt, &curve, NULL, NULL) < 0)
        return FALSE;
    return curve == GNUTLS_ECC_CURVE_SECP256R1 ||
           curve == GNUTLS_ECC_CURVE_SECP384R1 ||
           curve == GNUTLS_ECC_CURVE_SECP521R1;
}

static JidMatch
match_name (guint type,
            const gnutls_datum_t *name,
            const gnutls_datum_t *oid,
            const char *peer)
{
    gnutls_datum_t jid = {NULL, 0};
    unsigned int virtual_type = 0;
    JidMatch match;

    if (type != GNUTLS_SAN_OTHERNAME || oid->data == NULL ||
        strcmp ((const char *)oid->data, OID_XMPP_ADDR) != 0)
        return JID_ABSENT;
    if (gnutls_x509_othername_to_virtual (
            (const char *)oid->data, name, &virtual_type, &jid) < 0)
        return JID_MALFORMED;
    match = jid.size == strlen (peer) && memcmp (jid.data, peer, jid.size) == 0
                ? JID_MATCHES
                : JID_OTHER;
    gnutls_free (jid.data);
    return match;
}

/* A certificate with several JIDs has several owners; the peer must be one of
 * them. */
static JidMatch
match_names (gnutls_subject_alt_names_t names, const char *peer)
{
    JidMatch result = JID_ABSENT;

    for (unsigned int i = 0;; i++) {
        gnutls_datum_t name, oid = {NULL, 0};
        unsigned int type;
        JidMatch match;
        int ret = gnutls_subject_alt_names_get (names, i, &type, &name, &oid);

        if (ret == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
            return result;
        if (ret < 0)
            return JID_MALFORMED;
        match = match_name (type, &name, &oid, peer);
        if (match == JID_MATCHES || match == JID_MALFORMED)
            return match;
        if (match == JID_OTHER)
            result = JID_OTHER;
    }
}

static JidMatch
match_extension (const gnutls_datum_t *extension, const char *peer)
{
    gnutls_subject_alt_names_t names;
    JidMatch match = JID_MALFORMED;

    if (gnutls_subject_alt_names_init (&names) < 0)
        return JID_MALFORMED;
    if (gnutls_x509_ext_import_subject_alt_names (extension, names, 0) >= 0)
        match = match_names (names, peer);
    gnutls_subject_alt_names_deinit (names);
    return match;
}

static JidMatch
match_jid (gnutls_x509_crt_t crt, const char *peer)
{
    gnutls_datum_t extension = {NULL, 0}, second = {NULL, 0};
    JidMatch match;
    int ret = gnutls_x509_crt_get_extension_by_oid2 (
        crt, OID_SUBJECT_ALT_NAME, 0, &extension, NULL);

    if (ret == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
        return JID_ABSENT;
    if (ret < 0)
        return JID_MALFORMED;
    match = match_extension (&extension, peer);
    gnutls_free (extension.data);

    /* RFC 5280 4.2 allows only one. With two, one program might trust the first
     * and another the second. */
    ret = gnutls_x509_crt_get_extension_by_oid2 (
        crt, OID_SUBJECT_ALT_NAME, 1, &second, NULL);
    gnutls_free (second.data);
    return ret == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE ? match : JID_MALFORMED;
}

static gboolean
check_imported (gnutls_x509_crt_t crt, const char *peer, GError **error)
{
    if (!is_strong (crt)) {
        g_set_error_literal (error,
                             XTLS_CERTIFICATE_ERROR,
                             XTLS_CERTIFICATE_ERROR_WEAK,
                             "the key is not ECDSA over P-256 or better");
        return FALSE;
    }
    switch (match_jid (crt, peer)) {
    case JID_ABSENT:
    case JID_MATCHES:
        return TRUE;
    case JID_OTHER:
        g_set_error_literal (error,
                             XTLS_CERTIFICATE_ERROR,
                             XTLS_CERTIFICATE_ERROR_JID,
                             "the certificate belongs to another address");
        return FALSE;
    case JID_MALFORMED:
        break;
    }
    g_set_error_literal (error,
                         XTLS_CERTIFICATE_ERROR,
                         XTLS_CERTIFICATE_ERROR_MALFORMED,
                         "the addresses in the certificate are malformed");
    return FALSE;
}

/* (transfer full) (nullable) */
static char *
find_jid (gnutls_subject_alt_names_t names)
{
    gnutls_datum_t name, oid = {NULL, 0}, jid = {NULL, 0};
    unsigned int type, virtual_type;
    char *found;

    for (unsigned int i = 0;
         gnutls_subject_alt_names_get (names, i, &type, &name, &oid) >= 0;
         i++) {
        if (type != GNUTLS_SAN_OTHERNAME || oid.data == NULL ||
            strcmp ((const char *)oid.data, OID_XMPP_ADDR) != 0 ||
            gnutls_x509_othername_to_virtual (
                (const char *)oid.data, &name, &virtual_type, &jid) < 0)
            continue;
        found = g_strndup ((const char *)jid.data, jid.size);
        if (strlen (found) != jid.size || !g_utf8_validate (found, -1, NULL))
            g_clear_pointer (&found, g_free);
        gnutls_free (jid.data);
        return found;
    }
    return NULL;
}

char *
xtls_certificate_get_jid (gnutls_x509_crt_t crt)
{
    gnutls_datum_t extension = {NULL, 0};
    gnutls_subject_alt_names_t names;
    char *jid = NULL;

    if (gnutls_x509_crt_get_extension_by_oid2 (
            crt, OID_SUBJECT_ALT_NAME, 0, &extension, NULL) < 0)
        return NULL;
    if (gnutls_subject_alt_names_init (&names) >= 0) {
        if (gnutls_x509_ext_import_subject_alt_names (&extension, names, 0) >=
            0)
            jid = find_jid (names);
        gnutls_subject_alt_names_deinit (names);
    }
    gnutls_free (extension.data);
    return jid;
}

gboolean
xtls_certificate_check (const gnutls_datum_t *der,
                        const char *peer,
                        const XtlsFingerprint *own,
                        XtlsFingerprint *fingerprint,
                        GError **error)
{
    XtlsFingerprint found;
    gnutls_x509_crt_t crt = NULL;
    gboolean good;

    xtls_fingerprint_of (der->data, der->size, &found);
    if (xtls_fingerprint_equal (&found, own)) {
        g_set_error_literal (error,
                             XTLS_CERTIFICATE_ERROR,
                             XTLS_CERTIFICATE_ERROR_OWN,
                             "the certificate is our own");
        return FALSE;
    }
    if (gnutls_x509_crt_init (&crt) < 0 ||
        gnutls_x509_crt_import (crt, der, GNUTLS_X509_FMT_DER) < 0) {
        gnutls_x509_crt_deinit (crt);
        g_set_error_literal (error,
                             XTLS_CERTIFICATE_ERROR,
                             XTLS_CERTIFICATE_ERROR_MALFORMED,
                             "the certificate is malformed");
        return FALSE;
    }
    good = check_imported (crt, peer, error);
    gnutls_x509_crt_deinit (crt);
    if (good)
        *fingerprint = found;
    return good;
}

static int
fill (gnutls_x509_crt_t crt, gnutls_x509_privkey_t key, const char *jid)
{
    guint8 serial[SERIAL_LEN];
    int ret = gnutls_rnd (GNUTLS_RND_NONCE, serial, sizeof serial);

    /* This makes it positive and of a fixed length in DER. */
    serial[0] = (serial[0] & 0x7f) | 0x40;
    if (ret >= 0)
        ret = gnutls_x509_crt_set_version (crt, 3);
    if (ret >= 0)
        ret = gnutls_x509_crt_set_serial (crt, serial, sizeof serial);
    /* RFC 5280 requires a name here. The JID may be too long for a common name
     * and is in subjectAltName. */
    if (ret >= 0)
        ret = gnutls_x509_crt_set_dn (crt, "CN=XTLS", NULL);
    if (ret >= 0)
        ret = gnutls_x509_crt_set_activation_time (crt, time (NULL));
    if (ret >= 0)
        ret = gnutls_x509_crt_set_expiration_time (crt, NEVER);
    if (ret >= 0)
        ret = gnutls_x509_crt_set_key (crt, key);
    if (ret >= 0)
        ret = gnutls_x509_crt_set_subject_alt_othername (
            crt,
            OID_XMPP_ADDR,
            jid,
            (unsigned int)strlen (jid),
            GNUTLS_FSAN_SET | GNUTLS_FSAN_ENCODE_UTF8_STRING);
    if (ret >= 0)
        ret = gnutls_x509_crt_sign2 (crt, crt, key, GNUTLS_DIG_SHA256, 0);
    return ret;
}

gboolean
xtls_certificate_make (const char *jid,
                       gnutls_x509_privkey_t *key,
                       gnutls_x509_crt_t *crt,
                       GError **error)
{
    gnutls_x509_privkey_t new_key = NULL;
    gnutls_x509_crt_t new_crt = NULL;
    int ret = gnutls_x509_privkey_init (&new_key);

    if (ret >= 0)
        ret = gnutls_x509_privkey_generate (
            new_key,
            GNUTLS_PK_ECDSA,
            GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1),
            0);
    if (ret >= 0)
        ret = gnutls_x509_crt_init (&new_crt);
    if (ret >= 0)
        ret = fill (new_crt, new_key, jid);
    if (ret < 0) {
        gnutls_x509_crt_deinit (new_crt);
        gnutls_x509_privkey_deinit (new_key);
        g_set_error_literal (error,
                             XTLS_CERTIFICATE_ERROR,
                             XTLS_CERTIFICATE_ERROR_MALFORMED,
                             gnutls_strerror (ret));
        return FALSE;
    }
    *key = new_key;
    *crt = new_crt;
    return TRUE;
}
