/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Settings, known keys and own keys, on pages: in a window of their own, opened
 * from the menu Tools, or in the window that Pidgin's list of plugins opens.
 * There is one of the two at a time.
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
 * For PidginPluginUiInfo.get_config_frame. Closes the window of their own.
 *
 * Returns: (transfer full): the pages
 */
GtkWidget *xtls_settings_window_frame (PurplePlugin *plugin);

/**
 * xtls_settings_window_show:
 * @page: the page that is shown
 *
 * Brings up whichever window has the pages, or opens the window of their own.
 */
void xtls_settings_window_show (XtlsSettingsPage page);

/**
 * xtls_settings_window_close:
 *
 * Closes the window that has the pages, if there is one.
 */
void xtls_settings_window_close (void);
