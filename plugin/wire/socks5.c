/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The greeting of SOCKS5, see socks5.h. */
#include "socks5.h"

#include <string.h>

#define VERSION 5
#define NO_AUTHENTICATION 0
#define COMMAND_CONNECT 1
#define REPLY_GRANTED 0
#define REPLY_REFUSED 2
#define TYPE_IPV4 1
#define TYPE_NAME 3
#define TYPE_IPV6 4

/* Version, command or reply, 0, type, and the first byte of the address. */
#define HEAD 5
#define PORT 2

/* What is being read. */
typedef enum {
    STEP_START,
    STEP_METHODS_HEAD, /* of %XTLS_SOCKS5_ACCEPT: version, number of methods */
    STEP_METHODS,
    STEP_METHOD, /* of %XTLS_SOCKS5_CONNECT: the one that was chosen */
    STEP_HEAD,   /* of a request or a reply */
    STEP_REST,
    STEP_DONE,
    STEP_FAILED
} Step;

struct XtlsSocks5 {
    XtlsSocks5Role role;
    char address[XTLS_SOCKS5_ADDRESS_LEN + 1];
    Step step;
    gsize need;     /* bytes of this step */
    GByteArray *in; /* so much of them is here */
};

char *
xtls_socks5_address (const char *stream,
                     const char *sender,
                     const char *receiver)
{
    g_autofree char *name = g_strconcat (stream, sender, receiver, NULL);

    return g_compute_checksum_for_string (G_CHECKSUM_SHA1, name, -1);
}

XtlsSocks5 *
xtls_socks5_new (XtlsSocks5Role role, const char *address)
{
    XtlsSocks5 *socks = g_new0 (XtlsSocks5, 1);

    socks->role = role;
    g_strlcpy (socks->address, address, sizeof socks->address);
    socks->in = g_byte_array_new ();
    return socks;
}

void
xtls_socks5_free (XtlsSocks5 *socks)
{
    if (!socks)
        return;
    g_byte_array_unref (socks->in);
    g_free (socks);
}

gsize
xtls_socks5_wanted (const XtlsSocks5 *socks)
{
    return socks->need - MIN (socks->need, socks->in->len);
}

static void
go_to (XtlsSocks5 *socks, Step step, gsize need)
{
    socks->step = step;
    socks->need = need;
    g_byte_array_set_size (socks->in, 0);
}

static void
append_address (XtlsSocks5 *socks, guint8 second, GByteArray *out)
{
    const guint8 head[] = {
        VERSION, second, 0, TYPE_NAME, XTLS_SOCKS5_ADDRESS_LEN};
    const guint8 port[PORT] = {0, 0};

    g_byte_array_append (out, head, sizeof head);
    g_byte_array_append (
        out, (const guint8 *)socks->address, XTLS_SOCKS5_ADDRESS_LEN);
    g_byte_array_append (out, port, sizeof port);
}

static void
fail (XtlsSocks5 *socks)
{
    go_to (socks, STEP_FAILED, 0);
}

static void
start (XtlsSocks5 *socks, GByteArray *out)
{
    const guint8 greeting[] = {VERSION, 1, NO_AUTHENTICATION};

    if (socks->role == XTLS_SOCKS5_ACCEPT) {
        go_to (socks, STEP_METHODS_HEAD, 2);
        return;
    }
    g_byte_array_append (out, greeting, sizeof greeting);
    go_to (socks, STEP_METHOD, 2);
}

static void
choose_method (XtlsSocks5 *socks, GByteArray *out)
{
    const guint8 chosen[] = {VERSION, NO_AUTHENTICATION};

    if (!memchr (socks->in->data, NO_AUTHENTICATION, socks->in->len)) {
        fail (socks);
        return;
    }
    g_byte_array_append (out, chosen, sizeof chosen);
    go_to (socks, STEP_HEAD, HEAD);
}

static void
method_came (XtlsSocks5 *socks, GByteArray *out)
{
    if (socks->in->data[0] != VERSION ||
        socks->in->data[1] != NO_AUTHENTICATION) {
        fail (socks);
        return;
    }
    append_address (socks, COMMAND_CONNECT, out);
    go_to (socks, STEP_HEAD, HEAD);
}

/* Bytes of an address of this type and of the port behind it, the first byte
 * left out; 0 for none. */
static gsize
rest_of (guint8 type, guint8 first)
{
    switch (type) {
    case TYPE_IPV4:
        return 3 + PORT;
    case TYPE_IPV6:
        return 15 + PORT;
    case TYPE_NAME:
        return (gsize)first + PORT;
    default:
        return 0;
    }
}

static void
head_came (XtlsSocks5 *socks)
{
    const guint8 *head = socks->in->data;
    gsize rest = rest_of (head[3], head[4]);
    gboolean good = socks->role == XTLS_SOCKS5_CONNECT
                        ? head[1] == REPLY_GRANTED
                        : head[1] == COMMAND_CONNECT && head[3] == TYPE_NAME &&
                              head[4] == XTLS_SOCKS5_ADDRESS_LEN;

    if (head[0] == VERSION && good && rest > 0)
        go_to (socks, STEP_REST, rest);
    else
        fail (socks);
}

/* The address in a reply means nothing: proxies write what they like. */
static void
rest_came (XtlsSocks5 *socks, GByteArray *out)
{
    const guint8 *rest = socks->in->data;

    if (socks->role == XTLS_SOCKS5_CONNECT) {
        go_to (socks, STEP_DONE, 0);
    } else if (memcmp (rest, socks->address, XTLS_SOCKS5_ADDRESS_LEN) == 0 &&
               rest[XTLS_SOCKS5_ADDRESS_LEN] == 0 &&
               rest[XTLS_SOCKS5_ADDRESS_LEN + 1] == 0) {
        append_address (socks, REPLY_GRANTED, out);
        go_to (socks, STEP_DONE, 0);
    } else {
        append_address (socks, REPLY_REFUSED, out);
        fail (socks);
    }
}

static void
go_on (XtlsSocks5 *socks, GByteArray *out)
{
    switch (socks->step) {
    case STEP_METHODS_HEAD:
        if (socks->in->data[0] == VERSION && socks->in->data[1] > 0)
            go_to (socks, STEP_METHODS, socks->in->data[1]);
        else
            fail (socks);
        break;
    case STEP_METHODS:
        choose_method (socks, out);
        break;
    case STEP_METHOD:
        method_came (socks, out);
        break;
    case STEP_HEAD:
        head_came (socks);
        break;
    case STEP_REST:
        rest_came (socks, out);
        break;
    case STEP_START:
    case STEP_DONE:
    case STEP_FAILED:
        break;
    }
}

XtlsSocks5Result
xtls_socks5_step (XtlsSocks5 *socks,
                  const guint8 *data,
                  gsize len,
                  GByteArray *out)
{
    if (socks->step == STEP_START)
        start (socks, out);
    g_return_val_if_fail (len <= xtls_socks5_wanted (socks),
                          XTLS_SOCKS5_FAILED);
    if (len > 0)
        g_byte_array_append (socks->in, data, (guint)len);
    if (socks->need > 0 && socks->in->len == socks->need)
        go_on (socks, out);
    if (socks->step == STEP_FAILED)
        return XTLS_SOCKS5_FAILED;
    return socks->step == STEP_DONE ? XTLS_SOCKS5_DONE : XTLS_SOCKS5_MORE;
}
