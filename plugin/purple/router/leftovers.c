/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Jingle sessions that libpurple keeps for strangers. */
#include "leftovers.h"

#include "jabber.h"

struct XtlsLeftovers {
    PurpleConnection *gc; /* borrowed */
    GQueue sids;          /* oldest first */
};

XtlsLeftovers *
xtls_leftovers_new (PurpleConnection *gc)
{
    XtlsLeftovers *leftovers = g_new0 (XtlsLeftovers, 1);

    leftovers->gc = gc;
    g_queue_init (&leftovers->sids);
    return leftovers;
}

static void
drop_oldest (XtlsLeftovers *leftovers)
{
    g_autofree char *sid = g_queue_pop_head (&leftovers->sids);

    xtls_jabber_drop_jingle_session (leftovers->gc, sid);
}

void
xtls_leftovers_free (XtlsLeftovers *leftovers)
{
    while (!g_queue_is_empty (&leftovers->sids))
        drop_oldest (leftovers);
    g_free (leftovers);
}

void
xtls_leftovers_add (XtlsLeftovers *leftovers, const char *sid)
{
    g_queue_push_tail (&leftovers->sids, g_strdup (sid));
    if (leftovers->sids.length > XTLS_LEFTOVERS_MAX)
        drop_oldest (leftovers);
}

void
xtls_leftovers_forget (XtlsLeftovers *leftovers, const char *sid)
{
    GList *link = g_queue_find_custom (
        &leftovers->sids, sid, (GCompareFunc)(void *)g_strcmp0);

    if (!link)
        return;
    g_free (link->data);
    g_queue_delete_link (&leftovers->sids, link);
}
