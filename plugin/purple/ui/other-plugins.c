/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Notices and questions about other plugins that encrypt. */
#include "other-plugins.h"

#include "api.h"
#include "contact-list.h"
#include "contact-name.h"
#include "contact-start.h"
#include "contact.h"
#include "conversation.h"
#include "core.h"
#include "labels.h"
#include "otr.h"

#include <eventloop.h>
#include <glib/gi18n-lib.h>
#include <notify.h>
#include <plugin.h>
#include <prefs.h>
#include <request.h>
#include <signals.h>

#define PREF_TOLD XTLS_PREFS "/told"

typedef struct {
    const char *id;
    const char *name;
    const char *pref; /* whether the user has been told */
} Other;

static const Other others[] = {
    {"otr", "OTR", PREF_TOLD "/otr"},
    {"core-riba-lurch", "OMEMO (lurch)", PREF_TOLD "/lurch"},
};

/* A question about a contact; one at a time. */
typedef struct {
    PurpleAccount *account;
    char *who;
} Question;

static int handle;
static guint tell_timer;
static GHashTable *asked; /* set of Question, whose addresses are handles */

/* --- the notice ----------------------------------------------------------- */

static void
tell_about (const Other *other)
{
    g_autofree char *primary = g_strdup_printf (
        /* Translators: the name of another plugin. */
        _ ("XTLS and %s are both enabled."),
        other->name);
    g_autofree char *text = g_strdup_printf (
        /* Translators: the name of another plugin, twice. */
        _ ("While a private conversation with XTLS is starting, is on, or "
           "holds messages, %s is not used: it gets neither what you type nor "
           "what arrives. At all other times %s works as ever. While its own "
           "private conversation is on, XTLS does not start by itself, unless "
           "encryption is required for the contact; if you start it, you are "
           "asked first."),
        other->name,
        other->name);

    purple_prefs_set_bool (other->pref, TRUE);
    purple_notify_info (
        xtls_core_get_plugin (), _ ("Private conversations"), primary, text);
}

static gboolean
tell_cb (gpointer data)
{
    tell_timer = 0;
    for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
        PurplePlugin *plugin = purple_plugins_find_with_id (others[i].id);

        if (plugin && purple_plugin_is_loaded (plugin) &&
            !purple_prefs_get_bool (others[i].pref))
            tell_about (&others[i]);
    }
    return FALSE;
}

/* While a client starts, plugins are loaded before it can show anything. */
static void
tell_soon (void)
{
    if (!tell_timer)
        tell_timer = purple_timeout_add (0, tell_cb, NULL);
}

/* --- the question --------------------------------------------------------- */

static void
question_free (gpointer data)
{
    Question *question = data;

    purple_request_close_with_handle (question);
    g_free (question->who);
    g_free (question);
}

static void
start_cb (Question *question, int button)
{
    XtlsContact *contact =
        xtls_contact_list_get (question->account, question->who, TRUE);
    g_autofree char *why = NULL;

    if (contact && !xtls_contact_start_by_user (contact, &why))
        xtls_conversation_report (question->account, question->who, why);
}

static void
keep_cb (Question *question, int button)
{
}

static Question *
find_question (PurpleAccount *account, const char *who)
{
    GHashTableIter iter;
    gpointer key;
    Question *question;

    g_hash_table_iter_init (&iter, asked);
    while (g_hash_table_iter_next (&iter, &key, NULL)) {
        question = key;
        if (question->account == account && g_str_equal (question->who, who))
            return question;
    }
    question = g_new0 (Question, 1);
    question->account = account;
    question->who = g_strdup (who);
    g_hash_table_add (asked, question);
    return question;
}

static void
ask (XtlsContact *contact)
{
    PurpleAccount *account = xtls_contact_get_account (contact);
    Question *question =
        find_question (account, xtls_contact_get_who (contact));
    g_autofree char *name =
        xtls_contact_name_get (account, xtls_contact_get_who (contact));
    g_autofree char *primary = g_strdup_printf (
        /* Translators: %s is a contact, address and name. */
        _ ("Start a private conversation with %s, and leave OTR?"),
        name);

    purple_request_close_with_handle (question);
    purple_request_action (
        question,
        _ ("Private conversation"),
        primary,
        _ ("A private conversation with OTR is on. While one with XTLS is "
           "starting or on, OTR is not used, and if it cannot be started, what "
           "you type is held. OTR goes on when you end it."),
        1,
        account,
        question->who,
        NULL,
        question,
        2,
        xtls_labels_get (_ ("_Start")),
        start_cb,
        xtls_labels_get (_ ("_Keep OTR")),
        keep_cb);
}

gboolean
xtls_other_plugins_start (XtlsContact *contact, char **why)
{
    if (xtls_contact_is_private (contact) ||
        !xtls_otr_is_running (xtls_contact_get_account (contact),
                              xtls_contact_get_who (contact)))
        return xtls_contact_start_by_user (contact, why);
    ask (contact);
    return TRUE;
}

/* --- setup ---------------------------------------------------------------- */

static void
loaded_cb (PurplePlugin *plugin, gpointer data)
{
    tell_soon ();
}

static void
account_removed_cb (PurpleAccount *account, gpointer data)
{
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init (&iter, asked);
    while (g_hash_table_iter_next (&iter, &key, NULL))
        if (((Question *)key)->account == account)
            g_hash_table_iter_remove (&iter);
}

void
xtls_other_plugins_init (void)
{
    purple_prefs_add_none (PREF_TOLD);
    for (guint i = 0; i < G_N_ELEMENTS (others); i++)
        purple_prefs_add_bool (others[i].pref, FALSE);
    asked = g_hash_table_new_full (NULL, NULL, question_free, NULL);
    purple_signal_connect (purple_plugins_get_handle (),
                           "plugin-load",
                           &handle,
                           PURPLE_CALLBACK (loaded_cb),
                           NULL);
    purple_signal_connect (purple_accounts_get_handle (),
                           "account-removed",
                           &handle,
                           PURPLE_CALLBACK (account_removed_cb),
                           NULL);
    tell_soon ();
}

void
xtls_other_plugins_uninit (void)
{
    purple_signals_disconnect_by_handle (&handle);
    if (tell_timer)
        purple_timeout_remove (tell_timer);
    tell_timer = 0;
    g_clear_pointer (&asked, g_hash_table_destroy);
}
