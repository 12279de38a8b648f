/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sentences in a file, one a line, for the next start. */
#include "lost.h"

#include <debug.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <notify.h>

#define FILE_NAME "lost-messages"

struct XtlsLost {
    GHashTable *counts; /* who → how many */
};

void
xtls_lost_tell (const char *dir, PurplePlugin *plugin)
{
    g_autofree char *path = g_build_filename (dir, FILE_NAME, NULL);
    g_autofree char *text = NULL;
    g_autofree char *escaped = NULL;
    g_autofree char *html = NULL;
    g_auto (GStrv) lines = NULL;

    if (!g_file_get_contents (path, &text, NULL, NULL))
        return;
    g_unlink (path);
    if (!*text || !g_utf8_validate (text, -1, NULL))
        return;
    escaped = g_markup_escape_text (text, -1);
    lines = g_strsplit (escaped, "\n", -1);
    html = g_strjoinv ("<br>", lines);
    purple_notify_formatted (plugin,
                             _ ("Private conversations"),
                             _ ("Messages were lost when you quit."),
                             NULL,
                             html,
                             NULL,
                             NULL);
}

XtlsLost *
xtls_lost_new (void)
{
    XtlsLost *lost = g_new0 (XtlsLost, 1);

    lost->counts =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    return lost;
}

void
xtls_lost_free (XtlsLost *lost)
{
    g_hash_table_destroy (lost->counts);
    g_free (lost);
}

void
xtls_lost_add (XtlsLost *lost, const char *who)
{
    guint count = GPOINTER_TO_UINT (g_hash_table_lookup (lost->counts, who));

    g_hash_table_insert (
        lost->counts, g_strdup (who), GUINT_TO_POINTER (count + 1));
}

static char *
make_text (XtlsLost *lost)
{
    GString *text = g_string_new (NULL);
    GHashTableIter iter;
    gpointer who, value;

    g_hash_table_iter_init (&iter, lost->counts);
    while (g_hash_table_iter_next (&iter, &who, &value)) {
        guint count = GPOINTER_TO_UINT (value);

        g_string_append_printf (
            text,
            g_dngettext (GETTEXT_PACKAGE,
                         "%u message to %s was not sent, or never confirmed.",
                         "%u messages to %s were not sent, or never confirmed.",
                         count),
            count,
            (const char *)who);
        g_string_append_c (text, '\n');
    }
    return g_string_free (text, FALSE);
}

void
xtls_lost_save (XtlsLost *lost, const char *dir)
{
    g_autofree char *path = g_build_filename (dir, FILE_NAME, NULL);
    g_autofree char *text = make_text (lost);
    g_autoptr (GError) error = NULL;

    if (*text && !g_file_set_contents_full (path,
                                            text,
                                            -1,
                                            G_FILE_SET_CONTENTS_CONSISTENT |
                                                G_FILE_SET_CONTENTS_DURABLE,
                                            0600,
                                            &error))
        purple_debug_error ("xtls", "%s: %s\n", path, error->message);
}
