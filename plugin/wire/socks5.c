/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The server of SOCKS5 bytestreams; see socks5.h. */
#include "socks5.h"

#include <string.h>

#define VERSION 5
#define HASH_LENGTH 40 /* of SHA-1, in hexadecimal digits */

/* VER CMD RSV ATYP LEN, the hash, two bytes of the port. */
#define ADDRESSED (5 + HASH_LENGTH + 2)
#define GREETING_MAX (2 + 255)

struct XtlsSocks5 {
    char *hash;
    gboolean greeted;
    guint8 in[GREETING_MAX];
    gsize have;
};

char *
xtls_socks5_hash (const char *sid, const char *sender, const char *receiver)
{
    g_autofree char *text = g_strconcat (sid, sender, receiver, NULL);

    return g_compute_checksum_for_string (G_CHECKSUM_SHA1, text, -1);
}

XtlsSocks5 *
xtls_socks5_new (const char *hash)
{
    XtlsSocks5 *socks5 = g_new0 (XtlsSocks5, 1);

    g_assert (strlen (hash) == HASH_LENGTH);
    socks5->hash = g_strdup (hash);
    return socks5;
}

void
xtls_socks5_free (XtlsSocks5 *socks5)
{
    if (!socks5)
        return;
    g_free (socks5->hash);
    g_free (socks5);
}

/* The second byte of the greeting is the number of methods that follow. */
static gsize
expected (const XtlsSocks5 *socks5)
{
    if (socks5->greeted)
        return ADDRESSED;
    return socks5->have < 2 ? 2 : 2 + (gsize)socks5->in[1];
}

gsize
xtls_socks5_wants (const XtlsSocks5 *socks5)
{
    return expected (socks5) - socks5->have;
}

/* The same bytes ask (1, CONNECT) and answer (0, succeeded). */
static void
write_address (guint8 *to, guint8 what, const char *hash)
{
    const guint8 head[] = {VERSION, what, 0, 3, HASH_LENGTH};

    memcpy (to, head, sizeof head);
    memcpy (to + sizeof head, hash, HASH_LENGTH);
    memset (to + sizeof head + HASH_LENGTH, 0, 2);
}

static XtlsSocks5Result
greet (XtlsSocks5 *socks5, GByteArray *reply)
{
    const guint8 answer[] = {VERSION, 0};

    if (socks5->in[0] != VERSION || !memchr (socks5->in + 2, 0, socks5->in[1]))
        return XTLS_SOCKS5_FAILED;
    socks5->greeted = TRUE;
    socks5->have = 0;
    g_byte_array_append (reply, answer, sizeof answer);
    return XTLS_SOCKS5_MORE;
}

static XtlsSocks5Result
connect_it (XtlsSocks5 *socks5, GByteArray *reply)
{
    guint8 bytes[ADDRESSED];

    write_address (bytes, 1, socks5->hash);
    if (memcmp (bytes, socks5->in, sizeof bytes) != 0)
        return XTLS_SOCKS5_FAILED;
    write_address (bytes, 0, socks5->hash);
    g_byte_array_append (reply, bytes, sizeof bytes);
    return XTLS_SOCKS5_DONE;
}

XtlsSocks5Result
xtls_socks5_feed (XtlsSocks5 *socks5,
                  const guint8 *data,
                  gsize len,
                  GByteArray *reply)
{
    g_return_val_if_fail (len <= xtls_socks5_wants (socks5),
                          XTLS_SOCKS5_FAILED);

    memcpy (socks5->in + socks5->have, data, len);
    socks5->have += len;
    /* Two bytes tell how many there are, which may be none. */
    if (xtls_socks5_wants (socks5) > 0)
        return XTLS_SOCKS5_MORE;
    return socks5->greeted ? connect_it (socks5, reply) : greet (socks5, reply);
}
