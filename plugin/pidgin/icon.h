/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pictures of the states. */
#pragma once

#include "api.h"

#include <gtk/gtk.h>

/* The sizes that are installed. */
typedef enum {
    XTLS_ICON_MENU = 16,
    XTLS_ICON_BUTTON = 22,
    XTLS_ICON_DIALOG = 48
} XtlsIconSize;

/* Returns: (transfer none) (nullable): %NULL if the file is missing; the text
 * beside a picture says the same. */
GdkPixbuf *xtls_icon_get (XtlsState state, XtlsIconSize size);

void xtls_icon_uninit (void);
