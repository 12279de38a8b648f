/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Accounts: logging in and out, subscriptions, presence of our own. */
#include "headless.h"

#include <connection.h>
#include <proxy.h>
#include <signals.h>
#include <status.h>
#include <string.h>
#include <util.h>

static int handle;

static char *
bare (const char *jid)
{
    return g_strndup (jid, strcspn (jid, "/"));
}

void
json_account (GString *json, PurpleAccount *account)
{
    g_autofree char *jid = bare (purple_account_get_username (account));

    json_string (json, "account", jid);
}

/* Finds an account by its name or by its bare JID. */
static PurpleAccount *
find_account (const char *jid)
{
    g_autofree char *wanted = bare (jid);

    for (GList *l = purple_accounts_get_all (); l; l = l->next)
        if (g_str_equal (purple_account_get_username (l->data), jid))
            return l->data;
    for (GList *l = purple_accounts_get_all (); l; l = l->next) {
        g_autofree char *name = bare (purple_account_get_username (l->data));

        if (g_str_equal (name, wanted))
            return l->data;
    }
    return NULL;
}

PurpleAccount *
account_arg (const char *jid, GString *answer)
{
    PurpleAccount *account = find_account (jid);

    if (!account)
        fail (answer, "no such account");
    return account;
}

PurpleConnection *
connection_arg (const char *jid, GString *answer)
{
    PurpleAccount *account = account_arg (jid, answer);

    if (!account)
        return NULL;
    if (!purple_account_is_connected (account)) {
        fail (answer, "not connected");
        return NULL;
    }
    return purple_account_get_connection (account);
}

static PurpleAccount *
add_account (const char *jid)
{
    PurpleAccount *account = purple_account_new (jid, "prpl-jabber");
    PurpleProxyInfo *proxy = purple_proxy_info_new ();

    purple_proxy_info_set_type (proxy, PURPLE_PROXY_NONE);
    purple_account_set_proxy_info (account, proxy);
    purple_accounts_add (account);
    return account;
}

/* login JID PASSWORD HOST PORT [BOSH_URL] */
static gboolean
login (char **args, GString *answer)
{
    PurpleAccount *account = find_account (args[0]);

    if (!account)
        account = add_account (args[0]);
    purple_account_set_username (account, args[0]);
    purple_account_set_password (account, args[1]);
    purple_account_set_string (account, "connect_server", args[2]);
    purple_account_set_int (account, "port", atoi (args[3]));
    purple_account_set_string (account, "bosh_url", args[4] ? args[4] : "");
    purple_account_set_string (
        account, "connection_security", "opportunistic_tls");
    purple_account_set_bool (account, "auth_plain_in_clear", TRUE);
    /* The default proxy is a host on the Internet. */
    purple_account_set_string (account, "ft_proxies", "");
    purple_account_set_enabled (account, "headless", TRUE);
    return TRUE;
}

static gboolean
logout (char **args, GString *answer)
{
    PurpleAccount *account = account_arg (args[0], answer);

    if (!account)
        return FALSE;
    purple_account_set_enabled (account, "headless", FALSE);
    return TRUE;
}

/* presence ACCOUNT STATUS_ID [MESSAGE] */
static gboolean
set_presence (char **args, GString *answer)
{
    PurpleAccount *account = account_arg (args[0], answer);

    if (!account)
        return FALSE;
    if (!purple_account_get_status (account, args[1]))
        return fail (answer, "no such status");
    if (args[2])
        purple_account_set_status (
            account, args[1], TRUE, "message", args[2], NULL);
    else
        purple_account_set_status (account, args[1], TRUE, NULL);
    return TRUE;
}

static gboolean
list_accounts (char **args, GString *answer)
{
    json_open (answer, "accounts", '[');
    for (GList *l = purple_accounts_get_all (); l; l = l->next) {
        json_open (answer, NULL, '{');
        json_account (answer, l->data);
        json_bool (answer, "connected", purple_account_is_connected (l->data));
        json_close (answer, '}');
    }
    json_close (answer, ']');
    return TRUE;
}

/* rename ACCOUNT JID, as a user does who edits the account */
static gboolean
rename_account (char **args, GString *answer)
{
    PurpleAccount *account = account_arg (args[0], answer);

    if (!account)
        return FALSE;
    purple_account_set_username (account, args[1]);
    return TRUE;
}

/* account-delete ACCOUNT */
static gboolean
delete_account (char **args, GString *answer)
{
    PurpleAccount *account = account_arg (args[0], answer);

    if (!account)
        return FALSE;
    purple_accounts_delete (account);
    return TRUE;
}

const Command account_commands[] = {{"login", 4, login},
                                    {"logout", 1, logout},
                                    {"account-delete", 1, delete_account},
                                    {"rename", 2, rename_account},
                                    {"presence", 2, set_presence},
                                    {"accounts", 0, list_accounts},
                                    {NULL, 0, NULL}};

static void
signed_on_cb (PurpleConnection *gc, gpointer user_data)
{
    GString *event = json_event ("connected");

    json_account (event, purple_connection_get_account (gc));
    json_string (event, "jid", purple_connection_get_display_name (gc));
    json_send (event);
}

static void
signed_off_cb (PurpleConnection *gc, gpointer user_data)
{
    PurpleAccount *account = purple_connection_get_account (gc);
    const PurpleConnectionErrorInfo *error =
        purple_account_get_current_error (account);
    GString *event = json_event ("disconnected");

    json_account (event, account);
    json_string (event, "reason", error ? error->description : NULL);
    json_send (event);
}

static void
removed_cb (PurpleAccount *account, gpointer user_data)
{
    GString *event = json_event ("account-removed");

    json_account (event, account);
    json_send (event);
}

static void *
request_authorize (PurpleAccount *account,
                   const char *who,
                   const char *id,
                   const char *alias,
                   const char *message,
                   gboolean on_list,
                   PurpleAccountRequestAuthorizationCb authorize,
                   PurpleAccountRequestAuthorizationCb deny,
                   void *user_data)
{
    GString *event = json_event ("authorised");

    authorize (user_data);
    json_account (event, account);
    json_string (event, "who", who);
    json_send (event);
    return NULL;
}

static PurpleAccountUiOps account_ops = {.request_authorize =
                                             request_authorize};

void
account_init (void)
{
    void *connections = purple_connections_get_handle ();

    purple_accounts_set_ui_ops (&account_ops);
    purple_signal_connect (purple_accounts_get_handle (),
                           "account-removed",
                           &handle,
                           PURPLE_CALLBACK (removed_cb),
                           NULL);
    purple_signal_connect (connections,
                           "signed-on",
                           &handle,
                           PURPLE_CALLBACK (signed_on_cb),
                           NULL);
    purple_signal_connect (connections,
                           "signed-off",
                           &handle,
                           PURPLE_CALLBACK (signed_off_cb),
                           NULL);
}
