/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The help. <manual-pages.h> is made from doc/help. */
#include "manual.h"

#include <glib/gi18n-lib.h>
#include <manual-pages.h>

const XtlsHelpPage *
xtls_manual_list (guint *n_pages)
{
    *n_pages = G_N_ELEMENTS (pages);
    return pages;
}

const XtlsHelpPage *
xtls_manual_find (const char *page)
{
    if (!page)
        return pages;
    for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
        if (g_strcmp0 (pages[i].id, page) == 0)
            return &pages[i];
    return NULL;
}

char *
xtls_manual_part_to_text (const XtlsHelpPart *part)
{
    if (!part->term)
        return g_strdup (_ (part->text));
    /* Translators: an entry of the help, a word and what it means. */
    return g_strdup_printf (_ ("%1$s: %2$s"), _ (part->term), _ (part->text));
}
