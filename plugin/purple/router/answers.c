/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A bounded memory of questions, first in, first forgotten. */
#include "answers.h"

#include <string.h>

/* Parts JID and id in a key: XML cannot carry it, so that no pair of them can
 * look like another. */
#define SEPARATOR "\x01"

typedef struct {
    GQueue order;      /* owns the keys, oldest first */
    GHashTable *links; /* key, borrowed -> its GList link in order */
} Memory;

struct XtlsAnswers {
    Memory memories[XTLS_ASKED_LAST + 1];
};

XtlsAnswers *
xtls_answers_new (void)
{
    XtlsAnswers *answers = g_new0 (XtlsAnswers, 1);

    for (int i = 0; i <= XTLS_ASKED_LAST; i++) {
        g_queue_init (&answers->memories[i].order);
        answers->memories[i].links = g_hash_table_new (g_str_hash, g_str_equal);
    }
    return answers;
}

void
xtls_answers_free (XtlsAnswers *answers)
{
    for (int i = 0; i <= XTLS_ASKED_LAST; i++) {
        g_hash_table_destroy (answers->memories[i].links);
        g_queue_clear_full (&answers->memories[i].order, g_free);
    }
    g_free (answers);
}

static char *
key_of (const char *jid, const char *id)
{
    if (!jid || !id || strlen (jid) + strlen (id) > XTLS_ANSWERS_KEY_MAX)
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
xtls_answers_remember (XtlsAnswers *answers,
                       XtlsAsked asked,
                       const char *jid,
                       const char *id)
{
    Memory *memory = &answers->memories[asked];
    char *key = key_of (jid, id);

    if (!key)
        return;
    GList *link = g_hash_table_lookup (memory->links, key);
    if (link)
        forget (memory, link);
    else if (memory->order.length >= XTLS_ANSWERS_MAX)
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
xtls_answers_has (XtlsAnswers *answers,
                  XtlsAsked asked,
                  const char *jid,
                  const char *id)
{
    return find (&answers->memories[asked], jid, id) != NULL;
}

gboolean
xtls_answers_has_of_any (XtlsAnswers *answers,
                         XtlsAsked asked,
                         const char *bare,
                         const char *id)
{
    g_autofree char *prefix = g_strconcat (bare, "/", NULL);
    g_autofree char *suffix = NULL;
    gboolean has = FALSE;

    if (!id)
        return FALSE;
    suffix = g_strconcat (SEPARATOR, id, NULL);
    for (GList *link = answers->memories[asked].order.head; link && !has;
         link = link->next)
        has = g_str_has_prefix (link->data, prefix) &&
              g_str_has_suffix (link->data, suffix);
    return has;
}

gboolean
xtls_answers_take (XtlsAnswers *answers,
                   XtlsAsked asked,
                   const char *jid,
                   const char *id)
{
    Memory *memory = &answers->memories[asked];
    GList *link = find (memory, jid, id);

    if (link)
        forget (memory, link);
    return link != NULL;
}

GPtrArray *
xtls_answers_take_all (XtlsAnswers *answers, XtlsAsked asked, const char *jid)
{
    Memory *memory = &answers->memories[asked];
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
