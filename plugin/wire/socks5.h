/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The greeting of SOCKS5 (RFC 1928) as XEP-0065 uses it: no authentication, one
 * CONNECT to a name that is no host but the hash of a stream, port 0. Both
 * sides; bytes in, bytes out.
 */
#pragma once

#include <glib.h>

/* Characters of an address: a SHA-1 in hexadecimal. */
#define XTLS_SOCKS5_ADDRESS_LEN 40

typedef enum {
    XTLS_SOCKS5_CONNECT, /* asks for the address */
    XTLS_SOCKS5_ACCEPT   /* grants it, and no other */
} XtlsSocks5Role;

typedef enum {
    XTLS_SOCKS5_MORE,
    XTLS_SOCKS5_DONE,
    XTLS_SOCKS5_FAILED
} XtlsSocks5Result;

typedef struct XtlsSocks5 XtlsSocks5;

/**
 * xtls_socks5_address:
 * @stream: the id of the stream
 * @sender: the full JID of who sends the file
 * @receiver: the full JID of who gets it
 *
 * Returns: (transfer full): the address that both connect to (XEP-0065 5.3.2).
 */
char *xtls_socks5_address (const char *stream,
                           const char *sender,
                           const char *receiver);

/**
 * xtls_socks5_new:
 * @address: %XTLS_SOCKS5_ADDRESS_LEN characters
 *
 * Returns: (transfer full): a greeting. The first call of xtls_socks5_step()
 * makes the first bytes of %XTLS_SOCKS5_CONNECT.
 */
XtlsSocks5 *xtls_socks5_new (XtlsSocks5Role role, const char *address);
void xtls_socks5_free (XtlsSocks5 *socks);

/**
 * xtls_socks5_wanted:
 *
 * Returns: how many bytes may be read and given to xtls_socks5_step(). What
 * comes behind the greeting is not among them.
 */
gsize xtls_socks5_wanted (const XtlsSocks5 *socks);

/**
 * xtls_socks5_step:
 * @data: (array length=len): at most xtls_socks5_wanted() bytes of the other
 *   side
 * @out: bytes for the other side are appended here
 *
 * Returns: %XTLS_SOCKS5_DONE once both sides have said everything, and on
 * %XTLS_SOCKS5_FAILED the connection is good for nothing.
 */
XtlsSocks5Result xtls_socks5_step (XtlsSocks5 *socks,
                                   const guint8 *data,
                                   gsize len,
                                   GByteArray *out);
