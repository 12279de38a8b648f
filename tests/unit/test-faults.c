/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sessions through a misbehaving server. Whatever it does, messages are
 * delivered at most once and in order, and a session that seems to end properly
 * did end properly. */
#include "session-private.h"
#include "wirepair.h"

#include <string.h>

/* --- faults ----------------------------------------------------------------*/

/* Sends `m0`, `m1` … and counts them. */
static void
say_numbers (WireSide *side, guint *said, guint count)
{
    XtlsSession *session = wire_session (side);

    while (session && count--) {
        char *text = g_strdup_printf ("m%u " WIRE_SECRET, *said);

        if (wire_say (session, text))
            (*said)++;
        g_free (text);
    }
}

/* Messages arrive at most once and in order, so those that arrived are the
 * first of those that were sent. */
static void
assert_beginning (WireSide *side, guint said)
{
    g_assert_cmpuint (side->delivered->len, <=, said);
    for (guint i = 0; i < side->delivered->len; i++) {
        char *text = g_strdup_printf ("m%u " WIRE_SECRET, i);

        g_assert_cmpstr (g_ptr_array_index (side->delivered, i), ==, text);
        g_free (text);
    }
}

static void
assert_sound (WirePair *pair, const guint said[2])
{
    for (guint i = 0; i < 2; i++) {
        WireSide *side = &pair->side[i];

        assert_beginning (side, said[!i]);
        wire_assert_state (side, XTLS_SESSION_CLOSED);
        g_assert_cmpint (
            xtls_session_get_end (wire_session (side)), !=, XTLS_END_NONE);
        /* A proper end means that everything arrived. */
        if (xtls_session_get_end (wire_session (side)) == XTLS_END_PEER)
            g_assert_cmpuint (side->delivered->len, ==, said[!i]);
        if (!side->open)
            g_assert_cmpuint (side->delivered->len, ==, 0);
    }
    g_assert_cmpuint (wire_pair_count_timers (pair), ==, 0);
    wire_assert_private (pair);
}

/* Of the next session. */
static WireIbb ibb = WIRE_IBB_PASSES;

/* Runs a short session with a fault. Returns: whether it succeeded
 * completely. */
static gboolean
run_session (WireFault fault, guint at, guint value, guint *passed)
{
    WirePair *pair = wire_pair_new ();
    guint said[2] = {0, 0};
    gboolean good;

    wire_pair_set_fault (pair, fault, at, value);
    pair->ibb = ibb;
    pair->ibb_to = WIRE_BOTH;
    wire_pair_call (pair, 0);
    for (guint i = 0; i < 3; i++) {
        say_numbers (&pair->side[0], &said[0], 2);
        say_numbers (&pair->side[1], &said[1], 1);
        wire_pair_settle (pair);
    }
    /* The last messages are sent just before the end. */
    say_numbers (&pair->side[0], &said[0], 1);
    xtls_session_close (wire_session (&pair->side[0]), FALSE);
    wire_pair_settle (pair);
    wire_pair_run (pair, 200 * 1000);
    if (passed)
        *passed = pair->passed;

    /* If the request itself was lost, the other side has no session. */
    good = FALSE;
    if (wire_session (&pair->side[1])) {
        /* An idle responder cannot know that the other side is gone. */
        if (xtls_session_get_state (wire_session (&pair->side[1])) ==
            XTLS_SESSION_OPEN)
            xtls_endpoint_peer_gone (pair->side[1].endpoint, WIRE_ROMEO);
        wire_pair_settle (pair);
        assert_sound (pair, said);
        /* The other side's close_notify is the last byte of all. */
        if (fault == WIRE_FAULT_TRUNCATE && pair->struck)
            wire_assert_not_end (&pair->side[1], XTLS_END_PEER);
        good = xtls_session_get_end (wire_session (&pair->side[1])) ==
                   XTLS_END_PEER &&
               pair->side[0].delivered->len == 3 &&
               pair->side[1].delivered->len == 7;
    }
    wire_pair_free (pair);
    return good;
}

static void
test_faults_none (void)
{
    g_assert_true (run_session (WIRE_FAULT_NONE, 0, 0, NULL));
}

static void
test_faults_split (void)
{
    static const guint sizes[] = {1, 2, 5, 12, 100, 1024};

    for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
        g_assert_true (run_session (WIRE_FAULT_SPLIT, 0, sizes[i], NULL));
}

static void
test_faults_join (void)
{
    g_assert_true (run_session (WIRE_FAULT_JOIN, 0, 100, NULL));
    g_assert_true (run_session (WIRE_FAULT_JOIN, 0, 2000, NULL));
}

static void
test_faults_delay (void)
{
    for (guint i = 1; i < 2000; i = i * 3)
        g_assert_true (run_session (WIRE_FAULT_DELAY, 0, i, NULL));
}

/* The fault happens at every stanza of the session, and once after the last. */
static void
at_every_stanza_of (WireFault fault)
{
    guint passed, good = 0;

    run_session (WIRE_FAULT_NONE, 0, 0, &passed);
    for (guint at = 0; at < passed; at++)
        good += run_session (fault, at, 0, NULL);
    g_test_message ("%u of %u sessions were whole", good, passed);
    g_assert_cmpuint (good, <, passed);
    g_assert_true (run_session (fault, passed + 10, 0, NULL));
}

static void
at_every_stanza (gconstpointer data)
{
    at_every_stanza_of (GPOINTER_TO_INT (data));
}

/* The same where the servers refuse In-Band Bytestreams. */
static void
at_every_stanza_elsewhere (gconstpointer data)
{
    ibb = WIRE_IBB_REFUSED;
    at_every_stanza_of (GPOINTER_TO_INT (data));
    ibb = WIRE_IBB_PASSES;
}

/* The end of the stream is reached when nothing was cut off any more. */
static void
test_faults_truncate (void)
{
    guint at = 0;

    while (!run_session (WIRE_FAULT_TRUNCATE, at, 0, NULL))
        at++;
    g_test_message ("%u bytes", at);
    g_assert_cmpuint (at, >, 1000);
}

/* Forged stanzas have no effect. */
static void
test_faults_forge (void)
{
    static const char *const forged[] = {
        "data seq='0'", "close", "open block-size='4096'"};
    WirePair *pair = wire_pair_new_open ();
    const char *sid =
        xtls_session_get_transport_sid (wire_session (&pair->side[0]));

    for (gsize i = 0; i < G_N_ELEMENTS (forged); i++) {
        char *text = g_strdup_printf (
            "<iq xmlns='jabber:client' type='set' id='f'><%s "
            "xmlns='http://jabber.org/protocol/ibb' sid='%s'/></iq>",
            forged[i],
            sid);
        gsize before = pair->wire->len;

        wire_forge (pair, 0, "juliet@capulet.lit/other", text);
        wire_pair_settle (pair);
        g_assert_nonnull (strstr (pair->wire->str + before, "<item-not-found"));
        g_free (text);
    }
    wire_say (wire_session (&pair->side[0]), "unharmed");
    wire_say (wire_session (&pair->side[1]), "so am I");
    wire_pair_settle (pair);
    g_assert_delivered (&pair->side[0], "so am I");
    g_assert_delivered (&pair->side[1], "unharmed");
    wire_pair_free (pair);
}

static void
add_fault (const char *name, WireFault fault)
{
    char *path = g_strdup_printf ("/faults/%s", name);

    g_test_add_data_func (path, GINT_TO_POINTER (fault), at_every_stanza);
    g_free (path);
    path = g_strdup_printf ("/faults/without-ibb/%s", name);
    g_test_add_data_func (
        path, GINT_TO_POINTER (fault), at_every_stanza_elsewhere);
    g_free (path);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/faults/none", test_faults_none);
    g_test_add_func ("/faults/split", test_faults_split);
    g_test_add_func ("/faults/join", test_faults_join);
    g_test_add_func ("/faults/delay", test_faults_delay);
    g_test_add_func ("/faults/truncate", test_faults_truncate);
    g_test_add_func ("/faults/forge", test_faults_forge);
    add_fault ("drop", WIRE_FAULT_DROP);
    add_fault ("double", WIRE_FAULT_DOUBLE);
    add_fault ("corrupt", WIRE_FAULT_CORRUPT);
    add_fault ("garbage", WIRE_FAULT_GARBAGE);
    add_fault ("cut", WIRE_FAULT_CUT);
    add_fault ("reorder", WIRE_FAULT_REORDER);
    add_fault ("bounce", WIRE_FAULT_BOUNCE);
    return g_test_run ();
}
