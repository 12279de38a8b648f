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

/**
 * xtls_records_file_to_text:
 * @list: (element-type XtlsRecord): records of one kind
 * @len: (out): the length of the text
 *
 * In any thread.
 *
 * Returns: (transfer full): the list as such a file holds it.
 */
char *xtls_records_file_to_text (const GPtrArray *list, gsize *len);

/**
 * xtls_records_file_from_text:
 * @kind: of the records
 * @text: (array length=len): what xtls_records_file_to_text() has written, or
 *   somebody else
 * @account: the account that all of them have to be of
 *
 * In any thread.
 *
 * Returns: (transfer full) (nullable) (element-type XtlsRecord): the list;
 * %NULL if the text was not understood to the last line.
 */
GPtrArray *xtls_records_file_from_text (const XtlsRecordKind *kind,
                                        const char *text,
                                        gsize len,
                                        const char *account);
