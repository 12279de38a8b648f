/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The TLS engine on GnuTLS; see tls.h. */
#include "tls.h"

#include "tls-priority.h"

#include <errno.h>
#include <string.h>

#define RECORD_MAX (16 * 1024)

#define RECORD_MIN 64 /* RFC 8449 4 */

/* The least room for what GnuTLS returns at once. */
#define ROOM_MIN 256

/* Extensions in which a peer requests smaller records. */
#define EXT_MAX_FRAGMENT_LENGTH 1 /* RFC 6066 4 */
#define EXT_RECORD_SIZE_LIMIT 28  /* RFC 8449 */

struct XtlsTls {
    XtlsTlsRole role;
    gnutls_session_t session; /* NULL only if it could not be created */
    gboolean padding;
    gboolean ready; /* the handshake function is done */
    gboolean bye_sent;
    gboolean ended;   /* the peer's close_notify has been read */
    gboolean starved; /* GnuTLS wanted more than was fed */
    gboolean flooded; /* the handshake exceeded its limit */

    gsize record_max; /* the most plaintext the peer accepts in a record */

    GByteArray *in;
    gsize taken; /* bytes of @in that GnuTLS has read; removed lazily */
    GByteArray *out;
    gsize handshake_in, handshake_out; /* bytes, until it is done */

    XtlsTlsVerify verify;
    gpointer user_data; /* borrowed */
    GError *refusal;    /* the error of @verify */
    GError *failure;    /* once set, nothing is read or written */
};

GQuark
xtls_tls_error_quark (void)
{
    return g_quark_from_static_string ("xtls-tls-error-quark");
}

/* --- GnuTLS codes --------------------------------------------------------- */

static XtlsTlsError
map_alert (gnutls_alert_description_t alert)
{
    switch ((int)alert) {
    case GNUTLS_A_BAD_CERTIFICATE:
    case GNUTLS_A_UNSUPPORTED_CERTIFICATE:
    case GNUTLS_A_CERTIFICATE_REVOKED:
    case GNUTLS_A_CERTIFICATE_EXPIRED:
    case GNUTLS_A_CERTIFICATE_UNKNOWN:
    case GNUTLS_A_CERTIFICATE_REQUIRED:
    case GNUTLS_A_UNKNOWN_CA:
    case GNUTLS_A_ACCESS_DENIED:
        return XTLS_TLS_ERROR_REFUSED;
    case GNUTLS_A_PROTOCOL_VERSION:
    case GNUTLS_A_HANDSHAKE_FAILURE:
    case GNUTLS_A_INSUFFICIENT_SECURITY:
        return XTLS_TLS_ERROR_INCOMPATIBLE;
    default:
        return XTLS_TLS_ERROR_ALERT;
    }
}

/* The only place that maps GnuTLS codes to our errors. */
static XtlsTlsError
map_code (XtlsTls *tls, int code)
{
    switch (code) {
    case GNUTLS_E_FATAL_ALERT_RECEIVED:
    case GNUTLS_E_WARNING_ALERT_RECEIVED:
        return map_alert (gnutls_alert_get (tls->session));
    case GNUTLS_E_CERTIFICATE_ERROR:
    case GNUTLS_E_CERTIFICATE_REQUIRED:
    case GNUTLS_E_NO_CERTIFICATE_FOUND:
    case GNUTLS_E_UNSUPPORTED_CERTIFICATE_TYPE:
    case GNUTLS_E_PK_SIG_VERIFY_FAILED:
        return XTLS_TLS_ERROR_CERTIFICATE;
    case GNUTLS_E_NO_PRIORITIES_WERE_SET:
        return XTLS_TLS_ERROR_UNABLE;
    case GNUTLS_E_UNSUPPORTED_VERSION_PACKET:
    case GNUTLS_E_NO_CIPHER_SUITES:
    case GNUTLS_E_NO_COMMON_KEY_SHARE:
        return XTLS_TLS_ERROR_INCOMPATIBLE;
    case GNUTLS_E_HANDSHAKE_TOO_LARGE:
        return XTLS_TLS_ERROR_TOO_LONG;
    case GNUTLS_E_DECRYPTION_FAILED:
    case GNUTLS_E_RECORD_OVERFLOW:
        return XTLS_TLS_ERROR_RECORD;
    default:
        return tls->ready ? XTLS_TLS_ERROR_RECORD : XTLS_TLS_ERROR_HANDSHAKE;
    }
}

static void
send_alert (XtlsTls *tls, int code)
{
    if (code == GNUTLS_E_CERTIFICATE_ERROR)
        gnutls_alert_send (
            tls->session, GNUTLS_AL_FATAL, GNUTLS_A_BAD_CERTIFICATE);
    else if (code == GNUTLS_E_WARNING_ALERT_RECEIVED ||
             code == GNUTLS_E_FATAL_ALERT_RECEIVED)
        return;
    else
        gnutls_alert_send_appropriate (tls->session, code);
}

static const char *
describe_code (XtlsTls *tls, int code)
{
    const char *name = NULL;

    if (tls->refusal != NULL)
        return tls->refusal->message;
    if (code == GNUTLS_E_FATAL_ALERT_RECEIVED ||
        code == GNUTLS_E_WARNING_ALERT_RECEIVED)
        name = gnutls_alert_get_name (gnutls_alert_get (tls->session));
    return name != NULL ? name : gnutls_strerror (code);
}

/* Gives the memory back: most sessions have nothing to read for long. */
static void
drop_input (XtlsTls *tls)
{
    g_free (g_byte_array_steal (tls->in, NULL));
    tls->taken = 0;
}

static void
fail (XtlsTls *tls, int code)
{
    if (tls->flooded)
        code = GNUTLS_E_HANDSHAKE_TOO_LARGE;
    tls->failure = g_error_new_literal (
        XTLS_TLS_ERROR, (int)map_code (tls, code), describe_code (tls, code));
    if (tls->session != NULL)
        send_alert (tls, code);
    drop_input (tls);
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

/* --- callbacks of GnuTLS -------------------------------------------------- */

static ssize_t
pull_cb (gnutls_transport_ptr_t ptr, void *buffer, size_t wanted)
{
    XtlsTls *tls = ptr;
    gsize len = MIN (wanted, tls->in->len - tls->taken);

    if (len == 0) {
        tls->starved = TRUE;
        gnutls_transport_set_errno (tls->session, EAGAIN);
        return -1;
    }
    if (!tls->ready) {
        tls->handshake_in += len;
        if (tls->handshake_in > XTLS_TLS_HANDSHAKE_MAX) {
            tls->flooded = TRUE;
            gnutls_transport_set_errno (tls->session, EIO);
            return -1;
        }
    }
    memcpy (buffer, tls->in->data + tls->taken, len);
    tls->taken += len;
    return (ssize_t)len;
}

static ssize_t
push_cb (gnutls_transport_ptr_t ptr, const void *data, size_t len)
{
    XtlsTls *tls = ptr;

    if (!tls->ready) {
        tls->handshake_out += len;
        if (tls->handshake_out > XTLS_TLS_HANDSHAKE_MAX)
            tls->flooded = TRUE;
    }
    g_byte_array_append (tls->out, data, (guint)len);
    return (ssize_t)len;
}

/* GnuTLS calls this after the peer has proved that it owns the private key. */
static int
verify_cb (gnutls_session_t session)
{
    XtlsTls *tls = gnutls_session_get_ptr (session);
    unsigned int count = 0;
    const gnutls_datum_t *chain =
        gnutls_certificate_get_peers (session, &count);

    if (chain == NULL || count == 0)
        return GNUTLS_E_NO_CERTIFICATE_FOUND;
    return tls->verify (&chain[0], tls->user_data, &tls->refusal)
               ? 0
               : GNUTLS_E_CERTIFICATE_ERROR;
}

static int
extension_cb (void *data,
              unsigned int id,
              const unsigned char *value,
              unsigned int len)
{
    XtlsTls *tls = data;
    gsize limit = RECORD_MAX;

    /* One byte of it is for the content type. */
    if (id == EXT_RECORD_SIZE_LIMIT && len == 2)
        limit = MAX ((gsize)value[0] << 8 | value[1], RECORD_MIN) - 1;
    else if (id == EXT_MAX_FRAGMENT_LENGTH && len == 1 && value[0] <= 4)
        limit = (gsize)256 << value[0];
    tls->record_max = MIN (tls->record_max, limit);
    return 0;
}

/* GnuTLS keeps data within the record size that the peer requests, but not the
 * padding that we add, and does not report the size, so it is read here. GnuTLS
 * finds whatever is wrong in the message. */
static int
hello_cb (gnutls_session_t session,
          unsigned int type,
          unsigned int when,
          unsigned int incoming,
          const gnutls_datum_t *message)
{
    if (incoming)
        (void)gnutls_ext_raw_parse (gnutls_session_get_ptr (session),
                                    extension_cb,
                                    message,
                                    type == GNUTLS_HANDSHAKE_CLIENT_HELLO
                                        ? GNUTLS_EXT_RAW_FLAG_TLS_CLIENT_HELLO
                                        : 0);
    return 0;
}

/* --- setup ---------------------------------------------------------------- */

static int
open_session (XtlsTls *tls, gnutls_certificate_credentials_t credentials)
{
    gnutls_priority_t priority = xtls_tls_priority_get ();
    unsigned int flags = GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL |
                         GNUTLS_NO_TICKETS | GNUTLS_FORCE_CLIENT_CERT |
                         xtls_tls_priority_get_key_shares ();
    int ret;

    if (priority == NULL)
        return GNUTLS_E_NO_PRIORITIES_WERE_SET;
    flags |= tls->role == XTLS_TLS_CLIENT ? GNUTLS_CLIENT : GNUTLS_SERVER;
    /* The peer may pad whether we do or not. */
    flags |= GNUTLS_SAFE_PADDING_CHECK;
    ret = gnutls_init (&tls->session, flags);
    if (ret < 0) {
        tls->session = NULL;
        return ret;
    }
    gnutls_session_set_ptr (tls->session, tls);
    gnutls_transport_set_ptr (tls->session, tls);
    gnutls_transport_set_pull_function (tls->session, pull_cb);
    gnutls_transport_set_push_function (tls->session, push_cb);
    gnutls_session_set_verify_function (tls->session, verify_cb);
    gnutls_handshake_set_max_packet_length (tls->session,
                                            XTLS_TLS_HANDSHAKE_MAX);
    gnutls_handshake_set_hook_function (
        tls->session,
        tls->role == XTLS_TLS_SERVER ? GNUTLS_HANDSHAKE_CLIENT_HELLO
                                     : GNUTLS_HANDSHAKE_ENCRYPTED_EXTENSIONS,
        GNUTLS_HOOK_POST,
        hello_cb);
    if (tls->role == XTLS_TLS_SERVER)
        gnutls_certificate_server_set_request (tls->session,
                                               GNUTLS_CERT_REQUIRE);
    ret = gnutls_priority_set (tls->session, priority);
    if (ret < 0)
        return ret;
    return gnutls_credentials_set (
        tls->session, GNUTLS_CRD_CERTIFICATE, credentials);
}

XtlsTls *
xtls_tls_new (XtlsTlsRole role,
              gnutls_certificate_credentials_t credentials,
              gboolean padding,
              XtlsTlsVerify verify,
              gpointer user_data)
{
    XtlsTls *tls = g_new0 (XtlsTls, 1);
    int ret;

    tls->role = role;
    tls->in = g_byte_array_new ();
    tls->out = g_byte_array_new ();
    tls->padding = padding;
    tls->record_max = RECORD_MAX;
    tls->verify = verify;
    tls->user_data = user_data;
    ret = open_session (tls, credentials);
    if (ret < 0)
        fail (tls, ret);
    return tls;
}

void
xtls_tls_free (XtlsTls *tls)
{
    if (tls == NULL)
        return;
    if (tls->session != NULL)
        gnutls_deinit (tls->session);
    g_byte_array_unref (tls->in);
    g_byte_array_unref (tls->out);
    g_clear_error (&tls->refusal);
    g_clear_error (&tls->failure);
    g_free (tls);
}

/* --- bytes in and out ----------------------------------------------------- */

void
xtls_tls_feed (XtlsTls *tls, const guint8 *data, gsize len)
{
    if (tls->failure != NULL || tls->ended || len == 0)
        return;

    /* Moving the rest only if it is the smaller part keeps the cost linear,
     * however small the pieces are. */
    if (tls->taken > tls->in->len / 2) {
        g_byte_array_remove_range (tls->in, 0, (guint)tls->taken);
        tls->taken = 0;
    }
    g_byte_array_append (tls->in, data, (guint)len);
}

/* Both sides present a certificate: a server that does not request ours would
 * not know whom it talks to. */
static gboolean
was_asked (XtlsTls *tls)
{
    return tls->role == XTLS_TLS_SERVER ||
           gnutls_certificate_client_get_request_status (tls->session) > 0;
}

/* Returns: whether to continue reading. */
static gboolean
handshake (XtlsTls *tls)
{
    for (;;) {
        int ret;

        tls->starved = FALSE;
        ret = gnutls_handshake (tls->session);
        if (tls->flooded) {
            fail (tls, GNUTLS_E_HANDSHAKE_TOO_LARGE);
            return FALSE;
        }
        if (ret == GNUTLS_E_SUCCESS && !was_asked (tls))
            ret = GNUTLS_E_INSUFFICIENT_SECURITY;
        if (ret == GNUTLS_E_SUCCESS) {
            tls->ready = TRUE;
            return TRUE;
        }
        if (ret != GNUTLS_E_AGAIN && ret != GNUTLS_E_INTERRUPTED) {
            fail (tls, ret);
            return FALSE;
        }
        if (tls->starved)
            return FALSE;
    }
}

/* Returns: how many bytes GnuTLS can still read or return: what it was fed, and
 * decrypted bytes for which there was no room. */
static gsize
get_readable (XtlsTls *tls)
{
    return tls->in->len - tls->taken +
           gnutls_record_check_pending (tls->session);
}

/* GnuTLS treats every alert but close_notify as fatal, as TLS 1.3 requires (RFC
 * 8446 6). That includes user_canceled, which is not used here. */
static void
read_records (XtlsTls *tls, GByteArray *plain)
{
    gsize readable;

    while ((readable = get_readable (tls)) > 0) {
        guint before = plain->len;
        guint room = (guint)CLAMP (readable, ROOM_MIN, RECORD_MAX);
        ssize_t ret;

        tls->starved = FALSE;
        g_byte_array_set_size (plain, before + room);
        ret = gnutls_record_recv (tls->session, plain->data + before, room);
        g_byte_array_set_size (plain, before + (guint)MAX (ret, 0));
        if (ret == 0) {
            tls->ended = TRUE;
            drop_input (tls);
            return;
        }
        /* GnuTLS also returns "again" after a key update, with more to read. */
        if (ret == GNUTLS_E_AGAIN && tls->starved)
            return;
        if (ret < 0 && ret != GNUTLS_E_AGAIN && ret != GNUTLS_E_INTERRUPTED) {
            fail (tls, (int)ret);
            return;
        }
    }
}

gboolean
xtls_tls_step (XtlsTls *tls, GByteArray *plain, GError **error)
{
    if (tls->failure != NULL)
        return report (tls, error);
    if (tls->ended)
        return TRUE;
    if (tls->ready || handshake (tls))
        read_records (tls, plain);
    if (tls->taken == tls->in->len)
        drop_input (tls);
    return report (tls, error);
}

/* Each record has one more byte, for TLS 1.3's content type. If the data is a
 * multiple of the step, so are the records. */
static gsize
padding_for (XtlsTls *tls, gsize len)
{
    gsize step = XTLS_TLS_PADDING_STEP;
    gsize padded = MIN ((len + step - 1) / step * step, tls->record_max);

    return tls->padding && len <= XTLS_TLS_PADDING_MAX ? padded - len : 0;
}

void
xtls_tls_set_padding (XtlsTls *tls, gboolean padding)
{
    tls->padding = padding;
}

gboolean
xtls_tls_write (XtlsTls *tls, const guint8 *data, gsize len, GError **error)
{
    g_return_val_if_fail (tls->ready, FALSE);
    g_return_val_if_fail (!tls->bye_sent, FALSE);

    while (tls->failure == NULL && len > 0) {
        gsize part = MIN (len, tls->record_max);
        ssize_t sent = gnutls_record_send2 (
            tls->session, data, part, padding_for (tls, part), 0);

        if (sent > 0) {
            data += sent;
            len -= (gsize)sent;
        } else {
            fail (tls, sent < 0 ? (int)sent : GNUTLS_E_INTERNAL_ERROR);
        }
    }
    return report (tls, error);
}

void
xtls_tls_bye (XtlsTls *tls)
{
    if (!tls->ready || tls->failure != NULL || tls->bye_sent)
        return;
    tls->bye_sent = TRUE;
    gnutls_bye (tls->session, GNUTLS_SHUT_WR);
}

/* --- getters -------------------------------------------------------------- */

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

    return g_strdup_printf (
        "TLS 1.3, %s, %s",
        gnutls_cipher_get_name (gnutls_cipher_get (tls->session)),
        gnutls_group_get_name (gnutls_group_get (tls->session)));
}

gboolean
xtls_tls_get_binding (XtlsTls *tls, guint8 binding[32])
{
    gnutls_datum_t found = {NULL, 0};
    gboolean good;

    g_return_val_if_fail (tls->ready, FALSE);

    if (gnutls_session_channel_binding (
            tls->session, GNUTLS_CB_TLS_EXPORTER, &found) < 0)
        return FALSE;
    good = found.size == 32;
    if (good)
        memcpy (binding, found.data, 32);
    gnutls_memset (found.data, 0, found.size);
    gnutls_free (found.data);
    return good;
}

gboolean
xtls_tls_export (XtlsTls *tls,
                 const char *label,
                 const char *context,
                 guint8 key[32])
{
    g_return_val_if_fail (tls->ready, FALSE);

    return gnutls_prf_rfc5705 (tls->session,
                               strlen (label),
                               label,
                               strlen (context),
                               context,
                               32,
                               (char *)key) >= 0;
}
