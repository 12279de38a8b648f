/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of settings that are never overwritten unread, see keystore.h. */
#include "keystore.h"

#include <errno.h>
#include <glib/gstdio.h>

/* Twenty times what 10,000 peers take. */
#define SIZE_MAX_OF_FILE (64 * 1024 * 1024)
#define SET_ASIDE_MAX 9999

char *
xtls_keystore_set_aside (const char *path)
{
    for (guint n = 1; n <= SET_ASIDE_MAX; n++) {
        g_autofree char *name = g_strdup_printf ("%s.unreadable-%u", path, n);
        GStatBuf info;

        /* A dangling link is a name in use, too. */
        if (g_lstat (name, &info) == 0)
            continue;
        return g_rename (path, name) == 0 ? g_steal_pointer (&name) : NULL;
    }
    return NULL;
}

/* A device or a pipe would block the caller for ever. */
static gboolean
is_readable_file (const char *path)
{
    GStatBuf info;

    return g_stat (path, &info) == 0 && S_ISREG (info.st_mode) &&
           info.st_size <= SIZE_MAX_OF_FILE;
}

GKeyFile *
xtls_keystore_load (const char *path, char **set_aside, gboolean *safe)
{
    GKeyFile *file = g_key_file_new ();
    GStatBuf info;

    *set_aside = NULL;
    *safe = TRUE;
    if (g_lstat (path, &info) != 0 && errno == ENOENT)
        return file;
    if (is_readable_file (path) &&
        g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL))
        return file;

    /* What was read before the first bad line is of no use to anybody. */
    g_key_file_unref (file);
    *set_aside = xtls_keystore_set_aside (path);
    *safe = *set_aside != NULL;
    return g_key_file_new ();
}
