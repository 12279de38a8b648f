/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is stored about one contact, and sets of such records. */
#include "record.h"

#include <string.h>

XtlsRecord *
xtls_record_new (const XtlsRecordKind *kind,
                 const char *account,
                 const char *jid)
{
    XtlsRecord *record = g_atomic_rc_box_alloc0 (kind->size);

    record->kind = kind;
    record->account = g_strdup (account);
    record->jid = g_strdup (jid);
    return record;
}

XtlsRecord *
xtls_record_ref (const XtlsRecord *record)
{
    if (record != NULL)
        g_atomic_rc_box_acquire ((gpointer)record);
    return (XtlsRecord *)record;
}

static void
record_clear (gpointer data)
{
    XtlsRecord *record = data;

    record->kind->clear (record);
    g_free (record->account);
    g_free (record->jid);
}

void
xtls_record_unref (gpointer record)
{
    if (record != NULL)
        g_atomic_rc_box_release_full (record, record_clear);
}

static guint
record_hash (gconstpointer data)
{
    const XtlsRecord *record = data;

    return g_str_hash (record->account) * 31 + g_str_hash (record->jid);
}

static gboolean
record_same_name (gconstpointer a, gconstpointer b)
{
    const XtlsRecord *one = a, *other = b;

    return strcmp (one->account, other->account) == 0 &&
           strcmp (one->jid, other->jid) == 0;
}

GHashTable *
xtls_record_set_new (void)
{
    return g_hash_table_new_full (
        record_hash, record_same_name, xtls_record_unref, NULL);
}

XtlsRecord *
xtls_record_set_find (GHashTable *set, const char *account, const char *jid)
{
    const XtlsRecord name = {NULL, (char *)account, (char *)jid};

    return g_hash_table_lookup (set, &name);
}

void
xtls_record_set_put (GHashTable *set,
                     const XtlsRecord *name,
                     XtlsRecord *record)
{
    if (record != NULL)
        g_hash_table_replace (set, record, record);
    else
        g_hash_table_remove (set, name);
}

gboolean
xtls_record_is_same (const XtlsRecordKind *kind,
                     const XtlsRecord *a,
                     const XtlsRecord *b)
{
    return a == b || (a != NULL && b != NULL && kind->equal (a, b));
}

XtlsRecord *
xtls_record_merge (const XtlsRecordKind *kind,
                   const XtlsRecord *base,
                   const XtlsRecord *ours,
                   const XtlsRecord *theirs)
{
    const XtlsRecord *name = ours != NULL ? ours : theirs;
    XtlsRecord *merged;

    if (xtls_record_is_same (kind, base, theirs) ||
        xtls_record_is_same (kind, ours, theirs))
        return xtls_record_ref (ours);
    if (xtls_record_is_same (kind, base, ours))
        return xtls_record_ref (theirs);
    if (name == NULL)
        return NULL;
    merged = xtls_record_new (kind, name->account, name->jid);
    kind->merge (merged, base, ours, theirs);
    if (kind->count (merged) == 0)
        g_clear_pointer (&merged, xtls_record_unref);
    /* If nothing has changed, there is nothing to take over. */
    if (ours != NULL && merged != NULL && kind->equal (ours, merged)) {
        xtls_record_unref (merged);
        return xtls_record_ref (ours);
    }
    return merged;
}
