/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records the origin of text that is written into a conversation. */
#include "origin.h"

typedef struct {
    const PurpleAccount *account; /* only compared */
    char *who;
} Origin;

static GSList *known;  /* of Origin, innermost first */
static GSList *echoes; /* of Origin */

static Origin *
origin_new (const PurpleAccount *account, const char *who)
{
    Origin *origin = g_new0 (Origin, 1);

    origin->account = account;
    origin->who = g_strdup (who);
    return origin;
}

static void
origin_free (gpointer data)
{
    Origin *origin = data;

    g_free (origin->who);
    g_free (origin);
}

static gboolean
is_of (const Origin *origin, const PurpleAccount *account, const char *who)
{
    return origin->account == account && g_str_equal (origin->who, who);
}

void
xtls_origin_begin (PurpleAccount *account, const char *who)
{
    known = g_slist_prepend (known, origin_new (account, who));
}

void
xtls_origin_end (void)
{
    g_return_if_fail (known != NULL);
    origin_free (known->data);
    known = g_slist_delete_link (known, known);
}

gboolean
xtls_origin_is_known (PurpleAccount *account, const char *who)
{
    return known && is_of (known->data, account, who);
}

void
xtls_origin_expect_echo (PurpleAccount *account, const char *who)
{
    echoes = g_slist_prepend (echoes, origin_new (account, who));
}

gboolean
xtls_origin_take_echo (PurpleAccount *account, const char *who)
{
    for (GSList *l = echoes; l; l = l->next) {
        if (!is_of (l->data, account, who))
            continue;
        origin_free (l->data);
        echoes = g_slist_delete_link (echoes, l);
        return TRUE;
    }
    return FALSE;
}

void
xtls_origin_forget_echoes (void)
{
    g_slist_free_full (g_steal_pointer (&echoes), origin_free);
}
