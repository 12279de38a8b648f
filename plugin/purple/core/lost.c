/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sentences in a file, one a line, for the next start. */
#include "lost.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <notify.h>
#include <string.h>

#define FILE_NAME "lost-messages"

typedef struct {
    char *who;
    guint n;
} Waiting;

struct XtlsLost {
    char *path;
    XtlsWriter *writer;  /* borrowed */
    GHashTable *waiting; /* key → Waiting, owned; none with n of 0 */
    GHashTable *counts;  /* who → how many are lost for certain */
};

static void
waiting_free (gpointer data)
{
    Waiting *waiting = data;

    g_free (waiting->who);
    g_free (waiting);
}

static void
show (const char *path, PurplePlugin *plugin)
{
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
                             _ ("Messages were lost when this client ended."),
                             NULL,
                             html,
                             NULL,
                             NULL);
}

XtlsLost *
xtls_lost_open (const char *dir, XtlsWriter *writer, PurplePlugin *plugin)
{
    XtlsLost *lost = g_new0 (XtlsLost, 1);

    lost->path = g_build_filename (dir, FILE_NAME, NULL);
    lost->writer = writer;
    lost->waiting = g_hash_table_new_full (NULL, NULL, NULL, waiting_free);
    lost->counts =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    show (lost->path, plugin);
    return lost;
}

static void
count (GHashTable *counts, const char *who, guint n)
{
    n += GPOINTER_TO_UINT (g_hash_table_lookup (counts, who));
    g_hash_table_insert (counts, g_strdup (who), GUINT_TO_POINTER (n));
}

/* Returns: (transfer container): who → how many, of all accounts. */
static GHashTable *
sum_up (XtlsLost *lost)
{
    GHashTable *sums =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    GHashTableIter iter;
    gpointer key, value;

    g_hash_table_iter_init (&iter, lost->counts);
    while (g_hash_table_iter_next (&iter, &key, &value))
        count (sums, key, GPOINTER_TO_UINT (value));
    g_hash_table_iter_init (&iter, lost->waiting);
    while (g_hash_table_iter_next (&iter, NULL, &value))
        count (sums, ((Waiting *)value)->who, ((Waiting *)value)->n);
    return sums;
}

static char *
make_text (XtlsLost *lost)
{
    g_autoptr (GHashTable) sums = sum_up (lost);
    GString *text = g_string_new (NULL);
    GHashTableIter iter;
    gpointer who, value;

    g_hash_table_iter_init (&iter, sums);
    while (g_hash_table_iter_next (&iter, &who, &value)) {
        guint n = GPOINTER_TO_UINT (value);

        g_string_append_printf (
            text,
            g_dngettext (GETTEXT_PACKAGE,
                         "%u message to %s was not sent, or never confirmed.",
                         "%u messages to %s were not sent, or never confirmed.",
                         n),
            n,
            (const char *)who);
        g_string_append_c (text, '\n');
    }
    return g_string_free (text, FALSE);
}

/* In the writer's thread. */
static char *
serialise (gpointer text, gsize *len)
{
    *len = strlen (text);
    return g_strdup (text);
}

static void
save (XtlsLost *lost)
{
    xtls_writer_put (
        lost->writer, lost->path, make_text (lost), serialise, g_free);
}

void
xtls_lost_close (XtlsLost *lost)
{
    xtls_writer_flush (lost->writer);
    if (g_hash_table_size (lost->waiting) == 0 &&
        g_hash_table_size (lost->counts) == 0)
        g_unlink (lost->path);
    g_hash_table_destroy (lost->waiting);
    g_hash_table_destroy (lost->counts);
    g_free (lost->path);
    g_free (lost);
}

void
xtls_lost_set_waiting (XtlsLost *lost,
                       gconstpointer key,
                       const char *who,
                       guint n)
{
    Waiting *waiting = g_hash_table_lookup (lost->waiting, key);

    if (n == (waiting ? waiting->n : 0))
        return;
    if (n == 0) {
        g_hash_table_remove (lost->waiting, key);
    } else if (waiting) {
        waiting->n = n;
    } else {
        waiting = g_new (Waiting, 1);
        waiting->who = g_strdup (who);
        waiting->n = n;
        g_hash_table_insert (lost->waiting, (gpointer)key, waiting);
    }
    save (lost);
}

void
xtls_lost_add (XtlsLost *lost, const char *who)
{
    count (lost->counts, who, 1);
    save (lost);
}
