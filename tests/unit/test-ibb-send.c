/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In-Band Bytestreams: the blocks that are sent, and the responses to them. */
#include "ibb-end.h"
#include "memory.h"
#include "node.h"
#include "nodes.h"
#include "window.h"

#include <string.h>

/* --- blocks that leave ---------------------------------------------------*/

/* Returns: how many blocks are sent before any is acknowledged. */
static guint
first_blocks (guint block)
{
    return CLAMP (XTLS_WINDOW_FIRST / (block + XTLS_WINDOW_OVERHEAD),
                  1,
                  XTLS_WINDOW_FIRST_BLOCKS);
}

static void
test_sequence_out_wraps (void)
{
    End *end = end_opened (1);

    for (guint i = 0; i < 65536 + 2; i++) {
        char *id;

        end_queue_text (end, "a");
        end_flush (end);
        id = end_expect_block (end, i % 65536, "YQ==");
        end_answer (end, id);
        g_free (id);
    }
    end_assert_up (end);
    end_free (end);
}

static void
test_send (void)
{
    End *end = end_opened (BLOCK);
    char *one, *two;

    end_flush (end);
    end_queue_text (end, "");
    end_flush (end);
    end_queue_text (end, "abc");
    end_queue_text (end, "defg");
    g_assert_cmpuint (xtls_ibb_get_unsent (end->ibb), ==, 7);
    g_assert_cmpuint (xtls_ibb_get_in_flight (end->ibb), ==, 0);
    end_flush (end);
    one = end_expect_block (end, 0, "YWJjZGVm");
    two = end_expect_block (end, 1, "Zw==");
    g_assert_cmpstr (one, !=, two);
    g_assert_cmpuint (xtls_ibb_get_unsent (end->ibb), ==, 0);
    g_assert_cmpuint (xtls_ibb_get_in_flight (end->ibb), ==, 7);
    end_answer (end, two);
    g_assert_cmpuint (xtls_ibb_get_in_flight (end->ibb), ==, 6);
    end_answer (end, one);
    g_assert_cmpuint (xtls_ibb_get_in_flight (end->ibb), ==, 0);
    /* A second response to a block does not count. */
    end_answer (end, one);
    end_bounce (end, one, "cancel", "item-not-found");
    g_assert_cmpuint (xtls_ibb_get_in_flight (end->ibb), ==, 0);
    end_assert_up (end);
    g_free (one);
    g_free (two);
    end_free (end);
}

static void
test_window (void)
{
    End *end = end_opened (BLOCK);
    char *id[5];

    end_queue_text (end, "abcdefabcdefabcdefabcdefabcdef");
    end_flush (end);
    for (guint i = 0; i < 4; i++)
        id[i] = end_expect_block (end, i, "YWJjZGVm");
    end_flush (end);
    g_assert_cmpuint (end->out.length, ==, 0);
    g_assert_cmpuint (xtls_ibb_get_unsent (end->ibb), ==, 6);
    end->now += SECOND / 10;
    end_answer (end, id[0]);
    id[4] = end_expect_block (end, 4, "YWJjZGVm");
    for (guint i = 0; i < 5; i++)
        g_free (id[i]);
    end_free (end);
}

/* If a block takes a second or more, two are in flight. */
static void
test_window_slow (void)
{
    End *end = end_opened (BLOCK);
    GQueue ids = G_QUEUE_INIT;
    guint seq = 0;

    for (guint i = 0; i < 100; i++)
        end_queue_text (end, "abcdef");
    end_flush (end);
    while (xtls_ibb_get_unsent (end->ibb) > 0) {
        char *id;

        while (end->out.length > 0)
            g_queue_push_tail (&ids, end_expect_block (end, seq++, "YWJjZGVm"));
        end->now += 3 * SECOND;
        id = g_queue_pop_head (&ids);
        end_answer (end, id);
        g_free (id);
    }
    g_assert_cmpuint (xtls_ibb_get_in_flight (end->ibb), ==, 2 * BLOCK);
    g_free (end_expect_block (end, 99, "YWJjZGVm"));
    g_assert_cmpuint (ids.length, ==, 1);
    g_free (g_queue_pop_head (&ids));
    end_free (end);
}

static void
test_flush_all (void)
{
    End *end = end_opened (BLOCK);

    for (guint i = 0; i < 100; i++)
        end_queue_text (end, "abcdef");
    xtls_ibb_flush (end->ibb, G_MAXUINT, end->now);
    for (guint i = 0; i < 100; i++)
        g_free (end_expect_block (end, i, "YWJjZGVm"));
    g_assert_cmpuint (xtls_ibb_get_unsent (end->ibb), ==, 0);
    end_free (end);
}

static void
test_flush_beyond (void)
{
    End *end = end_opened (BLOCK);

    for (guint i = 0; i < 100; i++)
        end_queue_text (end, "abcdef");
    xtls_ibb_flush (end->ibb, 10, end->now);
    for (guint i = 0; i < first_blocks (BLOCK) + 10; i++)
        g_free (end_expect_block (end, i, "YWJjZGVm"));
    g_assert_true (g_queue_is_empty (&end->out));
    end_free (end);
}

/* Sent bytes are not kept in addition to all that may be queued. */
static void
test_queue_memory (void)
{
    const guint block = XTLS_IBB_BLOCK_SIZE_MAX;
    End *end = end_opened (block);
    guint8 *data = g_malloc0 (XTLS_IBB_QUEUE_MAX);
    gsize before = memory_used ();

    g_assert_true (xtls_ibb_write (end->ibb, data, XTLS_IBB_QUEUE_MAX, NULL));
    end_flush (end);
    for (guint i = 0; i < first_blocks (block); i++)
        xmlnode_free (end_pop (end));
    g_assert_true (
        xtls_ibb_write (end->ibb, data, first_blocks (block) * block, NULL));
    g_assert_false (xtls_ibb_write (end->ibb, data, 1, NULL));
    g_assert_cmpuint (
        memory_used () - before, <, XTLS_IBB_QUEUE_MAX + 512 * 1024);
    g_free (data);
    end_free (end);
}

static void
test_queue_full (void)
{
    End *end = end_opened (BLOCK);
    guint8 *data = g_malloc0 (XTLS_IBB_QUEUE_MAX + 1);
    GError *error = NULL;
    char *id;

    g_assert_false (
        xtls_ibb_write (end->ibb, data, XTLS_IBB_QUEUE_MAX + 1, &error));
    g_assert_error (error, XTLS_IBB_ERROR, XTLS_IBB_ERROR_QUEUE_FULL);
    g_clear_error (&error);
    g_assert_cmpuint (xtls_ibb_get_unsent (end->ibb), ==, 0);
    g_assert_true (xtls_ibb_write (end->ibb, data, XTLS_IBB_QUEUE_MAX, NULL));
    g_assert_false (xtls_ibb_write (end->ibb, data, 1, NULL));
    g_assert_true (xtls_ibb_write (end->ibb, data, 0, NULL));
    g_assert_cmpuint (xtls_ibb_get_unsent (end->ibb), ==, XTLS_IBB_QUEUE_MAX);
    /* Blocks that were sent make room. */
    end_flush (end);
    id = end_expect_block (end, 0, "AAAAAAAA");
    for (guint i = 1; i < 4; i++)
        g_free (end_expect_block (end, i, "AAAAAAAA"));
    g_assert_false (xtls_ibb_write (end->ibb, data, 4 * BLOCK + 1, NULL));
    g_assert_true (xtls_ibb_write (end->ibb, data, 4 * BLOCK, NULL));
    end_assert_up (end);
    g_free (id);
    g_free (data);
    end_free (end);
}

/* --- bounces -------------------------------------------------------------*/

static void
test_bounced (void)
{
    End *end = end_opened (BLOCK);
    char *id;

    end_queue_text (end, "a");
    end_flush (end);
    id = end_expect_block (end, 0, "YQ==");
    end_bounce (end, id, "cancel", "item-not-found");
    end_expect_close (end);
    end_assert_failed (end, XTLS_IBB_ERROR_BOUNCED);
    g_assert_nonnull (
        strstr (xtls_ibb_get_error (end->ibb)->message, "item-not-found"));
    end_bounce (end, id, "cancel", "item-not-found");
    end_answer (end, id);
    end_assert_failed (end, XTLS_IBB_ERROR_BOUNCED);
    g_free (id);
    end_free (end);
}

static void
test_bounced_again_and_again (void)
{
    static const gint64 after[] = {1, 2, 4, 8, 8};
    End *end = end_opened (BLOCK);
    char *id;

    end_queue_text (end, "abcdefg");
    end_flush (end);
    g_free (end_expect_block (end, 0, "YWJjZGVm"));
    id = end_expect_block (end, 1, "Zw==");
    for (gsize i = 0; i < G_N_ELEMENTS (after); i++) {
        char *again;

        end_bounce (end, id, "wait", "recipient-unavailable");
        end_bounce (end, id, "wait", "recipient-unavailable");
        end_assert_up (end);
        /* No later block may overtake it. */
        end_queue_text (end, "next");
        xtls_ibb_flush (end->ibb, G_MAXUINT, end->now);
        g_assert_cmpint (
            xtls_ibb_get_deadline (end->ibb), ==, end->now + after[i] * SECOND);
        end->now += after[i] * SECOND - 1;
        xtls_ibb_check (end->ibb, end->now);
        g_assert_cmpuint (end->out.length, ==, 0);
        end->now += 1;
        xtls_ibb_check (end->ibb, end->now);
        again = end_expect_block (end, 1, "Zw==");
        g_assert_cmpstr (again, !=, id);
        /* A response to the first attempt does not count for the second. */
        end_answer (end, id);
        g_free (id);
        id = again;
        g_assert_cmpint (
            xtls_ibb_get_deadline (end->ibb), ==, START + XTLS_IBB_DEAD_AFTER);
    }
    end_answer (end, id);
    g_free (end_expect_block (end, 2, "bmV4dG5l"));
    end_assert_up (end);
    g_free (id);
    end_free (end);
}

static void
test_bounced_until_dead (void)
{
    End *end = end_opened (BLOCK);

    end_queue_text (end, "a");
    end_flush (end);
    while (xtls_ibb_get_state (end->ibb) == XTLS_IBB_OPEN) {
        char *id = end_expect_block (end, 0, "YQ==");

        end_bounce (end, id, "wait", "recipient-unavailable");
        end->now = xtls_ibb_get_deadline (end->ibb);
        xtls_ibb_check (end->ibb, end->now);
        g_free (id);
    }
    g_assert_cmpint (end->now, ==, START + XTLS_IBB_DEAD_AFTER);
    end_assert_failed (end, XTLS_IBB_ERROR_DEAD);
    end_free (end);
}

/* A later block was sent, whether acknowledged or not. */
static void
test_bounced_not_last (void)
{
    for (guint answered = 0; answered < 2; answered++) {
        End *end = end_opened (BLOCK);
        char *one, *two;

        end_queue_text (end, "abcdefg");
        end_flush (end);
        one = end_expect_block (end, 0, "YWJjZGVm");
        two = end_expect_block (end, 1, "Zw==");
        if (answered)
            end_answer (end, two);
        end_bounce (end, one, "wait", "remote-server-timeout");
        end_expect_close (end);
        end_assert_failed (end, XTLS_IBB_ERROR_BOUNCED);
        g_free (one);
        g_free (two);
        end_free (end);
    }
}

/* The last block bounces and waits, then an earlier one bounces. */
static void
test_bounced_both (void)
{
    End *end = end_opened (BLOCK);
    char *one, *two;

    end_queue_text (end, "abcdefg");
    end_flush (end);
    one = end_expect_block (end, 0, "YWJjZGVm");
    two = end_expect_block (end, 1, "Zw==");
    end_bounce (end, two, "wait", "remote-server-timeout");
    end_assert_up (end);
    end_bounce (end, one, "wait", "remote-server-timeout");
    end_expect_close (end);
    end_assert_failed (end, XTLS_IBB_ERROR_BOUNCED);
    xtls_ibb_check (end->ibb, end->now + 5 * SECOND);
    g_free (one);
    g_free (two);
    end_free (end);
}

/* The block bounced, but had arrived after all. */
static void
test_bounced_then_answered (void)
{
    End *end = end_opened (BLOCK);
    char *id;

    end_queue_text (end, "a");
    end_flush (end);
    id = end_expect_block (end, 0, "YQ==");
    end_bounce (end, id, "wait", "remote-server-timeout");
    end_queue_text (end, "b");
    end_flush (end);
    end_answer (end, id);
    g_free (end_expect_block (end, 1, "Yg=="));
    xtls_ibb_check (end->ibb, end->now + 5 * SECOND);
    end_assert_up (end);
    g_free (id);
    end_free (end);
}

/* --- the clock -----------------------------------------------------------*/

static void
test_dead_block (void)
{
    End *end = end_opened (BLOCK);
    char *next, *id;

    g_assert_cmpint (xtls_ibb_get_deadline (end->ibb), ==, -1);
    xtls_ibb_check (end->ibb, end->now + 1000 * SECOND);
    end_assert_up (end);

    /* Idle time does not count. */
    end->now += 1000 * SECOND;
    end_queue_text (end, "abcdefabcdefabc");
    end_flush (end);
    id = end_expect_block (end, 0, "YWJjZGVm");
    g_assert_cmpint (
        xtls_ibb_get_deadline (end->ibb), ==, end->now + XTLS_IBB_DEAD_AFTER);
    next = end_expect_block (end, 1, "YWJjZGVm");
    g_free (end_expect_block (end, 2, "YWJj"));

    /* A response counts as progress. Sending, or receiving what anybody could
     * have forged, does not. */
    end->now += 20 * SECOND;
    end_answer (end, id);
    end_answer (end, next);
    g_assert_cmpint (
        xtls_ibb_get_deadline (end->ibb), ==, end->now + XTLS_IBB_DEAD_AFTER);
    end->now += 20 * SECOND;
    end_queue_text (end, "x");
    end_flush (end);
    g_free (end_expect_block (end, 3, "eA=="));
    g_assert_true (end_feed_data (end, "seq='0'", "YWJj"));
    end_assert_result (end);
    end->now += 10 * SECOND - 1;
    xtls_ibb_check (end->ibb, end->now);
    end_assert_up (end);
    end->now += 1;
    xtls_ibb_check (end->ibb, end->now);
    end_assert_failed (end, XTLS_IBB_ERROR_DEAD);
    xtls_ibb_check (end->ibb, end->now + SECOND);
    end_assert_received (end, "abc");
    g_free (next);
    g_free (id);
    end_free (end);
}

static void
test_dead_open (void)
{
    End *end = end_new (BLOCK);

    xtls_ibb_open (end->ibb, end->now);
    g_free (end_expect_request (end, "open", "block-size='6' stanza='iq'", ""));
    xtls_ibb_check (end->ibb, end->now + XTLS_IBB_DEAD_AFTER - 1);
    g_assert_cmpint (xtls_ibb_get_state (end->ibb), ==, XTLS_IBB_WAITING);
    xtls_ibb_check (end->ibb, end->now + XTLS_IBB_DEAD_AFTER);
    end_assert_failed (end, XTLS_IBB_ERROR_DEAD);
    end_free (end);
}

/* --- two ends ------------------------------------------------------------*/

typedef struct {
    XtlsIbb *ibb[2];
    gint64 now;
    guint depth, deepest;
} Pair;

static const char *const jids[] = {OWN, PEER};

static void
deliver (Pair *pair, xmlnode *stanza, guint to)
{
    xmlnode_set_attrib (stanza, "from", jids[1 - to]);
    g_assert_cmpstr (xtls_node_attrib (stanza, "to"), ==, jids[to]);
    pair->depth++;
    pair->deepest = MAX (pair->deepest, pair->depth);
    pair->now += 10;
    g_assert_true (xtls_ibb_handle (pair->ibb[to], stanza, pair->now));
    pair->depth--;
    xmlnode_free (stanza);
}

static void
to_second_cb (xmlnode *stanza, gpointer user_data)
{
    deliver (user_data, stanza, 1);
}

static void
to_first_cb (xmlnode *stanza, gpointer user_data)
{
    deliver (user_data, stanza, 0);
}

/* Delivered within the callback: the response arrives while a block is being
 * sent. */
static void
test_pair (void)
{
    Pair pair = {.now = START};
    GByteArray *sent[2], *got[2];
    GRand *rand = g_rand_new_with_seed (4711);

    pair.ibb[0] =
        xtls_ibb_new (XTLS_CARRIER_IBB, PEER, SID, 100, to_second_cb, &pair);
    pair.ibb[1] =
        xtls_ibb_new (XTLS_CARRIER_IBB, OWN, SID, 100, to_first_cb, &pair);
    for (guint i = 0; i < 2; i++)
        sent[i] = g_byte_array_new ();
    xtls_ibb_open (pair.ibb[0], pair.now);
    g_assert_cmpint (xtls_ibb_get_state (pair.ibb[1]), ==, XTLS_IBB_OPEN);
    for (guint round = 0; round < 2000; round++) {
        guint from = (guint)g_rand_int_range (rand, 0, 2);
        guint8 data[1000];
        guint len = (guint)g_rand_int_range (rand, 0, sizeof data + 1);

        for (guint i = 0; i < len; i++)
            data[i] = (guint8)g_rand_int (rand);
        g_byte_array_append (sent[from], data, len);
        g_assert_true (xtls_ibb_write (pair.ibb[from], data, len, NULL));
        if (g_rand_boolean (rand))
            xtls_ibb_flush (pair.ibb[from], 0, pair.now);
    }
    for (guint i = 0; i < 2; i++) {
        xtls_ibb_flush (pair.ibb[i], 0, pair.now);
        g_assert_cmpuint (xtls_ibb_get_unsent (pair.ibb[i]), ==, 0);
        g_assert_cmpuint (xtls_ibb_get_in_flight (pair.ibb[i]), ==, 0);
        got[i] = xtls_ibb_take (pair.ibb[1 - i]);
        g_assert_cmpmem (
            got[i]->data, got[i]->len, sent[i]->data, sent[i]->len);
    }
    /* A long queue does not cause deep recursion. */
    g_assert_cmpuint (pair.deepest, <, 5);
    xtls_ibb_close (pair.ibb[1]);
    for (guint i = 0; i < 2; i++) {
        g_assert_cmpint (xtls_ibb_get_state (pair.ibb[i]), ==, XTLS_IBB_CLOSED);
        g_assert_null (xtls_ibb_get_error (pair.ibb[i]));
        xtls_ibb_free (pair.ibb[i]);
        g_byte_array_unref (sent[i]);
        g_byte_array_unref (got[i]);
    }
    g_rand_free (rand);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/ibb/sequence/out-wraps", test_sequence_out_wraps);
    g_test_add_func ("/ibb/send/blocks", test_send);
    g_test_add_func ("/ibb/send/window", test_window);
    g_test_add_func ("/ibb/send/window-slow", test_window_slow);
    g_test_add_func ("/ibb/send/flush-all", test_flush_all);
    g_test_add_func ("/ibb/send/flush-beyond", test_flush_beyond);
    g_test_add_func ("/ibb/send/queue-full", test_queue_full);
    g_test_add_func ("/ibb/send/queue-memory", test_queue_memory);
    g_test_add_func ("/ibb/bounced/at-once", test_bounced);
    g_test_add_func ("/ibb/bounced/again-and-again",
                     test_bounced_again_and_again);
    g_test_add_func ("/ibb/bounced/until-dead", test_bounced_until_dead);
    g_test_add_func ("/ibb/bounced/not-last", test_bounced_not_last);
    g_test_add_func ("/ibb/bounced/both", test_bounced_both);
    g_test_add_func ("/ibb/bounced/then-answered", test_bounced_then_answered);
    g_test_add_func ("/ibb/dead/block", test_dead_block);
    g_test_add_func ("/ibb/dead/open", test_dead_open);
    g_test_add_func ("/ibb/pair", test_pair);
    return g_test_run ();
}
