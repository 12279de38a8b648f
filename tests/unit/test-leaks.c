/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opens and ends sessions in every way, one after the other: the use of memory,
 * file descriptors and timers returns to what it was. XTLS_SESSIONS=n sets how
 * many, and XTLS_SEED=n selects others. AddressSanitizer, if used, looks for
 * leaks instead.
 */
#include "wirepair.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
#define SESSIONS 200
#else
#define SESSIONS 2000
#endif
/* Enough to fill the memory of ended sessions. */
#define WARM_UP 300
/* The most bytes that all sessions together may leave, which is far less than
 * one byte for each. */
#define SLACK 4096

typedef struct {
    WirePair *pair;
    GRand *random;
} Run;

static guint
pick (Run *run, guint below)
{
    return (guint)g_rand_int_range (run->random, 0, (gint32)below);
}

static void
talk (Run *run)
{
    for (guint i = pick (run, 6); i > 0; i--) {
        XtlsSession *session = wire_session (&run->pair->side[pick (run, 2)]);

        if (session && xtls_session_get_state (session) == XTLS_SESSION_OPEN)
            wire_say (session, WIRE_SECRET);
        wire_pair_run (run->pair, pick (run, 40));
    }
}

/* A side that does not know that the session is over is told. */
static void
end (Run *run)
{
    WirePair *pair = run->pair;
    guint whose = pick (run, 2);
    WireSide *side = &pair->side[whose], *other = &pair->side[!whose];

    switch (pick (run, 6)) {
    case 0:
        xtls_endpoint_close (side->endpoint);
        break;
    case 1:
        xtls_endpoint_close (side->endpoint);
        xtls_endpoint_close (other->endpoint);
        break;
    case 2:
        xtls_endpoint_abort (side->endpoint, XTLS_END_OFFLINE);
        break;
    case 3:
        wire_side_login (side, side->jid);
        break;
    default:
        if (wire_session (side))
            xtls_session_close (wire_session (side), FALSE);
        break;
    }
    wire_pair_run (pair, pick (run, 30));
    xtls_endpoint_peer_gone (other->endpoint, side->jid);
    xtls_endpoint_peer_gone (side->endpoint, other->jid);
    pair->fault = WIRE_FAULT_NONE;
    wire_pair_run (pair, 90000);
    g_assert_cmpuint (wire_pair_count_timers (pair), ==, 0);
}

static void
forget (WirePair *pair)
{
    for (guint i = 0; i < 2; i++) {
        g_ptr_array_set_size (pair->side[i].sessions, 0);
        g_ptr_array_set_size (pair->side[i].delivered, 0);
        g_string_truncate (pair->side[i].states, 0);
        pair->side[i].allow = TRUE;
        pair->side[i].admit = TRUE;
    }
    g_string_truncate (pair->wire, 0);
}

/* Some are refused, and some break before they are open. */
static void
run_session (Run *run)
{
    WirePair *pair = run->pair;
    guint from = pick (run, 2);

    pair->side[pick (run, 2)].allow = pick (run, 10) > 0;
    pair->side[pick (run, 2)].admit = pick (run, 10) > 0;
    if (pick (run, 5) == 0)
        wire_pair_set_fault (pair, WIRE_FAULT_BREAK, pick (run, 12000), 0);
    xtls_endpoint_call (pair->side[from].endpoint, pair->side[!from].jid, NULL);
    if (pick (run, 8) == 0)
        xtls_endpoint_call (
            pair->side[!from].endpoint, pair->side[from].jid, NULL);
    wire_pair_run (pair, 100);
    talk (run);
    end (run);
    forget (pair);
}

static guint
count_descriptors (void)
{
    GDir *dir = g_dir_open ("/proc/self/fd", 0, NULL);
    guint count = 0;

    while (g_dir_read_name (dir))
        count++;
    g_dir_close (dir);
    return count;
}

static guint
from_environment (const char *name, guint otherwise)
{
    const char *text = g_getenv (name);

    return text ? (guint)strtoul (text, NULL, 10) : otherwise;
}

static void
test_sessions (void)
{
    guint count = from_environment ("XTLS_SESSIONS", SESSIONS);
    guint seed = from_environment ("XTLS_SEED", 1);
    Run run = {.pair = wire_pair_new (), .random = g_rand_new_with_seed (seed)};
    guint descriptors;
    gsize before, after;

    for (guint i = 0; i < WARM_UP; i++)
        run_session (&run);
    descriptors = count_descriptors ();
    before = mallinfo2 ().uordblks;
    for (guint i = 0; i < count; i++)
        run_session (&run);
    after = mallinfo2 ().uordblks;
    g_test_message ("%u sessions from seed %u: %" G_GSSIZE_FORMAT
                    " bytes more than before",
                    count,
                    seed,
                    (gssize)(after - before));
    g_assert_cmpuint (count_descriptors (), ==, descriptors);
    g_assert_cmpint ((gssize)(after - before), <, SLACK);
    g_rand_free (run.random);
    wire_pair_free (run.pair);
}

/* Begins this program again without glibc's cache of freed memory, which counts
 * as used. */
static void
begin_without_cache (char **argv)
{
    if (g_getenv ("GLIBC_TUNABLES"))
        return;
    g_setenv ("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0", TRUE);
    execv ("/proc/self/exe", argv);
    g_error ("execv: %s", g_strerror (errno));
}

int
main (int argc, char **argv)
{
    begin_without_cache (argv);
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/leaks/sessions", test_sessions);
    return g_test_run ();
}
