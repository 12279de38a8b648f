/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of wire/carrier.c: a bytestream outside In-Band Bytestreams, and one
 * that replaces another. */
#include "ibb-end.h"
#include "node.h"
#include "nodes.h"

#include <string.h>

#define NS "xmlns='urn:xmpp:xtls:0' sid='" SID "'"

/* Asserts that the next stanza sent is this request. Returns: (transfer full):
 * its id. */
static char *
expect (End *end, const char *payload)
{
    xmlnode *iq = end_pop (end);
    char *id = g_strdup (xtls_node_attrib (iq, "id"));
    char *xml = g_strdup_printf (
        "<iq xmlns='jabber:client' type='set' to='" PEER "' id='%s'>%s</iq>",
        id,
        payload);

    nodes_assert (iq, xml);
    g_free (xml);
    return id;
}

static void
answer_with (End *end, const char *id, const char *payload)
{
    char *xml = g_strdup_printf ("<iq xmlns='jabber:client' type='result' "
                                 "id='%s' from='" PEER "'>%s</iq>",
                                 id,
                                 payload);

    g_assert_true (end_feed_xml (end, xml));
    g_free (xml);
}

static void
expect_and_answer (End *end, const char *payload, const char *response)
{
    char *id = expect (end, payload);

    answer_with (end, id, response);
    g_free (id);
}

static void
assert_result (End *end, const char *payload)
{
    char *xml = g_strdup_printf ("<iq xmlns='jabber:client' type='result' "
                                 "to='" PEER "' id='p1'>%s</iq>",
                                 payload);

    nodes_assert (end_pop (end), xml);
    g_free (xml);
}

#define START_6 "<start " NS " block-size='6'/>"
#define PROCEED "<proceed xmlns='urn:xmpp:xtls:0'/>"

static void
test_opened_by_peer (void)
{
    End *end = end_new_of (XTLS_CARRIER_XTLS, BLOCK);

    /* The other carrier has nothing to do with it. */
    g_assert_false (
        end_feed (end, "set", OPEN ("sid='" SID "' block-size='6'")));
    g_assert_false (end_feed (end, "set", "<open " NS " block-size='6'/>"));
    g_assert_true (end_feed (end, "set", "<start " NS " block-size='7'/>"));
    end_assert_refused (end, "modify", "resource-constraint");
    g_assert_true (end_feed (end, "set", "<start " NS "/>"));
    end_assert_refused (end, "cancel", "bad-request");
    g_assert_true (end_feed (end, "set", START_6));
    assert_result (end, PROCEED);
    end_assert_up (end);

    g_assert_true (
        end_feed (end, "set", "<data " NS " seq='0'>cm9tZW8=</data>"));
    end_assert_result (end);
    end_assert_received (end, "romeo");
    end_queue_text (end, "juliet!");
    end_flush (end);
    expect_and_answer (end, "<data " NS " seq='0'>anVsaWV0</data>", "");
    expect_and_answer (end, "<data " NS " seq='1'>IQ==</data>", "");

    g_assert_true (end_feed (end, "set", "<close " NS "/>"));
    assert_result (end, "<closed xmlns='urn:xmpp:xtls:0'/>");
    end_assert_closed (end);
    end_free (end);
}

static void
test_opened_by_us (void)
{
    End *end = end_new_of (XTLS_CARRIER_XTLS, BLOCK);

    xtls_ibb_open (end->ibb, end->now);
    expect_and_answer (end, START_6, PROCEED);
    end_assert_up (end);
    xtls_ibb_close (end->ibb);
    expect_and_answer (
        end, "<close " NS "/>", "<closed xmlns='urn:xmpp:xtls:0'/>");
    end_assert_closed (end);
    end_free (end);
}

static void
test_not_proceeding (void)
{
    static const char *const results[] = {
        "",
        "<proceed xmlns='http://jabber.org/protocol/ibb'/>",
        "<closed xmlns='urn:xmpp:xtls:0'/>",
    };

    for (guint i = 0; i < G_N_ELEMENTS (results); i++) {
        End *end = end_new_of (XTLS_CARRIER_XTLS, BLOCK);

        xtls_ibb_open (end->ibb, end->now);
        expect_and_answer (end, START_6, results[i]);
        end_assert_failed (end, XTLS_IBB_ERROR_REFUSED);
        end_free (end);
    }
}

/* Asserts that the bytestream cannot be replaced. */
static void
assert_irreplaceable (End *end)
{
    g_assert_null (xtls_ibb_replace (end->ibb, XTLS_CARRIER_XTLS));
}

/* Whatever was written is sent again, from number 0; the first one goes on to
 * respond to what comes late. */
static void
test_replaced (void)
{
    End *end = end_new (BLOCK);
    XtlsIbb *first = end->ibb;
    char *open, *block;

    end_queue_text (end, "julietromeo");
    xtls_ibb_open_at_once (end->ibb, end->now);
    end_flush (end);
    open = end_expect_request (end, "open", "block-size='6' stanza='iq'", "");
    block = end_expect_block (end, 0, "anVsaWV0");
    g_free (end_expect_block (end, 1, "cm9tZW8="));
    end_bounce (end, open, "cancel", "service-unavailable");
    end_assert_failed (end, XTLS_IBB_ERROR_REFUSED);
    end_queue_text (end, "?");

    end->ibb = xtls_ibb_replace (first, XTLS_CARRIER_XTLS);
    g_assert_nonnull (end->ibb);
    g_assert_cmpint (xtls_ibb_get_carrier (end->ibb), ==, XTLS_CARRIER_XTLS);
    g_assert_cmpuint (xtls_ibb_get_unsent (end->ibb), ==, 12);
    g_assert_cmpuint (xtls_ibb_get_unsent (first), ==, 0);
    xtls_ibb_open (end->ibb, end->now);
    expect_and_answer (end, START_6, PROCEED);
    expect_and_answer (end, "<data " NS " seq='0'>anVsaWV0</data>", "");
    expect_and_answer (end, "<data " NS " seq='1'>cm9tZW8/</data>", "");

    g_assert_false (end_feed_data (end, "seq='0'", "cm9tZW8="));
    xtls_ibb_free (g_steal_pointer (&end->ibb));
    end->ibb = first;
    end_bounce (end, block, "cancel", "service-unavailable");
    g_assert_true (end_feed_data (end, "seq='0'", "cm9tZW8="));
    end_assert_refused (end, "cancel", "item-not-found");
    end_assert_received (end, "");
    g_free (open);
    g_free (block);
    end_free (end);
}

/* Between proposal and acceptance nothing has been opened yet. */
static void
test_ours (void)
{
    End *end = end_new (BLOCK);
    XtlsIbb *first = end->ibb;

    xtls_ibb_set_ours (first);
    g_assert_true (
        end_feed (end, "set", OPEN ("sid='" SID "' block-size='6'")));
    end_assert_refused (end, "cancel", "unexpected-request");
    g_assert_cmpint (xtls_ibb_get_state (first), ==, XTLS_IBB_WAITING);

    end->ibb = xtls_ibb_replace (first, XTLS_CARRIER_XTLS);
    xtls_ibb_free (first);
    g_assert_true (end_feed (end, "set", START_6));
    end_assert_refused (end, "cancel", "unexpected-request");
    xtls_ibb_open (end->ibb, end->now);
    expect_and_answer (end, START_6, PROCEED);
    end_assert_up (end);
    end_free (end);
}

static End *
end_with_blocks (gboolean replaceable, char **first, char **second)
{
    End *end = end_opened (BLOCK);

    if (replaceable)
        xtls_ibb_set_replaceable (end->ibb);
    end_queue_text (end, "julietromeo!");
    end_flush (end);
    *first = end_expect_block (end, 0, "anVsaWV0");
    *second = end_expect_block (end, 1, "cm9tZW8h");
    return end;
}

/* <close/> is sent unless another one takes its place. */
static void
test_bounced (void)
{
    for (guint i = 0; i < 4; i++) {
        g_autofree char *first = NULL, *second = NULL;
        End *end = end_with_blocks (i > 0, &first, &second);
        XtlsIbb *other;

        if (i == 2)
            end_answer (end, first);
        if (i == 3) {
            g_assert_true (end_feed_data (end, "seq='0'", "cm9tZW8="));
            end_assert_result (end);
        }
        end_bounce (end, second, "cancel", "service-unavailable");
        end_assert_failed (end, XTLS_IBB_ERROR_BOUNCED);
        if (i != 1)
            end_expect_close (end);
        g_assert_cmpuint (end->out.length, ==, 0);
        other = xtls_ibb_replace (end->ibb, XTLS_CARRIER_XTLS);
        g_assert_true ((other != NULL) == (i < 2));
        xtls_ibb_free (other);
        end_free (end);
    }
}

/* What has arrived must not arrive twice. */
static void
test_irreplaceable (void)
{
    End *end = end_opened (BLOCK);
    char *block;

    g_assert_true (end_feed_data (end, "seq='0'", "cm9tZW8="));
    end_assert_result (end);
    assert_irreplaceable (end);
    end_assert_received (end, "romeo");
    assert_irreplaceable (end);
    end_assert_up (end);
    end_free (end);

    end = end_opened (BLOCK);
    end_queue_text (end, "juliet");
    end_flush (end);
    block = end_expect_block (end, 0, "anVsaWV0");
    end_answer (end, block);
    assert_irreplaceable (end);
    end_assert_up (end);
    g_free (block);
    end_free (end);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/carrier/opened-by-peer", test_opened_by_peer);
    g_test_add_func ("/carrier/opened-by-us", test_opened_by_us);
    g_test_add_func ("/carrier/not-proceeding", test_not_proceeding);
    g_test_add_func ("/carrier/replaced", test_replaced);
    g_test_add_func ("/carrier/ours", test_ours);
    g_test_add_func ("/carrier/bounced", test_bounced);
    g_test_add_func ("/carrier/irreplaceable", test_irreplaceable);
    return g_test_run ();
}
