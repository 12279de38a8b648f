/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What may go beside the stream; see beside-rules.h. */
#include "beside-rules.h"

#include "api.h"
#include "element.h"
#include "ns.h"
#include "router-private.h"
#include "streamhosts.h"

#include <prefs.h>
#include <proxy.h>
#include <string.h>

/* The most proxies of the account's own server that are remembered. */
#define PROXIES_MAX 16

gboolean
xtls_beside_rules_allow_direct (void)
{
    return purple_prefs_get_bool (XTLS_PREF_DIRECT);
}

/* A user who reaches the server through a proxy does not want to be seen. */
static gboolean
is_proxied (XtlsRouter *router)
{
    PurpleProxyInfo *info = purple_proxy_get_setup (router->account);

    return info && purple_proxy_info_get_type (info) != PURPLE_PROXY_NONE &&
           purple_proxy_info_get_type (info) != PURPLE_PROXY_USE_GLOBAL;
}

gboolean
xtls_beside_rules_suits (XtlsRouter *router,
                         const XtlsEnvelope *iq,
                         guint64 *size)
{
    return iq->sid && iq->id && iq->size &&
           g_ascii_string_to_unsigned (
               iq->size, 10, 1, G_MAXINT64, size, NULL) &&
           !is_proxied (router);
}

/* Whether somebody on this machine can be a contact. */
static gboolean
is_server_local (XtlsRouter *router)
{
    const char *set =
        purple_account_get_string (router->account, "connect_server", NULL);
    const char *at = strchr (xtls_login_get_jid (router->login), '@');

    return xtls_streamhosts_is_local (set && *set ? set : at ? at + 1 : "");
}

GPtrArray *
xtls_beside_rules_filter (XtlsRouter *router,
                          xmlnode *query,
                          const char *sender,
                          gboolean direct,
                          gboolean any_proxy)
{
    const XtlsStreamhostsRules rules = {
        .sender = sender,
        .allows_direct = direct && xtls_beside_rules_allow_direct (),
        .is_local = is_server_local (router),
        .proxies = any_proxy ? NULL : router->proxies,
    };

    return xtls_streamhosts_filter (query, &rules);
}

/* Nobody else can send from such an address. */
static gboolean
is_of_own_server (XtlsRouter *router, const char *jid)
{
    const char *domain = strchr (xtls_login_get_jid (router->login), '@');
    g_autofree char *suffix =
        domain ? g_strconcat (".", domain + 1, NULL) : NULL;

    return suffix && jid && !strchr (jid, '@') &&
           (g_str_equal (jid, suffix + 1) || g_str_has_suffix (jid, suffix));
}

void
xtls_beside_rules_note_proxy (XtlsRouter *router, const XtlsEnvelope *iq)
{
    const xmlnode *streamhost;
    char *text;

    if (!iq->is_result || !iq->child ||
        iq->payload != XTLS_PAYLOAD_OTHER_FILE ||
        router->proxies->len >= PROXIES_MAX ||
        !is_of_own_server (router, iq->from.bare))
        return;
    streamhost =
        xtls_element_find (iq->child, "streamhost", XTLS_NS_BYTESTREAMS);
    text = streamhost ? xtls_streamhosts_describe (streamhost) : NULL;
    if (text)
        g_ptr_array_add (router->proxies, text);
}
