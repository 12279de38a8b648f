/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Distinguishes versions of a file. Every program that uses the folder writes a
 * new file and moves it into place, so that the inode differs; editing by hand
 * changes the size or the time.
 */
#pragma once

#include <glib.h>

typedef struct {
    gboolean exists;
    guint64 device, inode, size;
    gint64 seconds, nanoseconds;
} XtlsFileVersion;

/* Returns: the current version of the file. */
XtlsFileVersion xtls_file_version_get (const char *path);

/* Returns: whether @a and @b are the same version. */
gboolean xtls_file_version_equal (const XtlsFileVersion *a,
                                  const XtlsFileVersion *b);
