/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measures the cost of the engine. Two endpoints run in one process, joined
 * back to back; every figure is a median of the sum of both ends.
 *
 * CPU is the process's own. "engine" hands outer stanzas over as nodes; "with
 * outer XML" also writes each outer stanza as text and parses it again, which
 * is what libpurple does with it at either end. A message is measured until
 * nothing moves any more, which includes its block and the bytestream's
 * response. The acknowledgement inside the stream, which follows a second later
 * for all messages together, is measured by itself; a burst includes one. The
 * longest step is the handling of one stanza or one timer.
 *
 * "floor" is the same work done by the libraries alone (floor.h), and the ratio
 * is the engine's cost divided by that. Both take turns, round by round, and
 * the ratio is the median of those of the rounds: the speed of a machine that
 * others use as well changes within seconds.
 */
#include "compare.h"
#include "floor.h"
#include "loop.h"
#include "ns.h"

#include <malloc.h>
#include <stdio.h>

#define ROMEO "romeo@montague.lit/orchard"
#define JULIET "juliet@capulet.lit/balcony"

#define ROUNDS 31
#define BATCH 400
#define SETUPS 101
#define BULK_MESSAGE (64 * 1024)
#define BULK_COUNT 64
#define SESSIONS 1000
#define NEIGHBOURS 10
#define SETUPS_COMPARED 100
#define LONG_MESSAGE (128 * 1024)
#define LONG_ROUNDS 3
#define KEPT (32 * 1024 * 1024)
#define CROWDED (24 * 250 * 1024)

void purple_dbus_init_ids (void);

static xmlnode *
message_new (gsize len)
{
    xmlnode *message = xmlnode_new ("message");
    xmlnode *body;
    char *text = g_strnfill (len, 'x');

    xmlnode_set_namespace (message, XTLS_NS_CLIENT);
    xmlnode_set_attrib (message, "type", "chat");
    xmlnode_set_attrib (message, "id", "purple1a2b3c4d");
    body = xmlnode_new_child (message, "body");
    xmlnode_set_namespace (body, XTLS_NS_CLIENT);
    xmlnode_insert_data (body, text, (gssize)len);
    g_free (text);
    return message;
}

static void
say (Client *client, gsize len)
{
    if (!xtls_session_send (client->session, message_new (len), NULL))
        g_error ("a message was not sent");
}

/* --- messages --------------------------------------------------------------*/

typedef struct {
    Loop *loop;
    Client *from;
    Floor *floor;
    gboolean outer;
} Talk;

/* Each message is complete before the next, as when two users type. */
static double
say_alone (gpointer data, guint round)
{
    Talk *talk = data;
    double start = loop_cpu (), end;

    for (guint i = 0; i < BATCH; i++) {
        say (talk->from, 100);
        loop_run (talk->loop);
    }
    end = loop_cpu ();
    loop_elapse (talk->loop);
    return (end - start) / BATCH;
}

/* Many in one turn of the main loop. */
static double
say_in_burst (gpointer data, guint round)
{
    Talk *talk = data;
    double start = loop_cpu ();

    for (guint i = 0; i < BATCH; i++)
        say (talk->from, 100);
    loop_run (talk->loop);
    loop_elapse (talk->loop);
    return (loop_cpu () - start) / BATCH;
}

/* One after the other, because the window is limited. */
static double
say_bulk (gpointer data, guint round)
{
    Talk *talk = data;
    double start = loop_cpu ();

    for (guint i = 0; i < BULK_COUNT; i++) {
        say (talk->from, BULK_MESSAGE);
        loop_run (talk->loop);
    }
    loop_elapse (talk->loop);
    return (loop_cpu () - start) / BULK_COUNT;
}

static double
floor_alone (gpointer data, guint round)
{
    Talk *talk = data;
    double start = loop_cpu ();

    for (guint i = 0; i < BATCH; i++)
        floor_message (talk->floor, message_new (100), talk->outer);
    return (loop_cpu () - start) / BATCH;
}

static double
floor_bulk (gpointer data, guint round)
{
    Talk *talk = data;
    double start = loop_cpu ();

    for (guint i = 0; i < BULK_COUNT; i++)
        floor_message (talk->floor, message_new (BULK_MESSAGE), talk->outer);
    return (loop_cpu () - start) / BULK_COUNT;
}

static double
to_rate (double seconds)
{
    return (double)BULK_MESSAGE / seconds / (1024 * 1024);
}

static void
measure_messages (Talk *talk, Client *juliet)
{
    const char *how = talk->outer ? "with outer XML" : "engine";
    guint before = juliet->delivered;
    Comparison alone, burst, bulk;

    talk->loop->outer = talk->outer;
    alone = compare_costs (say_alone, talk, floor_alone, talk, ROUNDS);
    burst = compare_costs (say_in_burst, talk, floor_alone, talk, ROUNDS);
    bulk = compare_costs (say_bulk, talk, floor_bulk, talk, ROUNDS);
    printf ("message of 100 bytes, alone, %-15s %8.1f us CPU; floor %.1f us, "
            "ratio %.2f\n",
            how,
            alone.cost * 1e6,
            alone.other * 1e6,
            alone.ratio);
    printf ("message of 100 bytes, in a burst, %-10s %5.1f us CPU; floor of "
            "one alone %.1f us, ratio %.2f\n",
            how,
            burst.cost * 1e6,
            burst.other * 1e6,
            burst.ratio);
    printf ("bulk, messages of 64 KiB, %-18s %8.0f MiB/s of CPU; floor %.0f "
            "MiB/s, ratio %.2f\n",
            how,
            to_rate (bulk.cost),
            to_rate (bulk.other),
            bulk.ratio);
    if (juliet->delivered - before != ROUNDS * (2 * BATCH + BULK_COUNT))
        g_error ("messages were lost");
}

/* The bytes of the outer stanzas as their senders write them. */
static void
measure_wire (Loop *loop, Client *romeo)
{
    static const gsize sizes[] = {20, 100, 1000};
    gsize bytes;

    loop->outer = TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
        gsize plain, padded;

        bytes = loop->bytes;
        say (romeo, sizes[i]);
        loop_run (loop);
        plain = loop->bytes - bytes;
        xtls_endpoint_set_padding (romeo->endpoint, TRUE);
        bytes = loop->bytes;
        say (romeo, sizes[i]);
        loop_run (loop);
        padded = loop->bytes - bytes;
        xtls_endpoint_set_padding (romeo->endpoint, FALSE);
        printf ("message of %4zu bytes, with its answer      %8zu bytes, %zu "
                "with its length hidden\n",
                sizes[i],
                plain,
                padded);
    }
    bytes = loop->bytes;
    loop_elapse (loop);
    printf ("acknowledgement inside, with its answer     %8zu bytes\n",
            loop->bytes - bytes);
}

typedef struct {
    XtlsIdentity *one, *other;
    GPtrArray *stanzas; /* the outer stanzas of a set-up, as text */
    gsize bytes;        /* of them */
} Setup;

static double
set_up (gpointer data, guint round)
{
    Setup *setup = data;
    Loop *loop = loop_new ();
    Client *romeo = loop_add (loop, ROMEO, setup->one);
    double start, end;

    loop_add (loop, JULIET, setup->other);
    if (!setup->stanzas)
        loop->kept = g_ptr_array_new_with_free_func (g_free);
    start = loop_cpu ();
    xtls_endpoint_call (romeo->endpoint, JULIET, NULL);
    loop_run (loop);
    end = loop_cpu ();
    if (!romeo->session)
        g_error ("no session");
    setup->bytes = loop->bytes;
    if (!setup->stanzas)
        setup->stanzas = g_steal_pointer (&loop->kept);
    loop_free (loop);
    return end - start;
}

/* The handshake, and the outer stanzas as text and as nodes. */
static double
floor_set_up (gpointer data, guint round)
{
    Setup *setup = data;
    double start = loop_cpu (), end;
    Floor *floor = floor_new (xtls_identity_get_credentials (setup->one),
                              xtls_identity_get_credentials (setup->other));

    floor_outer (setup->stanzas);
    end = loop_cpu ();
    floor_free (floor);
    return end - start;
}

static void
measure_setup (XtlsIdentity *one, XtlsIdentity *other)
{
    Setup setup = {one, other, NULL, 0};
    Comparison cost;

    set_up (&setup, 0);
    cost = compare_costs (set_up, &setup, floor_set_up, &setup, SETUPS);
    printf ("set-up, both sides, with outer XML          %8.2f ms CPU, %zu "
            "bytes in %u stanzas; floor %.2f ms, ratio %.2f\n",
            cost.cost * 1e3,
            setup.bytes,
            setup.stanzas->len,
            cost.other * 1e3,
            cost.ratio);
    g_ptr_array_unref (setup.stanzas);
}

/* Two clients that are private. */
static Loop *
loop_joined (XtlsIdentity *one, XtlsIdentity *other, guint block_size)
{
    Loop *loop = loop_new ();

    loop->outer = FALSE;
    loop->block_size = block_size;
    loop_add (loop, ROMEO, one);
    loop_add (loop, JULIET, other);
    xtls_endpoint_call (loop_get (loop, ROMEO)->endpoint, JULIET, NULL);
    loop_run (loop);
    return loop;
}

/* @longest: (nullable) (out): the longest step; measuring the steps makes the
 *   total longer. */
static double
time_long (XtlsIdentity *one,
           XtlsIdentity *other,
           guint block_size,
           gsize len,
           double *longest)
{
    double values[LONG_ROUNDS], steps[LONG_ROUNDS];

    for (guint i = 0; i < LONG_ROUNDS; i++) {
        Loop *loop = loop_joined (one, other, block_size);
        double start = loop_cpu ();

        loop->watched = longest != NULL;
        say (loop_get (loop, ROMEO), len);
        loop_run (loop);
        values[i] = loop_cpu () - start;
        steps[i] = loop->longest;
        if (loop_get (loop, JULIET)->delivered != 1)
            g_error ("a message was lost");
        loop_free (loop);
    }
    if (longest)
        *longest = compare_median (steps, LONG_ROUNDS);
    return compare_median (values, LONG_ROUNDS);
}

/* Twice the length should cost twice as much, however small the blocks are. */
static void
measure_long (XtlsIdentity *one, XtlsIdentity *other)
{
    static const guint sizes[] = {16384, 1000, 100, 1};

    for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
        double half = time_long (one, other, sizes[i], LONG_MESSAGE, NULL);
        double full =
            time_long (one, other, sizes[i], 2 * LONG_MESSAGE - 200, NULL);
        double longest;

        time_long (one, other, sizes[i], 2 * LONG_MESSAGE - 200, &longest);

        printf ("message of 256 KiB, blocks of %5u bytes    %8.2f ms CPU, %.1f "
                "times that of 128 KiB; longest step %.2f ms\n",
                sizes[i],
                full * 1e3,
                full / half,
                longest * 1e3);
    }
}

/* The other side ends while much data waits to be sent to it. */
static void
measure_end (XtlsIdentity *one, XtlsIdentity *other)
{
    static const guint sizes[] = {16384, 1000};

    for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
        double steps[LONG_ROUNDS];

        for (guint j = 0; j < LONG_ROUNDS; j++) {
            Loop *loop = loop_joined (one, other, sizes[i]);

            loop->eager = TRUE;
            loop->watched = TRUE;
            for (gsize sent = 0; sent < CROWDED; sent += 250 * 1024)
                say (loop_get (loop, ROMEO), 250 * 1024);
            xtls_session_close (loop_get (loop, JULIET)->session, FALSE);
            loop_run (loop);
            steps[j] = loop->longest;
            loop_free (loop);
        }
        printf ("end with 6 MiB unsent, blocks of %5u bytes  longest step "
                "%.2f ms\n",
                sizes[i],
                compare_median (steps, LONG_ROUNDS) * 1e3);
    }
}

typedef struct {
    Loop *loop;
    Client **clients;
    Floor **floors;
    guint count;
} Crowd;

/* Each message belongs to another session. With many sessions, none is in the
 * processor's caches, although the work is the same. */
static double
say_in_crowd (gpointer data, guint round)
{
    Crowd *crowd = data;
    double start = loop_cpu (), end;

    for (guint i = 0; i < BATCH; i++) {
        say (crowd->clients[(round * BATCH + i) % crowd->count], 100);
        loop_run (crowd->loop);
    }
    end = loop_cpu ();
    loop_elapse (crowd->loop);
    return (end - start) / BATCH;
}

static double
floor_in_crowd (gpointer data, guint round)
{
    Crowd *crowd = data;
    double start = loop_cpu ();

    for (guint i = 0; i < BATCH; i++)
        floor_message (crowd->floors[(round * BATCH + i) % crowd->count],
                       message_new (100),
                       TRUE);
    return (loop_cpu () - start) / BATCH;
}

static gsize
memory_used (void)
{
    struct mallinfo2 info = mallinfo2 ();

    return info.uordblks + info.hblkhd;
}

/* Connections that GnuTLS alone keeps open. */
static void
make_floors (Floor **floors,
             guint count,
             XtlsIdentity *one,
             XtlsIdentity *other)
{
    for (guint i = 0; i < count; i++) {
        floors[i] = floor_new (xtls_identity_get_credentials (one),
                               xtls_identity_get_credentials (other));
        floor_message (floors[i], message_new (100), FALSE);
    }
}

/* Returns: the bytes of one end. */
static double
measure_floors (XtlsIdentity *one, XtlsIdentity *other, Comparison *cost)
{
    Floor *near[NEIGHBOURS], *floors[SESSIONS];
    Crowd few = {.floors = near, .count = NEIGHBOURS};
    Crowd many = {.floors = floors, .count = SESSIONS};
    CompareProcess *apart;
    double memory;
    gsize before;

    make_floors (near, NEIGHBOURS, one, other);
    apart = compare_process_new (floor_in_crowd, &few);
    before = memory_used ();
    make_floors (floors, SESSIONS, one, other);
    memory = (double)(memory_used () - before) / SESSIONS / 2;
    *cost = compare_costs (
        floor_in_crowd, &many, compare_process_work, apart, ROUNDS);
    compare_process_free (apart);
    for (guint i = 0; i < NEIGHBOURS; i++)
        floor_free (near[i]);
    for (guint i = 0; i < SESSIONS; i++)
        floor_free (floors[i]);
    return memory;
}

/* @setups: (out): what the set-up of each session costs, in seconds of CPU */
static void
join_crowd (Crowd *crowd, double *setups)
{
    Client *romeo = loop_get (crowd->loop, ROMEO);

    for (guint i = 0; i < crowd->count; i++) {
        double start = loop_cpu ();

        xtls_endpoint_call (romeo->endpoint, crowd->clients[i]->jid, NULL);
        loop_run (crowd->loop);
        setups[i] = loop_cpu () - start;
        say (crowd->clients[i], 100);
        say (romeo, 100);
        loop_run (crowd->loop);
        /* Each session's stanzas are acknowledged, and freed, a second later.
         * 2,000 that are freed at the same time leave holes all over the heap,
         * as hardly any client does. */
        loop_elapse (crowd->loop);
    }
}

static Crowd
make_crowd (Client **clients,
            guint count,
            XtlsIdentity *one,
            XtlsIdentity *other)
{
    Crowd crowd = {.loop = loop_new (), .clients = clients, .count = count};

    loop_add (crowd.loop, ROMEO, one);
    for (guint i = 0; i < count; i++) {
        char *jid = g_strdup_printf ("juliet@capulet.lit/%u", i);

        clients[i] = loop_add (crowd.loop, jid, other);
        g_free (jid);
    }
    return crowd;
}

static void
measure_sessions (XtlsIdentity *one, XtlsIdentity *other)
{
    Client *near[NEIGHBOURS], *clients[SESSIONS];
    double setups[SESSIONS], memory, floor_memory;
    Comparison floor, cost;
    CompareProcess *apart;
    Crowd few, many;
    gsize before;

    floor_memory = measure_floors (one, other, &floor);
    few = make_crowd (near, NEIGHBOURS, one, other);
    join_crowd (&few, setups);
    apart = compare_process_new (say_in_crowd, &few);
    many = make_crowd (clients, SESSIONS, one, other);
    before = memory_used ();
    join_crowd (&many, setups);
    memory = (double)(memory_used () - before) / SESSIONS / 2;
    cost = compare_costs (
        say_in_crowd, &many, compare_process_work, apart, ROUNDS);
    compare_process_free (apart);
    printf ("memory of an open session, one end          %8.1f KiB (%u "
            "sessions, each has talked); GnuTLS alone %.1f KiB, ratio %.2f\n",
            memory / 1024,
            SESSIONS,
            floor_memory / 1024,
            memory / floor_memory);
    printf (
        "set-up, the first %u and the last of %u    %8.2f ms and %.2f "
        "ms CPU\n",
        SETUPS_COMPARED,
        SESSIONS,
        compare_median (setups, SETUPS_COMPARED) * 1e3,
        compare_median (setups + SESSIONS - SETUPS_COMPARED, SETUPS_COMPARED) *
            1e3);
    printf ("message of 100 bytes, %u and %u sessions   %8.1f us and %.1f us "
            "CPU, ratio %.2f; floor %.1f us and %.1f us, ratio %.2f\n",
            NEIGHBOURS,
            SESSIONS,
            cost.other * 1e6,
            cost.cost * 1e6,
            cost.ratio,
            floor.other * 1e6,
            floor.cost * 1e6,
            floor.ratio);
    loop_free (few.loop);
    loop_free (many.loop);
}

int
main (void)
{
    XtlsIdentity *one, *other;
    Floor *floor;
    Loop *loop;
    Client *romeo, *juliet;
    Talk talk;

    purple_dbus_init_ids ();
    setvbuf (stdout, NULL, _IOLBF, 0);
    /* Freed memory stays with the process, so that neither side of a comparison
     * pays for pages that are returned to the kernel and fetched again. */
    mallopt (M_MMAP_THRESHOLD, KEPT);
    mallopt (M_TRIM_THRESHOLD, KEPT);
    one = loop_identity ("romeo@montague.lit");
    other = loop_identity ("juliet@capulet.lit");

    loop = loop_new ();
    romeo = loop_add (loop, ROMEO, one);
    juliet = loop_add (loop, JULIET, other);
    xtls_endpoint_call (romeo->endpoint, juliet->jid, NULL);
    loop_run (loop);
    floor = floor_new (xtls_identity_get_credentials (one),
                       xtls_identity_get_credentials (other));
    talk = (Talk){loop, romeo, floor, FALSE};
    measure_messages (&talk, juliet);
    talk.outer = TRUE;
    measure_messages (&talk, juliet);
    measure_wire (loop, romeo);
    floor_free (floor);
    loop_free (loop);

    measure_setup (one, other);
    measure_long (one, other);
    measure_end (one, other);
    measure_sessions (one, other);
    xtls_identity_unref (one);
    xtls_identity_unref (other);
    return 0;
}
