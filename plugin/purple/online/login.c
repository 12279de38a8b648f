/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An account's connection: its endpoint, its roster, its contacts' resources.
 */
#include "login.h"

#include "jabber.h"
#include "jid.h"
#include "ns.h"

struct XtlsLogin {
    PurpleConnection *gc;   /* borrowed; the login is freed before it */
    PurpleAccount *account; /* borrowed */
    char *jid;              /* bare, normalised */
    char *own;              /* full */

    XtlsEndpoint *endpoint;
    XtlsRoster *roster;
    XtlsResources *resources;
};

XtlsLogin *
xtls_login_new (PurpleConnection *gc,
                XtlsIdentity *identity,
                gboolean padding,
                const XtlsEndpointOps *ops,
                gpointer user_data)
{
    const char *own = xtls_jabber_get_own (gc);

    if (!own)
        return NULL;

    XtlsLogin *login = g_new0 (XtlsLogin, 1);

    login->gc = gc;
    login->account = purple_connection_get_account (gc);
    login->jid = xtls_jabber_get_account_jid (login->account);
    login->own = g_strdup (own);
    login->endpoint = xtls_endpoint_new (own, identity, ops, user_data);
    xtls_endpoint_set_padding (login->endpoint, padding);
    login->roster = xtls_roster_new (own);
    login->resources = xtls_resources_new ();
    xtls_jabber_send (gc, xtls_roster_ask (login->roster));
    return login;
}

void
xtls_login_free (XtlsLogin *login)
{
    xtls_endpoint_free (login->endpoint);
    xtls_roster_free (login->roster);
    xtls_resources_free (login->resources);
    g_free (login->own);
    g_free (login->jid);
    g_free (login);
}

PurpleConnection *
xtls_login_get_connection (XtlsLogin *login)
{
    return login->gc;
}

PurpleAccount *
xtls_login_get_account (XtlsLogin *login)
{
    return login->account;
}

XtlsEndpoint *
xtls_login_get_endpoint (XtlsLogin *login)
{
    return login->endpoint;
}

XtlsRoster *
xtls_login_get_roster (XtlsLogin *login)
{
    return login->roster;
}

XtlsResources *
xtls_login_get_resources (XtlsLogin *login)
{
    return login->resources;
}

const char *
xtls_login_get_jid (XtlsLogin *login)
{
    return login->jid;
}

const char *
xtls_login_get_own (XtlsLogin *login)
{
    return login->own;
}

gboolean
xtls_login_is_contact (XtlsLogin *login, const char *who)
{
    return !xtls_jabber_is_occupant (login->account, who) &&
           xtls_roster_is_contact (login->roster, who);
}

gboolean
xtls_login_is_stranger (XtlsLogin *login, const char *who)
{
    return !xtls_login_is_contact (login, who) &&
           (xtls_jabber_is_occupant (login->account, who) ||
            !xtls_roster_is_waiting (login->roster));
}

GPtrArray *
xtls_login_list_resources (XtlsLogin *login, const char *who)
{
    return xtls_resources_list (login->resources, who);
}

void
xtls_login_probe (XtlsLogin *login, const char *who)
{
    xmlnode *presence = xmlnode_new ("presence");
    char *bare = xtls_jid_bare (who);

    xmlnode_set_namespace (presence, XTLS_NS_CLIENT);
    xmlnode_set_attrib (presence, "type", "probe");
    xmlnode_set_attrib (presence, "to", bare);
    g_free (bare);
    xtls_jabber_send (login->gc, presence);
}
