/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The server of SOCKS5 bytestreams (RFC 1928, XEP-0065 5.3): it takes no
 * authentication, and connects to nothing but the one address that names the
 * transfer.
 */
#pragma once

#include <glib.h>

typedef enum {
    XTLS_SOCKS5_MORE,  /* it needs more bytes */
    XTLS_SOCKS5_DONE,  /* what follows is the bytestream's */
    XTLS_SOCKS5_FAILED /* it is not for this transfer */
} XtlsSocks5Result;

typedef struct XtlsSocks5 XtlsSocks5;

/**
 * xtls_socks5_hash:
 * @sender: the full JID that sends the file
 * @receiver: the full JID that receives it
 *
 * Returns: (transfer full): the address that names the transfer.
 */
char *
xtls_socks5_hash (const char *sid, const char *sender, const char *receiver);

/**
 * xtls_socks5_new:
 * @hash: the result of xtls_socks5_hash()
 *
 * Returns: (transfer full): the server of one connection.
 */
XtlsSocks5 *xtls_socks5_new (const char *hash);

/* @socks5: (nullable) */
void xtls_socks5_free (XtlsSocks5 *socks5);

/* Returns: how many bytes may be read next: none of what follows SOCKS5.
 * @socks5: the server. */
gsize xtls_socks5_wants (const XtlsSocks5 *socks5);

/**
 * xtls_socks5_feed:
 * @socks5: the server
 * @data: (array length=len): no more than xtls_socks5_wants()
 * @reply: bytes for the other side are appended to it
 */
XtlsSocks5Result xtls_socks5_feed (XtlsSocks5 *socks5,
                                   const guint8 *data,
                                   gsize len,
                                   GByteArray *reply);
