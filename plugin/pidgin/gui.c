/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the modules of the GTK plugin share. */
#include "gui.h"

#include <glib/gi18n-lib.h>
#include <notify.h>

static PurplePlugin *self;
static const XtlsApi *api;
static XtlsGuiRefresh refresh_all;
static guint refresh_id;

void
xtls_gui_init (PurplePlugin *plugin,
               const XtlsApi *core_api,
               XtlsGuiRefresh refresh)
{
    self = plugin;
    api = core_api;
    refresh_all = refresh;
}

void
xtls_gui_uninit (void)
{
    if (refresh_id != 0)
        g_source_remove (refresh_id);
    refresh_id = 0;
    api = NULL;
}

const XtlsApi *
xtls_gui_api (void)
{
    return api;
}

void *
xtls_gui_handle (void)
{
    return self;
}

static gboolean
refresh_cb (gpointer data)
{
    refresh_id = 0;
    refresh_all ();
    return FALSE;
}

/* Takes precedence over clicks: no menu may refer to an account that is
 * gone. */
void
xtls_gui_refresh (void)
{
    if (refresh_id == 0)
        refresh_id = g_idle_add_full (G_PRIORITY_HIGH, refresh_cb, NULL, NULL);
}

void
xtls_gui_tell (const char *primary, char *why)
{
    purple_notify_error (self, _ ("Private conversations"), primary, why);
    g_free (why);
}
