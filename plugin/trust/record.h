/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is stored about one contact of one account, and sets of such records. A
 * record in a set never changes: a change replaces it by another one, so that
 * several threads can read the same records.
 */
#pragma once

#include <glib.h>

/* The keys that every group has. */
#define XTLS_RECORD_KEY_ACCOUNT "account"
#define XTLS_RECORD_KEY_JID "jid"

typedef struct XtlsRecordKind XtlsRecordKind;

/* The beginning of every record: whose it is. */
typedef struct {
    const XtlsRecordKind *kind;
    char *account; /* the account's bare JID */
    char *jid;     /* the contact's bare JID */
} XtlsRecord;

/* Describes the records in a file. Its functions run in both threads. */
struct XtlsRecordKind {
    gsize size; /* size of a record, which begins with XtlsRecord */
    const char *const
        *keys; /* the keys of every group in the file, with the two above */

    /* Adds a group's values to a record that may already have some. Returns:
     * %FALSE if they are invalid or already there. */
    gboolean (*read) (GKeyFile *file, const char *group, XtlsRecord *record);

    /* Returns: how many groups the record takes; 0 if it says nothing and can
     * be removed. */
    guint (*count) (const XtlsRecord *record);
    void (*write) (GKeyFile *file,
                   const char *group,
                   const XtlsRecord *record,
                   guint number);

    gboolean (*equal) (const XtlsRecord *a, const XtlsRecord *b);

    /* Fills @to, which is blank. */
    void (*copy) (XtlsRecord *to, const XtlsRecord *from);

    /* Fills @to, which is blank, from a record that was @base and has been
     * changed in two places: to @ours here, and to @theirs elsewhere. Each may
     * be %NULL: it did not exist, or was removed. */
    void (*merge) (XtlsRecord *to,
                   const XtlsRecord *base,
                   const XtlsRecord *ours,
                   const XtlsRecord *theirs);

    void (*clear) (XtlsRecord *record);
};

/**
 * xtls_record_new:
 * @kind: (transfer none): static
 * @account: the account's bare JID
 *
 * Returns: (transfer full): a blank record.
 */
XtlsRecord *xtls_record_new (const XtlsRecordKind *kind,
                             const char *account,
                             const char *jid);

/* @record: (nullable). Returns: (transfer full) (nullable): the same record. */
XtlsRecord *xtls_record_ref (const XtlsRecord *record);

/* @record: (nullable): an #XtlsRecord. */
void xtls_record_unref (gpointer record);

/**
 * xtls_record_is_same:
 * @kind: the kind of both records
 * @a: (nullable): a record
 * @b: (nullable): another one with the same name
 *
 * Returns: %TRUE if both say the same, or both are %NULL.
 */
gboolean xtls_record_is_same (const XtlsRecordKind *kind,
                              const XtlsRecord *a,
                              const XtlsRecord *b);

/**
 * xtls_record_merge:
 * @kind: the kind of all three records
 * @base: (nullable): the record before it was changed in two places
 * @ours: (nullable): what it was changed to here
 * @theirs: (nullable): what it was changed to elsewhere
 *
 * Returns: (transfer full) (nullable): the merged record, %NULL if it is to be
 * removed.
 */
XtlsRecord *xtls_record_merge (const XtlsRecordKind *kind,
                               const XtlsRecord *base,
                               const XtlsRecord *ours,
                               const XtlsRecord *theirs);

/* Returns: (transfer full) (element-type XtlsRecord): an empty set, which owns
 * its records and finds them by account and contact. */
GHashTable *xtls_record_set_new (void);

/* Returns: (nullable) (transfer none): the record in @set with this @account
 * and contact. */
XtlsRecord *
xtls_record_set_find (GHashTable *set, const char *account, const char *jid);

/**
 * xtls_record_set_put:
 * @set: the set to change
 * @name: a record with the name that is meant
 * @record: (nullable) (transfer full): replaces the record with that name;
 *   %NULL removes it
 */
void xtls_record_set_put (GHashTable *set,
                          const XtlsRecord *name,
                          XtlsRecord *record);
