/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stores how many messages to whom would be lost, in a file for the next
 * start. */
#include "lost.h"

#include "folder-lock.h"
#include "keystore.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <notify.h>
#include <string.h>

#define FILE_NAME "lost-messages"
/* The most programs that have a file each in one folder; any further ones have
 * none. */
#define FILES_MAX 8
#define COUNT_MAX 1000000

#define KEY_WHO "contact"
#define KEY_MESSAGES "messages"

static const char *const keys[] = {KEY_WHO, KEY_MESSAGES, NULL};

typedef struct {
    char *who;
    guint n;
} Waiting;

/* Data shared by the main thread and the writer's thread. */
typedef struct {
    char *path;
    GMutex lock;
    char *text; /* (nullable): the new content of the file; NULL for no file */
    GPtrArray *adopted; /* files of other programs that `text` covers */

    /* For the writer's thread. */
    char *written; /* (nullable): the content of the file */
} Shared;

struct XtlsLost {
    XtlsWriter *writer;   /* borrowed */
    XtlsWriterFile *file; /* (nullable) owned by the writer */
    Shared *shared;       /* the shared data of the file */
    int locks[FILES_MAX]; /* of our file and of those taken over; negative if
                             not locked */
    GHashTable *waiting;  /* key → Waiting, owned; n is never 0 */
    GHashTable *counts;   /* who → how many are certainly lost */
    GHashTable *earlier;  /* who → how many were lost before this start */
    GPtrArray
        *damaged; /* files that could not be read, which are reported, too */
    gboolean ignore_notice;
};

static void
waiting_free (gpointer data)
{
    Waiting *waiting = data;

    g_free (waiting->who);
    g_free (waiting);
}

static GHashTable *
counts_new (void)
{
    return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
count (GHashTable *counts, const char *who, guint n)
{
    n += GPOINTER_TO_UINT (g_hash_table_lookup (counts, who));
    g_hash_table_insert (counts, g_strdup (who), GUINT_TO_POINTER (n));
}

static void
count_all (GHashTable *counts, GHashTable *more)
{
    GHashTableIter iter;
    gpointer who, n;

    g_hash_table_iter_init (&iter, more);
    while (g_hash_table_iter_next (&iter, &who, &n))
        count (counts, who, GPOINTER_TO_UINT (n));
}

/* --- the file, in the writer's thread ------------------------------------- */

/* Messages of another program must be reported neither twice nor never, so its
 * file is removed only when they are in ours. */
static void
remove_adopted (Shared *shared)
{
    g_autoptr (GPtrArray) adopted = NULL;

    g_mutex_lock (&shared->lock);
    adopted = g_steal_pointer (&shared->adopted);
    g_mutex_unlock (&shared->lock);
    for (guint i = 0; adopted && i < adopted->len; i++)
        (void)g_unlink (adopted->pdata[i]);
}

static gboolean
write_text (Shared *shared, const char *text, GError **error)
{
    if (text)
        return xtls_writer_save (shared->path, text, strlen (text), error);
    if (g_unlink (shared->path) == 0 || errno == ENOENT)
        return TRUE;
    g_set_error_literal (error,
                         G_FILE_ERROR,
                         g_file_error_from_errno (errno),
                         g_strerror (errno));
    return FALSE;
}

/* A message that was sent and confirmed in the meantime is no reason to
 * write. */
static gboolean
sync_cb (gpointer data, gboolean *report, GError **error)
{
    Shared *shared = data;
    g_autofree char *text = NULL;

    g_mutex_lock (&shared->lock);
    text = g_strdup (shared->text);
    g_mutex_unlock (&shared->lock);
    if (g_strcmp0 (text, shared->written) != 0) {
        if (!write_text (shared, text, error))
            return FALSE;
        g_free (shared->written);
        shared->written = g_steal_pointer (&text);
    }
    remove_adopted (shared);
    return TRUE;
}

static void
shared_free (gpointer data)
{
    Shared *shared = data;

    g_clear_pointer (&shared->adopted, g_ptr_array_unref);
    g_mutex_clear (&shared->lock);
    g_free (shared->path);
    g_free (shared->text);
    g_free (shared->written);
    g_free (shared);
}

static const XtlsWriterOps ops = {.sync = sync_cb, .free = shared_free};

/* --- the content ---------------------------------------------------------- */

/* Returns: (transfer container): who → how many, for all accounts. */
static GHashTable *
sum_up (XtlsLost *lost)
{
    GHashTable *sums = counts_new ();
    GHashTableIter iter;
    gpointer value;

    count_all (sums, lost->earlier);
    count_all (sums, lost->counts);
    g_hash_table_iter_init (&iter, lost->waiting);
    while (g_hash_table_iter_next (&iter, NULL, &value))
        count (sums, ((Waiting *)value)->who, ((Waiting *)value)->n);
    return sums;
}

/* Returns: (nullable): the text for the file, or %NULL if nothing is lost. */
static char *
make_text (XtlsLost *lost)
{
    g_autoptr (GHashTable) sums = sum_up (lost);
    g_autoptr (GKeyFile) file = xtls_keystore_new ();
    GHashTableIter iter;
    gpointer who, n;
    guint number = 0;

    g_hash_table_iter_init (&iter, sums);
    while (g_hash_table_iter_next (&iter, &who, &n)) {
        g_autofree char *group = xtls_keystore_group (number++);

        g_key_file_set_string (file, group, KEY_WHO, who);
        g_key_file_set_integer (
            file, group, KEY_MESSAGES, (gint)GPOINTER_TO_UINT (n));
    }
    return number > 0 ? g_key_file_to_data (file, NULL, NULL) : NULL;
}

static void
save (XtlsLost *lost)
{
    if (!lost->file)
        return;
    g_mutex_lock (&lost->shared->lock);
    g_free (lost->shared->text);
    lost->shared->text = make_text (lost);
    g_mutex_unlock (&lost->shared->lock);
    xtls_writer_change (lost->writer, lost->file);
}

/* --- the notice ----------------------------------------------------------- */

static void
add_line (GString *html, const char *line)
{
    g_autofree char *escaped = g_markup_escape_text (line, -1);

    g_string_append_printf (html, "%s<br>", escaped);
}

static char *
make_html (XtlsLost *lost)
{
    GString *html = g_string_new (NULL);
    GHashTableIter iter;
    gpointer who, value;

    g_hash_table_iter_init (&iter, lost->earlier);
    while (g_hash_table_iter_next (&iter, &who, &value)) {
        guint n = GPOINTER_TO_UINT (value);
        g_autofree char *line = g_strdup_printf (
            g_dngettext (
                GETTEXT_PACKAGE,
                /* Translators: %u is a number of messages, %s a contact. */
                "%u message to %s was not sent, or never confirmed.",
                "%u messages to %s were not sent, or never confirmed.",
                n),
            n,
            (const char *)who);

        add_line (html, line);
    }
    for (guint i = 0; i < lost->damaged->len; i++) {
        g_autofree char *path =
            xtls_keystore_get_mark (lost->damaged->pdata[i]);
        g_autofree char *name = g_filename_display_name (
            path ? path : (const char *)lost->damaged->pdata[i]);
        g_autofree char *line = g_strdup_printf (
            /* Translators: %s is the name of a file. */
            _ ("The list of lost messages could not be read, so that there may "
               "be more. It was kept as %s"),
            name);

        add_line (html, line);
    }
    return g_string_free (html, FALSE);
}

static void
told_cb (gpointer data)
{
    XtlsLost *lost = data;

    if (lost->ignore_notice)
        return;
    for (guint i = 0; i < lost->damaged->len; i++)
        xtls_keystore_remove_mark (lost->damaged->pdata[i]);
    g_ptr_array_set_size (lost->damaged, 0);
    g_hash_table_remove_all (lost->earlier);
    save (lost);
}

static void
show (XtlsLost *lost, PurplePlugin *plugin)
{
    g_autofree char *html = NULL;

    if (g_hash_table_size (lost->earlier) == 0 && lost->damaged->len == 0)
        return;
    html = make_html (lost);
    /* A client that shows no notices calls back at once, although nobody has
     * read it. */
    lost->ignore_notice = TRUE;
    purple_notify_formatted (plugin,
                             _ ("Private conversations"),
                             _ ("Messages were lost when this client ended."),
                             NULL,
                             html,
                             told_cb,
                             lost);
    lost->ignore_notice = FALSE;
}

/* --- the files in the folder ---------------------------------------------- */

static gboolean
read_group (GKeyFile *file, const char *group, gpointer data)
{
    g_autofree char *who = xtls_keystore_get_text (file, group, KEY_WHO);
    gint n = g_key_file_get_integer (file, group, KEY_MESSAGES, NULL);

    if (!who || n <= 0 || n > COUNT_MAX)
        return FALSE;
    count (data, who, (guint)n);
    return TRUE;
}

static void
adopt (XtlsLost *lost, char *path)
{
    if (!lost->shared->adopted)
        lost->shared->adopted = g_ptr_array_new_with_free_func (g_free);
    g_ptr_array_add (lost->shared->adopted, path);
}

/* Takes the @i-th file as ours, or takes over its content. */
static void
take_file (XtlsLost *lost, const char *dir, guint i)
{
    g_autofree char *name = i == 0 ? g_strdup (FILE_NAME)
                                   : g_strdup_printf (FILE_NAME "-%u", i + 1);
    g_autofree char *path = g_build_filename (dir, name, NULL);
    g_autofree char *lock = g_strconcat (name, ".lock", NULL);
    gboolean writable;

    if (lost->shared->path && !g_file_test (path, G_FILE_TEST_EXISTS) &&
        !xtls_keystore_is_marked (path))
        return;
    lost->locks[i] = xtls_folder_lock_keep (dir, lock);
    if (lost->locks[i] == XTLS_FOLDER_LOCK_BUSY)
        return;
    if (!xtls_keystore_load (
            path, keys, read_group, lost->earlier, &writable) ||
        xtls_keystore_is_marked (path))
        g_ptr_array_add (lost->damaged, g_strdup (path));
    if (lost->shared->path)
        adopt (lost, g_steal_pointer (&path));
    else
        lost->shared->path = g_steal_pointer (&path);
}

XtlsLost *
xtls_lost_open (const char *dir, XtlsWriter *writer, PurplePlugin *plugin)
{
    XtlsLost *lost = g_new0 (XtlsLost, 1);

    lost->writer = writer;
    lost->waiting = g_hash_table_new_full (NULL, NULL, NULL, waiting_free);
    lost->counts = counts_new ();
    lost->earlier = counts_new ();
    lost->damaged = g_ptr_array_new_with_free_func (g_free);
    lost->shared = g_new0 (Shared, 1);
    g_mutex_init (&lost->shared->lock);
    for (guint i = 0; i < FILES_MAX; i++) {
        lost->locks[i] = -1;
        take_file (lost, dir, i);
    }
    if (lost->shared->path) {
        lost->file =
            xtls_writer_add (writer, lost->shared->path, &ops, lost->shared);
        /* This also causes a file without content to be removed. */
        lost->shared->written = g_strdup ("");
        save (lost);
    } else {
        g_clear_pointer (&lost->shared, shared_free);
    }
    show (lost, plugin);
    return lost;
}

void
xtls_lost_ignore_notice (XtlsLost *lost)
{
    lost->ignore_notice = TRUE;
}

void
xtls_lost_close (XtlsLost *lost)
{
    lost->ignore_notice = TRUE;
    xtls_writer_flush (lost->writer);
    if (lost->file)
        xtls_writer_remove (lost->writer, lost->file);
    for (guint i = 0; i < FILES_MAX; i++)
        xtls_folder_lock_release (lost->locks[i]);
    g_hash_table_destroy (lost->waiting);
    g_hash_table_destroy (lost->counts);
    g_hash_table_destroy (lost->earlier);
    g_ptr_array_unref (lost->damaged);
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
