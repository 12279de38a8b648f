/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A ring for each kind. It is searched linearly, which happens only for stanzas
 * that match no session. */
#include "sids.h"

#include <string.h>

typedef struct {
    char *sid;
    char *peer;
} Entry;

struct XtlsSids {
    Entry rings[XTLS_SIDS_KINDS][XTLS_SIDS_MAX];
    guint next[XTLS_SIDS_KINDS];
    XtlsBlockSize *blocks;
};

XtlsSids *
xtls_sids_new (void)
{
    XtlsSids *sids = g_new0 (XtlsSids, 1);

    sids->blocks = xtls_block_size_new ();
    return sids;
}

void
xtls_sids_free (XtlsSids *sids)
{
    if (!sids)
        return;
    for (guint kind = 0; kind < XTLS_SIDS_KINDS; kind++) {
        for (guint i = 0; i < XTLS_SIDS_MAX; i++) {
            g_free (sids->rings[kind][i].sid);
            g_free (sids->rings[kind][i].peer);
        }
    }
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

void
xtls_sids_add (XtlsSids *sids,
               XtlsSidsKind kind,
               const char *sid,
               const char *peer)
{
    Entry *entry = &sids->rings[kind][sids->next[kind]];

    g_free (entry->sid);
    g_free (entry->peer);
    entry->sid = shorten (sid);
    entry->peer = g_strdup (peer);
    sids->next[kind] = (sids->next[kind] + 1) % XTLS_SIDS_MAX;
}

gboolean
xtls_sids_has (XtlsSids *sids,
               XtlsSidsKind kind,
               const char *sid,
               const char *peer)
{
    g_autofree char *key = shorten (sid);
    gboolean has = FALSE;

    for (guint i = 0; key && i < XTLS_SIDS_MAX && !has; i++) {
        const Entry *entry = &sids->rings[kind][i];

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
