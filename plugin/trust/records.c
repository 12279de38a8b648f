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

#include "file-version.h"
#include "keystore.h"

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
    const XtlsRecordsKind *kind;
    char *path;

    GMutex lock;      /* guards the following */
    GHashTable *now;  /* a set of XtlsRecord */
    GHashTable *base; /* another one; never changed, only replaced */
    Outcome *outcome; /* (nullable) for the main thread to take */

    /* For the worker, and for loading. */
    XtlsFileVersion version; /* the version of the file last read or written */
    gboolean marked;         /* the file had a mark of damage then */
    gboolean writable;

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

/* --- sets of records ------------------------------------------------------ */

static XtlsRecord *
record_new (const XtlsRecordsKind *kind, const char *account, const char *jid)
{
    XtlsRecord *record = g_atomic_rc_box_alloc0 (kind->size);

    record->kind = kind;
    record->account = g_strdup (account);
    record->jid = g_strdup (jid);
    return record;
}

static XtlsRecord *
record_ref (const XtlsRecord *record)
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

static void
record_unref (gpointer record)
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

static GHashTable *
set_new (void)
{
    return g_hash_table_new_full (
        record_hash, record_same_name, record_unref, NULL);
}

static XtlsRecord *
set_find (GHashTable *set, const char *account, const char *jid)
{
    const XtlsRecord name = {NULL, (char *)account, (char *)jid};

    return g_hash_table_lookup (set, &name);
}

/* @record: (transfer full) (nullable); %NULL removes the record with @name. */
static void
set_put (GHashTable *set, const XtlsRecord *name, XtlsRecord *record)
{
    if (record != NULL)
        g_hash_table_replace (set, record, record);
    else
        g_hash_table_remove (set, name);
}

static GHashTable *
set_copy (Shared *shared, GHashTable *set)
{
    g_autoptr (GPtrArray) list = g_ptr_array_new ();
    GHashTable *copy = set_new ();
    GHashTableIter iter;
    gpointer key;

    /* Filling a table takes longer than taking references, so it is done
     * without the lock. */
    g_mutex_lock (&shared->lock);
    g_hash_table_iter_init (&iter, set);
    while (g_hash_table_iter_next (&iter, &key, NULL))
        g_ptr_array_add (list, record_ref (key));
    g_mutex_unlock (&shared->lock);
    for (guint i = 0; i < list->len; i++)
        g_hash_table_add (copy, list->pdata[i]);
    return copy;
}

static gboolean
is_same (const XtlsRecordsKind *kind, const XtlsRecord *a, const XtlsRecord *b)
{
    return a == b || (a != NULL && b != NULL && kind->equal (a, b));
}

/* --- the file ------------------------------------------------------------- */

typedef struct {
    const XtlsRecordsKind *kind;
    GHashTable *set;
} Reading;

static gboolean
read_group (GKeyFile *file, const char *group, gpointer data)
{
    Reading *reading = data;
    g_autofree char *account =
        xtls_keystore_get_text (file, group, XTLS_RECORDS_KEY_ACCOUNT);
    g_autofree char *jid =
        xtls_keystore_get_text (file, group, XTLS_RECORDS_KEY_JID);
    XtlsRecord *record;

    if (account == NULL || jid == NULL)
        return FALSE;
    record = set_find (reading->set, account, jid);
    if (record != NULL)
        return reading->kind->read (file, group, record);
    record = record_new (reading->kind, account, jid);
    if (!reading->kind->read (file, group, record)) {
        record_unref (record);
        return FALSE;
    }
    g_hash_table_add (reading->set, record);
    return TRUE;
}

/* --- names in canonical form ---------------------------------------------- */

static XtlsRecordsName canonical_name;

void
xtls_records_set_name_func (XtlsRecordsName canonical)
{
    canonical_name = canonical;
}

/* (transfer full) */
static char *
get_name (const char *jid)
{
    char *name = canonical_name ? canonical_name (jid) : NULL;

    return name != NULL ? name : g_strdup (jid);
}

/* Two names of one contact were two records: the safer of their values
 * counts. */
static void
put_canonical (GHashTable *set, const XtlsRecord *record)
{
    g_autofree char *account = get_name (record->account);
    g_autofree char *jid = get_name (record->jid);
    const XtlsRecord *other = set_find (set, account, jid);
    XtlsRecord *renamed = record_new (record->kind, account, jid);

    if (other != NULL)
        record->kind->merge (renamed, NULL, other, record);
    else
        record->kind->copy (renamed, record);
    set_put (set, renamed, renamed);
}

/* An older version may have written a contact's name in another form. */
static GHashTable *
take_canonical (GHashTable *set)
{
    GHashTable *canonical = set_new ();
    GHashTableIter iter;
    gpointer record;

    g_hash_table_iter_init (&iter, set);
    while (g_hash_table_iter_next (&iter, &record, NULL))
        put_canonical (canonical, record);
    g_hash_table_unref (set);
    return canonical;
}

static gboolean
is_canonical (GHashTable *set)
{
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init (&iter, set);
    while (g_hash_table_iter_next (&iter, &key, NULL)) {
        const XtlsRecord *record = key;
        g_autofree char *account = get_name (record->account);
        g_autofree char *jid = get_name (record->jid);

        if (strcmp (account, record->account) != 0 ||
            strcmp (jid, record->jid) != 0)
            return FALSE;
    }
    return TRUE;
}

/* Returns: (transfer full): the content of the file as far as it is understood.
 * @good (out): whether all of it is. */
static GHashTable *
read_file (Shared *shared, gboolean *good)
{
    Reading reading = {shared->kind, set_new ()};

    shared->version = xtls_file_version_get (shared->path);
    *good = xtls_keystore_load (shared->path,
                                shared->kind->keys,
                                read_group,
                                &reading,
                                &shared->writable);
    return is_canonical (reading.set) ? reading.set
                                      : take_canonical (reading.set);
}

static gboolean
write_file (Shared *shared, GHashTable *set, GError **error)
{
    g_autoptr (GKeyFile) file = xtls_keystore_new ();
    g_autofree char *text = NULL;
    GHashTableIter iter;
    gpointer key;
    guint number = 0;
    gsize len;

    if (!shared->writable) {
        g_set_error_literal (error,
                             G_FILE_ERROR,
                             G_FILE_ERROR_EXIST,
                             "it is damaged and cannot be renamed");
        return FALSE;
    }
    g_hash_table_iter_init (&iter, set);
    while (g_hash_table_iter_next (&iter, &key, NULL)) {
        const XtlsRecord *record = key;
        guint count = shared->kind->count (record);

        for (guint i = 0; i < count; i++) {
            g_autofree char *group = xtls_keystore_group (number++);

            g_key_file_set_string (
                file, group, XTLS_RECORDS_KEY_ACCOUNT, record->account);
            g_key_file_set_string (
                file, group, XTLS_RECORDS_KEY_JID, record->jid);
            shared->kind->write (file, group, record, i);
        }
    }
    text = g_key_file_to_data (file, &len, NULL);
    if (!xtls_writer_save (shared->path, text, len, error))
        return FALSE;
    shared->version = xtls_file_version_get (shared->path);
    return TRUE;
}

/* --- in the worker: merging ----------------------------------------------- */

/* Returns: (transfer full) (nullable): the merged record. */
static XtlsRecord *
merge_record (const XtlsRecordsKind *kind,
              const XtlsRecord *base,
              const XtlsRecord *ours,
              const XtlsRecord *theirs)
{
    const XtlsRecord *name = ours != NULL ? ours : theirs;
    XtlsRecord *merged;

    if (is_same (kind, base, theirs) || is_same (kind, ours, theirs))
        return record_ref (ours);
    if (is_same (kind, base, ours))
        return record_ref (theirs);
    if (name == NULL)
        return NULL;
    merged = record_new (kind, name->account, name->jid);
    kind->merge (merged, base, ours, theirs);
    if (kind->count (merged) == 0)
        g_clear_pointer (&merged, record_unref);
    /* If nothing has changed, there is nothing to take over. */
    if (ours != NULL && merged != NULL && kind->equal (ours, merged)) {
        record_unref (merged);
        return record_ref (ours);
    }
    return merged;
}

typedef struct {
    const XtlsRecordsKind *kind;
    GHashTable *base, *ours, *theirs;
    GHashTable *merged;     /* the merged records */
    GPtrArray *differences; /* between ours and the merged ones */
    gboolean news;          /* the merged records differ from the file */
} Merge;

static void
difference_free (gpointer data)
{
    Difference *difference = data;

    record_unref (difference->seen);
    record_unref (difference->merged);
    g_free (difference);
}

static void
merge_name (Merge *merge, const XtlsRecord *name)
{
    const XtlsRecord *ours = g_hash_table_lookup (merge->ours, name);
    const XtlsRecord *theirs = g_hash_table_lookup (merge->theirs, name);
    XtlsRecord *merged = merge_record (
        merge->kind, g_hash_table_lookup (merge->base, name), ours, theirs);

    if (!is_same (merge->kind, merged, theirs))
        merge->news = TRUE;
    if (merged != ours) {
        Difference *difference = g_new0 (Difference, 1);

        difference->seen = record_ref (ours);
        difference->merged = record_ref (merged);
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
            g_hash_table_add (theirs, record_ref (key));
}

/* Returns: (transfer full): the changes of others in the file. @rewrite (out):
 * whether the file lacks something. */
static GHashTable *
read_theirs (Shared *shared,
             GHashTable *base,
             gboolean *rewrite,
             gboolean *damaged)
{
    XtlsFileVersion version = xtls_file_version_get (shared->path);
    GHashTable *theirs;
    gboolean good, was_marked = shared->marked;

    *rewrite = FALSE;
    *damaged = shared->marked;
    if (xtls_file_version_equal (&version, &shared->version) &&
        version.exists && shared->writable &&
        xtls_keystore_is_marked (shared->path) == was_marked)
        return g_hash_table_ref (base);
    theirs = read_file (shared, &good);
    shared->marked = xtls_keystore_is_marked (shared->path);
    *damaged = shared->marked || !good;
    *rewrite = !good || !shared->version.exists;
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
    Merge merge = {.kind = shared->kind};
    gboolean was_damaged = shared->marked || !shared->writable;
    gboolean rewrite, damaged, good = TRUE;
    GHashTable *disk;

    merge.ours = set_copy (shared, shared->now);
    g_mutex_lock (&shared->lock);
    merge.base = g_hash_table_ref (shared->base);
    g_mutex_unlock (&shared->lock);
    merge.theirs = read_theirs (shared, merge.base, &rewrite, &damaged);
    merge.merged = set_new ();
    merge.differences = g_ptr_array_new_with_free_func (difference_free);
    merge_sets (&merge);
    disk = merge.theirs;
    if (merge.news || rewrite) {
        good = write_file (shared, merge.merged, error);
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
    XtlsFileVersion version = xtls_file_version_get (shared->path);

    return (version.exists &&
            !xtls_file_version_equal (&version, &shared->version)) ||
           xtls_keystore_is_marked (shared->path) != shared->marked;
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
        record = record_ref (difference->merged);
    else /* It was changed here after the file was merged. */
        record = merge_record (
            shared->kind, difference->seen, now, difference->merged);
    set_put (shared->now, name, record);
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
    g_free (shared->path);
    g_free (shared);
}

static const XtlsWriterOps ops = {
    .sync = sync_cb,
    .is_changed = is_changed_cb,
    .report = report_cb,
    .free = shared_free,
};

XtlsRecords *
xtls_records_load (const XtlsRecordsKind *kind,
                   const char *path,
                   XtlsWriter *writer)
{
    XtlsRecords *records = g_new0 (XtlsRecords, 1);
    Shared *shared = g_new0 (Shared, 1);
    gboolean good;

    g_mutex_init (&shared->lock);
    shared->kind = kind;
    shared->path = g_strdup (path);
    shared->now = read_file (shared, &good);
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
    xtls_keystore_remove_mark (records->shared->path);
}

char *
xtls_records_get_set_aside (XtlsRecords *records)
{
    return xtls_keystore_get_mark (records->shared->path);
}

const XtlsRecord *
xtls_records_lookup (XtlsRecords *records, const char *account, const char *jid)
{
    return set_find (records->shared->now, account, jid);
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
    present = set_find (shared->now, account, jid);
    record = record_new (shared->kind, account, jid);
    if (present != NULL)
        shared->kind->copy (record, present);
    return record;
}

void
xtls_records_put (XtlsRecords *records, XtlsRecord *record, gboolean save)
{
    Shared *shared = records->shared;
    gboolean empty = shared->kind->count (record) == 0;

    g_mutex_lock (&shared->lock);
    set_put (shared->now, record, empty ? NULL : record);
    g_mutex_unlock (&shared->lock);
    if (empty)
        record_unref (record);
    if (save)
        xtls_writer_change (records->writer, records->file);
}
