/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plugin `gtk-xtls` for Pidgin: connects the core's and Pidgin's signals to
 * the modules, and undoes everything when it is unloaded.
 */
#define PURPLE_PLUGINS

#include "addressee.h"
#include "contact-settings.h"
#include "dialog.h"
#include "gui.h"
#include "held-dialog.h"
#include "held-marks.h"
#include "help.h"
#include "icon.h"
#include "im-window.h"
#include "keys.h"
#include "link.h"
#include "newkey.h"
#include "ownkeys.h"
#include "progress.h"
#include "quit.h"
#include "settings-window.h"
#include "tooltip.h"
#include "verify.h"

#include <blist.h>
#include <connection.h>
#include <conversation.h>
#include <glib/gi18n-lib.h>
#include <gtkblist.h>
#include <gtkconv.h>
#include <gtkplugin.h>
#include <notify.h>
#include <util.h>
#include <version.h>

/* --- refreshing ----------------------------------------------------------- */

static void
refresh_all (void)
{
    xtls_im_window_refresh ();
    xtls_dialog_refresh ();
    xtls_keys_refresh ();
    xtls_ownkeys_refresh ();
    xtls_quit_refresh ();
}

/* --- signals -------------------------------------------------------------- */

static void
changed_cb (void)
{
    xtls_gui_refresh ();
}

static void
state_cb (PurpleAccount *account, const char *who, gpointer data)
{
    xtls_progress_note (account, who);
    xtls_keys_set_state (account, who);
    xtls_gui_refresh ();
}

/* The keys have changed, or the accounts that they belong to. */
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
help_cb (PurpleAccount *none, const char *page, gpointer data)
{
    xtls_help_show (page);
}

static void
account_removed_cb (PurpleAccount *account, gpointer data)
{
    xtls_dialog_close_all (account);
    xtls_progress_forget (account);
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

typedef struct {
    const char *name;
    PurpleCallback callback;
} Signal;

static void
connect_signals (void *instance, const Signal *signals, gsize count)
{
    for (gsize i = 0; i < count; i++)
        purple_signal_connect (instance,
                               signals[i].name,
                               xtls_gui_handle (),
                               signals[i].callback,
                               NULL);
}

static void
connect_core (PurplePlugin *core)
{
    static const Signal signals[] = {
        {XTLS_SIGNAL_STATE, PURPLE_CALLBACK (state_cb)},
        {XTLS_SIGNAL_CAPABILITY, PURPLE_CALLBACK (changed_cb)},
        {XTLS_SIGNAL_KEYS, PURPLE_CALLBACK (keys_cb)},
        {XTLS_SIGNAL_KEY_UNKNOWN, PURPLE_CALLBACK (key_unknown_cb)},
        {XTLS_SIGNAL_CHOICE, PURPLE_CALLBACK (choice_cb)},
        {XTLS_SIGNAL_SECRET, PURPLE_CALLBACK (secret_cb)},
        {XTLS_SIGNAL_VERIFY, PURPLE_CALLBACK (verify_cb)},
        {XTLS_SIGNAL_SETTINGS, PURPLE_CALLBACK (settings_cb)},
        {XTLS_SIGNAL_HELP, PURPLE_CALLBACK (help_cb)},
    };

    connect_signals (core, signals, G_N_ELEMENTS (signals));
}

static void
connect_pidgin (void)
{
    static const Signal windows[] = {
        {"conversation-switched", PURPLE_CALLBACK (changed_cb)},
        {"conversation-displayed", PURPLE_CALLBACK (changed_cb)},
        {"conversation-hiding", PURPLE_CALLBACK (changed_cb)},
    };
    static const Signal conversations[] = {
        {"conversation-created", PURPLE_CALLBACK (changed_cb)},
        {"deleting-conversation", PURPLE_CALLBACK (changed_cb)},
    };
    static const Signal lists[] = {
        {"gtkblist-created", PURPLE_CALLBACK (changed_cb)},
    };
    static const Signal buddies[] = {
        {"blist-node-aliased", PURPLE_CALLBACK (changed_cb)},
    };
    static const Signal connections[] = {
        {"signed-on", PURPLE_CALLBACK (changed_cb)},
        {"signed-off", PURPLE_CALLBACK (changed_cb)},
    };
    static const Signal accounts[] = {
        {"account-added", PURPLE_CALLBACK (keys_cb)},
        {"account-removed", PURPLE_CALLBACK (account_removed_cb)},
    };

    connect_signals (
        pidgin_conversations_get_handle (), windows, G_N_ELEMENTS (windows));
    connect_signals (pidgin_blist_get_handle (), lists, G_N_ELEMENTS (lists));
    connect_signals (purple_conversations_get_handle (),
                     conversations,
                     G_N_ELEMENTS (conversations));
    connect_signals (
        purple_blist_get_handle (), buddies, G_N_ELEMENTS (buddies));
    connect_signals (purple_connections_get_handle (),
                     connections,
                     G_N_ELEMENTS (connections));
    connect_signals (
        purple_accounts_get_handle (), accounts, G_N_ELEMENTS (accounts));
    purple_prefs_connect_callback (
        xtls_gui_handle (), XTLS_GUI_PREFS, pref_cb, NULL);
    purple_prefs_connect_callback (
        xtls_gui_handle (), XTLS_PREFS, pref_cb, NULL);
}

/* --- the plugin ----------------------------------------------------------- */

static gboolean
load (PurplePlugin *plugin)
{
    PurplePlugin *core = purple_plugins_find_with_id (XTLS_CORE_ID);
    const XtlsApi *api;

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
    xtls_gui_init (plugin, api, refresh_all);
    connect_core (core);
    connect_pidgin ();
    xtls_im_window_init ();
    xtls_link_init ();
    xtls_tooltip_init ();
    xtls_addressee_init ();
    xtls_held_marks_init ();
    api->claim (XTLS_CLAIM_VERIFY | XTLS_CLAIM_KEY_UNKNOWN | XTLS_CLAIM_CHOICE |
                XTLS_CLAIM_SECRET | XTLS_CLAIM_MENUS | XTLS_CLAIM_SETTINGS |
                XTLS_CLAIM_HELP | XTLS_CLAIM_HELD);
    xtls_gui_refresh ();
    return TRUE;
}

static gboolean
unload (PurplePlugin *plugin)
{
    purple_signals_disconnect_by_handle (plugin);
    purple_prefs_disconnect_by_handle (plugin);
    purple_notify_close_with_handle (plugin);
    xtls_dialog_close_all (NULL);
    xtls_progress_forget (NULL);
    xtls_settings_window_close ();
    xtls_held_marks_uninit ();
    xtls_addressee_uninit ();
    xtls_link_uninit ();
    xtls_quit_uninit ();
    xtls_im_window_uninit ();
    xtls_icon_uninit ();
    xtls_gui_api ()->claim (0);
    xtls_gui_uninit ();
    return TRUE;
}

static void
action_cb (PurplePluginAction *action)
{
    xtls_settings_window_show (
        (XtlsSettingsPage)GPOINTER_TO_INT (action->user_data));
}

static GList *
add_action (GList *list, const char *label, XtlsSettingsPage page)
{
    PurplePluginAction *action = purple_plugin_action_new (label, action_cb);

    action->user_data = GINT_TO_POINTER (page);
    return g_list_append (list, action);
}

/* For Pidgin's Tools menu, which has no mnemonics. */
static GList *
actions (PurplePlugin *plugin, gpointer context)
{
    GList *list = NULL;

    list = add_action (list, _ ("Settings…"), XTLS_SETTINGS_PAGE_DEFAULTS);
    list = add_action (list, _ ("Known keys…"), XTLS_SETTINGS_PAGE_KNOWN_KEYS);
    return add_action (list, _ ("My keys…"), XTLS_SETTINGS_PAGE_OWN_KEYS);
}

static PidginPluginUiInfo ui_info = {.get_config_frame =
                                         xtls_settings_window_frame};

/* libpurple requires writable strings. */
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
    .actions = actions,
};

/* A plugin in the user's own folder has its translations there as well. */
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
