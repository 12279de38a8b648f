/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Held messages: in order, and not too many. */
#include "outbox.h"

#include "nodes.h"

#include <string.h>

static xmlnode *
message (const char *text)
{
    return nodes_printf ("<message><body>%s</body></message>", text);
}

static void
assert_next (XtlsOutbox *outbox, const char *text)
{
    xmlnode *node = xtls_outbox_pop (outbox);
    char *found;

    g_assert_nonnull (node);
    found = xmlnode_get_data (xmlnode_get_child (node, "body"));
    g_assert_cmpstr (found, ==, text);
    g_free (found);
    xmlnode_free (node);
}

static void
test_order (void)
{
    XtlsOutbox *outbox = xtls_outbox_new ();

    g_assert_null (xtls_outbox_pop (outbox));
    g_assert_true (xtls_outbox_push (outbox, message ("one")));
    g_assert_true (xtls_outbox_push (outbox, message ("two")));
    g_assert_cmpuint (xtls_outbox_get_length (outbox), ==, 2);
    assert_next (outbox, "one");
    g_assert_true (xtls_outbox_push (outbox, message ("three")));
    assert_next (outbox, "two");
    assert_next (outbox, "three");
    g_assert_null (xtls_outbox_pop (outbox));
    g_assert_cmpuint (xtls_outbox_get_length (outbox), ==, 0);
    xtls_outbox_free (outbox);
}

static void
test_too_many (void)
{
    XtlsOutbox *outbox = xtls_outbox_new ();
    xmlnode *more = message ("more");

    for (guint i = 0; i < XTLS_OUTBOX_MAX; i++)
        g_assert_true (xtls_outbox_push (outbox, message ("one")));
    g_assert_false (xtls_outbox_push (outbox, more));
    assert_next (outbox, "one");
    /* It still belonged to the caller. */
    g_assert_true (xtls_outbox_push (outbox, more));
    g_assert_cmpuint (xtls_outbox_get_length (outbox), ==, XTLS_OUTBOX_MAX);
    xtls_outbox_free (outbox);
}

static void
test_too_long (void)
{
    XtlsOutbox *outbox = xtls_outbox_new ();
    g_autofree char *half = g_malloc0 (XTLS_OUTBOX_BYTES_MAX / 2 + 1);
    xmlnode *more;

    memset (half, 'x', XTLS_OUTBOX_BYTES_MAX / 2);
    more = message (half);
    g_assert_true (xtls_outbox_push (outbox, message (half)));
    /* The size includes the markup. */
    g_assert_false (xtls_outbox_push (outbox, more));
    g_assert_true (xtls_outbox_push (outbox, message ("short")));
    assert_next (outbox, half);
    /* Sent messages make room for others. */
    g_assert_true (xtls_outbox_push (outbox, more));
    assert_next (outbox, "short");
    assert_next (outbox, half);
    xtls_outbox_free (outbox);
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/outbox/order", test_order);
    g_test_add_func ("/outbox/too-many", test_too_many);
    g_test_add_func ("/outbox/too-long", test_too_long);
    return g_test_run ();
}
