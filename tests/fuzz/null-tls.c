/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stands in for plugin/wire/tls.c where TLS itself is not the target: the same
 * flights, certificates, alerts and errors, without any cryptography. Records
 * are masked, so that a search for what is said in clear still works, and
 * carry a tag that an input cannot guess, so that damage is noticed.
 */
#include "tls.h"

#include "certificate.h"

#include <string.h>

#define HEADER 11 /* kind, length, tag */
#define RECORD_MAX (16 * 1024)
#define MASK 0xa5

typedef enum {
    KIND_HELLO = 'h',
    KIND_SERVER = 's', /* with the certificate */
    KIND_CLIENT = 'c', /* with the certificate */
    KIND_DATA = 'd',
    KIND_BYE = 'b',
    KIND_REFUSED = 'r', /* alerts */
    KIND_ALERT = 'a'
} Kind;

struct XtlsTls {
    XtlsTlsRole role;
    gnutls_certificate_credentials_t credentials;
    gboolean greeted; /* the first flight has been made */
    gboolean ready;
    gboolean bye_sent;
    gboolean ended;
    guint received, sent; /* records */
    GByteArray *in, *out;
    XtlsTlsVerify verify;
    gpointer user_data;
    GError *failure;
};

GQuark
xtls_tls_error_quark (void)
{
    return g_quark_from_static_string ("xtls-tls-error-quark");
}

/* --- records ---------------------------------------------------------------*/

/* A different one for each record in each direction. */
static guint64
make_tag (XtlsTlsRole from, guint number, const guint8 *record, gsize len)
{
    guint64 tag = G_GUINT64_CONSTANT (0x243f6a8885a308d3) + from;

    tag = (tag ^ number) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
    tag = (tag ^ record[0]) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
    tag = (tag ^ len) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
    for (gsize i = 0; i < len; i++)
        tag = (tag ^ record[HEADER + i]) * G_GUINT64_CONSTANT (0x100000001b3);
    return tag ^ tag >> 32;
}

static void
put_record (XtlsTls *tls, Kind kind, const guint8 *data, gsize len)
{
    guint before = tls->out->len;
    guint8 *record;
    guint64 tag;

    g_assert_cmpuint (len, <=, RECORD_MAX);
    g_byte_array_set_size (tls->out, before + HEADER + (guint)len);
    record = tls->out->data + before;
    record[0] = (guint8)kind;
    record[1] = (guint8)(len >> 8);
    record[2] = (guint8)len;
    for (gsize i = 0; i < len; i++)
        record[HEADER + i] = data[i] ^ MASK;
    tag = make_tag (tls->role, tls->sent++, record, len);
    memcpy (record + HEADER - sizeof tag, &tag, sizeof tag);
}

/* libFuzzer learns the values that a program compares; `volatile` keeps this
 * one from it. */
static gboolean
is_genuine (XtlsTls *tls, const guint8 *record, gsize len)
{
    XtlsTlsRole peer =
        tls->role == XTLS_TLS_CLIENT ? XTLS_TLS_SERVER : XTLS_TLS_CLIENT;
    guint64 tag;
    volatile guint64 difference;

    memcpy (&tag, record + HEADER - sizeof tag, sizeof tag);
    difference = tag ^ make_tag (peer, tls->received, record, len);
    return difference == 0;
}

/* --- what they say ---------------------------------------------------------*/

static gboolean
fail (XtlsTls *tls, XtlsTlsError code, const char *message)
{
    tls->failure = g_error_new_literal (XTLS_TLS_ERROR, (int)code, message);
    return FALSE;
}

static gboolean
fail_with_alert (XtlsTls *tls, const char *message)
{
    put_record (tls, KIND_ALERT, NULL, 0);
    return fail (tls,
                 tls->ready ? XTLS_TLS_ERROR_RECORD : XTLS_TLS_ERROR_HANDSHAKE,
                 message);
}

static void
put_certificate (XtlsTls *tls, Kind kind)
{
    gnutls_datum_t der;

    g_assert_cmpint (
        gnutls_certificate_get_crt_raw (tls->credentials, 0, 0, &der), ==, 0);
    put_record (tls, kind, der.data, der.size);
}

static gboolean
take_certificate (XtlsTls *tls, guint8 *data, gsize len)
{
    gnutls_datum_t der = {data, (unsigned int)len};
    GError *error = NULL;

    if (!tls->verify (&der, tls->user_data, &error)) {
        put_record (tls, KIND_REFUSED, NULL, 0);
        fail (tls, XTLS_TLS_ERROR_CERTIFICATE, error->message);
        g_error_free (error);
        return FALSE;
    }
    if (tls->role == XTLS_TLS_CLIENT)
        put_certificate (tls, KIND_CLIENT);
    tls->ready = TRUE;
    return TRUE;
}

/* A server is greeted by the hello, and a client by the answer to its own. */
static gboolean
take_flight (XtlsTls *tls, Kind kind, guint8 *data, gsize len)
{
    gboolean server = tls->role == XTLS_TLS_SERVER;

    if (server && kind == KIND_HELLO && !tls->greeted) {
        tls->greeted = TRUE;
        put_certificate (tls, KIND_SERVER);
        return TRUE;
    }
    if (tls->greeted && kind == (server ? KIND_CLIENT : KIND_SERVER))
        return take_certificate (tls, data, len);
    return fail_with_alert (tls, "unexpected message");
}

static gboolean
take_record (
    XtlsTls *tls, Kind kind, guint8 *data, gsize len, GByteArray *plain)
{
    switch (kind) {
    case KIND_REFUSED:
        return fail (tls, XTLS_TLS_ERROR_REFUSED, "bad certificate");
    case KIND_ALERT:
        return fail (tls, XTLS_TLS_ERROR_ALERT, "alert");
    case KIND_DATA:
        if (!tls->ready)
            break;
        g_byte_array_append (plain, data, (guint)len);
        return TRUE;
    case KIND_BYE:
        if (!tls->ready)
            break;
        tls->ended = TRUE;
        return TRUE;
    default:
        if (!tls->ready)
            return take_flight (tls, kind, data, len);
        break;
    }
    return fail_with_alert (tls, "unexpected message");
}

/* Returns: whether there may be another record. */
static gboolean
read_record (XtlsTls *tls, gsize *done, GByteArray *plain)
{
    gsize left = tls->in->len - *done, len;
    guint8 *record;

    if (left < HEADER)
        return FALSE;
    record = tls->in->data + *done;
    len = (gsize)record[1] << 8 | record[2];
    if (len > RECORD_MAX)
        return fail_with_alert (tls, "record overflow");
    if (left < HEADER + len)
        return FALSE;
    if (!is_genuine (tls, record, len))
        return fail_with_alert (tls, "decryption failed");
    tls->received++;
    *done += HEADER + len;
    for (gsize i = 0; i < len; i++)
        record[HEADER + i] ^= MASK;
    return take_record (tls, (Kind)record[0], record + HEADER, len, plain) &&
           !tls->ended;
}

/* --- certificates ----------------------------------------------------------*/

/* One that was accepted. Each is checked once, not for every session. */
typedef struct {
    GBytes *der;
    char *peer;
    XtlsFingerprint own, fingerprint;
} Accepted;

static Accepted accepted[2];

static gboolean
is_accepted (const Accepted *entry,
             const gnutls_datum_t *der,
             const char *peer,
             const XtlsFingerprint *own)
{
    gsize len;
    const void *data = entry->der ? g_bytes_get_data (entry->der, &len) : NULL;

    return data && len == der->size && memcmp (data, der->data, len) == 0 &&
           strcmp (entry->peer, peer) == 0 &&
           xtls_fingerprint_equal (&entry->own, own);
}

/* The linker makes them of xtls_certificate_check(). */
gboolean __real_xtls_certificate_check (const gnutls_datum_t *der,
                                        const char *peer,
                                        const XtlsFingerprint *own,
                                        XtlsFingerprint *fingerprint,
                                        GError **error);
gboolean __wrap_xtls_certificate_check (const gnutls_datum_t *der,
                                        const char *peer,
                                        const XtlsFingerprint *own,
                                        XtlsFingerprint *fingerprint,
                                        GError **error);

gboolean
__wrap_xtls_certificate_check (const gnutls_datum_t *der,
                               const char *peer,
                               const XtlsFingerprint *own,
                               XtlsFingerprint *fingerprint,
                               GError **error)
{
    guint i = 0;

    while (i < G_N_ELEMENTS (accepted) && accepted[i].der &&
           !is_accepted (&accepted[i], der, peer, own))
        i++;
    if (i < G_N_ELEMENTS (accepted) && accepted[i].der) {
        *fingerprint = accepted[i].fingerprint;
        return TRUE;
    }
    if (!__real_xtls_certificate_check (der, peer, own, fingerprint, error))
        return FALSE;
    if (i < G_N_ELEMENTS (accepted)) {
        accepted[i].der = g_bytes_new (der->data, der->size);
        accepted[i].peer = g_strdup (peer);
        accepted[i].own = *own;
        accepted[i].fingerprint = *fingerprint;
    }
    return TRUE;
}

/* --- the interface of tls.h ------------------------------------------------*/

XtlsTls *
xtls_tls_new (XtlsTlsRole role,
              gnutls_certificate_credentials_t credentials,
              gboolean padding,
              XtlsTlsVerify verify,
              gpointer user_data)
{
    XtlsTls *tls = g_new0 (XtlsTls, 1);

    tls->role = role;
    tls->credentials = credentials;
    tls->in = g_byte_array_new ();
    tls->out = g_byte_array_new ();
    tls->verify = verify;
    tls->user_data = user_data;
    return tls;
}

void
xtls_tls_free (XtlsTls *tls)
{
    if (tls == NULL)
        return;
    g_byte_array_unref (tls->in);
    g_byte_array_unref (tls->out);
    g_clear_error (&tls->failure);
    g_free (tls);
}

void
xtls_tls_set_padding (XtlsTls *tls, gboolean padding)
{
}

void
xtls_tls_feed (XtlsTls *tls, const guint8 *data, gsize len)
{
    if (tls->failure == NULL && !tls->ended)
        g_byte_array_append (tls->in, data, (guint)len);
}

static gboolean
report (XtlsTls *tls, GError **error)
{
    if (tls->failure == NULL)
        return TRUE;
    if (error != NULL)
        *error = g_error_copy (tls->failure);
    return FALSE;
}

gboolean
xtls_tls_step (XtlsTls *tls, GByteArray *plain, GError **error)
{
    gsize done = 0;

    if (tls->failure != NULL || tls->ended)
        return report (tls, error);
    if (tls->role == XTLS_TLS_CLIENT && !tls->greeted) {
        tls->greeted = TRUE;
        put_record (tls, KIND_HELLO, NULL, 0);
    }
    while (read_record (tls, &done, plain))
        ;
    if (tls->failure != NULL || tls->ended)
        g_byte_array_set_size (tls->in, 0);
    else
        g_byte_array_remove_range (tls->in, 0, (guint)done);
    return report (tls, error);
}

gboolean
xtls_tls_write (XtlsTls *tls, const guint8 *data, gsize len, GError **error)
{
    g_return_val_if_fail (tls->ready, FALSE);
    g_return_val_if_fail (!tls->bye_sent, FALSE);

    while (tls->failure == NULL && len > 0) {
        gsize part = MIN (len, RECORD_MAX);

        put_record (tls, KIND_DATA, data, part);
        data += part;
        len -= part;
    }
    return report (tls, error);
}

void
xtls_tls_bye (XtlsTls *tls)
{
    if (!tls->ready || tls->failure != NULL || tls->bye_sent)
        return;
    tls->bye_sent = TRUE;
    put_record (tls, KIND_BYE, NULL, 0);
}

GByteArray *
xtls_tls_get_output (XtlsTls *tls)
{
    return tls->out;
}

gboolean
xtls_tls_is_ready (XtlsTls *tls)
{
    return tls->ready;
}

gboolean
xtls_tls_has_ended (XtlsTls *tls)
{
    return tls->ended;
}

char *
xtls_tls_describe (XtlsTls *tls)
{
    g_return_val_if_fail (tls->ready, NULL);

    return g_strdup ("no TLS");
}

gboolean
xtls_tls_get_binding (XtlsTls *tls, guint8 binding[32])
{
    g_return_val_if_fail (tls->ready, FALSE);

    memset (binding, MASK, 32);
    return TRUE;
}

/* Of both ends alike. */
gboolean
xtls_tls_export (XtlsTls *tls,
                 const char *label,
                 const char *context,
                 guint8 key[32])
{
    g_return_val_if_fail (tls->ready, FALSE);

    memset (key, 0, 32);
    return TRUE;
}
