/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In-Band Bytestreams: what the peer sends, and our responses. */
#include "base64.h"
#include "ibb-end.h"
#include "node.h"
#include "nodes.h"

#include <string.h>

/* --- opening -------------------------------------------------------------*/

static void
test_open_ours (void)
{
    End *end = end_new (4096);
    char *id;

    g_assert_cmpint (xtls_ibb_get_state (end->ibb), ==, XTLS_IBB_WAITING);
    g_assert_cmpint (xtls_ibb_get_deadline (end->ibb), ==, -1);
    end_queue_text (end, "early");
    end_flush (end);
    xtls_ibb_open (end->ibb, end->now);
    g_assert_cmpint (
        xtls_ibb_get_deadline (end->ibb), ==, START + XTLS_IBB_DEAD_AFTER);
    id = end_expect_request (end, "open", "block-size='4096' stanza='iq'", "");
    g_assert_cmpint (xtls_ibb_get_state (end->ibb), ==, XTLS_IBB_WAITING);
    end_answer (end, id);
    end_assert_up (end);
    /* Queued bytes are sent with the response. */
    g_free (end_expect_block (end, 0, "ZWFybHk="));
    g_free (id);
    end_free (end);
}

static void
test_open_refused (void)
{
    End *end = end_new (BLOCK);
    char *id;

    xtls_ibb_open (end->ibb, end->now);
    id = end_expect_request (end, "open", "block-size='6' stanza='iq'", "");
    end_bounce (end, id, "cancel", "not-acceptable");
    end_assert_failed (end, XTLS_IBB_ERROR_REFUSED);
    g_assert_nonnull (
        strstr (xtls_ibb_get_error (end->ibb)->message, "not-acceptable"));
    /* Too late. */
    end_answer (end, id);
    end_assert_failed (end, XTLS_IBB_ERROR_REFUSED);
    g_free (id);
    end_free (end);
}

/* The condition's name is the peer's text. */
static void
test_open_refused_oddly (void)
{
    static const char *const payloads[] = {
        "",
        "<error type='cancel'/>",
        "<error type='cancel'><\xc3\xa4 xmlns='" XTLS_NS_STANZA_ERRORS
        "'/></error>",
        "<error type='cancel'><aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa "
        "xmlns='" XTLS_NS_STANZA_ERRORS "'/></error>",
        "<error type='cancel'><aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa "
        "xmlns='" XTLS_NS_STANZA_ERRORS "'/></error>",
    };
    const char *longest = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    g_assert_cmpuint (strlen (longest), ==, 40);

    for (gsize i = 0; i < G_N_ELEMENTS (payloads); i++) {
        End *end = end_new (BLOCK);
        char *id;

        xtls_ibb_open (end->ibb, end->now);
        id = end_expect_request (end, "open", "block-size='6' stanza='iq'", "");
        g_assert_true (end_answer_from (end, PEER, id, payloads[i]));
        end_assert_failed (end, XTLS_IBB_ERROR_REFUSED);
        g_assert_true (g_str_has_suffix (xtls_ibb_get_error (end->ibb)->message,
                                         i + 1 < G_N_ELEMENTS (payloads)
                                             ? ": undefined-condition"
                                             : longest));
        g_free (id);
        end_free (end);
    }
}

static void
test_open_theirs (void)
{
    static const struct {
        const char *open, *type, *condition;
    } bad[] = {
        {OPEN ("sid='s1d' block-size='7'"), "modify", "resource-constraint"},
        {OPEN ("sid='s1d' block-size='65535'"),
         "modify",
         "resource-constraint"},
        {OPEN ("sid='s1d' block-size='65536'"), "cancel", "bad-request"},
        {OPEN ("sid='s1d' block-size='0'"), "cancel", "bad-request"},
        {OPEN ("sid='s1d' block-size='-1'"), "cancel", "bad-request"},
        {OPEN ("sid='s1d' block-size=''"), "cancel", "bad-request"},
        {OPEN ("sid='s1d' block-size='6x'"), "cancel", "bad-request"},
        {OPEN ("sid='s1d'"), "cancel", "bad-request"},
        {OPEN ("sid='s1d' block-size='6' stanza='message'"),
         "cancel",
         "not-acceptable"},
        {OPEN ("sid='s1d' block-size='6' stanza='presence'"),
         "cancel",
         "bad-request"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
        End *end = end_new (BLOCK);

        g_assert_true (end_feed (end, "set", bad[i].open));
        end_assert_refused (end, bad[i].type, bad[i].condition);
        g_assert_cmpint (xtls_ibb_get_state (end->ibb), ==, XTLS_IBB_WAITING);
        /* The peer may repeat the request correctly. */
        g_assert_true (end_feed (
            end, "set", OPEN ("sid='s1d' block-size='6' stanza='iq'")));
        end_assert_result (end);
        end_assert_up (end);
        end_free (end);
    }
}

static void
test_open_twice (void)
{
    End *end = end_opened (BLOCK);

    g_assert_true (end_feed (end, "set", OPEN ("sid='s1d' block-size='6'")));
    end_assert_refused (end, "cancel", "unexpected-request");
    end_assert_up (end);
    end_free (end);
}

static void
test_open_from_both (void)
{
    End *end = end_new (BLOCK);
    char *id;

    xtls_ibb_open (end->ibb, end->now);
    id = end_expect_request (end, "open", "block-size='6' stanza='iq'", "");
    g_assert_true (end_feed (end, "set", OPEN ("sid='s1d' block-size='6'")));
    end_assert_refused (end, "cancel", "unexpected-request");
    end_answer (end, id);
    end_assert_up (end);
    g_free (id);
    end_free (end);
}

static void
test_open_after_close (void)
{
    End *end = end_opened (BLOCK);

    xtls_ibb_close (end->ibb);
    end_expect_close (end);
    g_assert_true (end_feed (end, "set", OPEN ("sid='s1d' block-size='6'")));
    end_assert_refused (end, "cancel", "not-acceptable");
    end_assert_closed (end);
    end_free (end);
}

/* The smaller block size, also a lowered one, applies in both directions. */
static void
test_block_size_lowered (void)
{
    End *end = end_new (6);

    g_assert_true (end_feed (end, "set", OPEN ("sid='s1d' block-size='7'")));
    end_assert_refused (end, "modify", "resource-constraint");
    g_assert_true (end_feed (end, "set", OPEN ("sid='s1d' block-size='3'")));
    end_assert_result (end);
    end_queue_text (end, "abcdef");
    end_flush (end);
    g_free (end_expect_block (end, 0, "YWJj"));
    g_free (end_expect_block (end, 1, "ZGVm"));
    g_assert_true (end_feed_data (end, "seq='0'", "YWJj"));
    end_assert_result (end);
    g_assert_true (end_feed_data (end, "seq='1'", "YWJjZA=="));
    end_assert_refused (end, "cancel", "bad-request");
    end_expect_close (end);
    end_assert_failed (end, XTLS_IBB_ERROR_BAD_BLOCK);
    end_assert_received (end, "abc");
    end_free (end);
}

/* --- blocks that come ----------------------------------------------------*/

static void
test_data (void)
{
    End *end = end_opened (BLOCK);

    g_assert_true (end_feed_data (end, "seq='0'", "YWJj"));
    end_assert_result (end);
    g_assert_true (end_feed_data (end, "seq='1'", ""));
    end_assert_result (end);
    g_assert_true (end_feed_data (end, "seq='2'", "YWJjZGVm"));
    end_assert_result (end);
    end_assert_received (end, "abcabcdef");
    end_assert_received (end, "");
    g_assert_true (end_feed_data (end, "seq='3'", "Zw=="));
    end_assert_result (end);
    end_assert_received (end, "g");
    end_assert_up (end);
    end_free (end);
}

static void
test_data_refused (void)
{
    static const struct {
        const char *attribs, *text, *condition;
        XtlsIbbError code;
    } bad[] = {
        {"seq='0'", "YWJj", "unexpected-request", XTLS_IBB_ERROR_SEQUENCE},
        {"seq='2'", "YWJj", "unexpected-request", XTLS_IBB_ERROR_SEQUENCE},
        {"seq='65535'", "YWJj", "unexpected-request", XTLS_IBB_ERROR_SEQUENCE},
        {"seq='-1'", "YWJj", "bad-request", XTLS_IBB_ERROR_BAD_BLOCK},
        {"seq='65536'", "YWJj", "bad-request", XTLS_IBB_ERROR_BAD_BLOCK},
        {"seq='65537'", "YWJj", "bad-request", XTLS_IBB_ERROR_BAD_BLOCK},
        {"seq='01'", "YWJj", "bad-request", XTLS_IBB_ERROR_BAD_BLOCK},
        {"seq='+1'", "YWJj", "bad-request", XTLS_IBB_ERROR_BAD_BLOCK},
        {"seq=' 1'", "YWJj", "bad-request", XTLS_IBB_ERROR_BAD_BLOCK},
        {"seq='1 '", "YWJj", "bad-request", XTLS_IBB_ERROR_BAD_BLOCK},
        {"seq='1.0'", "YWJj", "bad-request", XTLS_IBB_ERROR_BAD_BLOCK},
        {"seq='0x1'", "YWJj", "bad-request", XTLS_IBB_ERROR_BAD_BLOCK},
        {"seq=''", "YWJj", "bad-request", XTLS_IBB_ERROR_BAD_BLOCK},
        {"", "YWJj", "bad-request", XTLS_IBB_ERROR_BAD_BLOCK},
        {"xmlns:x='y' x:seq='1'",
         "YWJj",
         "bad-request",
         XTLS_IBB_ERROR_BAD_BLOCK},
        {"seq='4294967297'", "YWJj", "bad-request", XTLS_IBB_ERROR_BAD_BLOCK},
        {"seq='1'", "YWJjZGVmZw==", "bad-request", XTLS_IBB_ERROR_BAD_BLOCK},
        {"seq='1'", "YWJ", "bad-request", XTLS_IBB_ERROR_BAD_BLOCK},
        {"seq='1'", "YW=j", "bad-request", XTLS_IBB_ERROR_BAD_BLOCK},
        {"seq='1'", "YWJj ", "bad-request", XTLS_IBB_ERROR_BAD_BLOCK},
        {"seq='1'", "YW\nJj", "bad-request", XTLS_IBB_ERROR_BAD_BLOCK},
        {"seq='1'", "Y\xc3\xa4j", "bad-request", XTLS_IBB_ERROR_BAD_BLOCK},
        {"seq='1'", "YWJj<x/>", "bad-request", XTLS_IBB_ERROR_BAD_BLOCK},
        {"seq='1'", "<x>YWJj</x>", "bad-request", XTLS_IBB_ERROR_BAD_BLOCK},
        {"seq='1'", "YW<x/>Jj", "bad-request", XTLS_IBB_ERROR_BAD_BLOCK},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
        End *end = end_opened (BLOCK);

        g_assert_true (end_feed_data (end, "seq='0'", "Zmlyc3Q="));
        end_assert_result (end);
        g_assert_true (end_feed_data (end, bad[i].attribs, bad[i].text));
        end_assert_refused (end, "cancel", bad[i].condition);
        end_expect_close (end);
        end_assert_failed (end, bad[i].code);
        /* Nor any further ones (XEP-0047 section 2.2). */
        g_assert_true (end_feed_data (end, "seq='1'", "YWJj"));
        end_assert_refused (end, "cancel", "item-not-found");
        end_assert_received (end, "first");
        end_free (end);
    }
}

/* libpurple appends a text node for each piece that the parser hands out. */
static void
test_data_in_pieces (void)
{
    static const char text[] = "YWJjZGVm";

    for (gsize piece = 1; piece <= sizeof text; piece++) {
        End *end = end_opened (BLOCK);
        xmlnode *iq = nodes_parse (
            "<iq xmlns='jabber:client' type='set' id='p1' from='" PEER "'>"
            "<data xmlns='" XTLS_NS_IBB "' sid='s1d' seq='0'/></iq>");

        for (gsize at = 0; at < sizeof text - 1; at += piece)
            xmlnode_insert_data (xtls_node_first_child (iq),
                                 text + at,
                                 (gssize)MIN (piece, sizeof text - 1 - at));
        g_assert_true (xtls_ibb_handle (end->ibb, iq, end->now));
        end_assert_result (end);
        end_assert_received (end, "abcdef");
        xmlnode_free (iq);
        end_free (end);
    }
}

static void
test_data_not_open (void)
{
    End *end = end_new (BLOCK);
    char *id;

    g_assert_true (end_feed_data (end, "seq='0'", "YWJj"));
    end_assert_refused (end, "cancel", "item-not-found");
    xtls_ibb_open (end->ibb, end->now);
    id = end_expect_request (end, "open", "block-size='6' stanza='iq'", "");
    g_assert_true (end_feed_data (end, "seq='0'", "YWJj"));
    end_assert_refused (end, "cancel", "item-not-found");
    g_assert_true (end_feed (end, "set", CLOSE));
    end_assert_refused (end, "cancel", "item-not-found");
    end_answer (end, id);
    end_assert_up (end);
    end_assert_received (end, "");
    g_free (id);
    end_free (end);
}

static void
test_data_limit (void)
{
    for (guint over = 0; over < 2; over++) {
        End *end = end_opened (XTLS_IBB_BLOCK_SIZE_MAX);
        guint8 *zeros = g_malloc0 (XTLS_IBB_BLOCK_SIZE_MAX + 1);
        char *text = xtls_base64_encode (zeros, XTLS_IBB_BLOCK_SIZE_MAX + over);

        g_assert_true (end_feed_data (end, "seq='0'", text));
        if (over) {
            end_assert_refused (end, "cancel", "bad-request");
            end_expect_close (end);
            end_assert_failed (end, XTLS_IBB_ERROR_BAD_BLOCK);
        } else {
            end_assert_result (end);
            end_assert_up (end);
        }
        g_free (text);
        g_free (zeros);
        end_free (end);
    }
}

/* The limit does not depend on how the base64 text is split. */
static void
test_data_limit_between (void)
{
    static const struct {
        guint block_size;
        const char *fits, *over;
    } cases[] = {
        {1, "YQ==", "YWI="},
        {2, "YWI=", "YWJj"},
        {3, "YWJj", "YWJjZA=="},
        {4, "YWJjZA==", "YWJjZGU="},
        {5, "YWJjZGU=", "YWJjZGVm"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        End *end = end_opened (cases[i].block_size);

        g_assert_true (end_feed_data (end, "seq='0'", cases[i].fits));
        end_assert_result (end);
        g_assert_true (end_feed_data (end, "seq='1'", cases[i].over));
        end_assert_refused (end, "cancel", "bad-request");
        end_expect_close (end);
        end_assert_failed (end, XTLS_IBB_ERROR_BAD_BLOCK);
        end_free (end);
    }
}

static void
test_sequence_in_wraps (void)
{
    End *end = end_opened (BLOCK);
    GByteArray *got;

    for (guint i = 0; i < 65536 + 2; i++) {
        char attribs[32];

        g_snprintf (attribs, sizeof attribs, "seq='%u'", i % 65536);
        g_assert_true (end_feed_data (end, attribs, "YQ=="));
        end_assert_result (end);
    }
    end_assert_up (end);
    got = xtls_ibb_take (end->ibb);
    g_assert_cmpuint (got->len, ==, 65538);
    g_assert_true (end_feed_data (end, "seq='65536'", "YQ=="));
    end_assert_refused (end, "cancel", "bad-request");
    end_expect_close (end);
    g_byte_array_unref (got);
    end_free (end);
}

/* --- whose stanza is it --------------------------------------------------*/

static void
test_wrong_sender (void)
{
    static const char *const others[] = {
        "juliet@capulet.lit",
        "juliet@capulet.lit/balcony2",
        "juliet@capulet.lit/Balcony",
        "capulet.lit",
        "mallory@capulet.lit/balcony",
        "",
    };
    End *end = end_opened (BLOCK);
    char *id;

    end_queue_text (end, "a");
    end_flush (end);
    id = end_expect_block (end, 0, "YQ==");
    for (gsize i = 0; i < G_N_ELEMENTS (others); i++) {
        xmlnode *iq = nodes_printf (
            "<iq xmlns='jabber:client' type='set' id='p1' from='%s'>"
            "<data xmlns='" XTLS_NS_IBB "' sid='s1d' seq='0'>YWJj</data></iq>",
            others[i]);

        g_assert_false (xtls_ibb_handle (end->ibb, iq, end->now));
        g_assert_false (end_answer_from (end, others[i], id, NULL));
        g_assert_false (end_answer_from (end, others[i], id, "<error/>"));
        xmlnode_free (iq);
    }
    /* Without a sender, and with one only in another namespace. */
    g_assert_false (end_feed_xml (
        end, "<iq xmlns='jabber:client' type='set' id='p1'>" CLOSE "</iq>"));
    g_assert_false (
        end_feed_xml (end,
                      "<iq xmlns='jabber:client' xmlns:x='y' type='set' "
                      "x:from='" PEER "' from='mallory@x/y'>" CLOSE "</iq>"));
    g_assert_cmpuint (xtls_ibb_get_in_flight (end->ibb), ==, 1);
    end_assert_up (end);
    end_assert_received (end, "");
    end_answer (end, id);
    g_assert_cmpuint (xtls_ibb_get_in_flight (end->ibb), ==, 0);
    g_free (id);
    end_free (end);
}

static void
test_not_ours (void)
{
    static const char *const payloads[] = {
        "",
        "<data xmlns='" XTLS_NS_IBB "' sid='other' seq='0'>YWJj</data>",
        "<data xmlns='" XTLS_NS_IBB "' seq='0'>YWJj</data>",
        "<data xmlns='" XTLS_NS_IBB "' sid='s1' seq='0'>YWJj</data>",
        "<data xmlns='" XTLS_NS_IBB "' sid='s1d ' seq='0'>YWJj</data>",
        "<data xmlns='urn:other' sid='s1d' seq='0'>YWJj</data>",
        "<data sid='s1d' seq='0'>YWJj</data>",
        "<date xmlns='" XTLS_NS_IBB "' sid='s1d' seq='0'>YWJj</date>",
        "<x xmlns='y'>" CLOSE "</x>",
    };
    End *end = end_opened (BLOCK);

    for (gsize i = 0; i < G_N_ELEMENTS (payloads); i++) {
        g_assert_false (end_feed (end, "set", payloads[i]));
        g_assert_false (end_feed (end, "result", payloads[i]));
        g_assert_false (end_feed (end, "error", payloads[i]));
        g_assert_false (end_feed (end, "get", payloads[i]));
    }
    g_assert_false (end_feed (end, "", CLOSE));
    g_assert_false (end_feed (end, "sets", CLOSE));
    g_assert_false (end_feed_xml (end,
                                  "<iq xmlns='jabber:client' id='p1' "
                                  "from='" PEER "'>" CLOSE "</iq>"));
    end_assert_up (end);
    end_free (end);
}

/* Ids that look like ours. */
static void
test_odd_ids (void)
{
    End *end = end_opened (BLOCK);
    char *id, *prefix;

    end_queue_text (end, "a");
    end_flush (end);
    id = end_expect_block (end, 0, "YQ==");
    g_assert_true (g_str_has_suffix (id, "-1"));
    prefix = g_strndup (id, strlen (id) - 1);
    for (guint i = 0; i < 8; i++) {
        static const char *const tails[] = {"",
                                            "01",
                                            "-1",
                                            "1x",
                                            "1 ",
                                            "4294967297",
                                            "+1",
                                            "18446744073709551617"};
        char *odd = g_strconcat (prefix, tails[i], NULL);

        g_assert_false (end_answer_from (end, PEER, odd, NULL));
        g_free (odd);
    }
    for (guint i = 0; i < 3; i++) {
        static const char *const tails[] = {"0", "2", "4294967295"};
        char *odd = g_strconcat (prefix, tails[i], NULL);

        g_assert_true (end_answer_from (end, PEER, odd, NULL));
        g_assert_true (end_answer_from (end, PEER, odd, "<error/>"));
        g_free (odd);
    }
    g_assert_false (end_feed_xml (
        end, "<iq xmlns='jabber:client' type='result' from='" PEER "'/>"));
    g_assert_cmpuint (xtls_ibb_get_in_flight (end->ibb), ==, 1);
    end_assert_up (end);
    g_free (prefix);
    g_free (id);
    end_free (end);
}

static void
test_get (void)
{
    End *end = end_opened (BLOCK);

    g_assert_true (end_feed (end, "get", CLOSE));
    end_assert_refused (end, "cancel", "bad-request");
    end_assert_up (end);
    end_free (end);
}

/* --- closing -------------------------------------------------------------*/

static void
test_close_theirs (void)
{
    End *end = end_opened (BLOCK);
    char *id;

    g_assert_true (end_feed_data (end, "seq='0'", "YWJj"));
    end_assert_result (end);
    end_queue_text (end, "a");
    end_flush (end);
    id = end_expect_block (end, 0, "YQ==");
    g_assert_true (end_feed (end, "set", CLOSE));
    end_assert_result (end);
    end_assert_closed (end);
    end_assert_received (end, "abc");
    /* Blocks in flight when it arrives are not an error. */
    end_bounce (end, id, "cancel", "item-not-found");
    end_assert_closed (end);
    g_assert_true (end_feed_data (end, "seq='1'", "YWJj"));
    end_assert_refused (end, "cancel", "item-not-found");
    g_assert_true (end_feed (end, "set", CLOSE));
    end_assert_refused (end, "cancel", "item-not-found");
    xtls_ibb_close (end->ibb);
    end_queue_text (end, "b");
    end_flush (end);
    end_assert_closed (end);
    g_free (id);
    end_free (end);
}

static void
test_close_ours (void)
{
    for (guint error = 0; error < 2; error++) {
        End *end = end_opened (BLOCK);
        char *id;

        xtls_ibb_close (end->ibb);
        id = end_expect_request (end, "close", "", "");
        end_assert_closed (end);
        xtls_ibb_close (end->ibb);
        /* Their request crossed ours. */
        g_assert_true (end_feed (end, "set", CLOSE));
        end_assert_result (end);
        if (error)
            end_bounce (end, id, "cancel", "item-not-found");
        else
            end_answer (end, id);
        end_assert_closed (end);
        g_assert_true (end_feed (end, "set", CLOSE));
        end_assert_refused (end, "cancel", "item-not-found");
        g_free (id);
        end_free (end);
    }
}

static void
test_close_never_open (void)
{
    End *end = end_new (BLOCK);
    char *id;

    xtls_ibb_close (end->ibb);
    end_assert_closed (end);
    end_free (end);

    end = end_new (BLOCK);
    xtls_ibb_open (end->ibb, end->now);
    id = end_expect_request (end, "open", "block-size='6' stanza='iq'", "");
    xtls_ibb_close (end->ibb);
    end_answer (end, id);
    end_assert_closed (end);
    g_free (id);
    end_free (end);
    xtls_ibb_free (NULL);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/ibb/open/ours", test_open_ours);
    g_test_add_func ("/ibb/open/refused", test_open_refused);
    g_test_add_func ("/ibb/open/refused-oddly", test_open_refused_oddly);
    g_test_add_func ("/ibb/open/theirs", test_open_theirs);
    g_test_add_func ("/ibb/open/twice", test_open_twice);
    g_test_add_func ("/ibb/open/from-both", test_open_from_both);
    g_test_add_func ("/ibb/open/after-close", test_open_after_close);
    g_test_add_func ("/ibb/open/lower-block-size", test_block_size_lowered);
    g_test_add_func ("/ibb/data/taken", test_data);
    g_test_add_func ("/ibb/data/refused", test_data_refused);
    g_test_add_func ("/ibb/data/in-pieces", test_data_in_pieces);
    g_test_add_func ("/ibb/data/not-open", test_data_not_open);
    g_test_add_func ("/ibb/data/limit", test_data_limit);
    g_test_add_func ("/ibb/data/limit/between", test_data_limit_between);
    g_test_add_func ("/ibb/sequence/in-wraps", test_sequence_in_wraps);
    g_test_add_func ("/ibb/ours/wrong-sender", test_wrong_sender);
    g_test_add_func ("/ibb/ours/not", test_not_ours);
    g_test_add_func ("/ibb/ours/odd-ids", test_odd_ids);
    g_test_add_func ("/ibb/ours/get", test_get);
    g_test_add_func ("/ibb/close/theirs", test_close_theirs);
    g_test_add_func ("/ibb/close/ours", test_close_ours);
    g_test_add_func ("/ibb/close/never-open", test_close_never_open);
    return g_test_run ();
}
