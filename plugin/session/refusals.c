/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A short list, in the order of time. */
#include "refusals.h"

#include "jid.h"

#include <string.h>

typedef struct {
    char *bare;
    gint64 time;
} Refusal;

struct XtlsRefusals {
    GQueue list; /* Refusal, the oldest first */
};

static void
refusal_free (gpointer data)
{
    Refusal *refusal = data;

    g_free (refusal->bare);
    g_free (refusal);
}

XtlsRefusals *
xtls_refusals_new (void)
{
    XtlsRefusals *refusals = g_new0 (XtlsRefusals, 1);

    g_queue_init (&refusals->list);
    return refusals;
}

void
xtls_refusals_free (XtlsRefusals *refusals)
{
    g_queue_clear_full (&refusals->list, refusal_free);
    g_free (refusals);
}

static void
drop_old (XtlsRefusals *refusals, gint64 now)
{
    const Refusal *oldest;

    while ((oldest = g_queue_peek_head (&refusals->list)) &&
           now - oldest->time >= XTLS_REFUSALS_TIME)
        refusal_free (g_queue_pop_head (&refusals->list));
}

void
xtls_refusals_note (XtlsRefusals *refusals, const char *peer, gint64 now)
{
    Refusal *refusal = g_new0 (Refusal, 1);

    drop_old (refusals, now);
    if (refusals->list.length == XTLS_REFUSALS_MAX)
        refusal_free (g_queue_pop_head (&refusals->list));
    refusal->bare = xtls_jid_bare (peer);
    refusal->time = now;
    g_queue_push_tail (&refusals->list, refusal);
}

gboolean
xtls_refusals_has (XtlsRefusals *refusals, const char *peer, gint64 now)
{
    g_autofree char *bare = xtls_jid_bare (peer);

    drop_old (refusals, now);
    for (const GList *l = refusals->list.head; l; l = l->next)
        if (strcmp (((const Refusal *)l->data)->bare, bare) == 0)
            return TRUE;
    return FALSE;
}

void
xtls_refusals_forget (XtlsRefusals *refusals, const char *jid)
{
    GList *next;

    for (GList *l = refusals->list.head; l; l = next) {
        next = l->next;
        if (jid && strcmp (((Refusal *)l->data)->bare, jid) != 0)
            continue;
        refusal_free (l->data);
        g_queue_delete_link (&refusals->list, l);
    }
}
