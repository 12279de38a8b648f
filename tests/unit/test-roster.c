/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Subscriptions read from the roster, and whose stanzas count. */
#include "nodes.h"
#include "roster.h"

#define OWN "romeo@montague.lit"

static const char *const items =
    "<item jid='from@x.lit' subscription='from'/>"
    "<item jid='both@x.lit' subscription='both' "
    "name='B'><group>g</group></item>"
    "<item jid='to@x.lit' subscription='to'/>"
    "<item jid='none@x.lit' subscription='none' ask='subscribe'/>"
    "<item jid='bare@x.lit'/>"
    "<item jid='full@x.lit/r' subscription='both'/>"
    "<item jid='' subscription='both'/><item subscription='both'/>"
    "<item xmlns='x' jid='other@x.lit' subscription='both'/>";

static gboolean
give (XtlsRoster *roster,
      const char *type,
      const char *id,
      const char *from,
      const char *text)
{
    xmlnode *iq =
        nodes_printf ("<iq xmlns='jabber:client' type='%s' id='%s'>"
                      "<query xmlns='jabber:iq:roster'>%s</query></iq>",
                      type,
                      id,
                      text);
    gboolean taken;

    if (from)
        xmlnode_set_attrib (iq, "from", from);
    taken = xtls_roster_handle (roster, iq);
    xmlnode_free (iq);
    return taken;
}

static char *
ask (XtlsRoster *roster)
{
    xmlnode *iq = xtls_roster_ask (roster);
    char *id = g_strdup (xmlnode_get_attrib (iq, "id"));
    char *expected = g_strdup_printf ("<iq xmlns='jabber:client' type='get' "
                                      "id='%s'><query "
                                      "xmlns='jabber:iq:roster'/></iq>",
                                      id);

    nodes_assert (iq, expected);
    g_free (expected);
    return id;
}

static void
test_answer (void)
{
    XtlsRoster *roster = xtls_roster_new (OWN "/orchard");
    char *id = ask (roster);

    g_assert_false (xtls_roster_is_contact (roster, "both@x.lit"));
    g_assert_false (give (roster, "result", "wrong", NULL, items));
    g_assert_false (xtls_roster_is_contact (roster, "both@x.lit"));
    g_assert_true (xtls_roster_is_waiting (roster));
    g_assert_true (give (roster, "result", id, NULL, items));
    g_assert_false (xtls_roster_is_waiting (roster));
    g_assert_true (xtls_roster_is_contact (roster, "both@x.lit"));
    g_assert_true (xtls_roster_is_contact (roster, "from@x.lit"));
    g_assert_false (xtls_roster_is_contact (roster, "to@x.lit"));
    g_assert_false (xtls_roster_is_contact (roster, "none@x.lit"));
    g_assert_false (xtls_roster_is_contact (roster, "bare@x.lit"));
    g_assert_false (xtls_roster_is_contact (roster, "full@x.lit"));
    g_assert_false (xtls_roster_is_contact (roster, "full@x.lit/r"));
    g_assert_false (xtls_roster_is_contact (roster, "other@x.lit"));
    g_assert_false (xtls_roster_is_contact (roster, ""));
    g_assert_true (xtls_roster_is_contact (roster, OWN));
    /* The response counts only once. */
    g_assert_false (give (roster, "result", id, NULL, ""));
    g_assert_true (xtls_roster_is_contact (roster, "both@x.lit"));
    g_free (id);
    xtls_roster_free (roster);
}

static void
test_error (void)
{
    XtlsRoster *roster = xtls_roster_new (OWN "/orchard");
    char *id = ask (roster);

    g_assert_true (give (roster, "error", id, OWN, items));
    g_assert_false (xtls_roster_is_waiting (roster));
    g_assert_false (xtls_roster_is_contact (roster, "both@x.lit"));
    g_free (id);
    xtls_roster_free (roster);
}

static void
test_push (void)
{
    XtlsRoster *roster = xtls_roster_new (OWN "/orchard");

    g_assert_false (give (roster, "set", "1", OWN, items));
    g_assert_true (xtls_roster_is_contact (roster, "both@x.lit"));
    g_assert_false (give (roster,
                          "set",
                          "2",
                          NULL,
                          "<item jid='both@x.lit' subscription='remove'/>"
                          "<item jid='from@x.lit' subscription='to'/>"
                          "<item jid='to@x.lit' subscription='both'/>"));
    g_assert_false (xtls_roster_is_contact (roster, "both@x.lit"));
    g_assert_false (xtls_roster_is_contact (roster, "from@x.lit"));
    g_assert_true (xtls_roster_is_contact (roster, "to@x.lit"));
    xtls_roster_free (roster);
}

/* Anybody may send a stanza that looks like a push. */
static void
test_forged (void)
{
    static const char *const froms[] = {"mallory@x.lit",
                                        "mallory@x.lit/r",
                                        "montague.lit",
                                        OWN ".x.lit",
                                        OWN "/orchard"};
    XtlsRoster *roster = xtls_roster_new (OWN "/orchard");
    char *id = ask (roster);

    for (gsize i = 0; i < G_N_ELEMENTS (froms); i++) {
        g_assert_false (give (roster, "set", "1", froms[i], items));
        g_assert_false (give (roster, "result", id, froms[i], items));
        g_assert_false (xtls_roster_is_contact (roster, "both@x.lit"));
    }
    g_assert_true (give (roster, "result", id, OWN, items));
    g_free (id);
    xtls_roster_free (roster);
}

static void
test_bound (void)
{
    XtlsRoster *roster = xtls_roster_new (OWN "/orchard");
    char text[96];

    for (int i = 0; i <= XTLS_ROSTER_MAX; i++) {
        g_snprintf (
            text, sizeof text, "<item jid='%d@x.lit' subscription='both'/>", i);
        give (roster, "set", "1", NULL, text);
    }
    g_snprintf (text, sizeof text, "%d@x.lit", XTLS_ROSTER_MAX - 1);
    g_assert_true (xtls_roster_is_contact (roster, text));
    g_snprintf (text, sizeof text, "%d@x.lit", XTLS_ROSTER_MAX);
    g_assert_false (xtls_roster_is_contact (roster, text));
    xtls_roster_free (roster);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/roster/answer", test_answer);
    g_test_add_func ("/roster/error", test_error);
    g_test_add_func ("/roster/push", test_push);
    g_test_add_func ("/roster/forged", test_forged);
    g_test_add_func ("/roster/bound", test_bound);
    return g_test_run ();
}
