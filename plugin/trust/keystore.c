/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings files that are never overwritten unread; see keystore.h. */
#include "keystore.h"

#include "writer.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

/* Twenty times the size for 10,000 peers. */
#define FILE_MAX (64 * 1024 * 1024)
#define SET_ASIDE_MAX 9999
#define TIME_MAX G_GINT64_CONSTANT (253402300799) /* the end of year 9999 */

#define GROUP_OF_FILE "xtls"
#define KEY_VERSION "version"
#define VERSION 1

/* A device or a pipe would block the caller for ever. */
static gboolean
is_readable_file (const char *path)
{
    GStatBuf info;

    return g_stat (path, &info) == 0 && S_ISREG (info.st_mode) &&
           info.st_size <= FILE_MAX;
}

static char *
make_name (const char *path, guint number)
{
    return g_strdup_printf ("%s.unreadable-%u", path, number);
}

/* Returns: the number of the first name that is free, more than SET_ASIDE_MAX
 * if none is. */
static guint
find_number (const char *path)
{
    guint n = 1;

    for (; n <= SET_ASIDE_MAX; n++) {
        g_autofree char *name = make_name (path, n);
        GStatBuf info;

        /* A dangling link counts as a name in use. */
        if (g_lstat (name, &info) != 0)
            break;
    }
    return n;
}

/* Returns: (transfer full) (nullable): a new name for a damaged file. */
static char *
find_name (const char *path)
{
    guint n = find_number (path);

    return n <= SET_ASIDE_MAX ? make_name (path, n) : NULL;
}

/* --- the mark of a damaged file ------------------------------------------- */

static char *
mark_of (const char *path)
{
    return g_strconcat (path, ".damaged", NULL);
}

static gboolean
write_mark (const char *mark, const char *name)
{
    return xtls_writer_save (mark, name, strlen (name), NULL);
}

/* Another program may have found the damage at the same time and moved the file
 * first. Then the mark is its own as well, and has to say where it moved it. */
static void
mark_moved (const char *path, const char *mark)
{
    guint n = find_number (path);
    g_autofree char *name = n > 1 ? make_name (path, n - 1) : NULL;

    if (name != NULL)
        (void)write_mark (mark, name);
    else
        (void)g_unlink (mark);
}

/* The mark is written before the file is moved, so that whatever happens in
 * between, the next start finds one of the two. */
gboolean
xtls_keystore_set_aside (const char *path)
{
    g_autofree char *mark = mark_of (path);
    g_autofree char *name = find_name (path);

    if (name == NULL || !write_mark (mark, name))
        return FALSE;
    if (g_rename (path, name) == 0)
        return TRUE;
    if (errno == ENOENT) {
        mark_moved (path, mark);
        return TRUE;
    }
    (void)g_unlink (mark);
    return FALSE;
}

gboolean
xtls_keystore_is_marked (const char *path)
{
    g_autofree char *mark = mark_of (path);
    GStatBuf info;

    return g_lstat (mark, &info) == 0;
}

char *
xtls_keystore_get_mark (const char *path)
{
    g_autofree char *mark = mark_of (path);
    char *name = NULL;
    gsize len = 0;

    if (!xtls_keystore_is_marked (path))
        return NULL;
    if (is_readable_file (mark) &&
        g_file_get_contents (mark, &name, &len, NULL) && strlen (name) == len &&
        xtls_keystore_is_text (name))
        return name;
    /* The mark stays valid whatever happens to the file. */
    g_free (name);
    return g_strconcat (path, ".unreadable-1", NULL);
}

void
xtls_keystore_remove_mark (const char *path)
{
    g_autofree char *mark = mark_of (path);

    (void)g_unlink (mark);
}

static gboolean
has_version (GKeyFile *file)
{
    g_autoptr (GError) error = NULL;
    gint version =
        g_key_file_get_integer (file, GROUP_OF_FILE, KEY_VERSION, &error);

    return error == NULL && version == VERSION;
}

static gboolean
has_keys (GKeyFile *file, const char *group, const char *const *keys)
{
    g_auto (GStrv) found = g_key_file_get_keys (file, group, NULL, NULL);
    guint wanted = 0;

    for (; keys[wanted] != NULL; wanted++)
        if (!g_key_file_has_key (file, group, keys[wanted], NULL))
            return FALSE;
    return found != NULL && g_strv_length (found) == wanted;
}

/* Returns: whether all of the file was understood. */
static gboolean
read_groups (GKeyFile *file,
             const char *const *keys,
             XtlsKeystoreRead read,
             gpointer user_data)
{
    g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
    gboolean good = TRUE;

    if (!has_version (file))
        return FALSE;
    for (char **group = groups; *group != NULL; group++) {
        if (strcmp (*group, GROUP_OF_FILE) == 0)
            continue;
        if (!has_keys (file, *group, keys) || !read (file, *group, user_data))
            good = FALSE;
    }
    return good;
}

gboolean
xtls_keystore_parse (const char *text,
                     gsize len,
                     const char *const *keys,
                     XtlsKeystoreRead read,
                     gpointer user_data)
{
    g_autoptr (GKeyFile) file = g_key_file_new ();

    return g_key_file_load_from_data (file, text, len, G_KEY_FILE_NONE, NULL) &&
           read_groups (file, keys, read, user_data);
}

gboolean
xtls_keystore_load (const char *path,
                    const char *const *keys,
                    XtlsKeystoreRead read,
                    gpointer user_data,
                    gboolean *writable)
{
    g_autoptr (GKeyFile) file = g_key_file_new ();
    GStatBuf info;

    *writable = TRUE;
    if (g_lstat (path, &info) != 0 && errno == ENOENT)
        return TRUE;
    if (is_readable_file (path) &&
        g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL) &&
        read_groups (file, keys, read, user_data))
        return TRUE;
    *writable = xtls_keystore_set_aside (path);
    return FALSE;
}

GKeyFile *
xtls_keystore_new (void)
{
    GKeyFile *file = g_key_file_new ();

    g_key_file_set_integer (file, GROUP_OF_FILE, KEY_VERSION, VERSION);
    return file;
}

char *
xtls_keystore_group (guint number)
{
    return g_strdup_printf ("entry-%u", number);
}

gboolean
xtls_keystore_is_text (const char *text)
{
    gsize len = strlen (text);

    return len > 0 && len <= XTLS_KEYSTORE_TEXT_MAX &&
           g_utf8_validate (text, (gssize)len, NULL);
}

char *
xtls_keystore_get_text (GKeyFile *file, const char *group, const char *key)
{
    g_autofree char *text = g_key_file_get_string (file, group, key, NULL);

    if (text == NULL || !xtls_keystore_is_text (text))
        return NULL;
    return g_steal_pointer (&text);
}

int
xtls_keystore_get_word (GKeyFile *file,
                        const char *group,
                        const char *key,
                        const char *const *words,
                        guint n_words)
{
    g_autofree char *text = g_key_file_get_string (file, group, key, NULL);

    for (guint i = 0; i < n_words; i++)
        if (g_strcmp0 (text, words[i]) == 0)
            return (int)i;
    return -1;
}

gint64
xtls_keystore_get_time (GKeyFile *file, const char *group, const char *key)
{
    g_autoptr (GError) error = NULL;
    gint64 seconds = g_key_file_get_int64 (file, group, key, &error);

    return error == NULL && seconds >= 0 && seconds <= TIME_MAX ? seconds : -1;
}
