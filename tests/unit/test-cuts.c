/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conversations whose connection is cut at random bytes and resumed: nothing is
 * lost, nothing arrives twice, the order is kept, and nothing is in clear.
 *
 * Each conversation depends only on its seed: XTLS_SEED=n XTLS_CUTS=1 runs
 * conversation n alone, and XTLS_CUTS=n that many. Without XTLS_CUTS, as many
 * run as fit in XTLS_SECONDS.
 */
#include "talker.h"

#include <gnutls/crypto.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MESSAGES 200
#define CUTS 1000
#ifdef __SANITIZE_ADDRESS__
#define SECONDS 20
#else
#define SECONDS 40
#endif
/* How many sessions a conversation may need after one cut, and the time between
 * them. */
#define ATTEMPTS 12
#define PATIENCE 45000

typedef struct {
    guint seed;
    GRand *random;
    WirePair *pair;
    guint left; /* messages */
    guint cuts; /* to come */
    guint whose;
    guint resource; /* number of the last */
    gboolean early; /* cut before there was anything to resume */
} Talk;

static GRand *ids;

/* Replaces GnuTLS's random numbers where our own code uses them, for the ids
 * that decide which side wins. TLS still uses its own, so that signatures
 * differ in length by a byte or two, which hardly ever changes which stanza is
 * cut. */
int
gnutls_rnd (gnutls_rnd_level_t level, void *data, size_t len)
{
    for (size_t i = 0; i < len; i++)
        ((guint8 *)data)[i] = (guint8)g_rand_int (ids);
    return 0;
}

static const char *const bare[] = {"romeo@montague.lit", "juliet@capulet.lit"};

/* Totals of all conversations. */
static guint cuts_made, resumed, unconfirmed, early_talks, first_words;

static guint
pick (Talk *talk, guint below)
{
    return (guint)g_rand_int_range (talk->random, 0, (gint32)below);
}

static void
say_something (Talk *talk)
{
    static const guint fillers[] = {0, 0, 5, 30, 200, 1000, 20000, 60000};
    guint longest = pick (talk, 10) == 0 ? 8 : 6;

    if (talk->left == 0)
        return;
    talk->left--;
    talker_say (talkers[pick (talk, 2)], fillers[pick (talk, longest)]);
}

static void
pass_time (Talk *talk, guint ms)
{
    wire_pair_run (talk->pair, pick (talk, ms));
}

/* Most cuts happen during the conversation, some during set-up or resumption.
 */
static void
plan_cut (Talk *talk)
{
    guint within = pick (talk, 4) == 0 ? 12000 : 400000;

    talk->pair->broken = pick (talk, 2);
    talk->pair->bounces = pick (talk, 3) == 0;
    wire_pair_set_fault (
        talk->pair, WIRE_FAULT_BREAK, pick (talk, within), pick (talk, 4) == 0);
}

static void
log_in (Talk *talk)
{
    guint whose = talk->pair->broken;
    gboolean same = pick (talk, 2);
    char *jid;

    talk->resource += !same;
    jid = g_strdup_printf ("%s/%u", bare[whose], talk->resource);
    talker_login (talkers[whose], jid);
    g_free (jid);
}

static void
call (Talk *talk)
{
    switch (pick (talk, 3)) {
    case 0:
        talker_call (talkers[0]);
        break;
    case 1:
        talker_call (talkers[1]);
        break;
    default: /* both at once */
        talker_call (talkers[0]);
        talker_call (talkers[1]);
        break;
    }
}

/* The side that is cut off notices that sooner or later. The other side is
 * told, notices it, or does not know it when it is called again. */
static void
suffer_cut (Talk *talk)
{
    Talker *other = talkers[!talk->pair->broken];
    gboolean resumable =
        talker_is_resumable (talkers[0]) && talker_is_resumable (talkers[1]);

    cuts_made++;
    if (!resumable && talker_get_resumed (talkers[0]) == 0)
        talk->early = TRUE;
    for (guint i = pick (talk, 4); i > 0; i--) {
        say_something (talk);
        pass_time (talk, 300);
    }
    if (pick (talk, 6) == 0)
        wire_pair_run (talk->pair, PATIENCE);
    log_in (talk);
    if (pick (talk, 2) == 0)
        talker_peer_gone (other);
    for (guint i = pick (talk, 3); i > 0; i--)
        say_something (talk);
    talk->pair->fault = WIRE_FAULT_NONE;
    talk->pair->struck = FALSE;
    if (--talk->cuts > 0)
        plan_cut (talk);
    call (talk);
}

static void
go_on (Talk *talk)
{
    if (talk->pair->struck)
        suffer_cut (talk);
    pass_time (talk, 60);
}

static gboolean
is_done (Talk *talk)
{
    return talk->left == 0 && talker_is_calm (talkers[0]) &&
           talker_is_calm (talkers[1]) && talker_count (talkers[0]).lost == 0 &&
           talker_count (talkers[1]).lost == 0;
}

static void
say_all (Talk *talk)
{
    for (guint i = pick (talk, 4); i > 0; i--)
        say_something (talk);
    call (talk);
    while (talk->left > 0) {
        say_something (talk);
        go_on (talk);
        if (pick (talk, 10) == 0)
            call (talk);
    }
}

/* Cancels the cuts that have not happened yet. */
static void
come_to_rest (Talk *talk)
{
    for (guint i = 0; i < ATTEMPTS && !is_done (talk); i++) {
        if (talk->pair->struck)
            suffer_cut (talk);
        wire_pair_set_fault (talk->pair, WIRE_FAULT_NONE, 0, 0);
        call (talk);
        wire_pair_run (talk->pair, PATIENCE);
    }
}

static void
assert_whole (Talk *talk, guint i)
{
    TalkerCount count = talker_count (talkers[i]);

    g_assert_cmpuint (count.lost, ==, 0);
    g_assert_cmpuint (count.doubled, ==, 0);
    g_assert_cmpuint (count.displaced, ==, 0);
    if (!talk->early && !talker_has_ended_early (talkers[0]) &&
        !talker_has_ended_early (talkers[1]))
        g_assert_cmpuint (talker_get_unconfirmed (talkers[i]), ==, 0);
}

static void
run_talk (guint seed)
{
    WirePair *pair = wire_pair_new ();
    Talk talk = {.seed = seed, .pair = pair, .left = MESSAGES};

    talk.random = g_rand_new_with_seed (seed);
    g_rand_set_seed (ids, seed);
    g_rand_set_seed (pair->random, seed);
    talk.cuts = pick (&talk, 2) ? 1 : 1 + pick (&talk, 4);
    pair->side[0].takes_hello = pick (&talk, 4) > 0;
    pair->side[1].takes_hello = pick (&talk, 4) > 0;
    if (pick (&talk, 4) == 0) {
        pair->ibb = WIRE_IBB_REFUSED;
        pair->ibb_to = WIRE_BOTH;
    }
    talkers_new (pair);
    plan_cut (&talk);
    say_all (&talk);
    come_to_rest (&talk);
    assert_whole (&talk, 0);
    assert_whole (&talk, 1);
    g_assert_true (is_done (&talk));
    wire_assert_private (pair);
    talker_end (talkers[0]);
    /* A request whose sender was cut off remains for a minute. */
    wire_pair_run (pair, 2 * PATIENCE);
    g_assert_cmpuint (wire_pair_count_timers (pair), ==, 0);

    resumed +=
        talker_get_resumed (talkers[0]) + talker_get_resumed (talkers[1]);
    unconfirmed += talker_get_unconfirmed (talkers[0]) +
                   talker_get_unconfirmed (talkers[1]);
    early_talks += talk.early;
    first_words += talker_get_first_words (talkers[0]) +
                   talker_get_first_words (talkers[1]);
    talkers_free ();
    wire_pair_free (pair);
    g_rand_free (talk.random);
}

static char reproduce[64];

/* Printed because a failed assertion shows wrong numbers, but not the
 * conversation. */
static void
failed (int number)
{
    ssize_t written = write (STDERR_FILENO, reproduce, strlen (reproduce));

    (void)written;
    signal (number, SIG_DFL);
    raise (number);
}

static guint
from_environment (const char *name, guint otherwise)
{
    const char *text = g_getenv (name);

    return text ? (guint)strtoul (text, NULL, 10) : otherwise;
}

static void
test_cuts_talks (void)
{
    guint seed = from_environment ("XTLS_SEED", 1);
    guint count = from_environment ("XTLS_CUTS", CUTS);
    gint64 until = g_get_monotonic_time () +
                   from_environment ("XTLS_SECONDS", SECONDS) * G_USEC_PER_SEC;
    guint i;

    for (i = 0; i < count; i++) {
        if (!g_getenv ("XTLS_CUTS") && g_get_monotonic_time () > until)
            break;
        g_snprintf (reproduce,
                    sizeof reproduce,
                    "again: XTLS_SEED=%u XTLS_CUTS=1\n",
                    seed + i);
        run_talk (seed + i);
    }
    g_test_message ("%u talks of %u messages from seed %u: %u cuts, %u "
                    "resumptions; %u talks were cut before they could be "
                    "resumed, %u messages of theirs told as unconfirmed; %u "
                    "messages left before the other side's header had come",
                    i,
                    MESSAGES,
                    seed,
                    cuts_made,
                    resumed / 2,
                    early_talks,
                    unconfirmed,
                    first_words);
    g_assert_cmpuint (i, >, 0);
    g_assert_true (i < 10 || resumed > i / 2);
}

int
main (int argc, char **argv)
{
    ids = g_rand_new ();
    signal (SIGABRT, failed);
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/cuts/talks", test_cuts_talks);
    return g_test_run ();
}
