/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TLS 1.3 with a key that both sides have, on GnuTLS, see psk.h. */
#include "psk.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <string.h>

#define NAME "xtls"
#define RECORD_MAX (16 * 1024)

/* ECDHE-PSK alone: without +PSK there is no exchange that a stolen key would
 * open later. AES-GCM with 128 bits is the fastest, and the hash of its suite
 * is the one that belongs to the key. */
#define PRIORITY                                                               \
    "NONE:+VERS-TLS1.3:+AES-128-GCM:+CHACHA20-POLY1305:+AEAD:+ECDHE-PSK:"      \
    "+GROUP-X25519:+GROUP-SECP256R1:+SIGN-ALL"

struct XtlsPsk {
    XtlsTlsRole role;
    guint8 key[XTLS_PSK_KEY_LEN];
    gnutls_session_t session; /* (nullable): NULL if it could not be made */
    gnutls_psk_client_credentials_t client;
    gnutls_psk_server_credentials_t server;

    guint8 *in; /* XTLS_PSK_CHUNK bytes */
    gsize taken, filled;
    GByteArray *out;

    gboolean ready;
    gboolean ended;
    gboolean bye_sent;
    const char *failure;
};

static ssize_t
pull_cb (gnutls_transport_ptr_t ptr, void *buffer, size_t wanted)
{
    XtlsPsk *psk = ptr;
    gsize len = MIN (wanted, psk->filled - psk->taken);

    if (len == 0) {
        gnutls_transport_set_errno (psk->session, EAGAIN);
        return -1;
    }
    memcpy (buffer, psk->in + psk->taken, len);
    psk->taken += len;
    return (ssize_t)len;
}

static ssize_t
push_cb (gnutls_transport_ptr_t ptr, const void *data, size_t len)
{
    XtlsPsk *psk = ptr;

    g_byte_array_append (psk->out, data, (guint)len);
    return (ssize_t)len;
}

static int
key_cb (gnutls_session_t session, const char *name, gnutls_datum_t *key)
{
    XtlsPsk *psk = gnutls_session_get_ptr (session);

    if (g_strcmp0 (name, NAME) != 0)
        return -1;
    key->data = gnutls_malloc (XTLS_PSK_KEY_LEN);
    if (!key->data)
        return -1;
    memcpy (key->data, psk->key, XTLS_PSK_KEY_LEN);
    key->size = XTLS_PSK_KEY_LEN;
    return 0;
}

static void
fail (XtlsPsk *psk, int code)
{
    if (psk->failure)
        return;
    psk->failure = gnutls_strerror (code);
    if (psk->session && code != GNUTLS_E_FATAL_ALERT_RECEIVED &&
        code != GNUTLS_E_WARNING_ALERT_RECEIVED)
        gnutls_alert_send_appropriate (psk->session, code);
}

static int
set_credentials (XtlsPsk *psk)
{
    gnutls_datum_t key = {psk->key, XTLS_PSK_KEY_LEN};
    int ret;

    if (psk->role == XTLS_TLS_SERVER) {
        ret = gnutls_psk_allocate_server_credentials (&psk->server);
        if (ret < 0)
            return ret;
        gnutls_psk_set_server_credentials_function (psk->server, key_cb);
        return gnutls_credentials_set (
            psk->session, GNUTLS_CRD_PSK, psk->server);
    }
    ret = gnutls_psk_allocate_client_credentials (&psk->client);
    if (ret >= 0)
        ret = gnutls_psk_set_client_credentials (
            psk->client, NAME, &key, GNUTLS_PSK_KEY_RAW);
    return ret < 0 ? ret
                   : gnutls_credentials_set (
                         psk->session, GNUTLS_CRD_PSK, psk->client);
}

static int
open_session (XtlsPsk *psk)
{
    unsigned int flags = GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL | GNUTLS_NO_TICKETS;
    int ret;

    flags |= psk->role == XTLS_TLS_CLIENT ? GNUTLS_CLIENT : GNUTLS_SERVER;
    ret = gnutls_init (&psk->session, flags);
    if (ret < 0) {
        psk->session = NULL;
        return ret;
    }
    gnutls_session_set_ptr (psk->session, psk);
    gnutls_transport_set_ptr (psk->session, psk);
    gnutls_transport_set_pull_function (psk->session, pull_cb);
    gnutls_transport_set_push_function (psk->session, push_cb);
    gnutls_handshake_set_max_packet_length (psk->session,
                                            XTLS_TLS_HANDSHAKE_MAX);
    ret = gnutls_priority_set_direct (psk->session, PRIORITY, NULL);
    return ret < 0 ? ret : set_credentials (psk);
}

XtlsPsk *
xtls_psk_new (XtlsTlsRole role, const guint8 key[XTLS_PSK_KEY_LEN])
{
    XtlsPsk *psk = g_new0 (XtlsPsk, 1);
    int ret;

    psk->role = role;
    memcpy (psk->key, key, XTLS_PSK_KEY_LEN);
    psk->in = g_malloc (XTLS_PSK_CHUNK);
    psk->out = g_byte_array_new ();
    ret = open_session (psk);
    if (ret < 0)
        fail (psk, ret);
    return psk;
}

void
xtls_psk_free (XtlsPsk *psk)
{
    if (!psk)
        return;
    if (psk->session)
        gnutls_deinit (psk->session);
    if (psk->client)
        gnutls_psk_free_client_credentials (psk->client);
    if (psk->server)
        gnutls_psk_free_server_credentials (psk->server);
    gnutls_memset (psk->key, 0, sizeof psk->key);
    g_free (psk->in);
    g_byte_array_unref (psk->out);
    g_free (psk);
}

guint8 *
xtls_psk_reserve (XtlsPsk *psk, gsize *len)
{
    if (psk->taken == psk->filled)
        psk->taken = psk->filled = 0;
    *len = XTLS_PSK_CHUNK - psk->filled;
    return psk->in + psk->filled;
}

void
xtls_psk_received (XtlsPsk *psk, gsize len)
{
    g_return_if_fail (len <= XTLS_PSK_CHUNK - psk->filled);
    psk->filled += len;
}

static gboolean
is_starved (XtlsPsk *psk)
{
    return psk->taken == psk->filled;
}

/* Nothing else was offered, but nothing else may be believed either. */
static gboolean
is_right (XtlsPsk *psk)
{
    return gnutls_protocol_get_version (psk->session) == GNUTLS_TLS1_3 &&
           gnutls_auth_get_type (psk->session) == GNUTLS_CRD_PSK &&
           gnutls_kx_get (psk->session) == GNUTLS_KX_ECDHE_PSK;
}

XtlsPskResult
xtls_psk_handshake (XtlsPsk *psk)
{
    int ret;

    if (psk->failure)
        return XTLS_PSK_FAILED;
    if (psk->ready)
        return XTLS_PSK_DONE;
    do
        ret = gnutls_handshake (psk->session);
    while (ret == GNUTLS_E_INTERRUPTED ||
           (ret == GNUTLS_E_AGAIN && !is_starved (psk)));
    if (ret == GNUTLS_E_AGAIN)
        return XTLS_PSK_AGAIN;
    if (ret == GNUTLS_E_SUCCESS && !is_right (psk))
        ret = GNUTLS_E_INSUFFICIENT_SECURITY;
    if (ret != GNUTLS_E_SUCCESS) {
        fail (psk, ret);
        return XTLS_PSK_FAILED;
    }
    psk->ready = TRUE;
    return XTLS_PSK_DONE;
}

XtlsPskResult
xtls_psk_read (XtlsPsk *psk, guint8 *data, gsize len, gsize *got)
{
    ssize_t ret;

    *got = 0;
    if (psk->failure || !psk->ready)
        return XTLS_PSK_FAILED;
    if (psk->ended)
        return XTLS_PSK_ENDED;
    do
        ret = gnutls_record_recv (psk->session, data, len);
    while (ret == GNUTLS_E_INTERRUPTED ||
           (ret == GNUTLS_E_AGAIN && !is_starved (psk)));
    if (ret > 0) {
        *got = (gsize)ret;
        return XTLS_PSK_DONE;
    }
    if (ret == GNUTLS_E_AGAIN)
        return XTLS_PSK_AGAIN;
    if (ret < 0) {
        fail (psk, (int)ret);
        return XTLS_PSK_FAILED;
    }
    psk->ended = TRUE;
    return XTLS_PSK_ENDED;
}

gboolean
xtls_psk_has_unread (XtlsPsk *psk)
{
    return !psk->failure && !psk->ended && psk->ready &&
           (!is_starved (psk) || gnutls_record_check_pending (psk->session));
}

gboolean
xtls_psk_write (XtlsPsk *psk, const guint8 *data, gsize len)
{
    g_return_val_if_fail (psk->ready && !psk->bye_sent, FALSE);

    while (!psk->failure && len > 0) {
        ssize_t sent =
            gnutls_record_send (psk->session, data, MIN (len, RECORD_MAX));

        if (sent > 0) {
            data += sent;
            len -= (gsize)sent;
        } else {
            fail (psk, sent < 0 ? (int)sent : GNUTLS_E_INTERNAL_ERROR);
        }
    }
    return !psk->failure;
}

void
xtls_psk_bye (XtlsPsk *psk)
{
    if (!psk->ready || psk->failure || psk->bye_sent)
        return;
    psk->bye_sent = TRUE;
    gnutls_bye (psk->session, GNUTLS_SHUT_WR);
}

GByteArray *
xtls_psk_get_output (XtlsPsk *psk)
{
    return psk->out;
}

const char *
xtls_psk_get_detail (XtlsPsk *psk)
{
    return psk->failure;
}
