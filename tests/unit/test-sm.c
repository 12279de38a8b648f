/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The counters and the queue of XEP-0198. */
#include "nodes.h"
#include "sm.h"

static void
send_n (XtlsSm *sm, guint n)
{
    for (guint i = 0; i < n; i++) {
        xmlnode *stanza = xmlnode_new ("message");
        char id[16];

        g_snprintf (id, sizeof id, "%u", i);
        xmlnode_set_attrib (stanza, "id", id);
        xtls_sm_sent (sm, stanza, 10);
    }
}

static void
assert_oldest (XtlsSm *sm, guint n, const char *id)
{
    GQueue *unacked = xtls_sm_get_unacked (sm);

    g_assert_cmpuint (unacked->length, ==, n);
    if (n > 0)
        g_assert_cmpstr (
            xmlnode_get_attrib (g_queue_peek_head (unacked), "id"), ==, id);
}

static XtlsSm *
begun_new (void)
{
    XtlsSm *sm = xtls_sm_new ("id");

    xtls_sm_begin (sm);
    return sm;
}

static void
test_acked (void)
{
    XtlsSm *sm = begun_new ();

    g_assert_true (xtls_sm_acked (sm, 0));
    g_assert_false (xtls_sm_acked (sm, 1));
    send_n (sm, 5);
    g_assert_cmpuint (xtls_sm_get_sent (sm), ==, 5);
    g_assert_true (xtls_sm_acked (sm, 2));
    assert_oldest (sm, 3, "2");
    /* Counts above what was sent or below the last count are refused without
     * effect. */
    g_assert_false (xtls_sm_acked (sm, 6));
    g_assert_false (xtls_sm_acked (sm, 1));
    g_assert_false (xtls_sm_acked (sm, G_MAXUINT32));
    assert_oldest (sm, 3, "2");
    g_assert_true (xtls_sm_acked (sm, 2));
    assert_oldest (sm, 3, "2");
    g_assert_true (xtls_sm_acked (sm, 5));
    assert_oldest (sm, 0, NULL);
    xtls_sm_free (sm);
}

/* Really counts up to the wrap, in steps that are fast enough. */
static void
test_wraps (void)
{
    XtlsSm *sm = begun_new ();
    XtlsSm *far = begun_new ();
    xmlnode *a;

    for (guint i = 0; i < 70000; i++) {
        send_n (sm, 1);
        g_assert_true (xtls_sm_acked (sm, i + 1));
    }
    g_assert_false (xtls_sm_acked (sm, 69999));
    xtls_sm_free (sm);

    xtls_sm_set_counts (far, G_MAXUINT32 - 1, G_MAXUINT32);
    send_n (far, 3);
    g_assert_cmpuint (xtls_sm_get_sent (far), ==, 1);
    g_assert_false (xtls_sm_acked (far, 2));
    g_assert_true (xtls_sm_acked (far, G_MAXUINT32));
    assert_oldest (far, 2, "1");
    g_assert_true (xtls_sm_acked (far, 1));
    assert_oldest (far, 0, NULL);
    xtls_sm_received (far);
    g_assert_cmpuint (xtls_sm_get_received (far), ==, 0);
    a = xtls_sm_ack (far);
    g_assert_cmpstr (xmlnode_get_attrib (a, "h"), ==, "0");
    xmlnode_free (a);
    xtls_sm_free (far);
}

static void
test_received (void)
{
    XtlsSm *sm = begun_new ();

    xtls_sm_received (sm);
    xtls_sm_received (sm);
    nodes_assert (xtls_sm_ack (sm), "<a xmlns='urn:xmpp:sm:3' h='2'/>");
    xtls_sm_received (sm);
    g_assert_cmpuint (xtls_sm_get_received (sm), ==, 3);
    nodes_assert (xtls_sm_ack (sm), "<a xmlns='urn:xmpp:sm:3' h='3'/>");
    xtls_sm_free (sm);
}

static void
test_base (void)
{
    XtlsSm *sm = xtls_sm_new (NULL);

    g_assert_null (xtls_sm_get_id (sm));
    send_n (sm, 3);
    g_assert_cmpuint (xtls_sm_get_sent (sm), ==, 0);
    xtls_sm_begin (sm);
    send_n (sm, 2);
    g_assert_cmpuint (xtls_sm_get_sent (sm), ==, 2);
    assert_oldest (sm, 5, "0");
    /* More than were counted, although fewer than are kept. */
    g_assert_false (xtls_sm_acked (sm, 3));
    assert_oldest (sm, 5, "0");
    g_assert_true (xtls_sm_acked (sm, 0));
    assert_oldest (sm, 2, "0");
    g_assert_true (xtls_sm_acked (sm, 1));
    assert_oldest (sm, 1, "1");
    xtls_sm_free (sm);
}

static void
test_base_limit (void)
{
    XtlsSm *sm = xtls_sm_new (NULL);

    send_n (sm, XTLS_SM_BASE_MAX);
    assert_oldest (sm, XTLS_SM_BASE_MAX, "0");
    g_assert_true (xtls_sm_has_room (sm, 1));
    g_assert_false (xtls_sm_has_dropped (sm));
    send_n (sm, 1);
    assert_oldest (sm, XTLS_SM_BASE_MAX, "1");
    g_assert_true (xtls_sm_has_dropped (sm));
    xtls_sm_begin (sm);
    g_assert_true (xtls_sm_has_dropped (sm));
    g_assert_true (xtls_sm_acked (sm, 0));
    assert_oldest (sm, 0, NULL);
    g_assert_false (xtls_sm_has_dropped (sm));
    xtls_sm_free (sm);
}

static void
test_adopt (void)
{
    XtlsSm *sm = begun_new ();
    XtlsSm *base = xtls_sm_new (NULL);
    xmlnode *first;

    send_n (sm, 3);
    g_assert_true (xtls_sm_acked (sm, 1));
    send_n (base, 2);
    first = g_queue_peek_head (xtls_sm_get_unacked (base));
    xtls_sm_adopt (sm, base);
    assert_oldest (sm, 4, "0");
    g_assert_true (g_queue_peek_head (xtls_sm_get_unacked (sm)) == first);
    g_assert_true (xtls_sm_acked (sm, 2));
    assert_oldest (sm, 1, "2");
    g_assert_false (xtls_sm_has_dropped (sm));
    base = xtls_sm_new (NULL);
    send_n (base, XTLS_SM_BASE_MAX + 1);
    xtls_sm_adopt (sm, base);
    g_assert_true (xtls_sm_has_dropped (sm));
    xtls_sm_free (sm);
}

static void
test_room (void)
{
    XtlsSm *sm = begun_new ();

    send_n (sm, XTLS_SM_UNACKED_MAX - 1);
    g_assert_true (xtls_sm_has_room (sm, 1));
    send_n (sm, 1);
    g_assert_false (xtls_sm_has_room (sm, 1));
    g_assert_true (xtls_sm_acked (sm, 1));
    g_assert_true (xtls_sm_has_room (sm, 1));
    g_assert_true (xtls_sm_acked (sm, XTLS_SM_UNACKED_MAX));

    xtls_sm_sent (sm, xmlnode_new ("iq"), XTLS_SM_UNACKED_BYTES_MAX - 5);
    g_assert_true (xtls_sm_has_room (sm, 5));
    g_assert_false (xtls_sm_has_room (sm, 6));
    g_assert_false (xtls_sm_has_room (sm, G_MAXSIZE));
    g_assert_true (xtls_sm_acked (sm, XTLS_SM_UNACKED_MAX + 1));
    g_assert_true (xtls_sm_has_room (sm, XTLS_SM_UNACKED_BYTES_MAX));
    g_assert_false (xtls_sm_has_room (sm, XTLS_SM_UNACKED_BYTES_MAX + 1));
    xtls_sm_free (sm);
}

static void
test_parse_h (void)
{
    static const char *const wrong[] = {
        "",
        " ",
        "-1",
        "+1",
        "1 ",
        " 1",
        "0x1",
        "a",
        "1a",
        "4294967296",
        "99999999999999999999999999",
        "1.0",
    };
    guint32 h = 7;

    g_assert_false (xtls_sm_parse_h (NULL, &h));
    for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
        g_assert_false (xtls_sm_parse_h (wrong[i], &h));
    g_assert_cmpuint (h, ==, 7);
    g_assert_true (xtls_sm_parse_h ("0", &h));
    g_assert_cmpuint (h, ==, 0);
    g_assert_true (xtls_sm_parse_h ("4294967295", &h));
    g_assert_cmpuint (h, ==, G_MAXUINT32);
}

static void
test_id (void)
{
    XtlsSm *sm = xtls_sm_new (NULL);

    xtls_sm_set_id (sm, "one");
    xtls_sm_set_id (sm, "two");
    g_assert_cmpstr (xtls_sm_get_id (sm), ==, "two");
    xtls_sm_free (sm);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/sm/acked", test_acked);
    g_test_add_func ("/sm/wraps", test_wraps);
    g_test_add_func ("/sm/received", test_received);
    g_test_add_func ("/sm/base/uncounted", test_base);
    g_test_add_func ("/sm/base/limit", test_base_limit);
    g_test_add_func ("/sm/base/adopt", test_adopt);
    g_test_add_func ("/sm/room", test_room);
    g_test_add_func ("/sm/parse-h", test_parse_h);
    g_test_add_func ("/sm/id", test_id);
    return g_test_run ();
}
