/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The preferences of the core, and their page for any client. */
#pragma once

#include <plugin.h>
#include <pluginpref.h>

/* Creates the preferences with their defaults. */
void xtls_settings_init (void);

/* Returns: (transfer full): the page for libpurple's plugin API. */
PurplePluginPrefFrame *xtls_settings_get_frame (PurplePlugin *plugin);
