/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stanzas are kept in order, separately for each connection, and bounded. */
#include "nodes.h"
#include "waiting-stanzas.h"

/* The module only compares the addresses of connections. */
static char connections[2];
#define ONE ((PurpleConnection *)&connections[0])
#define OTHER ((PurpleConnection *)&connections[1])

static gboolean
keep (PurpleConnection *gc, const char *name, guint id)
{
    xmlnode *stanza = nodes_printf ("<%s id='%u'/>", name, id);
    gboolean kept = xtls_waiting_stanzas_keep (gc, stanza);

    xmlnode_free (stanza); /* the module has a copy */
    return kept;
}

static void
assert_next (PurpleConnection *gc, const char *xml)
{
    const xmlnode *oldest = xtls_waiting_stanzas_peek (gc);

    g_assert_nonnull (oldest);
    nodes_assert (xmlnode_copy (oldest), xml);
    nodes_assert (xtls_waiting_stanzas_pop (gc), xml);
}

static void
assert_empty (PurpleConnection *gc)
{
    g_assert_true (xtls_waiting_stanzas_is_empty (gc));
    g_assert_null (xtls_waiting_stanzas_peek (gc));
    g_assert_null (xtls_waiting_stanzas_pop (gc));
}

static void
test_order (void)
{
    assert_empty (ONE);
    g_assert_true (keep (ONE, "iq", 1));
    g_assert_true (keep (ONE, "presence", 2));
    g_assert_true (keep (ONE, "iq", 3));
    g_assert_false (xtls_waiting_stanzas_is_empty (ONE));
    assert_next (ONE, "<iq id='1'/>");
    assert_next (ONE, "<presence id='2'/>");
    assert_next (ONE, "<iq id='3'/>");
    assert_empty (ONE);
}

static void
test_connections (void)
{
    g_assert_true (keep (ONE, "iq", 1));
    g_assert_true (keep (OTHER, "iq", 2));
    xtls_waiting_stanzas_forget (ONE);
    assert_empty (ONE);
    assert_next (OTHER, "<iq id='2'/>");
    assert_empty (OTHER);
    xtls_waiting_stanzas_forget (OTHER);
}

/* Requests leave room for presence. A stanza that is taken makes room again. */
static void
test_bounds (void)
{
    for (guint i = 0; i < XTLS_WAITING_STANZAS_REQUESTS_MAX; i++)
        g_assert_true (keep (ONE, "iq", i));
    g_assert_false (keep (ONE, "iq", 1000));
    for (guint i = XTLS_WAITING_STANZAS_REQUESTS_MAX;
         i < XTLS_WAITING_STANZAS_MAX;
         i++)
        g_assert_true (keep (ONE, "presence", i));
    g_assert_false (keep (ONE, "presence", 1000));
    assert_next (ONE, "<iq id='0'/>");
    g_assert_true (keep (ONE, "iq", 1001));
    g_assert_false (keep (ONE, "presence", 1002));
    g_assert_true (keep (OTHER, "iq", 1));
    xtls_waiting_stanzas_forget (ONE);
    xtls_waiting_stanzas_forget (OTHER);
    assert_empty (ONE);
    assert_empty (OTHER);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/waiting-stanzas/order", test_order);
    g_test_add_func ("/waiting-stanzas/connections", test_connections);
    g_test_add_func ("/waiting-stanzas/bounds", test_bounds);
    return g_test_run ();
}
