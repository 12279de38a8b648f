/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Menu entries of the plugin that do not concern a contact. */
#include "plugin-actions.h"

#include "api.h"
#include "core.h"
#include "key-export.h"
#include "key-import.h"
#include "report.h"
#include "requests.h"

#include <glib/gi18n-lib.h>
#include <notify.h>

static void
tell (char *why)
{
    if (why)
        purple_notify_error (
            xtls_core_get_plugin (), _ ("Private conversations"), why, NULL);
    g_free (why);
}

static void
export_cb (PurplePluginAction *action)
{
    char *why = NULL;

    (void)xtls_key_export_start (NULL, &why);
    tell (why);
}

static void
import_cb (PurplePluginAction *action)
{
    char *why = NULL;

    (void)xtls_key_import_start (NULL, &why);
    tell (why);
}

static void
help_cb (PurplePluginAction *action)
{
    xtls_requests_help ("overview");
}

static void
report_cb (PurplePluginAction *action)
{
    xtls_report_show (FALSE);
}

GList *
xtls_plugin_actions_list (PurplePlugin *plugin, gpointer context)
{
    GList *list = NULL;

    /* libpurple also calls this while the plugin is not loaded. */
    if (!purple_plugin_is_loaded (plugin))
        return NULL;
    list = g_list_append (
        list, purple_plugin_action_new (_ ("Export a key…"), export_cb));
    list = g_list_append (
        list, purple_plugin_action_new (_ ("Import a key…"), import_cb));
    list = g_list_append (
        list, purple_plugin_action_new (_ ("Report of a fault…"), report_cb));
    return g_list_append (list, purple_plugin_action_new (_ ("Help"), help_cb));
}

void
xtls_plugin_actions_update (void)
{
    PurplePluginInfo *info = xtls_core_get_plugin ()->info;

    info->actions = xtls_core_get_claims () & XTLS_CLAIM_MENUS
                        ? NULL
                        : xtls_plugin_actions_list;
}
