/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Resources learnt from presence. */
#include "nodes.h"
#include "resources.h"

#define BARE "juliet@capulet.lit"

static char *
presence (XtlsResources *resources,
          const char *from,
          const char *type,
          const char *payload)
{
    xmlnode *node =
        nodes_printf ("<presence xmlns='jabber:client'>%s</presence>", payload);
    XtlsEnvelope envelope;
    char *gone;

    if (from)
        xmlnode_set_attrib (node, "from", from);
    if (type)
        xmlnode_set_attrib (node, "type", type);
    xtls_envelope_read (&envelope, node, NULL);
    gone = xtls_resources_presence (
        resources, &envelope, from && g_str_has_prefix (from, "friend"));
    xtls_envelope_clear (&envelope);
    xmlnode_free (node);
    return gone;
}

static void
online (XtlsResources *resources, const char *from)
{
    g_assert_null (presence (resources, from, NULL, "<show>away</show>"));
}

static void
assert_list (XtlsResources *resources, const char *bare, const char *expected)
{
    GPtrArray *list = xtls_resources_list (resources, bare);
    GString *text = g_string_new (NULL);

    for (guint i = 0; i < list->len; i++)
        g_string_append_printf (
            text, "%s%s", i ? " " : "", (char *)g_ptr_array_index (list, i));
    g_assert_cmpstr (text->str, ==, expected);
    g_string_free (text, TRUE);
    g_ptr_array_unref (list);
}

static void
test_come_and_go (void)
{
    XtlsResources *resources = xtls_resources_new ();
    char *gone;

    assert_list (resources, BARE, "");
    online (resources, BARE "/a");
    online (resources, BARE "/b");
    online (resources, BARE "/a");
    online (resources, "nurse@capulet.lit/a");
    assert_list (resources, BARE, BARE "/b " BARE "/a");
    xtls_resources_active (resources, BARE "/a");
    assert_list (resources, BARE, BARE "/a " BARE "/b");
    xtls_resources_active (resources, BARE "/unheard-of");
    xtls_resources_active (resources, "nobody@capulet.lit/a");
    assert_list (resources, BARE, BARE "/a " BARE "/b");
    gone = presence (resources, BARE "/a", "unavailable", "");
    g_assert_cmpstr (gone, ==, BARE "/a");
    g_free (gone);
    assert_list (resources, BARE, BARE "/b");
    xtls_resources_free (resources);
}

/* A session's peer may be a resource whose presence was never seen. */
static void
test_unknown_goes (void)
{
    XtlsResources *resources = xtls_resources_new ();
    char *gone = presence (resources, BARE "/a", "unavailable", "");

    g_assert_cmpstr (gone, ==, BARE "/a");
    g_free (gone);
    xtls_resources_free (resources);
}

static void
test_all_go (void)
{
    XtlsResources *resources = xtls_resources_new ();

    online (resources, BARE "/a");
    online (resources, BARE "/b");
    g_assert_null (presence (resources, BARE, "unavailable", ""));
    assert_list (resources, BARE, "");
    xtls_resources_free (resources);
}

static void
test_ignored (void)
{
    static const char *const types[] = {
        "error", "subscribe", "subscribed", "probe", "unsubscribe", ""};
    XtlsResources *resources = xtls_resources_new ();

    for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
        g_assert_null (presence (resources, BARE "/a", types[i], ""));
    g_assert_null (presence (resources, NULL, NULL, ""));
    g_assert_null (presence (resources, "", "unavailable", ""));
    g_assert_null (presence (resources, BARE, NULL, ""));
    g_assert_null (presence (resources, BARE "/", NULL, ""));
    g_assert_null (
        presence (resources,
                  BARE "/a",
                  NULL,
                  "<x xmlns='http://jabber.org/protocol/muc#user'/>"));
    assert_list (resources, BARE, "");
    xtls_resources_free (resources);
}

static void
test_bounds (void)
{
    XtlsResources *resources = xtls_resources_new ();
    char jid[64];
    GPtrArray *list;

    for (int i = 0; i <= XTLS_RESOURCES_MAX; i++) {
        g_snprintf (jid, sizeof jid, BARE "/%d", i);
        online (resources, jid);
        list = xtls_resources_list (resources, BARE);
        g_assert_cmpuint (list->len, ==, MIN (i + 1, XTLS_RESOURCES_MAX));
        g_assert_cmpstr (list->pdata[0], ==, jid);
        g_ptr_array_unref (list);
    }
    for (int i = 1; i <= XTLS_RESOURCES_CONTACTS_MAX; i++) {
        g_snprintf (jid, sizeof jid, "%d@capulet.lit/a", i);
        online (resources, jid);
    }
    assert_list (resources, "9999@capulet.lit", "9999@capulet.lit/a");
    assert_list (resources, "10000@capulet.lit", "");
    /* Strangers cannot displace contacts. */
    online (resources, "friend@capulet.lit/a");
    assert_list (resources, "friend@capulet.lit", "friend@capulet.lit/a");
    xtls_resources_free (resources);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/resources/come-and-go", test_come_and_go);
    g_test_add_func ("/resources/unknown-goes", test_unknown_goes);
    g_test_add_func ("/resources/all-go", test_all_go);
    g_test_add_func ("/resources/ignored", test_ignored);
    g_test_add_func ("/resources/bounds", test_bounds);
    return g_test_run ();
}
