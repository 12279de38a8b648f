/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A TLS peer made of GnuTLS alone, see rawtls.h. */
#include "rawtls.h"

#include <errno.h>
#include <string.h>

static ssize_t
pull_cb (gnutls_transport_ptr_t ptr, void *buffer, size_t wanted)
{
    RawTls *raw = ptr;
    guint len = (guint)MIN (wanted, raw->in->len);

    if (len == 0) {
        gnutls_transport_set_errno (raw->session, EAGAIN);
        return -1;
    }
    memcpy (buffer, raw->in->data, len);
    g_byte_array_remove_range (raw->in, 0, len);
    return len;
}

static ssize_t
push_cb (gnutls_transport_ptr_t ptr, const void *data, size_t len)
{
    RawTls *raw = ptr;

    g_byte_array_append (raw->out, data, (guint)len);
    return (ssize_t)len;
}

RawTls *
raw_tls_new (unsigned int flags,
             const char *priority,
             gnutls_certificate_credentials_t credentials)
{
    RawTls *raw = g_new0 (RawTls, 1);

    raw->in = g_byte_array_new ();
    raw->out = g_byte_array_new ();
    raw->plain = g_byte_array_new ();
    raw->alert = -1;
    g_assert_cmpint (
        gnutls_init (&raw->session, flags | GNUTLS_NONBLOCK), ==, 0);
    gnutls_transport_set_ptr (raw->session, raw);
    gnutls_transport_set_pull_function (raw->session, pull_cb);
    gnutls_transport_set_push_function (raw->session, push_cb);
    g_assert_cmpint (
        gnutls_priority_set_direct (raw->session, priority, NULL), ==, 0);
    gnutls_credentials_set (raw->session, GNUTLS_CRD_CERTIFICATE, credentials);
    if (flags & GNUTLS_SERVER)
        gnutls_certificate_server_set_request (raw->session,
                                               GNUTLS_CERT_REQUEST);
    return raw;
}

void
raw_tls_free (RawTls *raw)
{
    gnutls_deinit (raw->session);
    g_byte_array_unref (raw->in);
    g_byte_array_unref (raw->out);
    g_byte_array_unref (raw->plain);
    g_free (raw);
}

static void
note (RawTls *raw, int ret)
{
    if (ret == GNUTLS_E_FATAL_ALERT_RECEIVED ||
        ret == GNUTLS_E_WARNING_ALERT_RECEIVED)
        raw->alert = (int)gnutls_alert_get (raw->session);
    else
        gnutls_alert_send_appropriate (raw->session, ret);
    raw->error = ret;
}

static void
read_all (RawTls *raw)
{
    guint8 buffer[16384];

    while (!raw->ended && raw->error == 0) {
        ssize_t ret = gnutls_record_recv (raw->session, buffer, sizeof buffer);

        if (ret > 0)
            g_byte_array_append (raw->plain, buffer, (guint)ret);
        else if (ret == 0)
            raw->ended = TRUE;
        else if (ret != GNUTLS_E_AGAIN)
            note (raw, (int)ret);
        else if (raw->in->len == 0)
            return;
    }
}

void
raw_tls_step (RawTls *raw)
{
    if (raw->error != 0)
        return;
    if (!raw->ready) {
        int ret = gnutls_handshake (raw->session);

        if (ret == GNUTLS_E_AGAIN)
            return;
        if (ret < 0) {
            note (raw, ret);
            return;
        }
        raw->ready = TRUE;
    }
    read_all (raw);
}
