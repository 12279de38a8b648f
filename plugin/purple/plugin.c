/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The core plugin, as libpurple loads it. */
#define PURPLE_PLUGINS

#include "api-table.h"
#include "api.h"
#include "beside.h"
#include "commands.h"
#include "contact-list.h"
#include "conversation.h"
#include "core.h"
#include "dialog-ops.h"
#include "dialogs.h"
#include "face-loader.h"
#include "history.h"
#include "isolation.h"
#include "jabber.h"
#include "key-export.h"
#include "key-import.h"
#include "logins.h"
#include "menus.h"
#include "other-plugins.h"
#include "plugin-actions.h"
#include "report.h"
#include "settings.h"
#include "shared-folder.h"
#include "signals.h"
#include "title.h"
#include "transfers.h"
#include "trust.h"

#include <core.h>
#include <glib/gi18n-lib.h>
#include <notify.h>
#include <plugin.h>
#include <util.h>
#include <version.h>

static gboolean
load_cb (PurplePlugin *plugin)
{
    if (!xtls_jabber_init ()) {
        purple_notify_error (
            plugin,
            _ ("Private conversations"),
            _ ("This version of libpurple’s XMPP protocol plugin does not fit: "
               "private conversations are not possible."),
            _ ("Version 2.14 of libpurple is needed."));
        return FALSE;
    }
    xtls_settings_init ();
    xtls_api_table_init (plugin);
    xtls_core_init (plugin, &xtls_shared_folder_ops);
    xtls_logins_init ();
    xtls_contact_list_init ();
    xtls_dialog_ops_set (&xtls_dialogs_ops);
    xtls_trust_watch (xtls_contact_list_refresh);
    xtls_signals_init ();
    xtls_transfers_init ();
    xtls_beside_init ();
    xtls_isolation_init ();
    xtls_other_plugins_init ();
    xtls_commands_init ();
    xtls_menus_init ();
    xtls_title_init (plugin);
    xtls_face_loader_init (plugin);
    xtls_jabber_advertise (TRUE);
    return TRUE;
}

static gboolean
unload_cb (PurplePlugin *plugin)
{
    xtls_jabber_advertise (FALSE);
    xtls_commands_uninit ();
    xtls_face_loader_uninit ();
    xtls_title_uninit (plugin);
    xtls_key_export_uninit ();
    xtls_key_import_uninit ();
    xtls_report_uninit ();
    xtls_core_close_notices ();
    xtls_other_plugins_uninit ();
    xtls_isolation_uninit ();
    xtls_signals_uninit ();
    xtls_beside_uninit ();
    xtls_logins_uninit ();
    xtls_contact_list_uninit ();
    /* The sessions that ended with them are in it. */
    xtls_history_uninit ();
    xtls_trust_watch (NULL);
    xtls_dialog_ops_set (NULL);
    xtls_conversation_settle ();
    xtls_core_uninit ();
    xtls_transfers_uninit ();
    xtls_api_table_uninit (plugin);
    return TRUE;
}

static PurplePluginUiInfo preferences = {
    .get_plugin_pref_frame = xtls_settings_get_frame,
};

static char *dependencies[] = {(char[]){"prpl-jabber"}, NULL};

static PurplePluginInfo info = {
    .magic = PURPLE_PLUGIN_MAGIC,
    .major_version = PURPLE_MAJOR_VERSION,
    .minor_version = 14,
    .type = PURPLE_PLUGIN_STANDARD,
    .priority = PURPLE_PRIORITY_DEFAULT,
    .id = (char[]){XTLS_CORE_ID},
    .version = (char[]){XTLS_VERSION},
    .homepage = (char[]){""},
    .author = (char[]){"The pidgin-xtls developers"},
    .load = load_cb,
    .unload = unload_cb,
    .prefs_info = &preferences,
    .actions = xtls_plugin_actions_list,
};

/* A plugin in the user's own folder has its translations there as well. */
static void
bind_catalogues (void)
{
    g_autofree char *home =
        g_build_filename (purple_user_dir (), "locale", NULL);

    bindtextdomain (GETTEXT_PACKAGE,
                    g_file_test (home, G_FILE_TEST_IS_DIR) ? home
                                                           : XTLS_LOCALE_DIR);
    bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
}

/* libpurple does not free these texts, so they live as long as the module. */
static void
init_plugin (PurplePlugin *plugin)
{
    bind_catalogues ();
    for (char **dependency = dependencies; *dependency; dependency++)
        info.dependencies = g_list_append (info.dependencies, *dependency);
    info.name = _ ("XTLS private conversations");
    info.summary = _ ("End-to-end encryption with TLS over XMPP.");
    info.description =
        _ ("Text, formatting, typing notices and files travel through TLS from "
           "client to client. Type /xtls help in a conversation.");
}

PURPLE_INIT_PLUGIN (xtls, init_plugin, info)
