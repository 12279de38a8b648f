/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Directories for tests that write files, see scratch.h. */
#include "scratch.h"

#include <glib/gstdio.h>

char *
test_dir_new (void)
{
    GError *error = NULL;
    char *dir = g_dir_make_tmp ("xtls-test-XXXXXX", &error);

    g_assert_no_error (error);
    return dir;
}

static void
remove_tree (const char *path)
{
    GDir *dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK)
                    ? NULL
                    : g_dir_open (path, 0, NULL);

    if (dir != NULL) {
        const char *name;

        while ((name = g_dir_read_name (dir)) != NULL) {
            g_autofree char *child = g_build_filename (path, name, NULL);

            remove_tree (child);
        }
        g_dir_close (dir);
    }
    g_remove (path);
}

void
test_dir_free (char *dir)
{
    remove_tree (dir);
    g_free (dir);
}

guint
test_mode (const char *path)
{
    GStatBuf info;

    g_assert_cmpint (g_stat (path, &info), ==, 0);
    return info.st_mode & 07777;
}

void
test_write (const char *path, const char *text)
{
    GError *error = NULL;

    g_file_set_contents (path, text, -1, &error);
    g_assert_no_error (error);
}

char *
test_read (const char *path)
{
    GError *error = NULL;
    char *text = NULL;

    g_file_get_contents (path, &text, NULL, &error);
    g_assert_no_error (error);
    return text;
}
