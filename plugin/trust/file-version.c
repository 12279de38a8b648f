/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Detects that a file has been replaced; see file-version.h. */
#include "file-version.h"

#include <glib/gstdio.h>

XtlsFileVersion
xtls_file_version_get (const char *path)
{
    XtlsFileVersion version = {FALSE, 0, 0, 0, 0, 0};
    GStatBuf info;

    if (g_stat (path, &info) != 0)
        return version;
    version.exists = TRUE;
    version.device = info.st_dev;
    version.inode = info.st_ino;
    version.size = (guint64)info.st_size;
    version.seconds = info.st_mtim.tv_sec;
    version.nanoseconds = info.st_mtim.tv_nsec;
    return version;
}

gboolean
xtls_file_version_equal (const XtlsFileVersion *a, const XtlsFileVersion *b)
{
    return a->exists == b->exists && a->device == b->device &&
           a->inode == b->inode && a->size == b->size &&
           a->seconds == b->seconds && a->nanoseconds == b->nanoseconds;
}
