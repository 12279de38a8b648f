/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has happened since the plugin was loaded. */
#include "history.h"

#include "jabber.h"

#include <string.h>
#include <time.h>

#define N_ENDS (XTLS_END_PROTOCOL + 1)

static guint counts[N_ENDS]; /* by XtlsEnd */
static guint held;
static GQueue events = G_QUEUE_INIT; /* XtlsHistoryEvent, owned */

static void
event_free (gpointer data)
{
    XtlsHistoryEvent *event = data;

    g_free (event->account);
    g_free (event->who);
    g_free (event);
}

void
xtls_history_add (PurpleAccount *account, const char *who, XtlsEnd end)
{
    XtlsHistoryEvent *event = g_new0 (XtlsHistoryEvent, 1);

    counts[end]++;
    event->at = time (NULL);
    event->account = xtls_jabber_get_account_jid (account);
    event->who = g_strdup (who);
    event->end = end;
    g_queue_push_head (&events, event);
    if (g_queue_get_length (&events) > XTLS_HISTORY_MAX)
        event_free (g_queue_pop_tail (&events));
}

void
xtls_history_add_held (void)
{
    held++;
}

guint
xtls_history_count (XtlsEnd end)
{
    return counts[end];
}

guint
xtls_history_count_held (void)
{
    return held;
}

GList *
xtls_history_list (void)
{
    return events.head;
}

void
xtls_history_uninit (void)
{
    g_queue_clear_full (&events, event_free);
    memset (counts, 0, sizeof counts);
    held = 0;
}
