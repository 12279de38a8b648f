/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pictures of the states, loaded once. */
#include "icon.h"

#include <util.h>

enum { SIZES = 3, STATES = XTLS_STATE_FINISHED + 1 };

static const char *const names[STATES] = {
    [XTLS_STATE_NOT_PRIVATE] = "not-private",
    [XTLS_STATE_STARTING] = "starting",
    [XTLS_STATE_WAITING] = "waiting",
    [XTLS_STATE_NEW_KEY] = "new-key",
    [XTLS_STATE_UNVERIFIED] = "unverified",
    [XTLS_STATE_PRIVATE] = "private",
    [XTLS_STATE_FINISHED] = "finished",
};

static GdkPixbuf *pictures[STATES][SIZES];

static GdkPixbuf *
load (XtlsState state, XtlsIconSize size)
{
    char *file = g_strdup_printf ("%s-%d.png", names[state], (int)size);
    /* A plugin in the user's own folder has its pictures there as well. */
    char *path =
        g_build_filename (purple_user_dir (), "pixmaps", "xtls", file, NULL);
    GdkPixbuf *pixbuf = gdk_pixbuf_new_from_file (path, NULL);

    g_free (path);
    if (pixbuf == NULL) {
        path = g_build_filename (XTLS_PIXMAP_DIR, file, NULL);
        pixbuf = gdk_pixbuf_new_from_file (path, NULL);
        g_free (path);
    }
    g_free (file);
    return pixbuf;
}

GdkPixbuf *
xtls_icon_get (XtlsState state, XtlsIconSize size)
{
    int column = size == XTLS_ICON_MENU ? 0 : size == XTLS_ICON_BUTTON ? 1 : 2;
    GdkPixbuf **picture = &pictures[state][column];

    if (*picture == NULL)
        *picture = load (state, size);
    return *picture;
}

void
xtls_icon_uninit (void)
{
    for (int state = 0; state < STATES; state++)
        for (int size = 0; size < SIZES; size++)
            g_clear_object (&pictures[state][size]);
}
