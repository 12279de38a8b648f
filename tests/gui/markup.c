/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Preloaded before Pango: writes the markup that is drawn to standard error.
 * Pidgin draws its tooltips itself, and assistive technology cannot read them.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <gmodule.h>
#include <pango/pango.h>
#include <stdio.h>

G_MODULE_EXPORT void
pango_layout_set_markup (PangoLayout *layout, const char *markup, int length)
{
    static void (*original) (PangoLayout *, const char *, int);

    if (original == NULL)
        *(void **)&original = dlsym (RTLD_NEXT, "pango_layout_set_markup");
    fprintf (stderr, "markup: %s\n", markup);
    original (layout, markup, length);
}
