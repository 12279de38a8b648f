/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The stream hosts of SOCKS5 bytestreams; see streamhosts.h. */
#include "streamhosts.h"

#include "element.h"
#include "jid.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#define HOST_MAX 255
#define NAME_CHARACTERS                                                        \
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-."

typedef enum {
    HOST_BAD,
    HOST_LOCAL, /* this machine itself */
    HOST_NAME,
    HOST_ADDRESS
} Host;

/* What a stream host is, and whether it is used. */
typedef enum { KIND_BAD, KIND_DIRECT, KIND_PROXY } Kind;

/* Only so many stream hosts are looked at; the others are removed. */
#define LOOKED_AT 32

/* Own addresses of a sender take no more than what leaves so many proxies
 * their places. */
#define PROXIES_RESERVED 2

/* --- hosts ---------------------------------------------------------------- */

/* @address: in the byte order of this machine. */
static Host
sort_ipv4 (guint32 address)
{
    if (address >> 24 == 127)
        return HOST_LOCAL;
    return address >> 24 == 0 ||              /* this network */
                   address >> 16 == 0xa9fe || /* link-local: 169.254 */
                   address >> 28 >= 0xe /* multicast, reserved, broadcast */
               ? HOST_BAD
               : HOST_ADDRESS;
}

static Host
sort_ipv6 (const struct in6_addr *address)
{
    guint32 low;

    if (IN6_IS_ADDR_LOOPBACK (address))
        return HOST_LOCAL;
    if (IN6_IS_ADDR_V4MAPPED (address)) {
        memcpy (&low, address->s6_addr + 12, sizeof low);
        return sort_ipv4 (ntohl (low));
    }
    return IN6_IS_ADDR_UNSPECIFIED (address) ||
                   IN6_IS_ADDR_V4COMPAT (address) ||
                   IN6_IS_ADDR_LINKLOCAL (address) ||
                   IN6_IS_ADDR_MULTICAST (address)
               ? HOST_BAD
               : HOST_ADDRESS;
}

/* A name that ends like a number could be read as an address. */
static Host
sort_name (const char *host)
{
    gsize len = strlen (host);
    const char *dot = strrchr (host, '.');

    if (len == 0 || len > HOST_MAX || strspn (host, NAME_CHARACTERS) != len ||
        !g_ascii_isalpha (dot ? dot[1] : host[0]))
        return HOST_BAD;
    return g_ascii_strcasecmp (dot ? dot + 1 : host, "localhost") == 0
               ? HOST_LOCAL
               : HOST_NAME;
}

static Host
sort_host (const char *host)
{
    struct in_addr ipv4;
    struct in6_addr ipv6;

    if (inet_pton (AF_INET, host, &ipv4) == 1)
        return sort_ipv4 (ntohl (ipv4.s_addr));
    if (inet_pton (AF_INET6, host, &ipv6) == 1)
        return sort_ipv6 (&ipv6);
    return sort_name (host);
}

gboolean
xtls_streamhosts_is_local (const char *host)
{
    return sort_host (host) == HOST_LOCAL;
}

/* --- elements ------------------------------------------------------------- */

static gboolean
is_good_port (const char *port)
{
    guint64 number;

    return g_ascii_string_to_unsigned (
        port, 10, XTLS_STREAMHOSTS_PORT_MIN, 65535, &number, NULL);
}

char *
xtls_streamhosts_describe (const xmlnode *streamhost)
{
    const char *jid = xtls_element_attribute (streamhost, "jid");
    const char *host = xtls_element_attribute (streamhost, "host");
    const char *port = xtls_element_attribute (streamhost, "port");

    return jid && host && port ? g_strjoin ("\n", jid, host, port, NULL) : NULL;
}

static gboolean
is_listed (const xmlnode *streamhost, GPtrArray *proxies)
{
    g_autofree char *text = xtls_streamhosts_describe (streamhost);

    return text &&
           g_ptr_array_find_with_equal_func (proxies, text, g_str_equal, NULL);
}

/* A contact names its own addresses; its server's proxy may have a name. The
 * JID comes last, because its canonical form may take milliseconds. */
static Kind
sort_streamhost (const xmlnode *streamhost, const XtlsStreamhostsRules *rules)
{
    const char *host = xtls_element_attribute (streamhost, "host");
    const char *port = xtls_element_attribute (streamhost, "port");
    Host what = host ? sort_host (host) : HOST_BAD;
    g_autofree char *jid = NULL;

    if (!port || !is_good_port (port) || what == HOST_BAD ||
        (what == HOST_LOCAL && !rules->is_local))
        return KIND_BAD;
    jid = xtls_jid_canonical (xtls_element_attribute (streamhost, "jid"));
    if (!jid)
        return KIND_BAD;
    if (g_strcmp0 (jid, rules->sender) == 0)
        return rules->allows_direct && what != HOST_NAME ? KIND_DIRECT
                                                         : KIND_BAD;
    return !rules->proxies || is_listed (streamhost, rules->proxies)
               ? KIND_PROXY
               : KIND_BAD;
}

static gboolean
is_streamhost (const xmlnode *node)
{
    return node->type == XMLNODE_TYPE_TAG &&
           g_str_equal (xtls_element_local_name (node), "streamhost");
}

/* libpurple would look at other attributes, too. */
static void
strip (xmlnode *streamhost)
{
    g_autofree char *jid =
        g_strdup (xtls_element_attribute (streamhost, "jid"));
    g_autofree char *host =
        g_strdup (xtls_element_attribute (streamhost, "host"));
    g_autofree char *port =
        g_strdup (xtls_element_attribute (streamhost, "port"));

    while (streamhost->child)
        xmlnode_free (streamhost->child);
    xmlnode_set_attrib (streamhost, "jid", jid);
    xmlnode_set_attrib (streamhost, "host", host);
    xmlnode_set_attrib (streamhost, "port", port);
}

/* @kinds: (out): of the first stream hosts, as many as are looked at. Returns:
 * how many those are. */
static guint
sort_all (const xmlnode *query, const XtlsStreamhostsRules *rules, Kind *kinds)
{
    guint n = 0;

    for (xmlnode *node = query->child; node && n < LOOKED_AT; node = node->next)
        if (is_streamhost (node))
            kinds[n++] = sort_streamhost (node, rules);
    return n;
}

/* Proxies are usually named last, behind all addresses of a machine. */
static guint
count_reserved (const Kind *kinds, guint n)
{
    guint proxies = 0;

    for (guint i = 0; i < n; i++)
        proxies += kinds[i] == KIND_PROXY;
    return MIN (proxies, PROXIES_RESERVED);
}

GPtrArray *
xtls_streamhosts_filter (xmlnode *query, const XtlsStreamhostsRules *rules)
{
    GPtrArray *jids = g_ptr_array_new_with_free_func (g_free);
    Kind kinds[LOOKED_AT];
    guint n = sort_all (query, rules, kinds);
    guint reserved = count_reserved (kinds, n);
    guint at = 0;
    xmlnode *next;

    for (xmlnode *node = query->child; node; node = next) {
        Kind kind = KIND_BAD;

        next = node->next;
        if (node->type == XMLNODE_TYPE_ATTRIB)
            continue;
        if (is_streamhost (node) && at < n)
            kind = kinds[at++];
        if (kind == KIND_BAD ||
            jids->len + (kind == KIND_DIRECT ? reserved : 0) >=
                XTLS_STREAMHOSTS_MAX) {
            xmlnode_free (node);
            continue;
        }
        if (kind == KIND_PROXY && reserved > 0)
            reserved--;
        strip (node);
        g_ptr_array_add (jids, g_strdup (xtls_element_attribute (node, "jid")));
    }
    return jids;
}
