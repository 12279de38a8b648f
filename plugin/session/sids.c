/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A ring for each kind, which grows to its size with its entries. It is
 * searched linearly, which happens only for stanzas that match no session. */
#include "sids.h"

#include <string.h>

typedef struct {
    char *sid;
    char *peer; /* a GRefString */
} Entry;

struct XtlsSids {
    char *peer; /* of the newest entry: most have the same as the one before */
    GArray *rings[XTLS_SIDS_KINDS]; /* Entry */
    guint oldest[XTLS_SIDS_KINDS];  /* index, once the ring is full */
    XtlsBlockSize *blocks;
};

static void
entry_clear (gpointer data)
{
    Entry *entry = data;

    g_clear_pointer (&entry->sid, g_free);
    g_clear_pointer (&entry->peer, g_ref_string_release);
}

XtlsSids *
xtls_sids_new (void)
{
    XtlsSids *sids = g_new0 (XtlsSids, 1);

    for (guint kind = 0; kind < XTLS_SIDS_KINDS; kind++) {
        sids->rings[kind] = g_array_new (FALSE, TRUE, sizeof (Entry));
        g_array_set_clear_func (sids->rings[kind], entry_clear);
    }
    sids->blocks = xtls_block_size_new ();
    return sids;
}

void
xtls_sids_free (XtlsSids *sids)
{
    if (!sids)
        return;
    for (guint kind = 0; kind < XTLS_SIDS_KINDS; kind++)
        g_array_unref (sids->rings[kind]);
    g_clear_pointer (&sids->peer, g_ref_string_release);
    xtls_block_size_free (sids->blocks);
    g_free (sids);
}

/* The peer chooses the ids in its requests, and only a server's limit for
 * stanzas bounds their length. Of one that is too long, the digest is kept. */
static char *
shorten (const char *sid)
{
    return sid && strlen (sid) > XTLS_SIDS_LENGTH_MAX
               ? g_compute_checksum_for_string (G_CHECKSUM_SHA256, sid, -1)
               : g_strdup (sid);
}

/* Returns: an empty entry, in the place of the oldest if there is no other. */
static Entry *
make_room (XtlsSids *sids, XtlsSidsKind kind)
{
    GArray *ring = sids->rings[kind];
    guint index = ring->len;

    if (index < XTLS_SIDS_MAX) {
        g_array_set_size (ring, index + 1);
    } else {
        index = sids->oldest[kind];
        sids->oldest[kind] = (index + 1) % XTLS_SIDS_MAX;
        entry_clear (&g_array_index (ring, Entry, index));
    }
    return &g_array_index (ring, Entry, index);
}

void
xtls_sids_add (XtlsSids *sids,
               XtlsSidsKind kind,
               const char *sid,
               const char *peer)
{
    Entry *entry = make_room (sids, kind);

    if (g_strcmp0 (sids->peer, peer) != 0) {
        g_clear_pointer (&sids->peer, g_ref_string_release);
        sids->peer = g_ref_string_new (peer);
    }
    entry->sid = shorten (sid);
    entry->peer = g_ref_string_acquire (sids->peer);
}

gboolean
xtls_sids_has (XtlsSids *sids,
               XtlsSidsKind kind,
               const char *sid,
               const char *peer)
{
    g_autofree char *key = shorten (sid);
    gboolean has = FALSE;

    for (guint i = 0; key && i < sids->rings[kind]->len && !has; i++) {
        const Entry *entry = &g_array_index (sids->rings[kind], Entry, i);

        has = g_strcmp0 (entry->sid, key) == 0 &&
              (!peer || g_strcmp0 (entry->peer, peer) == 0);
    }
    return has;
}

XtlsBlockSize *
xtls_sids_get_block_size (XtlsSids *sids)
{
    return sids->blocks;
}
