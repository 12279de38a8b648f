/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plugins and preferences. */
#define _GNU_SOURCE
#include "headless.h"

#include <core.h>
#include <dlfcn.h>
#include <prefs.h>
#include <sslconn.h>

/* Plugins of libpurple for encryption between client and server. */
static GSList *encryption;

/*
 * libpurple calls this instead of its own. A core that starts, and has no buddy
 * list yet, probes all plugins that are installed: a third of the time that a
 * client needs to start would be spent on loading the libraries of other
 * protocols, of Perl and of Tcl. Those for encryption are probed when a
 * connection needs them.
 */
G_MODULE_EXPORT PurplePlugin *
purple_plugin_probe (const char *path)
{
    static PurplePlugin *(*probe) (const char *);
    g_autofree char *name = g_path_get_basename (path);

    if (!probe)
        probe = dlsym (RTLD_NEXT, "purple_plugin_probe");
    if (purple_get_blist () || g_str_equal (name, "libxmpp.so"))
        return probe (path);
    if (g_str_has_prefix (name, "ssl"))
        encryption = g_slist_prepend (encryption, g_strdup (path));
    return NULL;
}

/* Whatever uses encryption in libpurple and its protocols asks this first. */
G_MODULE_EXPORT gboolean
purple_ssl_is_supported (void)
{
    static gboolean (*is_supported) (void);

    if (!is_supported)
        is_supported = dlsym (RTLD_NEXT, "purple_ssl_is_supported");
    for (GSList *l = encryption; l; l = l->next)
        purple_plugin_probe (l->data);
    g_slist_free_full (g_steal_pointer (&encryption), g_free);
    return is_supported ();
}

const char *
plugin_load_path (const char *path)
{
    PurplePlugin *plugin = purple_plugin_probe (path);

    if (!plugin)
        return "not a plugin";
    if (!purple_plugin_load (plugin))
        return plugin->error ? plugin->error : "it does not load";
    return NULL;
}

/* plugin-load PATH */
static gboolean
load (char **args, GString *answer)
{
    const char *why = plugin_load_path (args[0]);

    return why ? fail (answer, why) : TRUE;
}

/* plugin-unload PLUGIN_ID */
static gboolean
unload (char **args, GString *answer)
{
    PurplePlugin *plugin = purple_plugins_find_with_id (args[0]);

    if (!plugin || !purple_plugin_is_loaded (plugin))
        return fail (answer, "not loaded");
    return purple_plugin_unload (plugin) ? TRUE
                                         : fail (answer, "it does not unload");
}

static gboolean
list (char **args, GString *answer)
{
    json_open (answer, "plugins", '[');
    for (GList *l = purple_plugins_get_loaded (); l; l = l->next)
        json_string (answer, NULL, purple_plugin_get_id (l->data));
    json_close (answer, ']');
    return TRUE;
}

/* The entries that a client shows in its menu for a plugin; LABEL is used. */
static void
use_actions (PurplePlugin *plugin, const char *label, GString *answer)
{
    GList *list = PURPLE_PLUGIN_HAS_ACTIONS (plugin)
                      ? PURPLE_PLUGIN_ACTIONS (plugin, NULL)
                      : NULL;

    json_open (answer, "actions", '[');
    for (GList *l = list; l; l = l->next) {
        PurplePluginAction *action = l->data;

        json_string (answer, NULL, action->label);
        action->plugin = plugin;
        if (g_strcmp0 (action->label, label) == 0)
            action->callback (action);
        purple_plugin_action_free (action);
    }
    json_close (answer, ']');
    g_list_free (list);
}

/* plugin-actions PLUGIN_ID [LABEL] */
static gboolean
actions (char **args, GString *answer)
{
    PurplePlugin *plugin = purple_plugins_find_with_id (args[0]);

    if (!plugin)
        return fail (answer, "no such plugin");
    use_actions (plugin, args[1], answer);
    return TRUE;
}

/* pref NAME [VALUE]: of the type that it has */
static gboolean
pref (char **args, GString *answer)
{
    const char *name = args[0];
    const char *value = args[1];

    switch (purple_prefs_get_type (name)) {
    case PURPLE_PREF_BOOLEAN:
        if (value)
            purple_prefs_set_bool (name, g_str_equal (value, "on"));
        json_bool (answer, "value", purple_prefs_get_bool (name));
        return TRUE;
    case PURPLE_PREF_INT:
        if (value)
            purple_prefs_set_int (name, atoi (value));
        json_int (answer, "value", purple_prefs_get_int (name));
        return TRUE;
    case PURPLE_PREF_STRING:
        if (value)
            purple_prefs_set_string (name, value);
        json_string (answer, "value", purple_prefs_get_string (name));
        return TRUE;
    default:
        return fail (answer, "no such preference");
    }
}

/* pref-keep NAME VALUE: a text, as if it was set when the client ran before */
static gboolean
keep_pref (char **args, GString *answer)
{
    g_auto (GStrv) parts = g_strsplit (args[0], "/", -1);
    g_autoptr (GString) name = g_string_new (NULL);

    for (guint i = 1; parts[i] && parts[i + 1]; i++) {
        g_string_append_printf (name, "/%s", parts[i]);
        purple_prefs_add_none (name->str);
    }
    purple_prefs_add_string (args[0], args[1]);
    purple_prefs_set_string (args[0], args[1]);
    return TRUE;
}

const Command plugin_commands[] = {{"plugin-load", 1, load},
                                   {"plugin-unload", 1, unload},
                                   {"plugins", 0, list},
                                   {"plugin-actions", 1, actions},
                                   {"pref", 1, pref},
                                   {"pref-keep", 2, keep_pref},
                                   {NULL, 0, NULL}};
