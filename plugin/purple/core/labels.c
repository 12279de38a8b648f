/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Labels of buttons and menus. */
#include "labels.h"

#include "finch.h"

gboolean
xtls_labels_have_mnemonics (void)
{
    /* Finch shows the underscores. */
    return !xtls_finch_is_client ();
}

const char *
xtls_labels_get (const char *label)
{
    g_autoptr (GString) text = NULL;

    if (xtls_labels_have_mnemonics ())
        return label;
    text = g_string_new (NULL);
    for (const char *p = label; *p; p++)
        if (*p != '_')
            g_string_append_c (text, *p);
    /* There are few labels, and each is needed often, so they are kept. */
    return g_intern_string (text->str);
}
