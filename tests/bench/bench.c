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
 * "floor" is the same work done by the libraries alone in the same run
 * (floor.h), and the ratio is the engine's cost divided by that.
 */
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

static int
compare (const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;

    return (first > second) - (first < second);
}

static double
median (double *values, gsize count)
{
    qsort (values, count, sizeof *values, compare);
    return values[count / 2];
}

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

/* Each message is complete before the next, as when two users type. */
static double
time_single (Loop *loop, Client *from, gsize len)
{
    double values[ROUNDS];

    for (guint i = 0; i < ROUNDS; i++) {
        double start = loop_cpu ();

        for (guint j = 0; j < BATCH; j++) {
            say (from, len);
            loop_run (loop);
        }
        values[i] = (loop_cpu () - start) / BATCH;
        loop_elapse (loop);
    }
    return median (values, ROUNDS) * 1e6;
}

/* Many in one turn of the main loop. */
static double
time_burst (Loop *loop, Client *from, gsize len)
{
    double values[ROUNDS];

    for (guint i = 0; i < ROUNDS; i++) {
        double start = loop_cpu ();

        for (guint j = 0; j < BATCH; j++)
            say (from, len);
        loop_run (loop);
        loop_elapse (loop);
        values[i] = (loop_cpu () - start) / BATCH;
    }
    return median (values, ROUNDS) * 1e6;
}

/* One after the other, because the window is limited. */
static double
rate_bulk (Loop *loop, Client *from)
{
    double values[ROUNDS];

    for (guint i = 0; i < ROUNDS; i++) {
        double start = loop_cpu ();

        for (guint j = 0; j < BULK_COUNT; j++) {
            say (from, BULK_MESSAGE);
            loop_run (loop);
        }
        loop_elapse (loop);
        values[i] = (double)BULK_MESSAGE * BULK_COUNT / (loop_cpu () - start) /
                    (1024 * 1024);
    }
    return median (values, ROUNDS);
}

static double
time_floor (Floor *floor, gboolean outer)
{
    double values[ROUNDS];

    for (guint i = 0; i < ROUNDS; i++) {
        double start = loop_cpu ();

        for (guint j = 0; j < BATCH; j++)
            floor_message (floor, message_new (100), outer);
        values[i] = (loop_cpu () - start) / BATCH;
    }
    return median (values, ROUNDS) * 1e6;
}

static double
rate_floor (Floor *floor, gboolean outer)
{
    double values[ROUNDS];

    for (guint i = 0; i < ROUNDS; i++) {
        double start = loop_cpu ();

        for (guint j = 0; j < BULK_COUNT; j++)
            floor_message (floor, message_new (BULK_MESSAGE), outer);
        values[i] = (double)BULK_MESSAGE * BULK_COUNT / (loop_cpu () - start) /
                    (1024 * 1024);
    }
    return median (values, ROUNDS);
}

static void
measure_messages (
    Loop *loop, Floor *floor, Client *romeo, Client *juliet, gboolean outer)
{
    const char *how = outer ? "with outer XML" : "engine";
    double single = time_floor (floor, outer), bulk = rate_floor (floor, outer);
    double alone, burst, rate;
    guint before = juliet->delivered;

    loop->outer = outer;
    alone = time_single (loop, romeo, 100);
    burst = time_burst (loop, romeo, 100);
    rate = rate_bulk (loop, romeo);
    printf ("message of 100 bytes, alone, %-15s %8.1f us CPU; floor %.1f us, "
            "ratio %.2f\n",
            how,
            alone,
            single,
            alone / single);
    printf ("message of 100 bytes, in a burst, %-10s %5.1f us CPU; floor of "
            "one alone %.1f us, ratio %.2f\n",
            how,
            burst,
            single,
            burst / single);
    printf ("bulk, messages of 64 KiB, %-18s %8.0f MiB/s of CPU; floor %.0f "
            "MiB/s, ratio %.2f\n",
            how,
            rate,
            bulk,
            bulk / rate);
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

/* The handshake, and the outer stanzas of a set-up as text and as nodes. */
static double
time_setup_floor (XtlsIdentity *one,
                  XtlsIdentity *other,
                  const GPtrArray *stanzas)
{
    double values[SETUPS];

    for (guint i = 0; i < SETUPS; i++) {
        double start = loop_cpu ();
        Floor *floor = floor_new (xtls_identity_get_credentials (one),
                                  xtls_identity_get_credentials (other));

        floor_outer (stanzas);
        values[i] = loop_cpu () - start;
        floor_free (floor);
    }
    return median (values, SETUPS);
}

static void
measure_setup (XtlsIdentity *one, XtlsIdentity *other)
{
    double values[SETUPS], setup, floor;
    GPtrArray *stanzas = NULL;
    gsize bytes = 0;

    for (guint i = 0; i < SETUPS; i++) {
        Loop *loop = loop_new ();
        Client *romeo = loop_add (loop, ROMEO, one);
        double start;

        loop_add (loop, JULIET, other);
        if (!stanzas)
            loop->kept = g_ptr_array_new_with_free_func (g_free);
        start = loop_cpu ();
        xtls_endpoint_call (romeo->endpoint, JULIET, NULL);
        loop_run (loop);
        values[i] = loop_cpu () - start;
        if (!romeo->session)
            g_error ("no session");
        bytes = loop->bytes;
        if (!stanzas)
            stanzas = g_steal_pointer (&loop->kept);
        loop_free (loop);
    }
    setup = median (values, SETUPS);
    floor = time_setup_floor (one, other, stanzas);
    printf ("set-up, both sides, with outer XML          %8.2f ms CPU, %zu "
            "bytes in %u stanzas; floor %.2f ms, ratio %.2f\n",
            setup * 1e3,
            bytes,
            stanzas->len,
            floor * 1e3,
            setup / floor);
    g_ptr_array_unref (stanzas);
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
        *longest = median (steps, LONG_ROUNDS);
    return median (values, LONG_ROUNDS);
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
                median (steps, LONG_ROUNDS) * 1e3);
    }
}

/* Each message belongs to another session. With many sessions, none is in the
 * processor's caches, although the work is the same. */
static double
time_crowd (Loop *loop, Client **clients, guint count)
{
    double values[ROUNDS];

    for (guint i = 0; i < ROUNDS; i++) {
        double start = loop_cpu ();

        for (guint j = 0; j < BATCH; j++) {
            say (clients[(i * BATCH + j) % count], 100);
            loop_run (loop);
        }
        values[i] = (loop_cpu () - start) / BATCH;
        loop_elapse (loop);
    }
    return median (values, ROUNDS) * 1e6;
}

static double
time_crowd_floor (Floor **floors, guint count)
{
    double values[ROUNDS];

    for (guint i = 0; i < ROUNDS; i++) {
        double start = loop_cpu ();

        for (guint j = 0; j < BATCH; j++)
            floor_message (
                floors[(i * BATCH + j) % count], message_new (100), TRUE);
        values[i] = (loop_cpu () - start) / BATCH;
    }
    return median (values, ROUNDS) * 1e6;
}

static gsize
memory_used (void)
{
    struct mallinfo2 info = mallinfo2 ();

    return info.uordblks + info.hblkhd;
}

typedef struct {
    double memory;    /* of one end */
    double few, many; /* what a message costs with NEIGHBOURS and SESSIONS */
} Crowd;

/* Connections that GnuTLS alone keeps open. */
static Crowd
measure_crowd_floor (XtlsIdentity *one, XtlsIdentity *other)
{
    Floor *floors[SESSIONS];
    gsize before = memory_used ();
    Crowd crowd;

    for (guint i = 0; i < SESSIONS; i++) {
        floors[i] = floor_new (xtls_identity_get_credentials (one),
                               xtls_identity_get_credentials (other));
        floor_message (floors[i], message_new (100), FALSE);
    }
    crowd.memory = (double)(memory_used () - before) / SESSIONS / 2;
    crowd.few = time_crowd_floor (floors, NEIGHBOURS);
    crowd.many = time_crowd_floor (floors, SESSIONS);
    for (guint i = 0; i < SESSIONS; i++)
        floor_free (floors[i]);
    return crowd;
}

static void
measure_sessions (XtlsIdentity *one, XtlsIdentity *other)
{
    Loop *loop = loop_new ();
    Client *romeo = loop_add (loop, ROMEO, one);
    Client *clients[SESSIONS];
    Crowd floor = measure_crowd_floor (one, other);
    double setups[SESSIONS], few = 0, many, memory;
    gsize before;

    for (guint i = 0; i < SESSIONS; i++) {
        char *jid = g_strdup_printf ("juliet@capulet.lit/%u", i);

        clients[i] = loop_add (loop, jid, other);
        g_free (jid);
    }
    before = memory_used ();
    for (guint i = 0; i < SESSIONS; i++) {
        double start = loop_cpu ();

        xtls_endpoint_call (romeo->endpoint, clients[i]->jid, NULL);
        loop_run (loop);
        setups[i] = loop_cpu () - start;
        say (clients[i], 100);
        say (romeo, 100);
        loop_run (loop);
        /* Each session's stanzas are acknowledged, and freed, a second later.
         * 2,000 that are freed at the same time leave holes all over the heap,
         * as hardly any client does. */
        loop_elapse (loop);
        if (i + 1 == NEIGHBOURS)
            few = time_crowd (loop, clients, NEIGHBOURS);
    }
    memory = (double)(memory_used () - before) / SESSIONS / 2;
    many = time_crowd (loop, clients, SESSIONS);
    printf ("memory of an open session, one end          %8.1f KiB (%u "
            "sessions, each has talked); GnuTLS alone %.1f KiB, ratio %.2f\n",
            memory / 1024,
            SESSIONS,
            floor.memory / 1024,
            memory / floor.memory);
    printf ("set-up, the first %u and the last of %u    %8.2f ms and %.2f "
            "ms CPU\n",
            SETUPS_COMPARED,
            SESSIONS,
            median (setups, SETUPS_COMPARED) * 1e3,
            median (setups + SESSIONS - SETUPS_COMPARED, SETUPS_COMPARED) *
                1e3);
    printf ("message of 100 bytes, %u and %u sessions   %8.1f us and %.1f us "
            "CPU, ratio %.2f; floor %.1f us and %.1f us, ratio %.2f\n",
            NEIGHBOURS,
            SESSIONS,
            few,
            many,
            many / few,
            floor.few,
            floor.many,
            floor.many / floor.few);
    loop_free (loop);
}

int
main (void)
{
    XtlsIdentity *one, *other;
    Floor *floor;
    Loop *loop;
    Client *romeo, *juliet;

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
    measure_messages (loop, floor, romeo, juliet, FALSE);
    measure_messages (loop, floor, romeo, juliet, TRUE);
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
