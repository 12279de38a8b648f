/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records about contacts, one for each account and contact, kept in step with
 * the file that they are stored in. Several programs may use the file: each
 * change is merged with what the others have written meanwhile, and their
 * changes are taken over within two seconds.
 */
#pragma once

#include "record.h"
#include "writer.h"

#include <glib.h>

typedef struct XtlsRecords XtlsRecords;

/**
 * XtlsRecordsChanged:
 * @account: (nullable): the account of the changed record
 * @jid: (nullable): the contact
 *
 * Another program has changed this record, or, with %NULL, many records, or has
 * found the file damaged, or its user has seen the notice about the damage.
 * Called from xtls_writer_dispatch().
 */
typedef void (*XtlsRecordsChanged) (const char *account,
                                    const char *jid,
                                    gpointer user_data);

/**
 * xtls_records_load:
 * @kind: (transfer none): static
 * @path: the file
 * @writer: (transfer none): writes changes; must outlive the records
 *
 * Returns: (transfer full): the records, empty if there is no file.
 */
XtlsRecords *xtls_records_load (const XtlsRecordKind *kind,
                                const char *path,
                                XtlsWriter *writer);

/* Starts saving what has changed, without waiting for it. */
void xtls_records_free (XtlsRecords *records);

/* Calls @changed when another program has changed the records. */
void xtls_records_set_changed_func (XtlsRecords *records,
                                    XtlsRecordsChanged changed,
                                    gpointer user_data);

/**
 * xtls_records_is_damaged:
 *
 * Returns: %TRUE from when the file was found unreadable, in this run or an
 * earlier one, by this program or another, until one of them calls
 * xtls_records_clear_damaged().
 */
gboolean xtls_records_is_damaged (XtlsRecords *records);
void xtls_records_clear_damaged (XtlsRecords *records);

/**
 * xtls_records_get_set_aside:
 *
 * Returns: (transfer full) (nullable): where the damaged file was moved; %NULL
 * if there is none, or it could not be moved, in which case nothing is saved.
 */
char *xtls_records_get_set_aside (XtlsRecords *records);

/**
 * xtls_records_lookup:
 *
 * Returns: (nullable) (transfer none): the record, valid until the next change.
 */
const XtlsRecord *xtls_records_lookup (XtlsRecords *records,
                                       const char *account,
                                       const char *jid);

/**
 * xtls_records_list:
 *
 * Returns: (transfer container) (element-type XtlsRecord): all records, valid
 * until the next change.
 */
GPtrArray *xtls_records_list (XtlsRecords *records);

/**
 * xtls_records_edit:
 *
 * Returns: (transfer full) (nullable): a copy of the contact's record, blank if
 * there is none, to be changed and passed to xtls_records_put(); %NULL for a
 * name that could not be read from the file again.
 */
XtlsRecord *
xtls_records_edit (XtlsRecords *records, const char *account, const char *jid);

/**
 * xtls_records_put:
 * @record: (transfer full): a record from xtls_records_edit()
 * @save: %FALSE if this change alone is no reason to write the file
 */
void xtls_records_put (XtlsRecords *records, XtlsRecord *record, gboolean save);

/**
 * xtls_records_collect:
 *
 * Returns: (transfer full) (element-type XtlsRecord): references to the records
 * of @account, for any thread.
 */
GPtrArray *xtls_records_collect (XtlsRecords *records, const char *account);

/**
 * xtls_records_merge:
 * @record: (transfer none): what was known elsewhere
 *
 * Adds it to what is known here, as if it had been changed in both places: of
 * two words the safer one counts.
 */
void xtls_records_merge (XtlsRecords *records, const XtlsRecord *record);
