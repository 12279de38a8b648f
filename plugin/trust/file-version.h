/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * By which another version of a file is recognised. Every program on the folder
 * writes a new file and moves it into place, so that the inode alone tells; who
 * edits it by hand changes size or time.
 */
#pragma once

#include <glib.h>

typedef struct {
    gboolean exists;
    guint64 device, inode, size;
    gint64 seconds, nanoseconds;
} XtlsFileVersion;

/* Returns: the version of the file that is there now. */
XtlsFileVersion xtls_file_version_get (const char *path);

/* Whether @a and @b are the same version. */
gboolean xtls_file_version_equal (const XtlsFileVersion *a,
                                  const XtlsFileVersion *b);
