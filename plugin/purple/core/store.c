/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin's files: read once, and written by a thread. */
#include "store.h"

#include "jid.h"
#include "records-file.h"
#include "writer.h"

#include <errno.h>
#include <eventloop.h>
#include <glib/gi18n-lib.h>
#include <notify.h>
#include <util.h>

/* The notice that a file of records was damaged. */
typedef struct {
    XtlsStore *store;
    const char *text; /* translated */
    XtlsRecords *records;
    gboolean is_open;
    void *notice; /* (nullable): from the client's user interface */
} Damage;

/* An account's own key. */
typedef struct {
    XtlsStore *store;
    char *jid;
    XtlsIdentity *identity; /* (nullable) */
    XtlsWriterFile *file;   /* watches it; owned by the writer */
} OwnKey;

struct XtlsStore {
    PurplePlugin *plugin; /* borrowed */
    XtlsStoreOps ops;
    char *dir;

    XtlsWriter *writer;
    guint writer_input;
    XtlsPeers *peers;
    XtlsContactPrefs *contact_prefs;
    XtlsLost *lost;
    Damage damaged_peers, damaged_prefs;
    GHashTable *own_keys; /* own bare JID → OwnKey, both owned */
    gboolean failure_is_open;
    gboolean ignore_notices;
};

/* --- damaged files -------------------------------------------------------- */

/* Returns: (transfer full): the text of the notice about a damaged file. */
static char *
describe_damage (Damage *damage)
{
    g_autofree char *path = xtls_records_get_set_aside (damage->records);
    g_autofree char *kept =
        g_filename_display_name (path ? path : damage->store->dir);

    if (!path)
        return g_strdup_printf (
            /* Translators: “it” is a file. %s is the name of a folder. */
            _ ("It could not be renamed either. Nothing that you decide is "
               "saved until it can be: correct the permissions of %s and what "
               "is in it. Until you close this notice, every contact counts as "
               "“required”: nothing is sent unencrypted."),
            kept);
    return g_strdup_printf (
        /* Translators: “it” is a damaged file. %s is its new name. */
        _ ("It was kept as %s and a new file was created. Until you close this "
           "notice, every contact counts as “required”: nothing is sent "
           "unencrypted. Afterwards, check your settings and verify your "
           "contacts again."),
        kept);
}

static void
damage_told_cb (gpointer data)
{
    Damage *damage = data;

    damage->is_open = FALSE;
    if (damage->store->ignore_notices)
        return;
    xtls_records_clear_damaged (damage->records);
    damage->store->ops.trust_changed (NULL, NULL);
}

/* Shows the user a notice of damage, or closes it once it has been read in
 * another program. */
static void
check_damage (Damage *damage)
{
    XtlsStore *store = damage->store;
    g_autofree char *text = NULL;
    gboolean ignored = store->ignore_notices;

    if (damage->is_open == xtls_records_is_damaged (damage->records))
        return;
    store->ignore_notices = TRUE;
    if (damage->is_open) {
        if (damage->notice)
            purple_notify_close (PURPLE_NOTIFY_MESSAGE, damage->notice);
    } else {
        text = describe_damage (damage);
        damage->is_open = TRUE;
        /* A client that shows no notices calls back at once, although nobody
         * has seen it. */
        damage->notice = purple_notify_message (store->plugin,
                                                PURPLE_NOTIFY_MSG_WARNING,
                                                _ ("Private conversations"),
                                                damage->text,
                                                text,
                                                damage_told_cb,
                                                damage);
    }
    store->ignore_notices = ignored;
}

static void
init_damage (Damage *damage,
             XtlsStore *store,
             const char *text,
             XtlsRecords *records)
{
    damage->store = store;
    damage->text = text;
    damage->records = records;
    check_damage (damage);
}

/* --- the writer ----------------------------------------------------------- */

static void
failure_told_cb (gpointer data)
{
    XtlsStore *store = data;

    store->failure_is_open = FALSE;
}

/* One notice is enough, because it is true for every file. */
static void
write_failed_cb (const char *path, const char *message, gpointer data)
{
    XtlsStore *store = data;
    g_autofree char *name = g_filename_display_name (path);
    g_autofree char *text = NULL;

    if (store->failure_is_open)
        return;
    text = g_strdup_printf (
        /* Translators: the name of a file, and what the system says, in its own
           words. */
        _ ("%s: %s. Make room on the disk, or correct the permissions. Until "
           "then it is tried again every few seconds. If you quit before it is "
           "saved, what you have decided about keys and contacts is lost, and "
           "so is the number of messages that were not sent."),
        name,
        message);
    store->failure_is_open = TRUE;
    purple_notify_message (store->plugin,
                           PURPLE_NOTIFY_MSG_ERROR,
                           _ ("Private conversations"),
                           _ ("A file could not be saved."),
                           text,
                           failure_told_cb,
                           store);
}

static void
writer_cb (gpointer data, gint fd, PurpleInputCondition condition)
{
    XtlsStore *store = data;

    xtls_writer_dispatch (store->writer);
}

/* XtlsRecordsChanged */
static void
changed_cb (const char *account, const char *jid, gpointer data)
{
    XtlsStore *store = data;

    check_damage (&store->damaged_peers);
    check_damage (&store->damaged_prefs);
    store->ops.trust_changed (account, jid);
}

static void
load (XtlsStore *store)
{
    g_autofree char *peers = g_build_filename (store->dir, "known-peers", NULL);
    g_autofree char *contacts = g_build_filename (store->dir, "contacts", NULL);

    xtls_records_file_set_name_func (xtls_jid_canonical_bare);
    store->peers = xtls_peers_load (peers, store->writer);
    store->contact_prefs = xtls_contact_prefs_load (contacts, store->writer);
    init_damage (&store->damaged_peers,
                 store,
                 _ ("The file of known keys could not be read."),
                 xtls_peers_get_records (store->peers));
    init_damage (&store->damaged_prefs,
                 store,
                 _ ("The file of contact settings could not be read."),
                 xtls_contact_prefs_get_records (store->contact_prefs));
    xtls_records_set_changed_func (
        store->damaged_peers.records, changed_cb, store);
    xtls_records_set_changed_func (
        store->damaged_prefs.records, changed_cb, store);
}

static void
own_key_free (gpointer data)
{
    OwnKey *key = data;

    xtls_writer_remove (key->store->writer, key->file);
    g_clear_pointer (&key->identity, xtls_identity_unref);
    g_free (key->jid);
    g_free (key);
}

XtlsStore *
xtls_store_open (PurplePlugin *plugin, const XtlsStoreOps *ops)
{
    XtlsStore *store = g_new0 (XtlsStore, 1);

    store->plugin = plugin;
    store->ops = *ops;
    store->dir = g_build_filename (purple_user_dir (), "xtls", NULL);
    store->own_keys =
        g_hash_table_new_full (g_str_hash, g_str_equal, NULL, own_key_free);
    if (g_mkdir_with_parents (store->dir, 0700) != 0)
        write_failed_cb (store->dir, g_strerror (errno), store);
    store->writer = xtls_writer_new (write_failed_cb, store);
    store->writer_input = purple_input_add (xtls_writer_get_fd (store->writer),
                                            PURPLE_INPUT_READ,
                                            writer_cb,
                                            store);
    load (store);
    store->lost = xtls_lost_open (store->dir, store->writer, plugin);
    return store;
}

void
xtls_store_ignore_notices (XtlsStore *store)
{
    store->ignore_notices = TRUE;
    xtls_lost_ignore_notice (store->lost);
}

void
xtls_store_close (XtlsStore *store)
{
    purple_input_remove (store->writer_input);
    g_hash_table_destroy (store->own_keys);
    xtls_peers_free (store->peers);
    xtls_contact_prefs_free (store->contact_prefs);
    xtls_lost_close (store->lost);
    xtls_writer_free (store->writer);
    g_free (store->dir);
    g_free (store);
}

XtlsPeers *
xtls_store_get_peers (XtlsStore *store)
{
    return store->peers;
}

XtlsContactPrefs *
xtls_store_get_contact_prefs (XtlsStore *store)
{
    return store->contact_prefs;
}

XtlsLost *
xtls_store_get_lost (XtlsStore *store)
{
    return store->lost;
}

/* --- own keys ------------------------------------------------------------- */

static void
key_told_cb (gpointer data)
{
    OwnKey *key = data;

    if (!key->store->ignore_notices)
        xtls_identity_forget_damage (key->store->dir, key->jid);
}

static void
tell_unreadable_key (OwnKey *key, const char *path)
{
    XtlsStore *store = key->store;
    gboolean ignored = store->ignore_notices;
    g_autofree char *kept = g_filename_display_name (path);
    g_autofree char *text = NULL;

    /* Translators: “it” is your old key. %s is the name of a file. */
    text = g_strdup_printf (_ ("It was kept as %s and a new key was made. Your "
                               "contacts will see that your key is another."),
                            kept);
    /* A client that shows no notices calls back at once, although nobody has
     * seen it. */
    store->ignore_notices = TRUE;
    purple_notify_message (store->plugin,
                           PURPLE_NOTIFY_MSG_WARNING,
                           _ ("Private conversations"),
                           _ ("Your own key could not be read."),
                           text,
                           key_told_cb,
                           key);
    store->ignore_notices = ignored;
}

/* Returns: whether it is another key. @identity: (transfer full). */
static gboolean
set_identity (OwnKey *key, XtlsIdentity *identity)
{
    gboolean other =
        !key->identity ||
        !xtls_fingerprint_equal (xtls_identity_get_fingerprint (key->identity),
                                 xtls_identity_get_fingerprint (identity));

    g_clear_pointer (&key->identity, xtls_identity_unref);
    key->identity = identity;
    return other;
}

/* XtlsIdentityChanged: called after our own changes, too. */
static void
key_changed_cb (gpointer data)
{
    OwnKey *key = data;
    XtlsIdentity *identity = xtls_identity_reload (key->store->dir, key->jid);

    if (identity && set_identity (key, identity))
        key->store->ops.own_key_changed (key->jid, identity);
}

static OwnKey *
get_own_key (XtlsStore *store, const char *jid)
{
    OwnKey *key = g_hash_table_lookup (store->own_keys, jid);

    if (key)
        return key;
    key = g_new0 (OwnKey, 1);
    key->store = store;
    key->jid = g_strdup (jid);
    key->file = xtls_identity_watch (
        store->dir, jid, store->writer, key_changed_cb, key);
    g_hash_table_insert (store->own_keys, key->jid, key);
    return key;
}

gboolean
xtls_store_has_identity (XtlsStore *store, const char *jid)
{
    const OwnKey *key = g_hash_table_lookup (store->own_keys, jid);

    return (key && key->identity) || xtls_identity_exists (store->dir, jid);
}

XtlsIdentity *
xtls_store_find_identity (XtlsStore *store, const char *jid)
{
    const OwnKey *key = g_hash_table_lookup (store->own_keys, jid);

    return key && key->identity ? xtls_identity_ref (key->identity)
                                : xtls_identity_reload (store->dir, jid);
}

XtlsIdentity *
xtls_store_get_identity (XtlsStore *store, const char *jid, GError **error)
{
    OwnKey *key = get_own_key (store, jid);
    g_autofree char *set_aside = NULL;

    if (!key->identity)
        key->identity = xtls_identity_load (store->dir, jid, &set_aside, error);
    if (set_aside)
        tell_unreadable_key (key, set_aside);
    return key->identity ? xtls_identity_ref (key->identity) : NULL;
}

XtlsIdentity *
xtls_store_renew_identity (XtlsStore *store, const char *jid, GError **error)
{
    XtlsIdentity *identity = xtls_identity_renew (store->dir, jid, error);

    if (identity)
        (void)set_identity (get_own_key (store, jid),
                            xtls_identity_ref (identity));
    return identity;
}

gboolean
xtls_store_replace_identity (XtlsStore *store,
                             const char *jid,
                             XtlsIdentity *identity,
                             GError **error)
{
    if (!xtls_identity_store (store->dir, jid, identity, error))
        return FALSE;
    (void)set_identity (get_own_key (store, jid), xtls_identity_ref (identity));
    return TRUE;
}
