/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A bounded memory of requests; the oldest are forgotten first. */
#include "iq-tracker.h"

#include <string.h>

/* Separates JID and id in a key. XML cannot contain it, so that two pairs
 * cannot have the same key. */
#define SEPARATOR "\x01"

typedef struct {
    GQueue order;      /* owns the keys, oldest first */
    GHashTable *links; /* key, borrowed -> its GList link in order */
} Memory;

struct XtlsIqTracker {
    Memory memories[XTLS_IQ_LAST + 1];
};

XtlsIqTracker *
xtls_iq_tracker_new (void)
{
    XtlsIqTracker *tracker = g_new0 (XtlsIqTracker, 1);

    for (int i = 0; i <= XTLS_IQ_LAST; i++) {
        g_queue_init (&tracker->memories[i].order);
        tracker->memories[i].links = g_hash_table_new (g_str_hash, g_str_equal);
    }
    return tracker;
}

void
xtls_iq_tracker_free (XtlsIqTracker *tracker)
{
    for (int i = 0; i <= XTLS_IQ_LAST; i++) {
        g_hash_table_destroy (tracker->memories[i].links);
        g_queue_clear_full (&tracker->memories[i].order, g_free);
    }
    g_free (tracker);
}

static char *
key_of (const char *jid, const char *id)
{
    if (!jid || !id || strlen (jid) + strlen (id) > XTLS_IQ_TRACKER_KEY_MAX)
        return NULL;
    return g_strconcat (jid, SEPARATOR, id, NULL);
}

static void
forget (Memory *memory, GList *link)
{
    g_hash_table_remove (memory->links, link->data);
    g_free (link->data);
    g_queue_delete_link (&memory->order, link);
}

void
xtls_iq_tracker_remember (XtlsIqTracker *tracker,
                          XtlsIqOrigin origin,
                          const char *jid,
                          const char *id)
{
    Memory *memory = &tracker->memories[origin];
    char *key = key_of (jid, id);

    if (!key)
        return;
    GList *link = g_hash_table_lookup (memory->links, key);
    if (link)
        forget (memory, link);
    else if (memory->order.length >= XTLS_IQ_TRACKER_MAX)
        forget (memory, memory->order.head);
    g_queue_push_tail (&memory->order, key);
    g_hash_table_insert (memory->links, key, memory->order.tail);
}

static GList *
find (Memory *memory, const char *jid, const char *id)
{
    char *key = key_of (jid, id);

    if (!key)
        return NULL;
    GList *link = g_hash_table_lookup (memory->links, key);
    g_free (key);
    return link;
}

gboolean
xtls_iq_tracker_has (XtlsIqTracker *tracker,
                     XtlsIqOrigin origin,
                     const char *jid,
                     const char *id)
{
    return find (&tracker->memories[origin], jid, id) != NULL;
}

gboolean
xtls_iq_tracker_has_of_any (XtlsIqTracker *tracker,
                            XtlsIqOrigin origin,
                            const char *bare,
                            const char *id)
{
    g_autofree char *prefix = g_strconcat (bare, "/", NULL);
    g_autofree char *suffix = NULL;
    gboolean has = FALSE;

    if (!id)
        return FALSE;
    suffix = g_strconcat (SEPARATOR, id, NULL);
    for (GList *link = tracker->memories[origin].order.head; link && !has;
         link = link->next)
        has = g_str_has_prefix (link->data, prefix) &&
              g_str_has_suffix (link->data, suffix);
    return has;
}

gboolean
xtls_iq_tracker_take (XtlsIqTracker *tracker,
                      XtlsIqOrigin origin,
                      const char *jid,
                      const char *id)
{
    Memory *memory = &tracker->memories[origin];
    GList *link = find (memory, jid, id);

    if (link)
        forget (memory, link);
    return link != NULL;
}

GPtrArray *
xtls_iq_tracker_take_all (XtlsIqTracker *tracker,
                          XtlsIqOrigin origin,
                          const char *jid)
{
    Memory *memory = &tracker->memories[origin];
    GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
    char *prefix = g_strconcat (jid, SEPARATOR, NULL);
    GList *next;

    for (GList *link = memory->order.head; link; link = next) {
        const char *key = link->data;

        next = link->next;
        if (!g_str_has_prefix (key, prefix))
            continue;
        g_ptr_array_add (ids, g_strdup (key + strlen (prefix)));
        forget (memory, link);
    }
    g_free (prefix);
    return ids;
}
