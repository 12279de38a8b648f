/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Blocks that are too large for a server are made smaller. */
#include "block-size.h"
#include "ibb.h"
#include "talker.h"

#define JULIET "juliet@capulet.lit"
#define DEFAULT XTLS_IBB_BLOCK_SIZE_DEFAULT

static void
assert_learnt (XtlsEnd end, guint taken, guint waiting, guint expected)
{
    XtlsBlockSize *blocks = xtls_block_size_new ();

    xtls_block_size_learn (blocks, JULIET, end, taken, waiting);
    g_assert_cmpuint (xtls_block_size_get (blocks, JULIET), ==, expected);
    g_assert_cmpuint (
        xtls_block_size_get (blocks, "nurse@capulet.lit"), ==, DEFAULT);
    xtls_block_size_free (blocks);
}

static void
test_blame (void)
{
    assert_learnt (XTLS_END_OFFLINE, 300, DEFAULT, XTLS_BLOCK_SIZE_SAFE);
    assert_learnt (
        XTLS_END_CUT, 0, XTLS_BLOCK_SIZE_SAFE + 1, XTLS_BLOCK_SIZE_SAFE);
    assert_learnt (XTLS_END_DEAD, 300, 2000, 1000);
    assert_learnt (XTLS_END_TIMEOUT, 300, 2000, 1000);
    assert_learnt (
        XTLS_END_CUT, 100, XTLS_BLOCK_SIZE_MIN + 1, XTLS_BLOCK_SIZE_MIN);
    /* A block of that size was acknowledged before, or there was none. */
    assert_learnt (XTLS_END_OFFLINE, DEFAULT, DEFAULT, DEFAULT);
    assert_learnt (XTLS_END_OFFLINE, 3000, 0, DEFAULT);
    assert_learnt (XTLS_END_CUT, 0, XTLS_BLOCK_SIZE_MIN, DEFAULT);
    /* The session ended for another reason. */
    assert_learnt (XTLS_END_GONE, 300, DEFAULT, DEFAULT);
    assert_learnt (XTLS_END_LOCAL, 300, DEFAULT, DEFAULT);
    assert_learnt (XTLS_END_PROTOCOL, 300, DEFAULT, DEFAULT);
}

static void
test_again (void)
{
    XtlsBlockSize *blocks = xtls_block_size_new ();
    guint sizes[] = {4096, 2048, 1024, 512, 512};

    for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
        xtls_block_size_learn (blocks,
                               JULIET,
                               XTLS_END_CUT,
                               200,
                               xtls_block_size_get (blocks, JULIET));
        g_assert_cmpuint (xtls_block_size_get (blocks, JULIET), ==, sizes[i]);
    }
    xtls_block_size_free (blocks);
}

/* What arrived in an earlier session is not blamed in a later one. */
static void
test_remembers (void)
{
    XtlsBlockSize *blocks = xtls_block_size_new ();

    xtls_block_size_learn (blocks, JULIET, XTLS_END_LOCAL, DEFAULT, 0);
    xtls_block_size_learn (blocks, JULIET, XTLS_END_OFFLINE, 300, DEFAULT);
    g_assert_cmpuint (xtls_block_size_get (blocks, JULIET), ==, DEFAULT);
    xtls_block_size_free (blocks);
}

/* --- a server that refuses -------------------------------------------------*/

static void
come_back (WirePair *pair)
{
    if (pair->struck) {
        pair->struck = FALSE;
        talker_login (talkers[pair->broken], pair->side[pair->broken].jid);
        talker_peer_gone (talkers[!pair->broken]);
    }
    talker_call (talkers[0]);
}

/* Returns: how many sessions were needed. */
static guint
talk_through (guint stanza_max, gboolean bounces)
{
    WirePair *pair = wire_pair_new ();
    guint sessions;

    wire_pair_set_fault (pair, WIRE_FAULT_REFUSE, 0, stanza_max);
    pair->bounces = bounces;
    talkers_new (pair);
    talker_call (talkers[0]);
    wire_pair_run (pair, 3000);
    talker_say (talkers[0], 0);
    talker_say (talkers[1], 0);
    wire_pair_run (pair, 3000);
    for (guint i = 0; i < 2; i++)
        talker_say (talkers[i], 60000);
    for (guint i = 0; i < 20; i++) {
        wire_pair_run (pair, 5000);
        come_back (pair);
    }
    sessions = pair->side[0].open;
    for (guint i = 0; i < 2; i++) {
        TalkerCount count = talker_count (talkers[i]);

        g_assert_cmpuint (count.lost + count.doubled + count.displaced, ==, 0);
        g_assert_cmpuint (talker_get_unconfirmed (talkers[i]), ==, 0);
    }
    talkers_free ();
    wire_pair_free (pair);
    return sessions;
}

static void
test_refused (void)
{
    for (guint bounces = 0; bounces < 2; bounces++) {
        g_assert_cmpuint (talk_through (256 * 1024, bounces), ==, 1);
        /* After one refusal each side uses a size that every server accepts. */
        g_assert_cmpuint (talk_through (10000, bounces), <=, 3);
        g_assert_cmpuint (talk_through (10000, bounces), >, 1);
        g_assert_cmpuint (talk_through (2000, bounces), <=, 7);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/block-size/blame", test_blame);
    g_test_add_func ("/block-size/again", test_again);
    g_test_add_func ("/block-size/remembers", test_remembers);
    g_test_add_func ("/block-size/refused", test_refused);
    return g_test_run ();
}
