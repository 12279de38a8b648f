/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads and writes a set of records (record.h) as a file (keystore.h), with the
 * names of contacts in canonical form.
 */
#pragma once

#include "file-version.h"
#include "record.h"

#include <glib.h>

typedef struct {
    const XtlsRecordKind *kind;
    char *path;              /* owned by the user of this struct */
    XtlsFileVersion version; /* of the file when last read or written */
    gboolean writable;       /* nothing there would be lost by writing */
} XtlsRecordsFile;

/**
 * XtlsRecordsFileName:
 * @jid: a bare JID as written in a file
 *
 * Called in both threads.
 *
 * Returns: (transfer full) (nullable): its canonical form, or %NULL to leave it
 * unchanged.
 */
typedef char *(*XtlsRecordsFileName) (const char *jid);

/**
 * xtls_records_file_set_name_func:
 * @canonical: (nullable): makes the canonical form, for all records read from
 *   now on
 *
 * Sets how names are made canonical when they are read. Records that get the
 * same name are merged, and the safer value of each counts.
 */
void xtls_records_file_set_name_func (XtlsRecordsFileName canonical);

/**
 * xtls_records_file_read:
 * @file: the file, of which kind and path are set
 * @good: (out): whether all of it was understood
 *
 * Returns: (transfer full) (element-type XtlsRecord): the content of the file
 * as far as it was understood.
 */
GHashTable *xtls_records_file_read (XtlsRecordsFile *file, gboolean *good);

/**
 * xtls_records_file_write:
 * @file: a file that has been read
 * @set: (element-type XtlsRecord): the new content
 *
 * Returns: %FALSE with @error if the file could not be written.
 */
gboolean xtls_records_file_write (XtlsRecordsFile *file,
                                  GHashTable *set,
                                  GError **error);
