/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages with settings, known keys and own keys, in a window of their own,
 * opened from the Tools menu, or in the window that Pidgin's list of plugins
 * opens. Only one of the two exists at a time.
 */
#pragma once

#include <gtk/gtk.h>
#include <plugin.h>

typedef enum {
    XTLS_SETTINGS_PAGE_DEFAULTS,
    XTLS_SETTINGS_PAGE_KNOWN_KEYS,
    XTLS_SETTINGS_PAGE_OWN_KEYS
} XtlsSettingsPage;

/**
 * xtls_settings_window_frame:
 *
 * Makes the pages for PidginPluginUiInfo.get_config_frame, after closing their
 * own window.
 *
 * Returns: (transfer full): the pages
 */
GtkWidget *xtls_settings_window_frame (PurplePlugin *plugin);

/**
 * xtls_settings_window_show:
 * @page: the page that is shown
 *
 * Raises whichever window has the pages, or opens their own window.
 */
void xtls_settings_window_show (XtlsSettingsPage page);

/**
 * xtls_settings_window_close:
 *
 * Closes the window that has the pages, if there is one.
 */
void xtls_settings_window_close (void);
