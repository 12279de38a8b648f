/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A ring for each kind, which grows to its size with its entries. It is
 * searched linearly, which happens only for stanzas that match no session. Each
 * block that arrives adds an entry, so an entry has no memory of its own that
 * would be allocated now and freed much later: such pieces would spread
 * whatever is allocated next over the whole heap. */
#include "sids.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

/* Room for the entries of so many responses is made at once, since each block
 * that arrives gets a response. */
#define RESPONSES_FIRST 32

/* The first bytes of SHA-256 digests. A peer that finds two ids with the same
 * ones gains nothing: it could as well use the same id twice. Nor can it find
 * an address or an id with the same ones as another that it knows: that takes
 * 2^64 tries. */
typedef struct {
    guint64 sid;
    guint64 peer;
} Entry;

struct XtlsSids {
    GArray *rings[XTLS_SIDS_KINDS]; /* Entry */
    guint oldest[XTLS_SIDS_KINDS];  /* index, once the ring is full */
    XtlsBlockSize *blocks;
};

static guint64
get_digest (const char *text)
{
    guint8 bytes[32];
    guint64 digest;
    int ret = gnutls_hash_fast (GNUTLS_DIG_SHA256, text, strlen (text), bytes);

    if (ret < 0)
        g_error ("SHA-256: %s", gnutls_strerror (ret));
    memcpy (&digest, bytes, sizeof digest);
    return digest;
}

XtlsSids *
xtls_sids_new (void)
{
    XtlsSids *sids = g_new0 (XtlsSids, 1);

    for (guint kind = 0; kind < XTLS_SIDS_KINDS; kind++)
        sids->rings[kind] = g_array_sized_new (
            FALSE,
            FALSE,
            sizeof (Entry),
            kind == XTLS_SIDS_RESPONSE ? RESPONSES_FIRST : 0);
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
    xtls_block_size_free (sids->blocks);
    g_free (sids);
}

void
xtls_sids_add (XtlsSids *sids,
               XtlsSidsKind kind,
               const char *sid,
               const char *peer)
{
    GArray *ring = sids->rings[kind];
    Entry entry = {get_digest (sid), get_digest (peer)};

    if (ring->len < XTLS_SIDS_MAX) {
        g_array_append_val (ring, entry);
    } else {
        g_array_index (ring, Entry, sids->oldest[kind]) = entry;
        sids->oldest[kind] = (sids->oldest[kind] + 1) % XTLS_SIDS_MAX;
    }
}

gboolean
xtls_sids_has (XtlsSids *sids,
               XtlsSidsKind kind,
               const char *sid,
               const char *peer)
{
    const GArray *ring = sids->rings[kind];
    Entry wanted = {sid ? get_digest (sid) : 0, peer ? get_digest (peer) : 0};
    gboolean has = FALSE;

    for (guint i = 0; sid && i < ring->len && !has; i++) {
        const Entry *entry = &g_array_index (ring, Entry, i);

        has = entry->sid == wanted.sid && (!peer || entry->peer == wanted.peer);
    }
    return has;
}

XtlsBlockSize *
xtls_sids_get_block_size (XtlsSids *sids)
{
    return sids->blocks;
}
