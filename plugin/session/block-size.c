/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One entry for each contact who was sent a block larger than
 * XTLS_BLOCK_SIZE_MIN. */
#include "block-size.h"

#include "ibb.h"

typedef struct {
    guint taken; /* the largest that was ever acknowledged */
    guint max;
} Path;

struct XtlsBlockSize {
    GHashTable *paths; /* bare JID → Path, owned */
};

XtlsBlockSize *
xtls_block_size_new (void)
{
    XtlsBlockSize *blocks = g_new0 (XtlsBlockSize, 1);

    blocks->paths =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    return blocks;
}

void
xtls_block_size_free (XtlsBlockSize *blocks)
{
    if (!blocks)
        return;
    g_hash_table_unref (blocks->paths);
    g_free (blocks);
}

guint
xtls_block_size_get (XtlsBlockSize *blocks, const char *contact)
{
    const Path *path = g_hash_table_lookup (blocks->paths, contact);

    return path ? path->max : XTLS_IBB_BLOCK_SIZE_DEFAULT;
}

static Path *
get_path (XtlsBlockSize *blocks, const char *contact)
{
    Path *path = g_hash_table_lookup (blocks->paths, contact);

    if (!path) {
        path = g_new0 (Path, 1);
        path->max = XTLS_IBB_BLOCK_SIZE_DEFAULT;
        g_hash_table_insert (blocks->paths, g_strdup (contact), path);
    }
    return path;
}

/* A session that ended in any other way did not end because a block was
 * refused. */
static gboolean
may_be_refusal (XtlsEnd end)
{
    return end == XTLS_END_CUT || end == XTLS_END_OFFLINE ||
           end == XTLS_END_DEAD || end == XTLS_END_TIMEOUT;
}

void
xtls_block_size_learn (XtlsBlockSize *blocks,
                       const char *contact,
                       XtlsEnd end,
                       guint taken,
                       guint waiting)
{
    Path *path;

    if (MAX (taken, waiting) <= XTLS_BLOCK_SIZE_MIN)
        return;
    path = get_path (blocks, contact);
    path->taken = MAX (path->taken, taken);
    if (!may_be_refusal (end) || waiting <= path->taken ||
        waiting <= XTLS_BLOCK_SIZE_MIN)
        return;
    path->max = waiting > XTLS_BLOCK_SIZE_SAFE
                    ? XTLS_BLOCK_SIZE_SAFE
                    : MAX (waiting / 2, XTLS_BLOCK_SIZE_MIN);
}
