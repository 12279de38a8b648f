/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The TLS engine against a peer made of GnuTLS alone. The first line is `c` or
 * `s` (our engine is client or server), with `p` for padding and `v` if the
 * peer's certificate is refused. Then:
 *
 *   .         everything on the way arrives, both ways, until nothing moves
 *   m N       N bytes of the peer arrive
 *   x HEX     the peer says these bytes
 *   f N       bit N of what is on the way from the peer is wrong
 *   t N       N bytes at the end of it are lost
 *   w N  W N  the peer writes, we write N bytes of a known sequence
 *   b    B    the peer ends, we end
 *   k         the peer changes its key    a N   the peer sends alert N
 */
#include "certs.h"
#include "fuzz.h"
#include "rawtls.h"
#include "tls.h"

#include <string.h>

#define TLS13 "NORMAL:-VERS-ALL:+VERS-TLS1.3"
#define WRITE_MAX 40000

typedef struct {
    XtlsTls *tls;
    RawTls *raw;
    GByteArray *plain;
    gboolean refuse;
    guint asked;
    gboolean ready, failed, ended, said_bye;
    gsize peer_wrote, we_wrote;
} Run;

static guint8
sequence (gsize i)
{
    return (guint8)(i * 7 + i / 251);
}

static guint8 *
sequence_new (gsize from, gsize len)
{
    guint8 *bytes = g_malloc (len);

    for (gsize i = 0; i < len; i++)
        bytes[i] = sequence (from + i);
    return bytes;
}

static void
assert_sequence (const GByteArray *got, gsize wrote)
{
    g_assert_cmpuint (got->len, <=, wrote);
    for (guint i = 0; i < got->len; i++)
        g_assert_cmpuint (got->data[i], ==, sequence (i));
}

static gboolean
verify_cb (const gnutls_datum_t *der, gpointer user_data, GError **error)
{
    Run *run = user_data;

    run->asked++;
    g_assert_cmpuint (run->asked, ==, 1);
    g_assert_cmpuint (der->size, >, 0);
    if (run->refuse)
        g_set_error_literal (
            error, XTLS_TLS_ERROR, XTLS_TLS_ERROR_CERTIFICATE, "no");
    return !run->refuse;
}

static void
step (Run *run)
{
    GError *error = NULL;
    gboolean good = xtls_tls_step (run->tls, run->plain, &error);

    g_assert_true (good == !error);
    g_assert_false (good && run->failed);
    run->failed = !good;
    if (error)
        g_assert_true (error->domain == XTLS_TLS_ERROR);
    g_clear_error (&error);

    g_assert_true (!run->ready || xtls_tls_is_ready (run->tls));
    run->ready = xtls_tls_is_ready (run->tls);
    g_assert_true (!run->ready || (run->asked == 1 && !run->refuse));
    run->ended = xtls_tls_has_ended (run->tls);
    assert_sequence (run->plain, run->peer_wrote);
}

static void
feed_pending (Run *run, gsize len)
{
    len = MIN (len, run->raw->out->len);
    xtls_tls_feed (run->tls, run->raw->out->data, len);
    g_byte_array_remove_range (run->raw->out, 0, (guint)len);
    step (run);
}

static void
answer (Run *run)
{
    GByteArray *out = xtls_tls_get_output (run->tls);

    g_byte_array_append (run->raw->in, out->data, out->len);
    g_byte_array_set_size (out, 0);
    raw_tls_step (run->raw);
    assert_sequence (run->raw->plain, run->we_wrote);
}

static void
settle (Run *run)
{
    for (guint rounds = 0; rounds < 20; rounds++) {
        step (run);
        answer (run);
        if (run->raw->out->len == 0)
            return;
        feed_pending (run, G_MAXSIZE);
    }
}

static void
peer_writes (Run *run, gsize len)
{
    guint8 *bytes = sequence_new (run->peer_wrote, len);
    gsize done = 0;
    ssize_t sent = 1;

    while (run->raw->ready && !run->raw->error && done < len && sent > 0) {
        sent = gnutls_record_send (run->raw->session, bytes + done, len - done);
        if (sent > 0)
            done += (gsize)sent;
    }
    run->peer_wrote += done;
    g_free (bytes);
}

static void
we_write (Run *run, gsize len)
{
    guint8 *bytes = sequence_new (run->we_wrote, len);

    if (run->ready && !run->said_bye) {
        xtls_tls_write (run->tls, bytes, len, NULL);
        run->we_wrote += len;
    }
    g_free (bytes);
}

static void
say_bytes (Run *run, const char *hex)
{
    for (; g_ascii_isxdigit (hex[0]) && g_ascii_isxdigit (hex[1]); hex += 2) {
        guint8 byte = (guint8)(g_ascii_xdigit_value (hex[0]) << 4 |
                               g_ascii_xdigit_value (hex[1]));

        g_byte_array_append (run->raw->out, &byte, 1);
    }
}

static void
flip (Run *run, guint bit)
{
    if (bit / 8 < run->raw->out->len)
        run->raw->out->data[bit / 8] ^= (guint8)(1 << bit % 8);
}

static void
lose (Run *run, guint len)
{
    guint left = run->raw->out->len;

    g_byte_array_set_size (run->raw->out, left - MIN (len, left));
}

static void
act (Run *run, const char *line)
{
    const char *rest = line[0] && line[1] ? line + 2 : "";

    switch (*line) {
    case '.':
        settle (run);
        break;
    case 'm':
        feed_pending (run, fuzz_number (rest, G_MAXINT));
        break;
    case 'x':
        say_bytes (run, rest);
        break;
    case 'f':
        flip (run, fuzz_number (rest, G_MAXINT));
        break;
    case 't':
        lose (run, fuzz_number (rest, G_MAXINT));
        break;
    case 'w':
        peer_writes (run, fuzz_number (rest, WRITE_MAX));
        break;
    case 'W':
        we_write (run, fuzz_number (rest, WRITE_MAX));
        break;
    case 'b':
        if (run->raw->ready)
            gnutls_bye (run->raw->session, GNUTLS_SHUT_WR);
        break;
    case 'B':
        xtls_tls_bye (run->tls);
        run->said_bye = run->ready;
        break;
    case 'k':
        if (run->raw->ready)
            gnutls_session_key_update (run->raw->session, GNUTLS_KU_PEER);
        break;
    case 'a':
        if (run->raw->ready)
            gnutls_alert_send (
                run->raw->session,
                GNUTLS_AL_WARNING,
                (gnutls_alert_description_t)fuzz_number (rest, 255));
        break;
    default:
        break;
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    static TestCert *romeo, *juliet;
    char *line = fuzz_line (&data, &size);
    Run run = {0};
    gboolean client;

    if (!line)
        return 0;
    if (!romeo) {
        romeo = test_cert_new_for ("romeo@montague.lit");
        juliet = test_cert_new_for ("juliet@capulet.lit");
    }
    client = *line == 'c';
    run.refuse = strchr (line, 'v') != NULL;
    run.plain = g_byte_array_new ();
    run.raw = raw_tls_new (
        client ? GNUTLS_SERVER : GNUTLS_CLIENT, TLS13, juliet->credentials);
    run.tls = xtls_tls_new (client ? XTLS_TLS_CLIENT : XTLS_TLS_SERVER,
                            romeo->credentials,
                            strchr (line, 'p') != NULL,
                            verify_cb,
                            &run);
    g_free (line);
    while ((line = fuzz_line (&data, &size))) {
        act (&run, line);
        g_free (line);
    }
    xtls_tls_free (run.tls);
    raw_tls_free (run.raw);
    g_byte_array_unref (run.plain);
    return 0;
}
