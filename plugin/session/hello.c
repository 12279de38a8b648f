/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TLS's first flights, which travel in Jingle. */
#include "hello.h"

#include "pump.h"
#include "session-private.h"

/* The responder has not agreed to smaller blocks yet; and what is too large for
 * a block of this side may be too large for a server on the way. */
static gsize
get_max (XtlsSession *session)
{
    return MIN (session->block_size, XTLS_JINGLE_HELLO_MAX);
}

/* The first step of a client reads nothing, and no step of a server in its
 * first flight decrypts anything. */
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
    /* A hello that is not whole is as good as none: the same bytes come again,
     * as the beginning of the bytestream. */
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
    /* What the peer has is not sent again. */
    g_byte_array_set_size (xtls_tls_get_output (session->tls), 0);
    xtls_tls_feed (session->tls, answer->data, answer->len);
    session->hello.taken = TRUE;
    session->hello.fed = TRUE;
}
