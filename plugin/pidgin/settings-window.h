/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The window of the plugin in Pidgin's list of plugins. */
#pragma once

#include <gtk/gtk.h>
#include <plugin.h>

/* Pages: settings, known keys, my keys. */
GtkWidget *xtls_settings_window_frame (PurplePlugin *plugin);

/* Closes the window, if it is open. */
void xtls_settings_window_close (void);
