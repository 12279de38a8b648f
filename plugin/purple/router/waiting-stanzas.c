/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A queue of stanzas for each connection that has any. */
#include "waiting-stanzas.h"

static GHashTable *queues; /* PurpleConnection → GQueue of xmlnode, owned */

static void
queue_free (gpointer queue)
{
    g_queue_free_full (queue, (GDestroyNotify)xmlnode_free);
}

static GQueue *
find (PurpleConnection *gc)
{
    return queues ? g_hash_table_lookup (queues, gc) : NULL;
}

static gboolean
is_request (const xmlnode *stanza)
{
    return g_str_equal (stanza->name, "iq");
}

static guint
count_requests (const GQueue *queue)
{
    guint n = 0;

    for (const GList *l = queue->head; l; l = l->next)
        n += is_request (l->data);
    return n;
}

static gboolean
has_room (const GQueue *queue, const xmlnode *stanza)
{
    return queue->length < XTLS_WAITING_STANZAS_MAX &&
           (!is_request (stanza) ||
            count_requests (queue) < XTLS_WAITING_STANZAS_REQUESTS_MAX);
}

gboolean
xtls_waiting_stanzas_keep (PurpleConnection *gc, const xmlnode *stanza)
{
    GQueue *queue = find (gc);

    if (!queue) {
        if (!queues)
            queues = g_hash_table_new_full (NULL, NULL, NULL, queue_free);
        queue = g_queue_new ();
        g_hash_table_insert (queues, gc, queue);
    }
    if (!has_room (queue, stanza))
        return FALSE;
    g_queue_push_tail (queue, xmlnode_copy (stanza));
    return TRUE;
}

gboolean
xtls_waiting_stanzas_is_empty (PurpleConnection *gc)
{
    return find (gc) == NULL;
}

const xmlnode *
xtls_waiting_stanzas_peek (PurpleConnection *gc)
{
    GQueue *queue = find (gc);

    return queue ? g_queue_peek_head (queue) : NULL;
}

xmlnode *
xtls_waiting_stanzas_pop (PurpleConnection *gc)
{
    GQueue *queue = find (gc);
    xmlnode *stanza = queue ? g_queue_pop_head (queue) : NULL;

    if (queue && g_queue_is_empty (queue))
        xtls_waiting_stanzas_forget (gc);
    return stanza;
}

void
xtls_waiting_stanzas_forget (PurpleConnection *gc)
{
    if (!queues)
        return;
    g_hash_table_remove (queues, gc);
    if (g_hash_table_size (queues) == 0)
        g_clear_pointer (&queues, g_hash_table_destroy);
}
