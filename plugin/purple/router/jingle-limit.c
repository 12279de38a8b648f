/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Jingle sessions that libpurple keeps for strangers. */
#include "jingle-limit.h"

#include "jabber.h"

struct XtlsJingleLimit {
    PurpleConnection *gc; /* borrowed */
    GQueue sids;          /* oldest first */
};

XtlsJingleLimit *
xtls_jingle_limit_new (PurpleConnection *gc)
{
    XtlsJingleLimit *limit = g_new0 (XtlsJingleLimit, 1);

    limit->gc = gc;
    g_queue_init (&limit->sids);
    return limit;
}

static void
drop_oldest (XtlsJingleLimit *limit)
{
    g_autofree char *sid = g_queue_pop_head (&limit->sids);

    xtls_jabber_drop_jingle_session (limit->gc, sid);
}

void
xtls_jingle_limit_free (XtlsJingleLimit *limit)
{
    while (!g_queue_is_empty (&limit->sids))
        drop_oldest (limit);
    g_free (limit);
}

void
xtls_jingle_limit_add (XtlsJingleLimit *limit, const char *sid)
{
    g_queue_push_tail (&limit->sids, g_strdup (sid));
    if (limit->sids.length > XTLS_JINGLE_LIMIT_MAX)
        drop_oldest (limit);
}

void
xtls_jingle_limit_forget (XtlsJingleLimit *limit, const char *sid)
{
    GList *link = g_queue_find_custom (
        &limit->sids, sid, (GCompareFunc)(void *)g_strcmp0);

    if (!link)
        return;
    g_free (link->data);
    g_queue_delete_link (&limit->sids, link);
}
