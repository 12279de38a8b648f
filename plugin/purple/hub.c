/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the whole plugin has once, and the signals of libpurple. */
#include "hub.h"

#include "gate.h"
#include "jabber.h"
#include "sids.h"
#include "stanza.h"
#include "store.h"

#include <blist.h>
#include <connection.h>
#include <conversation.h>
#include <core.h>
#include <eventloop.h>
#include <glib/gi18n-lib.h>
#include <notify.h>
#include <prefs.h>
#include <signals.h>

typedef struct {
    PurplePlugin *plugin;
    XtlsStore *store;
    XtlsSmpJobs *smp_jobs;
    guint smp_input;

    GHashTable *logins;     /* PurpleAccount → XtlsLogin, owned */
    GHashTable *sids;       /* PurpleAccount → XtlsSids of its last login */
    GHashTable *by_account; /* PurpleAccount → (bare JID → XtlsContact) */
    gboolean quitting;
    guint claims;
} Hub;

static Hub *hub;

PurplePlugin *
xtls_hub_get_plugin (void)
{
    return hub->plugin;
}

XtlsPeers *
xtls_hub_get_peers (void)
{
    return xtls_store_get_peers (hub->store);
}

XtlsContactPrefs *
xtls_hub_get_contact_prefs (void)
{
    return xtls_store_get_contact_prefs (hub->store);
}

XtlsSmpJobs *
xtls_hub_get_smp_jobs (void)
{
    return hub->smp_jobs;
}

XtlsLost *
xtls_hub_get_lost (void)
{
    return xtls_store_get_lost (hub->store);
}

gboolean
xtls_hub_is_quitting (void)
{
    return hub->quitting;
}

guint
xtls_hub_get_claims (void)
{
    return hub->claims;
}

void
xtls_hub_set_claims (guint claims)
{
    hub->claims = claims;
}

void
xtls_hub_emit (const char *signal, PurpleAccount *account, const char *who)
{
    purple_signal_emit (hub->plugin, signal, account, who);
}

void
xtls_hub_emit_keys (void)
{
    purple_signal_emit (hub->plugin, XTLS_SIGNAL_KEYS);
}

XtlsLogin *
xtls_hub_get_login (const PurpleAccount *account)
{
    return g_hash_table_lookup (hub->logins, account);
}

XtlsContact *
xtls_hub_get_contact (PurpleAccount *account, const char *who, gboolean make)
{
    GHashTable *contacts;
    XtlsContact *contact;
    g_autofree char *jid = NULL;

    if (!xtls_jabber_is (account))
        return NULL;
    jid = xtls_jabber_normalize (account, who);
    if (!jid)
        return NULL;
    contacts = g_hash_table_lookup (hub->by_account, account);
    contact = contacts ? g_hash_table_lookup (contacts, jid) : NULL;
    if (contact || !make)
        return contact;
    if (!contacts) {
        contacts = g_hash_table_new_full (
            g_str_hash, g_str_equal, NULL, (GDestroyNotify)xtls_contact_free);
        g_hash_table_insert (hub->by_account, account, contacts);
    }
    contact = xtls_contact_new (account, jid);
    g_hash_table_insert (
        contacts, (gpointer)xtls_contact_get_who (contact), contact);
    return contact;
}

GList *
xtls_hub_list_contacts (PurpleAccount *account)
{
    GHashTable *contacts = g_hash_table_lookup (hub->by_account, account);

    return contacts ? g_hash_table_get_values (contacts) : NULL;
}

/* --- the worker for shared secrets --- */

static void
smp_cb (gpointer data, gint fd, PurpleInputCondition condition)
{
    xtls_smp_jobs_dispatch (hub->smp_jobs);
}

static void
start_smp_jobs (void)
{
    hub->smp_jobs = xtls_smp_jobs_new ();
    hub->smp_input = purple_input_add (
        xtls_smp_jobs_get_fd (hub->smp_jobs), PURPLE_INPUT_READ, smp_cb, NULL);
}

static void
stop_smp_jobs (void)
{
    purple_input_remove (hub->smp_input);
    xtls_smp_jobs_free (hub->smp_jobs);
}

/* --- own keys --- */

static XtlsIdentity *
load_identity (PurpleAccount *account, GError **error)
{
    g_autofree char *jid = xtls_jabber_get_account_jid (account);

    return xtls_store_get_identity (hub->store, jid, error);
}

XtlsIdentity *
xtls_hub_get_identity (PurpleAccount *account)
{
    return xtls_jabber_is (account) ? load_identity (account, NULL) : NULL;
}

/* What runs with the old key does not outlive it. */
static void
end_conversations (PurpleAccount *account)
{
    GList *contacts = xtls_hub_list_contacts (account);

    for (GList *l = contacts; l; l = l->next) {
        XtlsState state = xtls_contact_get_state (l->data);

        if (state != XTLS_STATE_NOT_PRIVATE && state != XTLS_STATE_FINISHED)
            xtls_contact_end (l->data, NULL);
    }
    g_list_free (contacts);
}

gboolean
xtls_hub_renew_identity (PurpleAccount *account, char **why)
{
    g_autofree char *jid = NULL;
    g_autoptr (GError) error = NULL;
    XtlsLogin *login = xtls_hub_get_login (account);
    XtlsIdentity *identity;

    if (!xtls_jabber_is (account)) {
        if (why)
            *why = g_strdup (_ ("Only XMPP accounts have such a key."));
        return FALSE;
    }
    jid = xtls_jabber_get_account_jid (account);
    identity = xtls_store_renew_identity (hub->store, jid, &error);
    if (!identity) {
        if (why)
            *why = g_strdup_printf (
                _ ("The new key could not be stored: %s. The old one is still "
                   "in use."),
                error->message);
        return FALSE;
    }
    end_conversations (account);
    if (login)
        xtls_endpoint_set_identity (xtls_login_get_endpoint (login), identity);
    xtls_identity_unref (identity);
    xtls_hub_emit_keys ();
    return TRUE;
}

/* --- connections --- */

/* An endpoint ends with its connection; what libpurple sends again at the next
 * one is still to be known as ours. */
static void
give_sids (XtlsLogin *login)
{
    gpointer sids;

    if (g_hash_table_steal_extended (
            hub->sids, xtls_login_get_account (login), NULL, &sids))
        xtls_endpoint_give_sids (xtls_login_get_endpoint (login), sids);
}

static void
signed_on_cb (PurpleConnection *gc, gpointer data)
{
    PurpleAccount *account = purple_connection_get_account (gc);
    g_autoptr (GError) error = NULL;
    XtlsIdentity *identity;
    XtlsLogin *login;

    if (!xtls_jabber_is (account) || xtls_hub_get_login (account))
        return;
    identity = load_identity (account, &error);
    if (!identity) {
        purple_notify_error (hub->plugin,
                             _ ("Private conversations"),
                             _ ("There is no key for this account, so that "
                                "private conversations are not possible."),
                             error->message);
        return;
    }
    login = xtls_login_new (
        gc, identity, purple_prefs_get_bool (XTLS_PREF_PADDING));
    if (login) {
        g_hash_table_insert (hub->logins, account, login);
        give_sids (login);
    }
    xtls_identity_unref (identity);
}

static void
tell_login_gone (PurpleAccount *account)
{
    GList *contacts = xtls_hub_list_contacts (account);

    for (GList *l = contacts; l; l = l->next)
        xtls_contact_login_gone (l->data);
    g_list_free (contacts);
}

/* The connection has failed: nothing can be sent any more, and the sessions
 * may be resumed. */
static void
connection_error_cb (PurpleConnection *gc,
                     PurpleConnectionError error,
                     const char *description,
                     gpointer data)
{
    XtlsLogin *login = xtls_hub_get_login (purple_connection_get_account (gc));

    if (login)
        xtls_endpoint_abort (xtls_login_get_endpoint (login), XTLS_END_OFFLINE);
}

/* Here the connection can still send; at `signed-off` it cannot. */
static void
signing_off_cb (PurpleConnection *gc, gpointer data)
{
    PurpleAccount *account = purple_connection_get_account (gc);
    XtlsLogin *login = xtls_hub_get_login (account);

    if (!login)
        return;
    xtls_endpoint_close (xtls_login_get_endpoint (login));
    g_hash_table_insert (
        hub->sids,
        account,
        xtls_endpoint_take_sids (xtls_login_get_endpoint (login)));
    g_hash_table_remove (hub->logins, account);
    tell_login_gone (account);
}

static void
account_removed_cb (PurpleAccount *account, gpointer data)
{
    GList *contacts = xtls_hub_list_contacts (account);

    for (GList *l = contacts; l; l = l->next)
        xtls_contact_account_removed (l->data);
    g_list_free (contacts);
    g_hash_table_remove (hub->by_account, account);
    g_hash_table_remove (hub->sids, account);
}

/* --- stanzas --- */

static gboolean
judge_cb (PurpleConnection *gc, xmlnode *stanza)
{
    XtlsLogin *login = xtls_hub_get_login (purple_connection_get_account (gc));

    return login ? xtls_login_sending (login, stanza)
                 : xtls_login_sending_without (gc, stanza);
}

static gboolean
is_private_cb (PurpleAccount *account)
{
    GList *contacts = xtls_hub_list_contacts (account);
    gboolean any = FALSE;

    for (GList *l = contacts; l && !any; l = l->next)
        any = xtls_contact_is_private (l->data);
    g_list_free (contacts);
    return any;
}

static const XtlsGateOps gate_ops = {.judge = judge_cb,
                                     .is_private = is_private_cb};

/* Before libpurple reads it: a stranger could pass for a contact otherwise. */
static void
receiving_any_cb (PurpleConnection *gc, xmlnode **stanza, gpointer data)
{
    if (stanza && *stanza)
        xtls_stanza_drop_shadows (*stanza);
}

static gboolean
receiving_iq_cb (PurpleConnection *gc,
                 const char *type,
                 const char *id,
                 const char *from,
                 xmlnode *iq,
                 gpointer data)
{
    XtlsLogin *login = xtls_hub_get_login (purple_connection_get_account (gc));

    return login && xtls_login_receiving_iq (login, iq);
}

static gboolean
receiving_message_cb (PurpleConnection *gc,
                      const char *type,
                      const char *id,
                      const char *from,
                      const char *to,
                      xmlnode *message,
                      gpointer data)
{
    XtlsLogin *login = xtls_hub_get_login (purple_connection_get_account (gc));

    return login ? xtls_login_receiving_message (login, message)
                 : xtls_login_receiving_without (
                       purple_connection_get_account (gc), message);
}

static gboolean
receiving_presence_cb (PurpleConnection *gc,
                       const char *type,
                       const char *from,
                       xmlnode *presence,
                       gpointer data)
{
    XtlsLogin *login = xtls_hub_get_login (purple_connection_get_account (gc));

    if (login)
        xtls_login_receiving_presence (login, presence);
    return FALSE;
}

/* --- conversations --- */

static void
conversation_created_cb (PurpleConversation *conv, gpointer data)
{
    XtlsContact *contact;

    if (purple_conversation_get_type (conv) != PURPLE_CONV_TYPE_IM)
        return;
    contact = xtls_hub_get_contact (purple_conversation_get_account (conv),
                                    purple_conversation_get_name (conv),
                                    TRUE);
    if (contact)
        xtls_contact_conversation_created (contact);
}

static void
deleting_conversation_cb (PurpleConversation *conv, gpointer data)
{
    XtlsContact *contact;

    if (purple_conversation_get_type (conv) != PURPLE_CONV_TYPE_IM)
        return;
    contact = xtls_hub_get_contact (purple_conversation_get_account (conv),
                                    purple_conversation_get_name (conv),
                                    FALSE);
    if (contact)
        xtls_contact_conversation_closed (contact);
}

static void
setting_changed_cb (const char *name,
                    PurplePrefType type,
                    gconstpointer value,
                    gpointer data)
{
    GHashTableIter iter;
    gpointer login;
    gboolean padding = purple_prefs_get_bool (XTLS_PREF_PADDING);
    gboolean policy = g_strcmp0 (name, XTLS_PREF_POLICY) == 0;

    g_hash_table_iter_init (&iter, hub->logins);
    while (g_hash_table_iter_next (&iter, NULL, &login))
        xtls_endpoint_set_padding (xtls_login_get_endpoint (login), padding);
    for (GList *l = purple_accounts_get_all (); l; l = l->next) {
        GList *contacts = xtls_hub_list_contacts (l->data);

        for (GList *c = contacts; c; c = c->next) {
            if (policy)
                xtls_contact_policy_changed (c->data);
            else
                xtls_contact_refresh (c->data);
        }
        g_list_free (contacts);
    }
}

static void
quitting_cb (gpointer data)
{
    hub->quitting = TRUE;
}

static void
connect_signals (void)
{
    PurplePlugin *plugin = hub->plugin;
    PurplePlugin *jabber = xtls_jabber_get_plugin ();
    void *connections = purple_connections_get_handle ();
    void *conversations = purple_conversations_get_handle ();

    purple_signal_connect (purple_get_core (),
                           "quitting",
                           plugin,
                           PURPLE_CALLBACK (quitting_cb),
                           NULL);
    purple_signal_connect (
        connections, "signed-on", plugin, PURPLE_CALLBACK (signed_on_cb), NULL);
    purple_signal_connect (connections,
                           "connection-error",
                           plugin,
                           PURPLE_CALLBACK (connection_error_cb),
                           NULL);
    purple_signal_connect (connections,
                           "signing-off",
                           plugin,
                           PURPLE_CALLBACK (signing_off_cb),
                           NULL);
    purple_signal_connect (purple_accounts_get_handle (),
                           "account-removed",
                           plugin,
                           PURPLE_CALLBACK (account_removed_cb),
                           NULL);
    purple_signal_connect (conversations,
                           "conversation-created",
                           plugin,
                           PURPLE_CALLBACK (conversation_created_cb),
                           NULL);
    purple_signal_connect (conversations,
                           "deleting-conversation",
                           plugin,
                           PURPLE_CALLBACK (deleting_conversation_cb),
                           NULL);

    /* First of all: nobody else sees what is ours. */
    purple_signal_connect_priority (jabber,
                                    "jabber-receiving-xmlnode",
                                    plugin,
                                    PURPLE_CALLBACK (receiving_any_cb),
                                    NULL,
                                    PURPLE_SIGNAL_PRIORITY_LOWEST);
    purple_signal_connect_priority (jabber,
                                    "jabber-receiving-iq",
                                    plugin,
                                    PURPLE_CALLBACK (receiving_iq_cb),
                                    NULL,
                                    PURPLE_SIGNAL_PRIORITY_LOWEST);
    purple_signal_connect_priority (jabber,
                                    "jabber-receiving-message",
                                    plugin,
                                    PURPLE_CALLBACK (receiving_message_cb),
                                    NULL,
                                    PURPLE_SIGNAL_PRIORITY_LOWEST);
    purple_signal_connect (jabber,
                           "jabber-receiving-presence",
                           plugin,
                           PURPLE_CALLBACK (receiving_presence_cb),
                           NULL);
    purple_prefs_connect_callback (
        plugin, XTLS_PREFS, setting_changed_cb, NULL);
}

static void
free_login (gpointer login)
{
    xtls_login_free (login);
}

/* In a client that runs already, presence came before anybody here saw it.
 * Not every contact is asked for: servers limit rates. */
static void
probe_conversations (void)
{
    for (GList *l = purple_get_ims (); l; l = l->next) {
        PurpleAccount *account = purple_conversation_get_account (l->data);
        const char *name = purple_conversation_get_name (l->data);
        XtlsLogin *login = xtls_hub_get_login (account);
        PurpleBuddy *buddy = login ? purple_find_buddy (account, name) : NULL;

        if (buddy && PURPLE_BUDDY_IS_ONLINE (buddy))
            xtls_login_probe (login, name);
    }
}

void
xtls_hub_init (PurplePlugin *plugin)
{
    hub = g_new0 (Hub, 1);
    hub->plugin = plugin;
    hub->logins = g_hash_table_new_full (NULL, NULL, NULL, free_login);
    hub->sids = g_hash_table_new_full (
        NULL, NULL, NULL, (GDestroyNotify)xtls_sids_free);
    hub->by_account = g_hash_table_new_full (
        NULL, NULL, NULL, (GDestroyNotify)g_hash_table_destroy);
    hub->store = xtls_store_open (plugin);
    start_smp_jobs ();
    connect_signals ();
    xtls_gate_init (&gate_ops);
    for (GList *l = purple_connections_get_all (); l; l = l->next)
        if (purple_connection_get_state (l->data) == PURPLE_CONNECTED)
            signed_on_cb (l->data, NULL);
    probe_conversations ();
}

static void
unload_contacts (void)
{
    for (GList *l = purple_accounts_get_all (); l; l = l->next) {
        GList *contacts = xtls_hub_list_contacts (l->data);

        for (GList *c = contacts; c; c = c->next)
            xtls_contact_unload (c->data);
        g_list_free (contacts);
    }
}

static void
close_logins (void)
{
    GList *accounts = g_hash_table_get_keys (hub->logins);

    for (GList *l = accounts; l; l = l->next) {
        XtlsLogin *login = xtls_hub_get_login (l->data);

        if (login)
            xtls_login_close (login);
    }
    g_list_free (accounts);
}

void
xtls_hub_uninit (void)
{
    purple_notify_close_with_handle (hub->plugin);
    unload_contacts ();
    close_logins ();
    xtls_gate_uninit ();
    purple_signals_disconnect_by_handle (hub->plugin);
    purple_prefs_disconnect_by_handle (hub->plugin);
    g_hash_table_destroy (hub->logins);
    g_hash_table_destroy (hub->by_account);
    g_hash_table_destroy (hub->sids);
    stop_smp_jobs ();
    xtls_store_close (hub->store);
    g_clear_pointer (&hub, g_free);
}
