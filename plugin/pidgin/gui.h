/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the modules of the GTK plugin share: the core's table, the plugin's
 * handle, and the refresh of everything on screen. This file does not know
 * those modules; plugin.c gives it their refresh.
 */
#pragma once

#include "api.h"

#include <plugin.h>

#define XTLS_GUI_ID "gtk-xtls"

#define XTLS_GUI_PREFS "/plugins/gtk/xtls"
/* bool: show the lock in the toolbar of conversations */
#define XTLS_GUI_PREF_BUTTON XTLS_GUI_PREFS "/show_button"

/**
 * XtlsGuiRefresh:
 *
 * Updates everything on screen. Called from the main loop.
 */
typedef void (*XtlsGuiRefresh) (void);

/**
 * xtls_gui_init:
 * @plugin: this plugin; valid until xtls_gui_uninit()
 * @core_api: the core's table; valid until xtls_gui_uninit()
 * @refresh: what xtls_gui_refresh() calls
 *
 * Call it before any other function of the plugin.
 */
void xtls_gui_init (PurplePlugin *plugin,
                    const XtlsApi *core_api,
                    XtlsGuiRefresh refresh);

/**
 * xtls_gui_uninit:
 *
 * Drops the table and a pending refresh.
 */
void xtls_gui_uninit (void);

/**
 * xtls_gui_api:
 *
 * Returns: (transfer none): the core's table; valid while the plugin is loaded
 */
const XtlsApi *xtls_gui_api (void);

/**
 * xtls_gui_handle:
 *
 * Returns: (transfer none): a handle for purple_signal_connect() and the like
 */
void *xtls_gui_handle (void);

/**
 * xtls_gui_refresh:
 *
 * Updates everything on screen, once, from the main loop, so that no widget
 * changes while the caller uses it.
 */
void xtls_gui_refresh (void);

/**
 * xtls_gui_tell:
 * @primary: a translated sentence that says what could not be done
 * @why: (transfer full) (nullable): a translated sentence with the reason
 *
 * Tells the user that something could not be done.
 */
void xtls_gui_tell (const char *primary, char *why);
