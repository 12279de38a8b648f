/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stream hosts of SOCKS5 bytestreams (XEP-0065): the sender of a file names
 * where the receiver may connect to. It may name any address at all, so that
 * only what makes sense is offered and connected to.
 */
#pragma once

#include <glib.h>
#include <xmlnode.h>

/* The most that are used; the others are ignored. Two places are left for
 * proxies, if there are any. */
#define XTLS_STREAMHOSTS_MAX 8
/* Lower ports belong to other services. */
#define XTLS_STREAMHOSTS_PORT_MIN 1024

typedef struct {
    const char *sender; /* the canonical full JID of the file's sender, whose
                           own addresses are "direct" */
    gboolean allows_direct; /* whether to keep those */
    gboolean is_local;      /* whether addresses of this machine itself make
                               sense, see xtls_streamhosts_is_local() */
    /* (nullable) (element-type utf8): if set, only these proxies are kept, as
     * from xtls_streamhosts_describe() */
    GPtrArray *proxies;
} XtlsStreamhostsRules;

/**
 * xtls_streamhosts_filter:
 * @query: the parent of `<streamhost/>`s; changed in place
 * @rules: what to keep
 *
 * Removes every child that is not a stream host with a good address and port.
 * Nothing but jid, host and port of it is kept.
 *
 * Returns: (transfer full) (element-type utf8): the `jid`s of those that are
 * left, as written.
 */
GPtrArray *xtls_streamhosts_filter (xmlnode *query,
                                    const XtlsStreamhostsRules *rules);

/* Returns: (transfer full) (nullable): jid, host and port in one text; %NULL if
 * one is missing. @streamhost: the element. */
char *xtls_streamhosts_describe (const xmlnode *streamhost);

/* Returns: whether @host is this machine itself, by name or address. */
gboolean xtls_streamhosts_is_local (const char *host);
