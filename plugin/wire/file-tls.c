/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TLS with a pre-shared key, on GnuTLS; see file-tls.h. */
#include "file-tls.h"

#include <gnutls/gnutls.h>
#include <string.h>

/* The default hash of a pre-shared key is SHA-256, and suites with another one
 * cannot be used with it. Only ECDHE-PSK: the key alone would not protect a
 * file from somebody who learns it later. */
#define PRIORITY                                                               \
    "NONE:+VERS-TLS1.3:+AES-128-GCM:+CHACHA20-POLY1305:+AEAD:+ECDHE-PSK:"      \
    "+GROUP-X25519:+SIGN-ALL"

/* The key's name on the wire. It tells nothing. */
#define IDENTITY "xtls"

struct XtlsFileTls {
    gnutls_session_t session;
    gnutls_psk_client_credentials_t client;
    gnutls_psk_server_credentials_t server;
    guint8 key[XTLS_FILE_TLS_KEY];
};

static int
key_cb (gnutls_session_t session, const char *identity, gnutls_datum_t *key)
{
    XtlsFileTls *tls = gnutls_session_get_ptr (session);

    if (g_strcmp0 (identity, IDENTITY) != 0)
        return -1;
    key->data = gnutls_malloc (XTLS_FILE_TLS_KEY);
    if (!key->data)
        return -1;
    memcpy (key->data, tls->key, XTLS_FILE_TLS_KEY);
    key->size = XTLS_FILE_TLS_KEY;
    return 0;
}

static int
set_client_key (XtlsFileTls *tls)
{
    const gnutls_datum_t key = {tls->key, XTLS_FILE_TLS_KEY};
    int ret = gnutls_psk_allocate_client_credentials (&tls->client);

    if (ret < 0)
        return ret;
    ret = gnutls_psk_set_client_credentials (
        tls->client, IDENTITY, &key, GNUTLS_PSK_KEY_RAW);
    return ret < 0 ? ret
                   : gnutls_credentials_set (
                         tls->session, GNUTLS_CRD_PSK, tls->client);
}

static int
set_server_key (XtlsFileTls *tls)
{
    int ret = gnutls_psk_allocate_server_credentials (&tls->server);

    if (ret < 0)
        return ret;
    gnutls_psk_set_server_credentials_function (tls->server, key_cb);
    return gnutls_credentials_set (tls->session, GNUTLS_CRD_PSK, tls->server);
}

static int
open_session (XtlsFileTls *tls, gboolean sends, int fd)
{
    int ret =
        gnutls_init (&tls->session,
                     (sends ? GNUTLS_CLIENT : GNUTLS_SERVER) | GNUTLS_NONBLOCK |
                         GNUTLS_NO_SIGNAL | GNUTLS_NO_TICKETS);

    if (ret < 0) {
        tls->session = NULL;
        return ret;
    }
    gnutls_session_set_ptr (tls->session, tls);
    gnutls_transport_set_int (tls->session, fd);
    ret = gnutls_priority_set_direct (tls->session, PRIORITY, NULL);
    if (ret < 0)
        return ret;
    return sends ? set_client_key (tls) : set_server_key (tls);
}

XtlsFileTls *
xtls_file_tls_new (gboolean sends, const guint8 *key, int fd)
{
    XtlsFileTls *tls = g_new0 (XtlsFileTls, 1);

    memcpy (tls->key, key, XTLS_FILE_TLS_KEY);
    if (open_session (tls, sends, fd) < 0)
        g_clear_pointer (&tls, xtls_file_tls_free);
    return tls;
}

void
xtls_file_tls_free (XtlsFileTls *tls)
{
    if (!tls)
        return;
    if (tls->session)
        gnutls_deinit (tls->session);
    if (tls->client)
        gnutls_psk_free_client_credentials (tls->client);
    if (tls->server)
        gnutls_psk_free_server_credentials (tls->server);
    gnutls_memset (tls->key, 0, sizeof tls->key);
    g_free (tls);
}

static XtlsFileTlsResult
result_of (int ret)
{
    if (ret >= 0)
        return XTLS_FILE_TLS_OK;
    return ret == GNUTLS_E_AGAIN || ret == GNUTLS_E_INTERRUPTED
               ? XTLS_FILE_TLS_AGAIN
               : XTLS_FILE_TLS_FAILED;
}

/* The priorities allow nothing else; this is to be sure. */
static gboolean
is_protected (XtlsFileTls *tls)
{
    return gnutls_protocol_get_version (tls->session) == GNUTLS_TLS1_3 &&
           gnutls_auth_get_type (tls->session) == GNUTLS_CRD_PSK &&
           gnutls_kx_get (tls->session) == GNUTLS_KX_ECDHE_PSK;
}

XtlsFileTlsResult
xtls_file_tls_handshake (XtlsFileTls *tls)
{
    XtlsFileTlsResult result = result_of (gnutls_handshake (tls->session));

    return result == XTLS_FILE_TLS_OK && !is_protected (tls)
               ? XTLS_FILE_TLS_FAILED
               : result;
}

gboolean
xtls_file_tls_wants_write (XtlsFileTls *tls)
{
    return gnutls_record_get_direction (tls->session) == 1;
}

XtlsFileTlsResult
xtls_file_tls_read (XtlsFileTls *tls, guint8 *buffer, gsize len, gsize *got)
{
    ssize_t ret = gnutls_record_recv (tls->session, buffer, len);

    *got = (gsize)MAX (ret, 0);
    return ret == 0 ? XTLS_FILE_TLS_ENDED : result_of ((int)ret);
}

XtlsFileTlsResult
xtls_file_tls_write (XtlsFileTls *tls,
                     const guint8 *data,
                     gsize len,
                     gsize *taken)
{
    ssize_t ret = gnutls_record_send (tls->session, data, len);

    *taken = (gsize)MAX (ret, 0);
    return result_of ((int)ret);
}

XtlsFileTlsResult
xtls_file_tls_bye (XtlsFileTls *tls)
{
    return result_of (gnutls_bye (tls->session, GNUTLS_SHUT_WR));
}
