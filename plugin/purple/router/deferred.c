/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is deferred to the next turn of the main loop. */
#include "deferred.h"

#include "api.h"
#include "contact-list.h"
#include "contact-start.h"
#include "core.h"
#include "iq.h"
#include "jabber.h"
#include "router-private.h"

#include <eventloop.h>

static gboolean
refuse_cb (gpointer data)
{
    XtlsRouter *router = data;
    xmlnode *response = g_queue_pop_head (&router->refusals);
    gboolean more = !g_queue_is_empty (&router->refusals);

    if (!more)
        router->refusal_timer = 0;
    /* The last use of router: the response may end the connection. */
    xtls_jabber_inject (router->gc, response);
    return more;
}

gboolean
xtls_deferred_settle (XtlsRouter *router)
{
    PurpleAccount *account = router->account;
    xmlnode *response;

    while (xtls_router_is_alive (router, account) &&
           (response = g_queue_pop_head (&router->refusals)))
        xtls_jabber_inject (router->gc, response);
    return xtls_router_is_alive (router, account);
}

void
xtls_deferred_refuse (XtlsRouter *router,
                      const char *to,
                      const char *id,
                      XtlsIqError error)
{
    if (!to || !id)
        return;

    xmlnode *request = xtls_iq_new ("get", to, id);
    xmlnode *response = xtls_iq_error (request, error);

    xmlnode_free (request);
    xmlnode_set_attrib (response, "from", to);
    xmlnode_set_attrib (response, "to", xtls_login_get_own (router->login));
    g_queue_push_tail (&router->refusals, response);
    if (!router->refusal_timer)
        router->refusal_timer = purple_timeout_add (0, refuse_cb, router);
}

static gboolean
changed_cb (gpointer data)
{
    XtlsRouter *router = data;
    PurpleAccount *account = router->account;
    GHashTable *changed = router->changed;
    GHashTableIter iter;
    gpointer who;

    /* The set is taken first: notifying a contact may start a session, which
     * may change anything, even end the router. */
    router->changed =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    router->changed_timer = 0;
    g_hash_table_iter_init (&iter, changed);
    while (g_hash_table_iter_next (&iter, &who, NULL)) {
        XtlsContact *contact = xtls_contact_list_get (account, who, FALSE);

        if (contact)
            xtls_contact_start_presence_changed (contact);
        xtls_core_emit (XTLS_SIGNAL_CAPABILITY, account, who);
    }
    g_hash_table_destroy (changed);
    return FALSE;
}

void
xtls_deferred_capabilities_changed (XtlsRouter *router, const char *jid)
{
    char *who = xtls_jabber_normalize (router->account, jid);

    if (!who || g_str_equal (jid, xtls_login_get_own (router->login))) {
        g_free (who);
        return;
    }
    g_hash_table_add (router->changed, who);
    if (!router->changed_timer)
        router->changed_timer = purple_timeout_add (0, changed_cb, router);
}
