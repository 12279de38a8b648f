/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Enables Pidgin's face together with the core. */
#include "face-loader.h"

#include <core.h>
#include <eventloop.h>
#include <prefs.h>
#include <string.h>

#define PIDGIN "gtk-gaim"
#define FACE_ID "gtk-xtls"
/* The paths of the plugins that Pidgin loads when it starts. */
#define PREF_LOADED "/pidgin/plugins/loaded"

static guint timer;

/* Pidgin finds plugins that have moved by the name of the file. */
static gboolean
is_file (const char *path, const char *other)
{
    g_autofree char *one = g_path_get_basename (path);
    g_autofree char *two = g_path_get_basename (other);

    return strcmp (one, two) == 0;
}

static gboolean
was_enabled (const PurplePlugin *plugin)
{
    GList *paths = purple_prefs_get_path_list (PREF_LOADED);
    gboolean found = FALSE;

    for (GList *l = paths; l && !found; l = l->next)
        found = is_file (l->data, plugin->path);
    g_list_free_full (paths, g_free);
    return found;
}

/* Pidgin's window with the plugins follows by the signal, but it saves the list
 * only when the user ticks something there. */
static gboolean
load_cb (gpointer data)
{
    PurplePlugin *face = purple_plugins_find_with_id (FACE_ID);

    timer = 0;
    if (face && !purple_plugin_is_loaded (face) &&
        !purple_plugin_is_unloadable (face) && purple_plugin_load (face))
        purple_plugins_save_loaded (PREF_LOADED);
    return FALSE;
}

void
xtls_face_loader_init (PurplePlugin *plugin)
{
    if (g_strcmp0 (purple_core_get_ui (), PIDGIN) == 0 && plugin->path &&
        !was_enabled (plugin))
        timer = purple_timeout_add (0, load_cb, NULL);
}

void
xtls_face_loader_uninit (void)
{
    if (timer)
        purple_timeout_remove (timer);
    timer = 0;
}
