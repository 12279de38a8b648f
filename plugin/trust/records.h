/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is remembered of contacts, one record for each account and contact, and
 * the file that it is kept in. Several programs may have the file open: each
 * change is merged with what the others have written meanwhile, and what they
 * have changed is taken over within two seconds.
 *
 * A record never changes once it is part of the table: a change puts another in
 * its place. So the worker thread and the main loop can read the same ones.
 */
#pragma once

#include "writer.h"

#include <glib.h>

/* The keys of every group that are read and written here. */
#define XTLS_RECORDS_KEY_ACCOUNT "account"
#define XTLS_RECORDS_KEY_JID "jid"

typedef struct XtlsRecords XtlsRecords;

typedef struct XtlsRecordsKind XtlsRecordsKind;

/* The head of every record: whose it is. */
typedef struct {
    const XtlsRecordsKind *kind;
    char *account; /* the account's bare JID */
    char *jid;     /* the contact's bare JID */
} XtlsRecord;

/* What kind of records a file holds. The functions run in both threads. */
struct XtlsRecordsKind {
    gsize size; /* of a record, which begins with XtlsRecord */
    const char *const
        *keys; /* of every group in the file, with the two above */

    /* Adds what a group holds to a record that may have something already.
     * %FALSE if it is not what it should be, or is there already. */
    gboolean (*read) (GKeyFile *file, const char *group, XtlsRecord *record);

    /* How many groups a record takes; 0: it says nothing and can go. */
    guint (*count) (const XtlsRecord *record);
    void (*write) (GKeyFile *file,
                   const char *group,
                   const XtlsRecord *record,
                   guint number);

    gboolean (*equal) (const XtlsRecord *a, const XtlsRecord *b);

    /* Fills @to, which is blank. */
    void (*copy) (XtlsRecord *to, const XtlsRecord *from);

    /* Fills @to, which is blank, from a record that was changed in two places
     * since it was @base: here it is @ours, elsewhere @theirs. Each may be
     * %NULL: there was none, or it was removed. */
    void (*merge) (XtlsRecord *to,
                   const XtlsRecord *base,
                   const XtlsRecord *ours,
                   const XtlsRecord *theirs);

    void (*clear) (XtlsRecord *record);
};

/**
 * XtlsRecordsChanged:
 * @account: (nullable): the account of what has changed
 * @jid: (nullable): the contact
 *
 * Another program has changed this record, or, with %NULL, many records, or has
 * found the file damaged, or its user has seen the notice about that. Called
 * from xtls_writer_dispatch().
 */
typedef void (*XtlsRecordsChanged) (const char *account,
                                    const char *jid,
                                    gpointer user_data);

/**
 * XtlsRecordsName:
 * @jid: a bare JID as it is written in a file
 *
 * Called in both threads.
 *
 * Returns: (transfer full) (nullable): the form in which it is looked up, or
 * %NULL if it is to stay as it is.
 */
typedef char *(*XtlsRecordsName) (const char *jid);

/**
 * xtls_records_set_name_func:
 * @canonical: (nullable): for all records that are read from now on
 *
 * Lets what is read be found by one form of each name; records that get the
 * same name are merged, the safer word of each counts.
 */
void xtls_records_set_name_func (XtlsRecordsName canonical);

/**
 * xtls_records_load:
 * @kind: (transfer none): static
 * @path: the file
 * @writer: (transfer none): saves changes; must outlive the records
 *
 * Returns: (transfer full): the records, none if there is no file.
 */
XtlsRecords *xtls_records_load (const XtlsRecordsKind *kind,
                                const char *path,
                                XtlsWriter *writer);

/* Saves what has changed; does not wait for it. */
void xtls_records_free (XtlsRecords *records);

/* Calls @changed when another program has changed the records. */
void xtls_records_set_changed_func (XtlsRecords *records,
                                    XtlsRecordsChanged changed,
                                    gpointer user_data);

/**
 * xtls_records_is_damaged:
 *
 * Returns: %TRUE from the moment that the file was found unreadable, in this
 * run or an earlier one, by this program or another, until one of them calls
 * xtls_records_clear_damaged().
 */
gboolean xtls_records_is_damaged (XtlsRecords *records);
void xtls_records_clear_damaged (XtlsRecords *records);

/**
 * xtls_records_get_set_aside:
 *
 * Returns: (transfer full) (nullable): where the damaged file was moved; %NULL
 * if there is none, or it could not be moved. Nothing is saved in that case.
 */
char *xtls_records_get_set_aside (XtlsRecords *records);

/**
 * xtls_records_lookup:
 *
 * Returns: (nullable) (transfer none): valid until the next change.
 */
const XtlsRecord *xtls_records_lookup (XtlsRecords *records,
                                       const char *account,
                                       const char *jid);

/**
 * xtls_records_list:
 *
 * Returns: (transfer container) (element-type XtlsRecord): all of them, valid
 * until the next change.
 */
GPtrArray *xtls_records_list (XtlsRecords *records);

/**
 * xtls_records_edit:
 *
 * Returns: (transfer full) (nullable): a copy of the contact's record, blank if
 * it has none, to be changed and put; %NULL for a name that could not be read
 * again from the file.
 */
XtlsRecord *
xtls_records_edit (XtlsRecords *records, const char *account, const char *jid);

/**
 * xtls_records_put:
 * @record: (transfer full): a record of xtls_records_edit()
 * @save: %FALSE if this alone is no reason to write the file
 */
void xtls_records_put (XtlsRecords *records, XtlsRecord *record, gboolean save);
