/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Subscriptions, read from the server's roster and its pushes. */
#include "roster.h"

#include "iq.h"
#include "jid.h"
#include "node.h"
#include "ns.h"
#include "stanza.h"

#define NS_ROSTER "jabber:iq:roster"

struct XtlsRoster {
    char *own;            /* full JID */
    char *asked;          /* (nullable): id of our request */
    GHashTable *contacts; /* set of bare JIDs that get our presence */
};

XtlsRoster *
xtls_roster_new (const char *own)
{
    XtlsRoster *roster = g_new0 (XtlsRoster, 1);

    roster->own = g_strdup (own);
    roster->contacts =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    return roster;
}

void
xtls_roster_free (XtlsRoster *roster)
{
    g_hash_table_destroy (roster->contacts);
    g_free (roster->asked);
    g_free (roster->own);
    g_free (roster);
}

xmlnode *
xtls_roster_ask (XtlsRoster *roster)
{
    g_free (roster->asked);
    roster->asked = xtls_stanza_random_id ();

    xmlnode *iq = xtls_iq_new ("get", NULL, roster->asked);
    xmlnode *query = xmlnode_new_child (iq, "query");

    xmlnode_set_namespace (query, NS_ROSTER);
    return iq;
}

static gboolean
is_own (XtlsRoster *roster, const char *jid)
{
    g_autofree char *bare = xtls_jid_canonical_bare (jid);
    g_autofree char *own = xtls_jid_canonical_bare (roster->own);

    return bare && g_strcmp0 (bare, own) == 0;
}

static gboolean
is_from_server (XtlsRoster *roster, const xmlnode *iq)
{
    const char *from = xtls_node_attrib (iq, "from");

    return !from || (!xtls_jid_resource (from) && is_own (roster, from));
}

static void
read_item (XtlsRoster *roster, const xmlnode *item)
{
    const char *jid = xtls_node_attrib (item, "jid");
    const char *subscription = xtls_node_attrib (item, "subscription");
    g_autofree char *bare = xtls_jid_canonical_bare (jid);

    if (!bare || xtls_jid_resource (jid))
        return;
    if (g_strcmp0 (subscription, "from") != 0 &&
        g_strcmp0 (subscription, "both") != 0)
        g_hash_table_remove (roster->contacts, bare);
    else if (g_hash_table_size (roster->contacts) < XTLS_ROSTER_MAX)
        g_hash_table_add (roster->contacts, g_steal_pointer (&bare));
}

static void
read_query (XtlsRoster *roster, const xmlnode *query)
{
    for (const xmlnode *item = query->child; item; item = item->next)
        if (xtls_node_is (item, "item", NS_ROSTER))
            read_item (roster, item);
}

gboolean
xtls_roster_handle (XtlsRoster *roster, xmlnode *iq)
{
    const char *type = xtls_node_attrib (iq, "type");
    const char *id = xtls_node_attrib (iq, "id");
    const xmlnode *query = xtls_node_first_child (iq);
    gboolean is_query = xtls_node_is (query, "query", NS_ROSTER);

    if (!is_from_server (roster, iq))
        return FALSE;
    if (g_strcmp0 (type, "set") == 0 && is_query)
        read_query (roster, query);
    if ((g_strcmp0 (type, "result") != 0 && g_strcmp0 (type, "error") != 0) ||
        !roster->asked || g_strcmp0 (id, roster->asked) != 0)
        return FALSE;
    g_clear_pointer (&roster->asked, g_free);
    if (g_str_equal (type, "result") && is_query) {
        g_hash_table_remove_all (roster->contacts);
        read_query (roster, query);
    }
    return TRUE;
}

gboolean
xtls_roster_is_waiting (XtlsRoster *roster)
{
    return roster->asked != NULL;
}

gboolean
xtls_roster_is_contact (XtlsRoster *roster, const char *jid)
{
    g_autofree char *bare = xtls_jid_canonical_bare (jid);

    return bare && (g_hash_table_contains (roster->contacts, bare) ||
                    is_own (roster, bare));
}
