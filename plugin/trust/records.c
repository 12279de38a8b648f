/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records in a file that several programs share; see records.h.
 *
 * `base` is the content of the file when it was last read or written here;
 * `now` is what this program has in memory. Differences between the two were
 * made here and are still to be written; differences between `base` and the
 * file were made by another program. The worker thread merges all three and
 * writes the result. Only the main thread changes `now`: it takes the changes
 * of others, and the new `base`, from the worker's outcome. Until it has done
 * so, the worker leaves the file alone (the contract of XtlsWriterOps).
 */
#include "records.h"

#include "keystore.h"
#include "records-file.h"

#include <string.h>

/* If more records change at once, they are not reported by name. */
#define NAMES_MAX 16

/* A record that must change in memory. */
typedef struct {
    XtlsRecord *seen;   /* (nullable) our record when the file was merged */
    XtlsRecord *merged; /* (nullable) the merged record */
} Difference;

typedef struct {
    GPtrArray *differences;
    GHashTable *disk; /* the content of the file now */
    gboolean told;    /* whether `damaged` has changed */
    gboolean damaged;
} Outcome;

/* Data shared by the main thread and the worker. */
typedef struct {
    GMutex lock;      /* guards the following */
    GHashTable *now;  /* a set of XtlsRecord */
    GHashTable *base; /* another one; never changed, only replaced */
    Outcome *outcome; /* (nullable) for the main thread to take */

    /* For the worker, and for loading. */
    XtlsRecordsFile file;
    gboolean marked; /* whether the file had a mark of damage when read */

    /* For the main thread. */
    gboolean damaged;
    XtlsRecordsChanged changed;
    gpointer user_data; /* borrowed */
} Shared;

struct XtlsRecords {
    Shared *shared;
    XtlsWriter *writer;   /* borrowed */
    XtlsWriterFile *file; /* owned by the writer */
};

static GHashTable *
set_copy (Shared *shared, GHashTable *set)
{
    g_autoptr (GPtrArray) list = g_ptr_array_new ();
    GHashTable *copy = xtls_record_set_new ();
    GHashTableIter iter;
    gpointer key;

    /* Filling a table takes longer than taking references, so it is done
     * without the lock. */
    g_mutex_lock (&shared->lock);
    g_hash_table_iter_init (&iter, set);
    while (g_hash_table_iter_next (&iter, &key, NULL))
        g_ptr_array_add (list, xtls_record_ref (key));
    g_mutex_unlock (&shared->lock);
    for (guint i = 0; i < list->len; i++)
        g_hash_table_add (copy, list->pdata[i]);
    return copy;
}

/* --- in the worker: merging ----------------------------------------------- */

typedef struct {
    const XtlsRecordKind *kind;
    GHashTable *base, *ours, *theirs;
    GHashTable *merged;     /* the merged records */
    GPtrArray *differences; /* between ours and the merged ones */
    gboolean news;          /* the merged records differ from the file */
} Merge;

static void
difference_free (gpointer data)
{
    Difference *difference = data;

    xtls_record_unref (difference->seen);
    xtls_record_unref (difference->merged);
    g_free (difference);
}

static void
merge_name (Merge *merge, const XtlsRecord *name)
{
    const XtlsRecord *ours = g_hash_table_lookup (merge->ours, name);
    const XtlsRecord *theirs = g_hash_table_lookup (merge->theirs, name);
    XtlsRecord *merged = xtls_record_merge (
        merge->kind, g_hash_table_lookup (merge->base, name), ours, theirs);

    if (!xtls_record_is_same (merge->kind, merged, theirs))
        merge->news = TRUE;
    if (merged != ours) {
        Difference *difference = g_new0 (Difference, 1);

        difference->seen = xtls_record_ref (ours);
        difference->merged = xtls_record_ref (merged);
        g_ptr_array_add (merge->differences, difference);
    }
    if (merged != NULL)
        g_hash_table_add (merge->merged, merged);
}

static void
merge_sets (Merge *merge)
{
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init (&iter, merge->ours);
    while (g_hash_table_iter_next (&iter, &key, NULL))
        merge_name (merge, key);
    g_hash_table_iter_init (&iter, merge->theirs);
    while (g_hash_table_iter_next (&iter, &key, NULL))
        if (!g_hash_table_contains (merge->ours, key))
            merge_name (merge, key);
}

/* A record missing from a file that was damaged or has disappeared was not
 * removed by anybody. */
static void
add_missing (GHashTable *theirs, GHashTable *base)
{
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init (&iter, base);
    while (g_hash_table_iter_next (&iter, &key, NULL))
        if (!g_hash_table_contains (theirs, key))
            g_hash_table_add (theirs, xtls_record_ref (key));
}

/* Returns: (transfer full): the changes of others in the file. @rewrite (out):
 * whether the file lacks something. */
static GHashTable *
read_theirs (Shared *shared,
             GHashTable *base,
             gboolean *rewrite,
             gboolean *damaged)
{
    XtlsFileVersion version = xtls_file_version_get (shared->file.path);
    GHashTable *theirs;
    gboolean good, was_marked = shared->marked;

    *rewrite = FALSE;
    *damaged = shared->marked;
    if (xtls_file_version_equal (&version, &shared->file.version) &&
        version.exists && shared->file.writable &&
        xtls_keystore_is_marked (shared->file.path) == was_marked)
        return g_hash_table_ref (base);
    theirs = xtls_records_file_read (&shared->file, &good);
    shared->marked = xtls_keystore_is_marked (shared->file.path);
    *damaged = shared->marked || !good;
    *rewrite = !good || !shared->file.version.exists;
    if (*rewrite || (shared->marked && !was_marked))
        add_missing (theirs, base);
    return theirs;
}

static void
outcome_free (Outcome *outcome)
{
    if (outcome == NULL)
        return;
    g_ptr_array_unref (outcome->differences);
    g_hash_table_unref (outcome->disk);
    g_free (outcome);
}

/* @disk: (transfer full). Returns: whether the main thread must take the
 * outcome. */
static gboolean
conclude (Shared *shared,
          Merge *merge,
          GHashTable *disk,
          gboolean was_damaged,
          gboolean damaged)
{
    gboolean report = merge->differences->len > 0 || was_damaged != damaged;

    g_mutex_lock (&shared->lock);
    if (report) {
        outcome_free (shared->outcome);
        shared->outcome = g_new0 (Outcome, 1);
        shared->outcome->differences = g_ptr_array_ref (merge->differences);
        shared->outcome->disk = disk;
        shared->outcome->told = was_damaged != damaged;
        shared->outcome->damaged = damaged;
    } else {
        g_hash_table_unref (shared->base);
        shared->base = disk;
    }
    g_mutex_unlock (&shared->lock);
    return report;
}

static gboolean
sync_cb (gpointer data, gboolean *report, GError **error)
{
    Shared *shared = data;
    Merge merge = {.kind = shared->file.kind};
    gboolean was_damaged = shared->marked || !shared->file.writable;
    gboolean rewrite, damaged, good = TRUE;
    GHashTable *disk;

    merge.ours = set_copy (shared, shared->now);
    g_mutex_lock (&shared->lock);
    merge.base = g_hash_table_ref (shared->base);
    g_mutex_unlock (&shared->lock);
    merge.theirs = read_theirs (shared, merge.base, &rewrite, &damaged);
    merge.merged = xtls_record_set_new ();
    merge.differences = g_ptr_array_new_with_free_func (difference_free);
    merge_sets (&merge);
    disk = merge.theirs;
    if (merge.news || rewrite) {
        good = xtls_records_file_write (&shared->file, merge.merged, error);
        if (good)
            disk = merge.merged;
    }
    *report = conclude (
        shared, &merge, g_hash_table_ref (disk), was_damaged, damaged);
    g_hash_table_unref (merge.ours);
    g_hash_table_unref (merge.base);
    g_hash_table_unref (merge.theirs);
    g_hash_table_unref (merge.merged);
    g_ptr_array_unref (merge.differences);
    return good;
}

/* A file that has disappeared is written again when there is something to
 * write. */
static gboolean
is_changed_cb (gpointer data)
{
    Shared *shared = data;
    XtlsFileVersion version = xtls_file_version_get (shared->file.path);

    return (version.exists &&
            !xtls_file_version_equal (&version, &shared->file.version)) ||
           xtls_keystore_is_marked (shared->file.path) != shared->marked;
}

/* --- in the main thread --------------------------------------------------- */

static const XtlsRecord *
name_of (const Difference *difference)
{
    return difference->seen != NULL ? difference->seen : difference->merged;
}

static void
apply (Shared *shared, const Difference *difference)
{
    const XtlsRecord *name = name_of (difference);
    const XtlsRecord *now = g_hash_table_lookup (shared->now, name);
    XtlsRecord *record;

    if (now == difference->seen)
        record = xtls_record_ref (difference->merged);
    else /* It was changed here after the file was merged. */
        record = xtls_record_merge (
            shared->file.kind, difference->seen, now, difference->merged);
    xtls_record_set_put (shared->now, name, record);
}

static void
tell_changes (Shared *shared, const Outcome *outcome)
{
    if (shared->changed == NULL)
        return;
    if (outcome->told || outcome->differences->len > NAMES_MAX) {
        shared->changed (NULL, NULL, shared->user_data);
        return;
    }
    for (guint i = 0; i < outcome->differences->len; i++) {
        const XtlsRecord *name = name_of (outcome->differences->pdata[i]);

        shared->changed (name->account, name->jid, shared->user_data);
    }
}

static void
report_cb (gpointer data)
{
    Shared *shared = data;
    Outcome *outcome;

    g_mutex_lock (&shared->lock);
    outcome = g_steal_pointer (&shared->outcome);
    if (outcome != NULL) {
        for (guint i = 0; i < outcome->differences->len; i++)
            apply (shared, outcome->differences->pdata[i]);
        g_hash_table_unref (shared->base);
        shared->base = g_hash_table_ref (outcome->disk);
    }
    g_mutex_unlock (&shared->lock);
    if (outcome == NULL)
        return;
    if (outcome->told)
        shared->damaged = outcome->damaged;
    tell_changes (shared, outcome);
    outcome_free (outcome);
}

static void
shared_free (gpointer data)
{
    Shared *shared = data;

    outcome_free (shared->outcome);
    g_hash_table_unref (shared->now);
    g_hash_table_unref (shared->base);
    g_mutex_clear (&shared->lock);
    g_free (shared->file.path);
    g_free (shared);
}

static const XtlsWriterOps ops = {
    .sync = sync_cb,
    .is_changed = is_changed_cb,
    .report = report_cb,
    .free = shared_free,
};

XtlsRecords *
xtls_records_load (const XtlsRecordKind *kind,
                   const char *path,
                   XtlsWriter *writer)
{
    XtlsRecords *records = g_new0 (XtlsRecords, 1);
    Shared *shared = g_new0 (Shared, 1);
    gboolean good;

    g_mutex_init (&shared->lock);
    shared->file.kind = kind;
    shared->file.path = g_strdup (path);
    shared->now = xtls_records_file_read (&shared->file, &good);
    shared->base = set_copy (shared, shared->now);
    shared->marked = xtls_keystore_is_marked (path);
    shared->damaged = shared->marked || !good;
    records->shared = shared;
    records->writer = writer;
    records->file = xtls_writer_add (writer, path, &ops, shared);
    /* What was understood of a damaged file must not be lost with it. */
    if (!good && g_hash_table_size (shared->now) > 0)
        xtls_writer_change (writer, records->file);
    return records;
}

void
xtls_records_free (XtlsRecords *records)
{
    if (records == NULL)
        return;
    records->shared->changed = NULL;
    report_cb (records->shared);
    xtls_writer_remove (records->writer, records->file);
    g_free (records);
}

void
xtls_records_set_changed_func (XtlsRecords *records,
                               XtlsRecordsChanged changed,
                               gpointer user_data)
{
    records->shared->changed = changed;
    records->shared->user_data = user_data;
}

gboolean
xtls_records_is_damaged (XtlsRecords *records)
{
    return records->shared->damaged;
}

void
xtls_records_clear_damaged (XtlsRecords *records)
{
    records->shared->damaged = FALSE;
    xtls_keystore_remove_mark (records->shared->file.path);
}

char *
xtls_records_get_set_aside (XtlsRecords *records)
{
    return xtls_keystore_get_mark (records->shared->file.path);
}

const XtlsRecord *
xtls_records_lookup (XtlsRecords *records, const char *account, const char *jid)
{
    return xtls_record_set_find (records->shared->now, account, jid);
}

GPtrArray *
xtls_records_list (XtlsRecords *records)
{
    GPtrArray *list = g_ptr_array_new ();
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init (&iter, records->shared->now);
    while (g_hash_table_iter_next (&iter, &key, NULL))
        g_ptr_array_add (list, key);
    return list;
}

XtlsRecord *
xtls_records_edit (XtlsRecords *records, const char *account, const char *jid)
{
    Shared *shared = records->shared;
    const XtlsRecord *present;
    XtlsRecord *record;

    if (!xtls_keystore_is_text (account) || !xtls_keystore_is_text (jid))
        return NULL;
    present = xtls_record_set_find (shared->now, account, jid);
    record = xtls_record_new (shared->file.kind, account, jid);
    if (present != NULL)
        shared->file.kind->copy (record, present);
    return record;
}

void
xtls_records_put (XtlsRecords *records, XtlsRecord *record, gboolean save)
{
    Shared *shared = records->shared;
    gboolean empty = shared->file.kind->count (record) == 0;

    g_mutex_lock (&shared->lock);
    xtls_record_set_put (shared->now, record, empty ? NULL : record);
    g_mutex_unlock (&shared->lock);
    if (empty)
        xtls_record_unref (record);
    if (save)
        xtls_writer_change (records->writer, records->file);
}

/* --- taken to another computer -------------------------------------------- */

GPtrArray *
xtls_records_collect (XtlsRecords *records, const char *account)
{
    GPtrArray *list = g_ptr_array_new_with_free_func (xtls_record_unref);
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init (&iter, records->shared->now);
    while (g_hash_table_iter_next (&iter, &key, NULL))
        if (strcmp (((const XtlsRecord *)key)->account, account) == 0)
            g_ptr_array_add (list, xtls_record_ref (key));
    return list;
}

void
xtls_records_merge (XtlsRecords *records, const XtlsRecord *record)
{
    Shared *shared = records->shared;
    const XtlsRecord *ours = g_hash_table_lookup (shared->now, record);
    XtlsRecord *merged =
        xtls_record_merge (shared->file.kind, NULL, ours, record);

    if (merged == ours) {
        xtls_record_unref (merged);
        return;
    }
    g_mutex_lock (&shared->lock);
    xtls_record_set_put (shared->now, record, merged);
    g_mutex_unlock (&shared->lock);
    xtls_writer_change (records->writer, records->file);
}
