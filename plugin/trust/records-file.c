/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads and writes sets of records; see records-file.h. */
#include "records-file.h"

#include "keystore.h"
#include "writer.h"

#include <string.h>

typedef struct {
    const XtlsRecordKind *kind;
    GHashTable *set;
} Reading;

static gboolean
read_group (GKeyFile *file, const char *group, gpointer data)
{
    Reading *reading = data;
    g_autofree char *account =
        xtls_keystore_get_text (file, group, XTLS_RECORD_KEY_ACCOUNT);
    g_autofree char *jid =
        xtls_keystore_get_text (file, group, XTLS_RECORD_KEY_JID);
    XtlsRecord *record;

    if (account == NULL || jid == NULL)
        return FALSE;
    record = xtls_record_set_find (reading->set, account, jid);
    if (record != NULL)
        return reading->kind->read (file, group, record);
    record = xtls_record_new (reading->kind, account, jid);
    if (!reading->kind->read (file, group, record)) {
        xtls_record_unref (record);
        return FALSE;
    }
    g_hash_table_add (reading->set, record);
    return TRUE;
}

/* --- names in canonical form ---------------------------------------------- */

static XtlsRecordsFileName canonical_name;

void
xtls_records_file_set_name_func (XtlsRecordsFileName canonical)
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
    const XtlsRecord *other = xtls_record_set_find (set, account, jid);
    XtlsRecord *renamed = xtls_record_new (record->kind, account, jid);

    if (other != NULL)
        record->kind->merge (renamed, NULL, other, record);
    else
        record->kind->copy (renamed, record);
    xtls_record_set_put (set, renamed, renamed);
}

/* An older version may have written a contact's name in another form. */
static GHashTable *
take_canonical (GHashTable *set)
{
    GHashTable *canonical = xtls_record_set_new ();
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

/* --- whole files ---------------------------------------------------------- */

GHashTable *
xtls_records_file_read (XtlsRecordsFile *file, gboolean *good)
{
    Reading reading = {file->kind, xtls_record_set_new ()};

    file->version = xtls_file_version_get (file->path);
    *good = xtls_keystore_load (
        file->path, file->kind->keys, read_group, &reading, &file->writable);
    return is_canonical (reading.set) ? reading.set
                                      : take_canonical (reading.set);
}

static void
write_record (GKeyFile *keys, const XtlsRecord *record, guint *number)
{
    guint count = record->kind->count (record);

    for (guint i = 0; i < count; i++) {
        g_autofree char *group = xtls_keystore_group ((*number)++);

        g_key_file_set_string (
            keys, group, XTLS_RECORD_KEY_ACCOUNT, record->account);
        g_key_file_set_string (keys, group, XTLS_RECORD_KEY_JID, record->jid);
        record->kind->write (keys, group, record, i);
    }
}

gboolean
xtls_records_file_write (XtlsRecordsFile *file, GHashTable *set, GError **error)
{
    g_autoptr (GKeyFile) keys = xtls_keystore_new ();
    g_autofree char *text = NULL;
    GHashTableIter iter;
    gpointer key;
    guint number = 0;
    gsize len;

    if (!file->writable) {
        g_set_error_literal (error,
                             G_FILE_ERROR,
                             G_FILE_ERROR_EXIST,
                             "it is damaged and cannot be renamed");
        return FALSE;
    }
    g_hash_table_iter_init (&iter, set);
    while (g_hash_table_iter_next (&iter, &key, NULL))
        write_record (keys, key, &number);
    text = g_key_file_to_data (keys, &len, NULL);
    if (!xtls_writer_save (file->path, text, len, error))
        return FALSE;
    file->version = xtls_file_version_get (file->path);
    return TRUE;
}

/* --- texts of such a file ------------------------------------------------- */

char *
xtls_records_file_to_text (const GPtrArray *list, gsize *len)
{
    g_autoptr (GKeyFile) keys = xtls_keystore_new ();
    guint number = 0;

    for (guint i = 0; i < list->len; i++)
        write_record (keys, list->pdata[i], &number);
    return g_key_file_to_data (keys, len, NULL);
}

/* Returns: (transfer full) (nullable): %NULL if one is not of @account. */
static GPtrArray *
take_list (GHashTable *set, const char *account)
{
    g_autoptr (GPtrArray) list =
        g_ptr_array_new_with_free_func (xtls_record_unref);
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init (&iter, set);
    while (g_hash_table_iter_next (&iter, &key, NULL)) {
        if (strcmp (((const XtlsRecord *)key)->account, account) != 0)
            return NULL;
        g_ptr_array_add (list, xtls_record_ref (key));
    }
    return g_steal_pointer (&list);
}

GPtrArray *
xtls_records_file_from_text (const XtlsRecordKind *kind,
                             const char *text,
                             gsize len,
                             const char *account)
{
    Reading reading = {kind, xtls_record_set_new ()};
    GPtrArray *list = NULL;

    if (xtls_keystore_parse (text, len, kind->keys, read_group, &reading)) {
        reading.set = take_canonical (reading.set);
        list = take_list (reading.set, account);
    }
    g_hash_table_unref (reading.set);
    return list;
}
