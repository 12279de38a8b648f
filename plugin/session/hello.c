/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends the first flights of TLS in Jingle instead of the bytestream. */
#include "hello.h"

#include "pump.h"
#include "session-private.h"

/* Returns: how many bytes of TLS may be put into a Jingle stanza. A server on
 * the way may refuse a stanza that carries more than a block of this side. */
static gsize
get_max (XtlsSession *session)
{
    return MIN (session->block_size, XTLS_JINGLE_HELLO_MAX);
}

/* Nothing can be decrypted during the first flights, so there is no plaintext
 * to keep. An error is found again by xtls_pump_run(). */
static void
step (XtlsSession *session)
{
    GByteArray *plain = g_byte_array_new ();

    xtls_tls_step (session->tls, plain, NULL);
    g_byte_array_unref (plain);
}

const GByteArray *
xtls_hello_make (XtlsSession *session)
{
    const GByteArray *flight;

    if (!session->hello.wanted)
        return NULL;
    xtls_pump_begin_tls (session);
    step (session);
    flight = xtls_tls_get_output (session->tls);
    session->hello.offered =
        flight->len > 0 && flight->len <= get_max (session);
    return session->hello.offered ? flight : NULL;
}

GByteArray *
xtls_hello_answer (XtlsSession *session)
{
    const GByteArray *theirs = session->offer->hello;
    GByteArray *output, *answer;
    guint len;

    if (!theirs)
        return NULL;
    xtls_pump_begin_tls (session);
    xtls_tls_feed (session->tls, theirs->data, theirs->len);
    step (session);
    output = xtls_tls_get_output (session->tls);
    len = (guint)MIN (output->len, get_max (session));
    /* TLS needs more bytes: the hello is incomplete. It is ignored, and the
     * initiator sends the same bytes again at the start of the bytestream. */
    if (len == 0) {
        g_clear_pointer (&session->tls, xtls_tls_free);
        return NULL;
    }
    session->hello.taken = TRUE;
    session->hello.fed = TRUE;
    answer = g_byte_array_new ();
    g_byte_array_append (answer, output->data, len);
    g_byte_array_remove_range (output, 0, len);
    return answer;
}

void
xtls_hello_answered (XtlsSession *session, const GByteArray *answer)
{
    /* The peer took the hello, so it must not be in the bytestream again. */
    g_byte_array_set_size (xtls_tls_get_output (session->tls), 0);
    xtls_tls_feed (session->tls, answer->data, answer->len);
    session->hello.taken = TRUE;
    session->hello.fed = TRUE;
}
