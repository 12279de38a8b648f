/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The routers of the connected accounts, and decisions about callers. */
#include "router.h"

#include "contact-list.h"
#include "contact.h"
#include "iq.h"
#include "policy.h"
#include "router-private.h"

#include <eventloop.h>

static GHashTable *routers; /* PurpleAccount → XtlsRouter, both borrowed */

static GSList *closed; /* of XtlsRouter, owned, until the next turn */
static guint free_timer;

XtlsRouter *
xtls_router_new (PurpleConnection *gc,
                 XtlsIdentity *identity,
                 gboolean padding,
                 const XtlsEndpointOps *ops)
{
    XtlsRouter *router = g_new0 (XtlsRouter, 1);

    router->login = xtls_login_new (gc, identity, padding, ops, router);
    if (!router->login) {
        g_free (router);
        return NULL;
    }
    router->gc = gc;
    router->account = xtls_login_get_account (router->login);
    router->tracker = xtls_iq_tracker_new ();
    router->early_acks = xtls_early_acks_new ();
    router->file_limit = xtls_file_limit_new ();
    router->jingle_limit = xtls_jingle_limit_new (gc);
    g_queue_init (&router->beside);
    router->proxies = g_ptr_array_new_with_free_func (g_free);
    g_queue_init (&router->refusals);
    router->changed =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    if (!routers)
        routers = g_hash_table_new (NULL, NULL);
    g_hash_table_insert (routers, router->account, router);
    return router;
}

static void
stop_timers (XtlsRouter *router)
{
    guint *timers[] = {&router->refusal_timer,
                       &router->call_off_timer,
                       &router->early_acks_timer,
                       &router->waiting_timer,
                       &router->changed_timer};

    for (guint i = 0; i < G_N_ELEMENTS (timers); i++) {
        if (*timers[i])
            purple_timeout_remove (*timers[i]);
        *timers[i] = 0;
    }
}

static void
router_free (gpointer data)
{
    XtlsRouter *router = data;

    stop_timers (router);
    xtls_login_free (router->login);
    xtls_iq_tracker_free (router->tracker);
    xtls_early_acks_free (router->early_acks);
    xtls_file_limit_free (router->file_limit);
    g_ptr_array_unref (router->proxies);
    g_slist_free (router->offers);
    g_slist_free (router->called_off);
    g_queue_clear_full (&router->refusals, (GDestroyNotify)xmlnode_free);
    g_hash_table_destroy (router->changed);
    g_free (router);
}

static gboolean
free_cb (gpointer data)
{
    free_timer = 0;
    g_slist_free_full (g_steal_pointer (&closed), router_free);
    return FALSE;
}

void
xtls_router_close (XtlsRouter *router)
{
    g_hash_table_remove (routers, router->account);
    if (g_hash_table_size (routers) == 0)
        g_clear_pointer (&routers, g_hash_table_destroy);
    g_clear_pointer (&router->jingle_limit, xtls_jingle_limit_free);
    stop_timers (router);
    closed = g_slist_prepend (closed, router);
    if (!free_timer)
        free_timer = purple_timeout_add (0, free_cb, NULL);
}

void
xtls_router_uninit (void)
{
    if (free_timer)
        purple_timeout_remove (free_timer);
    free_cb (NULL);
}

XtlsRouter *
xtls_router_get (const PurpleAccount *account)
{
    return routers ? g_hash_table_lookup (routers, account) : NULL;
}

gboolean
xtls_router_is_alive (const XtlsRouter *router, const PurpleAccount *account)
{
    return xtls_router_get (account) == router;
}

XtlsLogin *
xtls_router_get_login (XtlsRouter *router)
{
    return router->login;
}

/* A contact whose requests are refused by policy and that does not get our
 * presence cannot distinguish this client from one without the plugin. */
XtlsCaller
xtls_router_get_caller (XtlsRouter *router, const char *peer)
{
    XtlsContact *contact = NULL;

    if (xtls_login_is_contact (router->login, peer))
        contact = xtls_contact_list_get (router->account, peer, TRUE);
    return contact && xtls_policy_allows_calls (router->account,
                                                xtls_contact_get_who (contact))
               ? XTLS_CALLER_WELCOME
               : XTLS_CALLER_STRANGER;
}
