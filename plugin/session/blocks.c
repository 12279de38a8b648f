/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One entry for each contact to whom a block left that was not small. */
#include "blocks.h"

#include "ibb.h"

typedef struct {
    guint taken; /* the largest that ever arrived */
    guint max;
} Way;

struct XtlsBlocks {
    GHashTable *ways; /* bare JID → Way, owned */
};

XtlsBlocks *
xtls_blocks_new (void)
{
    XtlsBlocks *blocks = g_new0 (XtlsBlocks, 1);

    blocks->ways =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    return blocks;
}

void
xtls_blocks_free (XtlsBlocks *blocks)
{
    if (!blocks)
        return;
    g_hash_table_unref (blocks->ways);
    g_free (blocks);
}

guint
xtls_blocks_get (XtlsBlocks *blocks, const char *contact)
{
    const Way *way = g_hash_table_lookup (blocks->ways, contact);

    return way ? way->max : XTLS_IBB_BLOCK_SIZE_DEFAULT;
}

static Way *
get_way (XtlsBlocks *blocks, const char *contact)
{
    Way *way = g_hash_table_lookup (blocks->ways, contact);

    if (!way) {
        way = g_new0 (Way, 1);
        way->max = XTLS_IBB_BLOCK_SIZE_DEFAULT;
        g_hash_table_insert (blocks->ways, g_strdup (contact), way);
    }
    return way;
}

/* Who ends in another way has not been refused a block: it is gone, or it has
 * said why. */
static gboolean
may_be_refusal (XtlsEnd end)
{
    return end == XTLS_END_CUT || end == XTLS_END_OFFLINE ||
           end == XTLS_END_DEAD;
}

void
xtls_blocks_learn (XtlsBlocks *blocks,
                   const char *contact,
                   XtlsEnd end,
                   guint taken,
                   guint waiting)
{
    Way *way;

    if (MAX (taken, waiting) <= XTLS_BLOCKS_MIN)
        return;
    way = get_way (blocks, contact);
    way->taken = MAX (way->taken, taken);
    if (!may_be_refusal (end) || waiting <= way->taken ||
        waiting <= XTLS_BLOCKS_MIN)
        return;
    way->max = waiting > XTLS_BLOCKS_SAFE ? XTLS_BLOCKS_SAFE
                                          : MAX (waiting / 2, XTLS_BLOCKS_MIN);
}
