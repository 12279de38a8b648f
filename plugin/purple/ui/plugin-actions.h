/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a client shows in its own menu for the plugin, as Tools in Pidgin. */
#pragma once

#include <glib.h>
#include <plugin.h>

/**
 * xtls_plugin_actions_list:
 * @context: of libpurple: nothing, for a plugin that is no protocol
 *
 * As libpurple's plugin API wants it. Nothing while a face has claimed menus.
 *
 * Returns: (transfer full) (element-type PurplePluginAction): the entries.
 */
GList *xtls_plugin_actions_list (PurplePlugin *plugin, gpointer context);
