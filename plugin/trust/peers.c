/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Known peers, see peers.h.
 *
 * The writer's thread reads the table too, when it is about to write: a burst
 * of changes then costs one walk over it and not one each. Entries never
 * change once made, a change puts a new one in the place of the old; so the
 * lock is held only while references are taken.
 */
#include "peers.h"

#include "keystore.h"

#include <string.h>

#define DAY (24 * 60 * 60)

/* A contact could make a new key every minute to fill the disk: over this
 * many, the one seen longest ago that no one has decided about is dropped. */
#define KEYS_OF_CONTACT_MAX 64

#define KEY_ACCOUNT "account"
#define KEY_JID "jid"
#define KEY_FINGERPRINT "fingerprint"
#define KEY_TRUST "trust"
#define KEY_HOW "verified-by"
#define KEY_VERIFIED_AT "verified-at"
#define KEY_FIRST_SEEN "first-seen"
#define KEY_LAST_SEEN "last-seen"

static const char *const keys[] = {KEY_ACCOUNT,
                                   KEY_JID,
                                   KEY_FINGERPRINT,
                                   KEY_TRUST,
                                   KEY_HOW,
                                   KEY_VERIFIED_AT,
                                   KEY_FIRST_SEEN,
                                   KEY_LAST_SEEN,
                                   NULL};

/* By XtlsTrust and XtlsVerifiedBy. */
static const char *const trust_words[] = {
    "new", "known", "verified", "refused"};
static const char *const how_words[] = {"none", "fingerprint", "secret"};

typedef struct {
    XtlsPeer peer;
    gint64 saved_seen; /* last_seen when it was last a reason to write */
} Entry;

typedef struct {
    const char *account;
    const char *jid;
} Name;

typedef struct {
    Name name; /* first: a contact is found by its name; points into: */
    char *account;
    char *jid;
    GPtrArray *entries; /* owns a reference of each */
} Contact;

typedef struct {
    GMutex lock;          /* held for every change, and by the writer */
    GHashTable *contacts; /* Contact, a set */
} Table;

struct XtlsPeers {
    char *path;
    XtlsWriter *writer; /* borrowed */
    Table *table;       /* a reference; the writer may hold others */
    gboolean damaged;
    gboolean writable;
};

/* --- entries ------------------------------------------------------------ */

static void
entry_clear (gpointer data)
{
    Entry *entry = data;

    g_free (entry->peer.account);
    g_free (entry->peer.jid);
}

static void
entry_unref (gpointer data)
{
    g_atomic_rc_box_release_full (data, entry_clear);
}

/* Copies the strings from @name, all else from @peer. */
static Entry *
entry_new (const Name *name, const XtlsPeer *peer, gint64 saved_seen)
{
    Entry *entry = g_atomic_rc_box_new0 (Entry);

    entry->peer = *peer;
    entry->peer.account = g_strdup (name->account);
    entry->peer.jid = g_strdup (name->jid);
    entry->saved_seen = saved_seen;
    return entry;
}

static guint
name_hash (gconstpointer data)
{
    const Name *name = data;

    return g_str_hash (name->account) * 31 + g_str_hash (name->jid);
}

static gboolean
name_equal (gconstpointer a, gconstpointer b)
{
    const Name *one = a, *other = b;

    return strcmp (one->account, other->account) == 0 &&
           strcmp (one->jid, other->jid) == 0;
}

static void
contact_free (gpointer data)
{
    Contact *contact = data;

    g_free (contact->account);
    g_free (contact->jid);
    g_ptr_array_unref (contact->entries);
    g_free (contact);
}

static Table *
table_new (void)
{
    Table *table = g_atomic_rc_box_new0 (Table);

    g_mutex_init (&table->lock);
    table->contacts =
        g_hash_table_new_full (name_hash, name_equal, contact_free, NULL);
    return table;
}

static void
table_clear (gpointer data)
{
    Table *table = data;

    g_hash_table_unref (table->contacts);
    g_mutex_clear (&table->lock);
}

static void
table_unref (gpointer data)
{
    g_atomic_rc_box_release_full (data, table_clear);
}

static Contact *
find_contact (XtlsPeers *peers, const char *account, const char *jid)
{
    const Name name = {account, jid};

    return g_hash_table_lookup (peers->table->contacts, &name);
}

/* Returns: (nullable): the place of the entry in @contact's list. */
static Entry **
find_place (Contact *contact, const XtlsFingerprint *fingerprint)
{
    if (contact == NULL)
        return NULL;
    for (guint i = 0; i < contact->entries->len; i++) {
        Entry **place = (Entry **)&contact->entries->pdata[i];

        if (xtls_fingerprint_equal (&(*place)->peer.fingerprint, fingerprint))
            return place;
    }
    return NULL;
}

static Entry **
find (XtlsPeers *peers,
      const char *account,
      const char *jid,
      const XtlsFingerprint *fingerprint)
{
    return find_place (find_contact (peers, account, jid), fingerprint);
}

static void
make_room (Contact *contact)
{
    gint oldest = -1;

    if (contact->entries->len < KEYS_OF_CONTACT_MAX)
        return;
    for (guint i = 0; i < contact->entries->len; i++) {
        const XtlsPeer *peer = contact->entries->pdata[i];
        const XtlsPeer *than =
            oldest < 0 ? NULL : contact->entries->pdata[oldest];

        if (peer->trust == XTLS_TRUST_KNOWN &&
            (than == NULL || peer->last_seen < than->last_seen))
            oldest = (gint)i;
    }
    if (oldest >= 0)
        g_ptr_array_remove_index (contact->entries, (guint)oldest);
}

static void
add (XtlsPeers *peers, const Name *name, const XtlsPeer *peer)
{
    Contact *contact = find_contact (peers, name->account, name->jid);

    g_mutex_lock (&peers->table->lock);
    if (contact == NULL) {
        contact = g_new0 (Contact, 1);
        contact->name.account = contact->account = g_strdup (name->account);
        contact->name.jid = contact->jid = g_strdup (name->jid);
        contact->entries = g_ptr_array_new_with_free_func (entry_unref);
        g_hash_table_add (peers->table->contacts, contact);
    }
    make_room (contact);
    g_ptr_array_add (contact->entries, entry_new (name, peer, peer->last_seen));
    g_mutex_unlock (&peers->table->lock);
}

/* --- the file ----------------------------------------------------------- */

static gboolean
read_group (GKeyFile *file, const char *group, gpointer data)
{
    XtlsPeers *peers = data;
    g_autofree char *account =
        xtls_keystore_get_text (file, group, KEY_ACCOUNT);
    g_autofree char *jid = xtls_keystore_get_text (file, group, KEY_JID);
    g_autofree char *fingerprint =
        xtls_keystore_get_text (file, group, KEY_FINGERPRINT);
    int trust = xtls_keystore_get_word (
        file, group, KEY_TRUST, trust_words, G_N_ELEMENTS (trust_words));
    int how = xtls_keystore_get_word (
        file, group, KEY_HOW, how_words, G_N_ELEMENTS (how_words));
    const Name name = {account, jid};
    XtlsPeer peer = {.account = NULL};

    peer.verified_at = xtls_keystore_get_time (file, group, KEY_VERIFIED_AT);
    peer.first_seen = xtls_keystore_get_time (file, group, KEY_FIRST_SEEN);
    peer.last_seen = xtls_keystore_get_time (file, group, KEY_LAST_SEEN);
    if (account == NULL || jid == NULL || trust <= XTLS_TRUST_NEW || how < 0 ||
        (trust == XTLS_TRUST_VERIFIED) != (how != XTLS_VERIFIED_BY_NOTHING) ||
        peer.verified_at < 0 || peer.first_seen < 0 || peer.last_seen < 0 ||
        !xtls_fingerprint_parse (fingerprint, &peer.fingerprint) ||
        find (peers, account, jid, &peer.fingerprint) != NULL)
        return FALSE;
    peer.trust = (XtlsTrust)trust;
    peer.how = (XtlsVerifiedBy)how;
    add (peers, &name, &peer);
    return TRUE;
}

static void
write_group (GKeyFile *file, const char *group, const XtlsPeer *peer)
{
    g_autofree char *fingerprint =
        xtls_fingerprint_to_string (&peer->fingerprint);

    g_key_file_set_string (file, group, KEY_ACCOUNT, peer->account);
    g_key_file_set_string (file, group, KEY_JID, peer->jid);
    g_key_file_set_string (file, group, KEY_FINGERPRINT, fingerprint);
    g_key_file_set_string (file, group, KEY_TRUST, trust_words[peer->trust]);
    g_key_file_set_string (file, group, KEY_HOW, how_words[peer->how]);
    g_key_file_set_int64 (file, group, KEY_VERIFIED_AT, peer->verified_at);
    g_key_file_set_int64 (file, group, KEY_FIRST_SEEN, peer->first_seen);
    g_key_file_set_int64 (file, group, KEY_LAST_SEEN, peer->last_seen);
}

/* Returns: (transfer full): references of all entries. */
static GPtrArray *
acquire_entries (Table *table)
{
    GPtrArray *entries = g_ptr_array_new_with_free_func (entry_unref);
    GHashTableIter iter;
    gpointer key;

    g_mutex_lock (&table->lock);
    g_hash_table_iter_init (&iter, table->contacts);
    while (g_hash_table_iter_next (&iter, &key, NULL)) {
        const Contact *contact = key;

        for (guint i = 0; i < contact->entries->len; i++)
            g_ptr_array_add (
                entries, g_atomic_rc_box_acquire (contact->entries->pdata[i]));
    }
    g_mutex_unlock (&table->lock);
    return entries;
}

/* In the writer's thread. */
static char *
serialise_cb (gpointer snapshot, gsize *len)
{
    g_autoptr (GPtrArray) entries = acquire_entries (snapshot);
    g_autoptr (GKeyFile) file = xtls_keystore_new ();

    for (guint i = 0; i < entries->len; i++) {
        g_autofree char *group = xtls_keystore_group (i);

        write_group (file, group, entries->pdata[i]);
    }
    return g_key_file_to_data (file, len, NULL);
}

static void
save (XtlsPeers *peers)
{
    if (peers->writable)
        xtls_writer_put (peers->writer,
                         peers->path,
                         g_atomic_rc_box_acquire (peers->table),
                         serialise_cb,
                         table_unref);
}

XtlsPeers *
xtls_peers_load (const char *path, XtlsWriter *writer, char **set_aside)
{
    XtlsPeers *peers = g_new0 (XtlsPeers, 1);

    peers->path = g_strdup (path);
    peers->writer = writer;
    peers->table = table_new ();
    peers->damaged = !xtls_keystore_load (
        path, keys, read_group, peers, set_aside, &peers->writable);
    /* What was understood of a damaged file must not be lost with it. */
    if (peers->damaged && g_hash_table_size (peers->table->contacts) > 0)
        save (peers);
    return peers;
}

void
xtls_peers_free (XtlsPeers *peers)
{
    if (peers == NULL)
        return;
    table_unref (peers->table);
    g_free (peers->path);
    g_free (peers);
}

gboolean
xtls_peers_is_damaged (XtlsPeers *peers)
{
    return peers->damaged;
}

void
xtls_peers_clear_damaged (XtlsPeers *peers)
{
    peers->damaged = FALSE;
}

/* --- questions and changes ---------------------------------------------- */

const XtlsPeer *
xtls_peers_lookup (XtlsPeers *peers,
                   const char *account,
                   const char *jid,
                   const XtlsFingerprint *fingerprint)
{
    Entry **place = find (peers, account, jid, fingerprint);

    return place == NULL ? NULL : &(*place)->peer;
}

static void
replace (XtlsPeers *peers,
         Entry **place,
         const XtlsPeer *peer,
         gint64 saved_seen)
{
    Entry *old = *place;
    const Name name = {old->peer.account, old->peer.jid};

    g_mutex_lock (&peers->table->lock);
    *place = entry_new (&name, peer, saved_seen);
    g_mutex_unlock (&peers->table->lock);
    entry_unref (old);
}

static XtlsTrust
seen_again (XtlsPeers *peers, Entry **place, gint64 now)
{
    XtlsPeer peer = (*place)->peer;
    gint64 saved = (*place)->saved_seen;
    gboolean due = ABS (now - saved) >= DAY;

    peer.last_seen = now;
    replace (peers, place, &peer, due ? now : saved);
    if (due)
        save (peers);
    return peer.trust;
}

XtlsTrust
xtls_peers_seen (XtlsPeers *peers,
                 const char *account,
                 const char *jid,
                 const XtlsFingerprint *fingerprint,
                 gint64 now)
{
    Entry **place = find (peers, account, jid, fingerprint);
    const Name name = {account, jid};
    XtlsPeer peer = {.fingerprint = *fingerprint,
                     .trust = XTLS_TRUST_KNOWN,
                     .first_seen = now,
                     .last_seen = now};

    if (place != NULL)
        return seen_again (peers, place, now);
    if (xtls_keystore_is_text (account) && xtls_keystore_is_text (jid)) {
        add (peers, &name, &peer);
        save (peers);
    }
    return XTLS_TRUST_NEW;
}

/* Whoever was in between before the right key was verified could come back with
 * the key that was seen then. */
static void
forget_seen (XtlsPeers *peers, Contact *contact)
{
    GPtrArray *entries = contact->entries;

    g_mutex_lock (&peers->table->lock);
    for (guint i = entries->len; i > 0; i--)
        if (((Entry *)entries->pdata[i - 1])->peer.trust == XTLS_TRUST_KNOWN)
            g_ptr_array_remove_index (entries, i - 1);
    g_mutex_unlock (&peers->table->lock);
}

gboolean
xtls_peers_set_trust (XtlsPeers *peers,
                      const char *account,
                      const char *jid,
                      const XtlsFingerprint *fingerprint,
                      XtlsTrust trust,
                      XtlsVerifiedBy how,
                      gint64 now)
{
    Entry **place = find (peers, account, jid, fingerprint);
    gboolean was_verified;
    XtlsPeer peer;

    g_return_val_if_fail (trust != XTLS_TRUST_NEW, FALSE);
    g_return_val_if_fail ((trust == XTLS_TRUST_VERIFIED) ==
                              (how != XTLS_VERIFIED_BY_NOTHING),
                          FALSE);

    if (place == NULL)
        return FALSE;
    peer = (*place)->peer;
    was_verified = peer.trust == XTLS_TRUST_VERIFIED;
    peer.trust = trust;
    peer.how = how;
    peer.verified_at = trust == XTLS_TRUST_VERIFIED ? now : 0;
    replace (peers, place, &peer, (*place)->saved_seen);
    if (trust == XTLS_TRUST_VERIFIED && !was_verified)
        forget_seen (peers, find_contact (peers, account, jid));
    save (peers);
    return TRUE;
}

gboolean
xtls_peers_forget (XtlsPeers *peers,
                   const char *account,
                   const char *jid,
                   const XtlsFingerprint *fingerprint)
{
    Contact *contact = find_contact (peers, account, jid);
    Entry **place = find_place (contact, fingerprint);

    if (place == NULL)
        return FALSE;
    g_mutex_lock (&peers->table->lock);
    g_ptr_array_remove_index (
        contact->entries, (guint)((gpointer *)place - contact->entries->pdata));
    if (contact->entries->len == 0)
        g_hash_table_remove (peers->table->contacts, contact);
    g_mutex_unlock (&peers->table->lock);
    save (peers);
    return TRUE;
}

static void
append_entries (GPtrArray *list, const Contact *contact)
{
    for (guint i = 0; contact != NULL && i < contact->entries->len; i++)
        g_ptr_array_add (list, contact->entries->pdata[i]);
}

GPtrArray *
xtls_peers_list (XtlsPeers *peers, const char *account, const char *jid)
{
    GPtrArray *list = g_ptr_array_new ();
    GHashTableIter iter;
    gpointer key;

    if (account != NULL && jid != NULL) {
        append_entries (list, find_contact (peers, account, jid));
        return list;
    }
    g_hash_table_iter_init (&iter, peers->table->contacts);
    while (g_hash_table_iter_next (&iter, &key, NULL)) {
        const Contact *contact = key;

        if ((account == NULL || strcmp (account, contact->account) == 0) &&
            (jid == NULL || strcmp (jid, contact->jid) == 0))
            append_entries (list, contact);
    }
    return list;
}
