/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The entries that a client shows in its menu for the plugin, such as Tools in
 * Pidgin. */
#pragma once

#include <glib.h>
#include <plugin.h>

/**
 * xtls_plugin_actions_list:
 * @context: of libpurple: nothing, for a plugin that is no protocol
 *
 * For libpurple's plugin API.
 *
 * Returns: (transfer full) (element-type PurplePluginAction): the entries.
 */
GList *xtls_plugin_actions_list (PurplePlugin *plugin, gpointer context);

/* Call it when a face has claimed menus, or no longer does. Pidgin shows a
 * submenu for every plugin that has such a list, even if it is empty, so while
 * menus are claimed the plugin has none. */
void xtls_plugin_actions_update (void);
