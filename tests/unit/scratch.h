/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Directories for tests that write files. */
#pragma once

#include <glib.h>

/* Returns: (transfer full): a new empty directory. */
char *test_dir_new (void);

/* Removes the directory with everything in it and frees its name. */
void test_dir_free (char *dir);

/* Returns: the permission bits of a file. */
guint test_mode (const char *path);

/* Writes a file, as a user with an editor would. */
void test_write (const char *path, const char *text);

/* Returns: (transfer full): the content of a file. */
char *test_read (const char *path);
