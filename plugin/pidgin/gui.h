/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The face of the plugin in Pidgin: what its modules share. It knows api.h,
 * Pidgin and GTK, and nothing else of the project.
 */
#pragma once

#include "api.h"

#include <gtk/gtk.h>
#include <plugin.h>

#define XTLS_GUI_ID "gtk-xtls"

#define XTLS_GUI_PREFS "/plugins/gtk/xtls"
/* bool: show the lock in the toolbar of a conversation */
#define XTLS_GUI_PREF_BUTTON XTLS_GUI_PREFS "/show_button"

/* The core's table; valid while the face is loaded. */
const XtlsApi *xtls_gui_api (void);

/* For purple_signal_connect() and its kin. */
void *xtls_gui_handle (void);

/* Brings all that is shown up to date, once, from the main loop: no widget
 * changes under the feet of the caller. */
void xtls_gui_refresh (void);

/* Tells that something could not be done. @why: (transfer full) (nullable) a
 * translated sentence. */
void xtls_gui_tell (const char *primary, char *why);
