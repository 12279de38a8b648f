/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Passes libpurple's signals on. */
#include "signals.h"

#include "attach.h"
#include "beside.h"
#include "contact-list.h"
#include "contact-start.h"
#include "contact.h"
#include "conversation.h"
#include "core.h"
#include "envelope.h"
#include "gate.h"
#include "incoming.h"
#include "jabber.h"
#include "logins.h"
#include "outgoing.h"
#include "stanza.h"

#include <blist.h>
#include <connection.h>
#include <conversation.h>
#include <core.h>
#include <eventloop.h>
#include <glib/gi18n-lib.h>
#include <notify.h>
#include <prefs.h>
#include <signals.h>

/* --- connections ---------------------------------------------------------- */

static void
signed_on_cb (PurpleConnection *gc, gpointer data)
{
    PurpleAccount *account = purple_connection_get_account (gc);
    g_autoptr (GError) error = NULL;
    XtlsIdentity *identity;
    XtlsRouter *router;

    if (!xtls_jabber_is (account) || xtls_logins_get (account))
        return;
    identity = xtls_core_load_identity (account, &error);
    if (!identity) {
        purple_notify_error (xtls_core_get_plugin (),
                             _ ("Private conversations"),
                             _ ("There is no key for this account, so that "
                                "private conversations are not possible."),
                             error->message);
        xtls_incoming_signed_on (gc);
        return;
    }
    router = xtls_attach_open (
        gc, identity, purple_prefs_get_bool (XTLS_PREF_PADDING));
    if (router)
        xtls_logins_add (xtls_router_get_login (router));
    xtls_identity_unref (identity);
    xtls_incoming_signed_on (gc);
}

static void
tell_login_gone (PurpleAccount *account)
{
    GList *contacts = xtls_contact_list_all (account);

    for (GList *l = contacts; l; l = l->next)
        xtls_contact_start_login_gone (l->data);
    g_list_free (contacts);
}

/* The connection has failed: nothing more can be sent, and the sessions may be
 * resumed. */
static void
connection_error_cb (PurpleConnection *gc,
                     PurpleConnectionError error,
                     const char *description,
                     gpointer data)
{
    XtlsLogin *login = xtls_logins_get (purple_connection_get_account (gc));

    if (!login)
        return;
    xtls_jabber_set_failed (gc);
    xtls_endpoint_abort (xtls_login_get_endpoint (login), XTLS_END_OFFLINE);
    xtls_jabber_set_failed (NULL);
}

static void
free_router (PurpleAccount *account)
{
    XtlsRouter *router = xtls_router_get (account);

    xtls_beside_close (router);
    xtls_logins_remove (account);
    xtls_router_close (router);
}

/* At this point the connection can still send; at `signed-off` it cannot. */
static void
signing_off_cb (PurpleConnection *gc, gpointer data)
{
    PurpleAccount *account = purple_connection_get_account (gc);
    XtlsLogin *login = xtls_logins_get (account);

    xtls_incoming_forget (gc);
    xtls_gate_forget (gc);
    if (!login)
        return;
    xtls_endpoint_leave (xtls_login_get_endpoint (login));
    free_router (account);
    tell_login_gone (account);
}

static void
account_removed_cb (PurpleAccount *account, gpointer data)
{
    GList *contacts = xtls_contact_list_all (account);

    for (GList *l = contacts; l; l = l->next)
        xtls_contact_account_removed (l->data);
    g_list_free (contacts);
    xtls_conversation_account_removed (account);
    xtls_contact_list_forget (account);
    xtls_logins_forget (account);
}

/* --- stanzas -------------------------------------------------------------- */

static const XtlsGateOps gate_ops = {.filter = xtls_outgoing_filter};

/* Before libpurple reads it: otherwise a stranger could pass for a contact. */
static void
receiving_any_cb (PurpleConnection *gc, xmlnode **stanza, gpointer data)
{
    if (!stanza || !*stanza)
        return;
    xtls_stanza_drop_shadows (*stanza);
    xtls_envelope_unify_sender (*stanza);
}

static gboolean
receiving_iq_cb (PurpleConnection *gc,
                 const char *type,
                 const char *id,
                 const char *from,
                 xmlnode *iq,
                 gpointer data)
{
    return xtls_incoming_iq (gc, iq);
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
    return xtls_incoming_message (gc, message);
}

static gboolean
receiving_presence_cb (PurpleConnection *gc,
                       const char *type,
                       const char *from,
                       xmlnode *presence,
                       gpointer data)
{
    xtls_incoming_presence (gc, presence);
    return FALSE;
}

/* --- conversations -------------------------------------------------------- */

static void
conversation_created_cb (PurpleConversation *conv, gpointer data)
{
    XtlsContact *contact;

    if (purple_conversation_get_type (conv) != PURPLE_CONV_TYPE_IM)
        return;
    contact = xtls_contact_list_get (purple_conversation_get_account (conv),
                                     purple_conversation_get_name (conv),
                                     TRUE);
    if (contact)
        xtls_contact_start_conversation_created (contact);
}

static void
deleting_conversation_cb (PurpleConversation *conv, gpointer data)
{
    XtlsContact *contact;

    if (purple_conversation_get_type (conv) != PURPLE_CONV_TYPE_IM)
        return;
    contact = xtls_contact_list_get (purple_conversation_get_account (conv),
                                     purple_conversation_get_name (conv),
                                     FALSE);
    if (contact)
        xtls_contact_start_conversation_closed (contact);
}

static void
set_padding (gboolean padding)
{
    GList *accounts = xtls_logins_list ();

    for (GList *l = accounts; l; l = l->next)
        xtls_endpoint_set_padding (
            xtls_login_get_endpoint (xtls_logins_get (l->data)), padding);
    g_list_free (accounts);
}

/* Calls @function for each contact of each account. It may make another plugin
 * delete accounts. */
static void
for_all_contacts (void (*function) (XtlsContact *contact))
{
    GList *accounts = g_list_copy (purple_accounts_get_all ());

    for (GList *l = accounts; l; l = l->next) {
        GList *contacts = xtls_contact_list_all (l->data);

        for (GList *c = contacts; c; c = c->next)
            function (c->data);
        g_list_free (contacts);
    }
    g_list_free (accounts);
}

static void
setting_changed_cb (const char *name,
                    PurplePrefType type,
                    gconstpointer value,
                    gpointer data)
{
    gboolean policy = g_strcmp0 (name, XTLS_PREF_POLICY) == 0;

    set_padding (purple_prefs_get_bool (XTLS_PREF_PADDING));
    for_all_contacts (policy ? xtls_contact_policy_changed
                             : xtls_contact_refresh);
}

static void
quitting_cb (gpointer data)
{
    xtls_core_set_quitting ();
}

static void
connect_clients (PurplePlugin *plugin)
{
    void *connections = purple_connections_get_handle ();
    void *conversations = purple_conversations_get_handle ();
    const struct {
        void *instance;
        const char *signal;
        PurpleCallback callback;
    } signals[] = {
        {purple_get_core (), "quitting", PURPLE_CALLBACK (quitting_cb)},
        {connections, "signed-on", PURPLE_CALLBACK (signed_on_cb)},
        {connections,
         "connection-error",
         PURPLE_CALLBACK (connection_error_cb)},
        {connections, "signing-off", PURPLE_CALLBACK (signing_off_cb)},
        {purple_accounts_get_handle (),
         "account-removed",
         PURPLE_CALLBACK (account_removed_cb)},
        {conversations,
         "conversation-created",
         PURPLE_CALLBACK (conversation_created_cb)},
        {conversations,
         "deleting-conversation",
         PURPLE_CALLBACK (deleting_conversation_cb)},
        {xtls_jabber_get_plugin (),
         "jabber-receiving-presence",
         PURPLE_CALLBACK (receiving_presence_cb)},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
        purple_signal_connect (signals[i].instance,
                               signals[i].signal,
                               plugin,
                               signals[i].callback,
                               NULL);
    purple_prefs_connect_callback (
        plugin, XTLS_PREFS, setting_changed_cb, NULL);
}

/* Before any other plugin, so that none sees what is ours. */
static void
connect_stanzas (PurplePlugin *plugin)
{
    const struct {
        const char *signal;
        PurpleCallback callback;
    } signals[] = {
        {"jabber-receiving-xmlnode", PURPLE_CALLBACK (receiving_any_cb)},
        {"jabber-receiving-iq", PURPLE_CALLBACK (receiving_iq_cb)},
        {"jabber-receiving-message", PURPLE_CALLBACK (receiving_message_cb)},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
        purple_signal_connect_priority (xtls_jabber_get_plugin (),
                                        signals[i].signal,
                                        plugin,
                                        signals[i].callback,
                                        NULL,
                                        PURPLE_SIGNAL_PRIORITY_LOWEST);
}

/* The windows that are open already. */
static void
take_conversations (void)
{
    for (GList *l = purple_get_ims (); l; l = l->next)
        conversation_created_cb (l->data, NULL);
}

void
xtls_signals_init (void)
{
    PurplePlugin *plugin = xtls_core_get_plugin ();

    connect_clients (plugin);
    connect_stanzas (plugin);
    xtls_gate_init (&gate_ops);
    for (GList *l = purple_connections_get_all (); l; l = l->next)
        if (purple_connection_get_state (l->data) == PURPLE_CONNECTED)
            signed_on_cb (l->data, NULL);
    take_conversations ();
}

static void
close_routers (void)
{
    GList *accounts = xtls_logins_list ();

    for (GList *l = accounts; l; l = l->next) {
        XtlsRouter *router = xtls_router_get (l->data);

        if (router)
            xtls_attach_close (router);
    }
    g_list_free (accounts);
}

static void
free_routers (void)
{
    GList *accounts = xtls_logins_list ();

    for (GList *l = accounts; l; l = l->next)
        free_router (l->data);
    g_list_free (accounts);
}

void
xtls_signals_uninit (void)
{
    PurplePlugin *plugin = xtls_core_get_plugin ();

    for_all_contacts (xtls_contact_unload);
    close_routers ();
    /* While it is still noticed if one of them makes another plugin delete an
     * account. */
    xtls_conversation_settle ();
    xtls_gate_uninit ();
    purple_signals_disconnect_by_handle (plugin);
    purple_prefs_disconnect_by_handle (plugin);
    free_routers ();
    xtls_router_uninit ();
}
