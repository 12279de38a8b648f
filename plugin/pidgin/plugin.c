/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plugin `gtk-xtls`: loads, connects the core's signals to the modules of
 * the face, and takes everything back when it is unloaded.
 */
#define PURPLE_PLUGINS

#include "gui.h"

#include "contact-settings.h"
#include "dialog.h"
#include "held-dialog.h"
#include "help.h"
#include "icon.h"
#include "im-window.h"
#include "keys.h"
#include "link.h"
#include "lock.h"
#include "newkey.h"
#include "ownkeys.h"
#include "settings-window.h"
#include "tooltip.h"
#include "verify.h"

#include <blist.h>
#include <connection.h>
#include <conversation.h>
#include <glib/gi18n-lib.h>
#include <gtkconv.h>
#include <gtkplugin.h>
#include <notify.h>
#include <util.h>
#include <version.h>

static PurplePlugin *self;
static const XtlsApi *api;
static guint refresh_id;

const XtlsApi *
xtls_gui_api (void)
{
    return api;
}

void *
xtls_gui_handle (void)
{
    return self;
}

void
xtls_gui_tell (const char *primary, char *why)
{
    purple_notify_error (self, _ ("Private conversations"), primary, why);
    g_free (why);
}

static gboolean
refresh_cb (gpointer data)
{
    refresh_id = 0;
    xtls_im_window_refresh ();
    xtls_dialog_refresh ();
    xtls_keys_refresh ();
    xtls_ownkeys_refresh ();
    return FALSE;
}

/* Ahead of clicks: no menu may still be about an account that is gone. */
void
xtls_gui_refresh (void)
{
    if (refresh_id == 0)
        refresh_id = g_idle_add_full (G_PRIORITY_HIGH, refresh_cb, NULL, NULL);
}

/* --- signals ------------------------------------------------------------- */

static void
changed_cb (void)
{
    xtls_gui_refresh ();
}

static void
state_cb (PurpleAccount *account, const char *who, gpointer data)
{
    xtls_keys_set_state (account, who);
    xtls_gui_refresh ();
}

/* Keys, or the accounts that they belong to. */
static void
keys_cb (void)
{
    xtls_keys_changed ();
    xtls_gui_refresh ();
}

static void
key_unknown_cb (PurpleAccount *account, const char *who, gpointer data)
{
    xtls_newkey_show (account, who);
    xtls_gui_refresh ();
}

static void
choice_cb (PurpleAccount *account, const char *who, gpointer data)
{
    xtls_held_dialog_show (account, who);
    xtls_gui_refresh ();
}

static void
secret_cb (PurpleAccount *account, const char *who, gpointer data)
{
    xtls_verify_secret (account, who);
    xtls_gui_refresh ();
}

static void
verify_cb (PurpleAccount *account, const char *who, gpointer data)
{
    xtls_verify_show (account, who, NULL);
}

static void
settings_cb (PurpleAccount *account, const char *who, gpointer data)
{
    xtls_contact_settings_show (account, who);
}

static void
help_cb (void)
{
    xtls_help_show ();
}

static void
account_removed_cb (PurpleAccount *account, gpointer data)
{
    xtls_dialog_close_all (account);
    keys_cb ();
}

static void
pref_cb (const char *name,
         PurplePrefType type,
         gconstpointer value,
         gpointer data)
{
    xtls_gui_refresh ();
}

static void
connect_core (PurplePlugin *core)
{
    purple_signal_connect (
        core, XTLS_SIGNAL_STATE, self, PURPLE_CALLBACK (state_cb), NULL);
    purple_signal_connect (
        core, XTLS_SIGNAL_CAPABILITY, self, PURPLE_CALLBACK (changed_cb), NULL);
    purple_signal_connect (
        core, XTLS_SIGNAL_KEYS, self, PURPLE_CALLBACK (keys_cb), NULL);
    purple_signal_connect (core,
                           XTLS_SIGNAL_KEY_UNKNOWN,
                           self,
                           PURPLE_CALLBACK (key_unknown_cb),
                           NULL);
    purple_signal_connect (
        core, XTLS_SIGNAL_CHOICE, self, PURPLE_CALLBACK (choice_cb), NULL);
    purple_signal_connect (
        core, XTLS_SIGNAL_SECRET, self, PURPLE_CALLBACK (secret_cb), NULL);
    purple_signal_connect (
        core, XTLS_SIGNAL_VERIFY, self, PURPLE_CALLBACK (verify_cb), NULL);
    purple_signal_connect (
        core, XTLS_SIGNAL_SETTINGS, self, PURPLE_CALLBACK (settings_cb), NULL);
    purple_signal_connect (
        core, XTLS_SIGNAL_HELP, self, PURPLE_CALLBACK (help_cb), NULL);
}

static void
connect_pidgin (void)
{
    static const char *const pidgin[] = {"conversation-switched",
                                         "conversation-displayed",
                                         "conversation-hiding"};
    static const char *const purple[] = {"conversation-created",
                                         "deleting-conversation"};

    for (gsize i = 0; i < G_N_ELEMENTS (pidgin); i++)
        purple_signal_connect (pidgin_conversations_get_handle (),
                               pidgin[i],
                               self,
                               PURPLE_CALLBACK (changed_cb),
                               NULL);
    for (gsize i = 0; i < G_N_ELEMENTS (purple); i++)
        purple_signal_connect (purple_conversations_get_handle (),
                               purple[i],
                               self,
                               PURPLE_CALLBACK (changed_cb),
                               NULL);
    purple_signal_connect (purple_blist_get_handle (),
                           "blist-node-aliased",
                           self,
                           PURPLE_CALLBACK (changed_cb),
                           NULL);
    purple_signal_connect (purple_connections_get_handle (),
                           "signed-on",
                           self,
                           PURPLE_CALLBACK (changed_cb),
                           NULL);
    purple_signal_connect (purple_connections_get_handle (),
                           "signed-off",
                           self,
                           PURPLE_CALLBACK (changed_cb),
                           NULL);
    purple_signal_connect (purple_accounts_get_handle (),
                           "account-added",
                           self,
                           PURPLE_CALLBACK (keys_cb),
                           NULL);
    purple_signal_connect (purple_accounts_get_handle (),
                           "account-removed",
                           self,
                           PURPLE_CALLBACK (account_removed_cb),
                           NULL);
    purple_prefs_connect_callback (self, XTLS_GUI_PREFS, pref_cb, NULL);
    purple_prefs_connect_callback (self, XTLS_PREFS, pref_cb, NULL);
}

/* --- the plugin ---------------------------------------------------------- */

static gboolean
load (PurplePlugin *plugin)
{
    PurplePlugin *core = purple_plugins_find_with_id (XTLS_CORE_ID);

    self = plugin;
    api = core == NULL
              ? NULL
              : purple_plugin_ipc_call (core,
                                        XTLS_API_IPC,
                                        NULL,
                                        GUINT_TO_POINTER (XTLS_API_VERSION));
    if (api == NULL) {
        purple_notify_error (plugin,
                             _ ("Private conversations"),
                             _ ("The windows of private conversations could "
                                "not be loaded."),
                             _ ("The plugin “XTLS private conversations” has "
                                "another version than this one."));
        return FALSE;
    }
    connect_core (core);
    connect_pidgin ();
    xtls_link_init ();
    xtls_tooltip_init ();
    api->claim (XTLS_CLAIM_VERIFY | XTLS_CLAIM_KEY_UNKNOWN | XTLS_CLAIM_CHOICE |
                XTLS_CLAIM_SECRET | XTLS_CLAIM_MENUS | XTLS_CLAIM_SETTINGS |
                XTLS_CLAIM_HELP);
    xtls_gui_refresh ();
    return TRUE;
}

static gboolean
unload (PurplePlugin *plugin)
{
    purple_signals_disconnect_by_handle (plugin);
    purple_prefs_disconnect_by_handle (plugin);
    purple_notify_close_with_handle (plugin);
    if (refresh_id != 0)
        g_source_remove (refresh_id);
    refresh_id = 0;
    xtls_dialog_close_all (NULL);
    xtls_settings_window_close ();
    xtls_link_uninit ();
    xtls_im_window_uninit ();
    xtls_icon_uninit ();
    api->claim (0);
    api = NULL;
    return TRUE;
}

static PidginPluginUiInfo ui_info = {.get_config_frame =
                                         xtls_settings_window_frame};

/* libpurple wants them writable. */
static char id[] = XTLS_GUI_ID;
static char version[] = XTLS_VERSION;
static char author[] = "pidgin-xtls";
static char core_id[] = XTLS_CORE_ID;
static char ui[] = PIDGIN_PLUGIN_TYPE;

static PurplePluginInfo info = {
    .magic = PURPLE_PLUGIN_MAGIC,
    .major_version = PURPLE_MAJOR_VERSION,
    .minor_version = PURPLE_MINOR_VERSION,
    .type = PURPLE_PLUGIN_STANDARD,
    .ui_requirement = ui,
    .priority = PURPLE_PRIORITY_DEFAULT,
    .id = id,
    .version = version,
    .load = load,
    .unload = unload,
    .ui_info = &ui_info,
};

/* A plugin in the person's own folder has its catalogues there too. */
static void
bind_catalogues (void)
{
    char *home = g_build_filename (purple_user_dir (), "locale", NULL);

    bindtextdomain (GETTEXT_PACKAGE,
                    g_file_test (home, G_FILE_TEST_IS_DIR) ? home
                                                           : XTLS_LOCALE_DIR);
    bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
    g_free (home);
}

static void
init_plugin (PurplePlugin *plugin)
{
    bind_catalogues ();
    info.name = _ ("XTLS private conversations in Pidgin");
    info.summary = _ ("The lock, the menus and the dialogs of private "
                      "conversations.");
    info.description = _ ("Shows in every conversation whether it is private, "
                          "and lets you start, verify and end it with a "
                          "click.");
    info.author = author;
    info.dependencies = g_list_prepend (NULL, core_id);
    purple_prefs_add_none ("/plugins/gtk");
    purple_prefs_add_none (XTLS_GUI_PREFS);
    purple_prefs_add_bool (XTLS_GUI_PREF_BUTTON, TRUE);
}

PURPLE_INIT_PLUGIN (gtk_xtls, init_plugin, info)
