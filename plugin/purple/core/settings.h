/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The preferences of the core, and their page in any client. */
#pragma once

#include <plugin.h>
#include <pluginpref.h>

/* Makes the preferences with their defaults. */
void xtls_settings_init (void);

/* (transfer full): the page, as libpurple's plugin API wants it. */
PurplePluginPrefFrame *xtls_settings_get_frame (PurplePlugin *plugin);
