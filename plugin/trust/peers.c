/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Known peers; see peers.h. A record holds all keys of one contact. */
#include "peers.h"

#include "keystore.h"

#include <string.h>

#define DAY (24 * 60 * 60)

/* A contact could make a new key every minute to fill the disk. Beyond this
 * many, the key that was seen longest ago and that the user has not decided
 * about is dropped. */
#define KEYS_OF_CONTACT_MAX 64

#define KEY_FINGERPRINT "fingerprint"
#define KEY_TRUST "trust"
#define KEY_HOW "verified-by"
#define KEY_VERIFIED_AT "verified-at"
#define KEY_FIRST_SEEN "first-seen"
#define KEY_LAST_SEEN "last-seen"

static const char *const keys[] = {XTLS_RECORD_KEY_ACCOUNT,
                                   XTLS_RECORD_KEY_JID,
                                   KEY_FINGERPRINT,
                                   KEY_TRUST,
                                   KEY_HOW,
                                   KEY_VERIFIED_AT,
                                   KEY_FIRST_SEEN,
                                   KEY_LAST_SEEN,
                                   NULL};

/* Indexed by XtlsTrust and XtlsVerifiedBy. */
static const char *const trust_words[] = {
    "new", "known", "verified", "refused"};
static const char *const how_words[] = {"none", "fingerprint", "secret"};

typedef struct {
    XtlsPeer peer;     /* the record owns its strings */
    gint64 saved_seen; /* the last_seen that last caused a write */
} Entry;

typedef struct {
    XtlsRecord record;
    GArray *entries; /* (nullable) Entry */
} Contact;

struct XtlsPeers {
    XtlsRecords *records;
};

/* --- the keys of one contact ---------------------------------------------- */

static guint
count_keys (const Contact *contact)
{
    return contact == NULL || contact->entries == NULL ? 0
                                                       : contact->entries->len;
}

static Entry *
get_entry (const Contact *contact, guint i)
{
    return &g_array_index (contact->entries, Entry, i);
}

/* Returns: (nullable): the entry, valid until the contact's next change. */
static Entry *
find_entry (const Contact *contact, const XtlsFingerprint *fingerprint)
{
    for (guint i = 0; i < count_keys (contact); i++) {
        Entry *entry = get_entry (contact, i);

        if (xtls_fingerprint_equal (&entry->peer.fingerprint, fingerprint))
            return entry;
    }
    return NULL;
}

static void
make_room (Contact *contact)
{
    gint oldest = -1;

    if (count_keys (contact) < KEYS_OF_CONTACT_MAX)
        return;
    for (guint i = 0; i < count_keys (contact); i++) {
        const XtlsPeer *peer = &get_entry (contact, i)->peer;

        if (peer->trust == XTLS_TRUST_KNOWN &&
            (oldest < 0 ||
             peer->last_seen <
                 get_entry (contact, (guint)oldest)->peer.last_seen))
            oldest = (gint)i;
    }
    if (oldest >= 0)
        g_array_remove_index (contact->entries, (guint)oldest);
}

static void
add_entry (Contact *contact, const XtlsPeer *peer)
{
    Entry entry = {*peer, peer->last_seen};

    entry.peer.account = contact->record.account;
    entry.peer.jid = contact->record.jid;
    if (contact->entries == NULL)
        contact->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
    make_room (contact);
    g_array_append_val (contact->entries, entry);
}

/* --- the file ------------------------------------------------------------- */

static gboolean
read_cb (GKeyFile *file, const char *group, XtlsRecord *record)
{
    Contact *contact = (Contact *)record;
    g_autofree char *fingerprint =
        xtls_keystore_get_text (file, group, KEY_FINGERPRINT);
    int trust = xtls_keystore_get_word (
        file, group, KEY_TRUST, trust_words, G_N_ELEMENTS (trust_words));
    int how = xtls_keystore_get_word (
        file, group, KEY_HOW, how_words, G_N_ELEMENTS (how_words));
    XtlsPeer peer = {.account = NULL};

    peer.verified_at = xtls_keystore_get_time (file, group, KEY_VERIFIED_AT);
    peer.first_seen = xtls_keystore_get_time (file, group, KEY_FIRST_SEEN);
    peer.last_seen = xtls_keystore_get_time (file, group, KEY_LAST_SEEN);
    if (trust <= XTLS_TRUST_NEW || how < 0 ||
        (trust == XTLS_TRUST_VERIFIED) != (how != XTLS_VERIFIED_BY_NOTHING) ||
        peer.verified_at < 0 || peer.first_seen < 0 || peer.last_seen < 0 ||
        !xtls_fingerprint_parse (fingerprint, &peer.fingerprint) ||
        find_entry (contact, &peer.fingerprint) != NULL)
        return FALSE;
    peer.trust = (XtlsTrust)trust;
    peer.how = (XtlsVerifiedBy)how;
    add_entry (contact, &peer);
    return TRUE;
}

static guint
count_cb (const XtlsRecord *record)
{
    return count_keys ((const Contact *)record);
}

static void
write_cb (GKeyFile *file,
          const char *group,
          const XtlsRecord *record,
          guint number)
{
    const XtlsPeer *peer = &get_entry ((const Contact *)record, number)->peer;
    g_autofree char *fingerprint =
        xtls_fingerprint_to_string (&peer->fingerprint);

    g_key_file_set_string (file, group, KEY_FINGERPRINT, fingerprint);
    g_key_file_set_string (file, group, KEY_TRUST, trust_words[peer->trust]);
    g_key_file_set_string (file, group, KEY_HOW, how_words[peer->how]);
    g_key_file_set_int64 (file, group, KEY_VERIFIED_AT, peer->verified_at);
    g_key_file_set_int64 (file, group, KEY_FIRST_SEEN, peer->first_seen);
    g_key_file_set_int64 (file, group, KEY_LAST_SEEN, peer->last_seen);
}

/* Returns: whether the user's decisions about the two keys (%NULL: none) are
 * the same, whenever they were seen. */
static gboolean
is_same_word (const XtlsPeer *a, const XtlsPeer *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return a->trust == b->trust && a->how == b->how &&
           a->verified_at == b->verified_at;
}

static gboolean
equal_cb (const XtlsRecord *a, const XtlsRecord *b)
{
    const Contact *one = (const Contact *)a, *other = (const Contact *)b;

    if (count_keys (one) != count_keys (other))
        return FALSE;
    for (guint i = 0; i < count_keys (one); i++) {
        const XtlsPeer *peer = &get_entry (one, i)->peer;
        const Entry *entry = find_entry (other, &peer->fingerprint);

        if (entry == NULL || !is_same_word (peer, &entry->peer) ||
            peer->first_seen != entry->peer.first_seen ||
            peer->last_seen != entry->peer.last_seen)
            return FALSE;
    }
    return TRUE;
}

static void
copy_cb (XtlsRecord *to, const XtlsRecord *from)
{
    Contact *contact = (Contact *)to;

    if (count_keys ((const Contact *)from) == 0)
        return;
    contact->entries = g_array_copy (((const Contact *)from)->entries);
    for (guint i = 0; i < count_keys (contact); i++) {
        get_entry (contact, i)->peer.account = to->account;
        get_entry (contact, i)->peer.jid = to->jid;
    }
}

static void
clear_cb (XtlsRecord *record)
{
    g_clear_pointer (&((Contact *)record)->entries, g_array_unref);
}

/* --- merging -------------------------------------------------------------- */

/* Indexed by XtlsTrust: how safe it is to assume it of a key. The user is asked
 * about a new key, but not always about a known one. */
static const guint safety[] = {2, 1, 0, 3};

static const XtlsPeer *
find_peer (const Contact *contact, const XtlsFingerprint *fingerprint)
{
    const Entry *entry = find_entry (contact, fingerprint);

    return entry != NULL ? &entry->peer : NULL;
}

/* Having been seen is no decision about a key. */
static gboolean
is_only_seen (const XtlsPeer *base, const XtlsPeer *peer)
{
    return base == NULL && peer != NULL && peer->trust == XTLS_TRUST_KNOWN;
}

/* Of decisions on two sides, the only one counts, or the safer of two. Returns:
 * (nullable): the entry with that decision. */
static const XtlsPeer *
choose_word (const XtlsPeer *base, const XtlsPeer *ours, const XtlsPeer *theirs)
{
    XtlsTrust our_trust = ours != NULL ? ours->trust : XTLS_TRUST_NEW;
    XtlsTrust their_trust = theirs != NULL ? theirs->trust : XTLS_TRUST_NEW;

    if (is_same_word (base, theirs) ||
        (ours != NULL && is_only_seen (base, theirs)))
        return ours;
    if (is_same_word (base, ours) ||
        (theirs != NULL && is_only_seen (base, ours)))
        return theirs;
    if (our_trust == their_trust && ours != NULL)
        return ours->verified_at >= theirs->verified_at ? ours : theirs;
    return safety[our_trust] > safety[their_trust] ? ours : theirs;
}

static void
merge_key (Contact *to,
           const XtlsPeer *base,
           const XtlsPeer *ours,
           const XtlsPeer *theirs)
{
    const XtlsPeer *word = choose_word (base, ours, theirs);
    const XtlsPeer *other = word == ours ? theirs : ours;
    XtlsPeer merged;

    if (word == NULL)
        return;
    merged = *word;
    if (other != NULL) {
        merged.first_seen = MIN (merged.first_seen, other->first_seen);
        merged.last_seen = MAX (merged.last_seen, other->last_seen);
    }
    add_entry (to, &merged);
}

/* Returns: whether a key was verified there that was not verified before. */
static gboolean
has_verified (const Contact *base, const Contact *contact)
{
    for (guint i = 0; i < count_keys (contact); i++) {
        const XtlsPeer *peer = &get_entry (contact, i)->peer;
        const XtlsPeer *before = find_peer (base, &peer->fingerprint);

        if (peer->trust == XTLS_TRUST_VERIFIED &&
            (before == NULL || before->trust != XTLS_TRUST_VERIFIED))
            return TRUE;
    }
    return FALSE;
}

/* Verifying a key forgets the contact's other unverified keys, including those
 * that only the other program had seen. */
static void
forget_unseen_by (Contact *merged, const Contact *verifier)
{
    for (guint i = count_keys (merged); i > 0; i--) {
        const XtlsPeer *peer = &get_entry (merged, i - 1)->peer;

        if (peer->trust == XTLS_TRUST_KNOWN &&
            find_peer (verifier, &peer->fingerprint) == NULL)
            g_array_remove_index (merged->entries, i - 1);
    }
}

static void
merge_cb (XtlsRecord *to,
          const XtlsRecord *base,
          const XtlsRecord *ours,
          const XtlsRecord *theirs)
{
    const Contact *b = (const Contact *)base;
    const Contact *o = (const Contact *)ours;
    const Contact *t = (const Contact *)theirs;
    Contact *merged = (Contact *)to;

    for (guint i = 0; i < count_keys (o); i++) {
        const XtlsPeer *peer = &get_entry (o, i)->peer;

        merge_key (merged,
                   find_peer (b, &peer->fingerprint),
                   peer,
                   find_peer (t, &peer->fingerprint));
    }
    for (guint i = 0; i < count_keys (t); i++) {
        const XtlsPeer *peer = &get_entry (t, i)->peer;

        if (find_peer (o, &peer->fingerprint) == NULL)
            merge_key (merged, find_peer (b, &peer->fingerprint), NULL, peer);
    }
    if (has_verified (b, o))
        forget_unseen_by (merged, o);
    if (has_verified (b, t))
        forget_unseen_by (merged, t);
}

static const XtlsRecordKind kind = {
    .size = sizeof (Contact),
    .keys = keys,
    .read = read_cb,
    .count = count_cb,
    .write = write_cb,
    .equal = equal_cb,
    .copy = copy_cb,
    .merge = merge_cb,
    .clear = clear_cb,
};

const XtlsRecordKind *
xtls_peers_get_kind (void)
{
    return &kind;
}

XtlsPeers *
xtls_peers_load (const char *path, XtlsWriter *writer)
{
    XtlsPeers *peers = g_new0 (XtlsPeers, 1);

    peers->records = xtls_records_load (&kind, path, writer);
    return peers;
}

void
xtls_peers_free (XtlsPeers *peers)
{
    if (peers == NULL)
        return;
    xtls_records_free (peers->records);
    g_free (peers);
}

XtlsRecords *
xtls_peers_get_records (XtlsPeers *peers)
{
    return peers->records;
}

/* --- getters and setters -------------------------------------------------- */

static const Contact *
find_contact (XtlsPeers *peers, const char *account, const char *jid)
{
    return (const Contact *)xtls_records_lookup (peers->records, account, jid);
}

const XtlsPeer *
xtls_peers_lookup (XtlsPeers *peers,
                   const char *account,
                   const char *jid,
                   const XtlsFingerprint *fingerprint)
{
    return find_peer (find_contact (peers, account, jid), fingerprint);
}

XtlsTrust
xtls_peers_seen (XtlsPeers *peers,
                 const char *account,
                 const char *jid,
                 const XtlsFingerprint *fingerprint,
                 gint64 now)
{
    XtlsRecord *record = xtls_records_edit (peers->records, account, jid);
    Entry *entry = record != NULL
                       ? find_entry ((const Contact *)record, fingerprint)
                       : NULL;
    XtlsTrust trust = entry != NULL ? entry->peer.trust : XTLS_TRUST_NEW;
    const XtlsPeer peer = {.fingerprint = *fingerprint,
                           .trust = XTLS_TRUST_KNOWN,
                           .first_seen = now,
                           .last_seen = now};
    gboolean due = TRUE;

    if (record == NULL)
        return XTLS_TRUST_NEW;
    if (entry == NULL) {
        add_entry ((Contact *)record, &peer);
    } else {
        due = ABS (now - entry->saved_seen) >= DAY;
        entry->peer.last_seen = now;
        if (due)
            entry->saved_seen = now;
    }
    xtls_records_put (peers->records, record, due);
    return trust;
}

/* Somebody in the middle, before the right key was verified, could otherwise
 * come back with the key that was seen then. */
static void
forget_seen (Contact *contact)
{
    for (guint i = count_keys (contact); i > 0; i--)
        if (get_entry (contact, i - 1)->peer.trust == XTLS_TRUST_KNOWN)
            g_array_remove_index (contact->entries, i - 1);
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
    XtlsRecord *record;
    XtlsPeer *peer;
    gboolean was_verified;

    g_return_val_if_fail (trust != XTLS_TRUST_NEW, FALSE);
    g_return_val_if_fail ((trust == XTLS_TRUST_VERIFIED) ==
                              (how != XTLS_VERIFIED_BY_NOTHING),
                          FALSE);

    if (xtls_peers_lookup (peers, account, jid, fingerprint) == NULL)
        return FALSE;
    record = xtls_records_edit (peers->records, account, jid);
    peer = &find_entry ((Contact *)record, fingerprint)->peer;
    was_verified = peer->trust == XTLS_TRUST_VERIFIED;
    peer->trust = trust;
    peer->how = how;
    peer->verified_at = trust == XTLS_TRUST_VERIFIED ? now : 0;
    if (trust == XTLS_TRUST_VERIFIED && !was_verified)
        forget_seen ((Contact *)record);
    xtls_records_put (peers->records, record, TRUE);
    return TRUE;
}

gboolean
xtls_peers_forget (XtlsPeers *peers,
                   const char *account,
                   const char *jid,
                   const XtlsFingerprint *fingerprint)
{
    XtlsRecord *record;
    Contact *contact;
    Entry *entry;

    if (xtls_peers_lookup (peers, account, jid, fingerprint) == NULL)
        return FALSE;
    record = xtls_records_edit (peers->records, account, jid);
    contact = (Contact *)record;
    entry = find_entry (contact, fingerprint);
    g_array_remove_index (contact->entries,
                          (guint)(entry - get_entry (contact, 0)));
    xtls_records_put (peers->records, record, TRUE);
    return TRUE;
}

static void
append_peers (GPtrArray *list, const Contact *contact)
{
    for (guint i = 0; i < count_keys (contact); i++)
        g_ptr_array_add (list, &get_entry (contact, i)->peer);
}

GPtrArray *
xtls_peers_list (XtlsPeers *peers, const char *account, const char *jid)
{
    GPtrArray *list = g_ptr_array_new ();
    g_autoptr (GPtrArray) records = NULL;

    if (account != NULL && jid != NULL) {
        append_peers (list, find_contact (peers, account, jid));
        return list;
    }
    records = xtls_records_list (peers->records);
    for (guint i = 0; i < records->len; i++) {
        const XtlsRecord *record = records->pdata[i];

        if ((account == NULL || strcmp (account, record->account) == 0) &&
            (jid == NULL || strcmp (jid, record->jid) == 0))
            append_peers (list, (const Contact *)record);
    }
    return list;
}
