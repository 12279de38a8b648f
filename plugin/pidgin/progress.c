/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long private conversations have been starting. */
#include "progress.h"

#include "gui.h"

#include <string.h>

typedef struct {
    PurpleAccount *account; /* only compared */
    char *who;
    gint64 since; /* microseconds, from g_get_monotonic_time() */
} Start;

static GList *starts; /* (element-type Start) */
static guint timer;   /* runs while the list has entries */

static GList *
find (PurpleAccount *account, const char *who)
{
    for (GList *l = starts; l != NULL; l = l->next) {
        const Start *start = l->data;

        if (start->account == account && strcmp (start->who, who) == 0)
            return l;
    }
    return NULL;
}

static gboolean
tick_cb (gpointer data)
{
    xtls_gui_refresh ();
    return TRUE;
}

static void
add (PurpleAccount *account, const char *who)
{
    Start *start = g_new0 (Start, 1);

    start->account = account;
    start->who = g_strdup (who);
    start->since = g_get_monotonic_time ();
    starts = g_list_prepend (starts, start);
    if (timer == 0)
        timer = g_timeout_add_seconds (1, tick_cb, NULL);
}

static void
drop (GList *link)
{
    Start *start = link->data;

    starts = g_list_delete_link (starts, link);
    g_free (start->who);
    g_free (start);
    if (starts == NULL && timer != 0) {
        g_source_remove (timer);
        timer = 0;
    }
}

void
xtls_progress_note (PurpleAccount *account, const char *who)
{
    GList *link = find (account, who);
    gboolean starting =
        xtls_gui_api ()->get_state (account, who) == XTLS_STATE_STARTING;

    if (starting && link == NULL)
        add (account, who);
    else if (!starting && link != NULL)
        drop (link);
}

guint
xtls_progress_get_seconds (PurpleAccount *account, const char *who)
{
    const GList *link = find (account, who);
    const Start *start = link == NULL ? NULL : link->data;

    return start == NULL ? 0
                         : (guint)((g_get_monotonic_time () - start->since) /
                                   G_USEC_PER_SEC);
}

void
xtls_progress_forget (PurpleAccount *account)
{
    GList *next;

    for (GList *l = starts; l != NULL; l = next) {
        next = l->next;
        if (account == NULL || ((const Start *)l->data)->account == account)
            drop (l);
    }
}
