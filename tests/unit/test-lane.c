/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of session/lane.c: two lanes with a relay between them that sees and
 * spoils what passes. */
#include "lane.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ADDRESS "0123456789abcdef0123456789abcdef01234567"
#define MIB (1024 * 1024)
#define SECRET "the words of the file"

static const guint8 key[XTLS_PSK_KEY_LEN] = {1, 2, 3};
static const guint8 wrong_key[XTLS_PSK_KEY_LEN] = {1, 2, 4};

/* One side, and its owner. */
typedef struct {
    XtlsLane *lane;
    XtlsLaneState state; /* as it was told */
    guint64 size, done;  /* bytes of the file */
    gboolean is_stopped; /* neither reads nor writes */
    guint calls;         /* of `ready` */
    gboolean closes;     /* in the next callback */
} Side;

/* Between the two: socket pairs, and what is done to the bytes. */
typedef struct {
    int up[2], down[2]; /* [0] is a lane's, [1] the relay's */
    guint64 passed[2];  /* bytes, from the sender, from the receiver */
    guint64 flip_at;    /* byte from the sender, from 1 */
    guint64 cut_after;  /* bytes from the sender */
    gboolean is_stalled;
    GString *seen;
} Relay;

/* --- the outside of a lane --- */

typedef struct {
    guint id;
    guint ms;
    GSourceFunc function;
    gpointer data;
} Timer;

static GList *timers; /* of more than 0 ms: they run by run_timers() only */
static guint last_timer = 1000000;

static gboolean
io_cb (gint fd, GIOCondition condition, gpointer lane)
{
    xtls_lane_io (lane);
    return TRUE;
}

static guint
watch_add (int fd, gboolean writing, XtlsLane *lane)
{
    return g_unix_fd_add (
        fd, writing ? G_IO_OUT : G_IO_IN | G_IO_HUP, io_cb, lane);
}

static void
remove_source (guint id)
{
    g_source_remove (id);
}

static guint
timer_add (guint ms, GSourceFunc function, gpointer data)
{
    Timer *timer;

    if (ms == 0)
        return g_idle_add_full (G_PRIORITY_DEFAULT, function, data, NULL);
    timer = g_new0 (Timer, 1);
    timer->id = ++last_timer;
    timer->ms = ms;
    timer->function = function;
    timer->data = data;
    timers = g_list_append (timers, timer);
    return timer->id;
}

static Timer *
find_timer (guint id)
{
    for (GList *l = timers; l; l = l->next)
        if (((Timer *)l->data)->id == id)
            return l->data;
    return NULL;
}

static void
timer_remove (guint id)
{
    Timer *timer = find_timer (id);

    if (!timer) {
        g_source_remove (id);
        return;
    }
    timers = g_list_remove (timers, timer);
    g_free (timer);
}

/* All timers of @ms run out, once. */
static void
run_timers (guint ms)
{
    g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint));

    for (GList *l = timers; l; l = l->next)
        if (((Timer *)l->data)->ms == ms)
            g_array_append_val (ids, ((Timer *)l->data)->id);
    for (guint i = 0; i < ids->len; i++) {
        guint id = g_array_index (ids, guint, i);
        Timer *timer = find_timer (id);

        if (timer && !timer->function (timer->data) && find_timer (id))
            timer_remove (id);
    }
}

/* --- owners --- */

static guint8
byte_at (guint64 at)
{
    static const char words[] = SECRET " ";

    return (guint8)words[at % (sizeof words - 1)];
}

static void
drop (Side *side)
{
    if (!side->lane)
        return;
    xtls_lane_close (side->lane);
    xtls_lane_unref (side->lane);
    side->lane = NULL;
}

static void
changed_cb (XtlsLane *lane, gpointer data)
{
    Side *side = data;

    g_assert_true (side->lane == lane || !side->lane);
    side->state = xtls_lane_get_state (lane);
    if (side->closes)
        drop (side);
}

static void
send_some (Side *side)
{
    guint8 chunk[XTLS_PSK_CHUNK];
    gsize len = MIN (sizeof chunk, side->size - side->done);

    for (gsize i = 0; i < len; i++)
        chunk[i] = byte_at (side->done + i);
    side->done += xtls_lane_write (side->lane, chunk, len);
    if (side->done == side->size)
        xtls_lane_finish (side->lane);
}

static void
receive_some (Side *side)
{
    guint8 chunk[XTLS_PSK_CHUNK];
    gsize len = xtls_lane_read (
        side->lane, chunk, MIN (sizeof chunk, side->size - side->done));

    for (gsize i = 0; i < len; i++)
        g_assert_cmpuint (chunk[i], ==, byte_at (side->done + i));
    side->done += len;
    if (side->done == side->size)
        xtls_lane_finish (side->lane);
}

static void
sender_ready_cb (XtlsLane *lane, gpointer data)
{
    Side *side = data;

    side->calls++;
    if (side->closes)
        drop (side);
    else if (!side->is_stopped)
        send_some (side);
}

static void
receiver_ready_cb (XtlsLane *lane, gpointer data)
{
    Side *side = data;

    side->calls++;
    if (side->closes)
        drop (side);
    else if (!side->is_stopped)
        receive_some (side);
}

static const XtlsLaneOps sender_ops = {
    .changed = changed_cb,
    .ready = sender_ready_cb,
    .watch_add = watch_add,
    .watch_remove = remove_source,
    .timer_add = timer_add,
    .timer_remove = timer_remove,
};

static const XtlsLaneOps receiver_ops = {
    .changed = changed_cb,
    .ready = receiver_ready_cb,
    .watch_add = watch_add,
    .watch_remove = remove_source,
    .timer_add = timer_add,
    .timer_remove = timer_remove,
};

/* --- the relay --- */

static void
make_pair (int pair[2])
{
    g_assert_cmpint (
        socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), ==, 0);
}

static void
end_relay (int *fd)
{
    if (*fd >= 0)
        close (*fd);
    *fd = -1;
}

/* Returns: whether a byte has passed. */
static gboolean
carry (Relay *relay, int *from, int *to, guint way)
{
    guint8 data[16 * 1024];
    gsize most = sizeof data;
    ssize_t len;

    if (*from < 0 || *to < 0 || relay->is_stalled)
        return FALSE;
    if (way == 0 && relay->cut_after)
        most = MIN (most, relay->cut_after - relay->passed[0]);
    if (most == 0) {
        end_relay (from);
        end_relay (to);
        return FALSE;
    }
    /* What cannot be passed on now is not taken. */
    len = recv (*from, data, most, MSG_PEEK);
    /* As many proxies do it: the end of one direction is that of both. */
    if (len == 0) {
        end_relay (from);
        end_relay (to);
    }
    if (len <= 0)
        return FALSE;
    if (way == 0 && relay->flip_at > relay->passed[0] &&
        relay->flip_at <= relay->passed[0] + (guint64)len)
        data[relay->flip_at - relay->passed[0] - 1] ^= 1;
    len = send (*to, data, (gsize)len, MSG_NOSIGNAL);
    if (len <= 0)
        return FALSE;
    (void)!recv (*from, data, (gsize)len, 0);
    relay->passed[way] += (guint64)len;
    if (relay->seen->len < MIB)
        g_string_append_len (relay->seen, (const char *)data, len);
    return TRUE;
}

static void
relay_open (Relay *relay)
{
    make_pair (relay->up);
    make_pair (relay->down);
    relay->seen = g_string_new (NULL);
}

static void
relay_close (Relay *relay)
{
    end_relay (&relay->up[1]);
    end_relay (&relay->down[1]);
    g_string_free (relay->seen, TRUE);
}

/* Until nothing happens any more. */
static void
run (Relay *relay)
{
    guint idle = 0;

    while (idle < 20) {
        gboolean busy = FALSE;

        while (g_main_context_iteration (NULL, FALSE) && !busy)
            busy = TRUE;
        busy |= carry (relay, &relay->up[1], &relay->down[1], 0);
        busy |= carry (relay, &relay->down[1], &relay->up[1], 1);
        idle = busy ? 0 : idle + 1;
        /* A watcher whose owner does nothing is called for ever. */
        if (busy && (relay->up[1] < 0 || relay->is_stalled))
            idle++;
    }
}

static void
start (Relay *relay, Side *sender, Side *receiver, guint64 size, gboolean waits)
{
    XtlsLaneSpec spec = {.socks = XTLS_SOCKS5_ACCEPT,
                         .address = ADDRESS,
                         .tls = XTLS_TLS_CLIENT,
                         .key = key};

    sender->size = receiver->size = size;
    sender->lane = xtls_lane_new (relay->up[0], &spec, &sender_ops, sender);
    xtls_lane_want_room (sender->lane);
    spec.socks = XTLS_SOCKS5_CONNECT;
    spec.tls = XTLS_TLS_SERVER;
    spec.waits = waits;
    receiver->lane =
        xtls_lane_new (relay->down[0], &spec, &receiver_ops, receiver);
}

static void
finish (Relay *relay, Side *sender, Side *receiver)
{
    drop (sender);
    drop (receiver);
    relay_close (relay);
    g_assert_null (timers);
}

/* --- tests --- */

static void
test_sizes (void)
{
    const guint64 sizes[] = {
        1, 2, 16383, 16384, 16385, 65536, 65537, 5 * MIB + 3};

    for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
        Relay relay = {0};
        Side sender = {0}, receiver = {0};

        relay_open (&relay);
        start (&relay, &sender, &receiver, sizes[i], FALSE);
        run (&relay);
        g_assert_cmpint (sender.state, ==, XTLS_LANE_ENDED);
        g_assert_cmpint (receiver.state, ==, XTLS_LANE_ENDED);
        g_assert_cmpuint (receiver.done, ==, sizes[i]);
        g_assert_null (strstr (relay.seen->str, SECRET));
        g_assert_null (g_strstr_len (
            relay.seen->str, (gssize)relay.seen->len, "the words"));
        finish (&relay, &sender, &receiver);
    }
}

/* Behind the greeting, until its owner says so. */
static void
test_waits (void)
{
    Relay relay = {0};
    Side sender = {0}, receiver = {0};

    relay_open (&relay);
    start (&relay, &sender, &receiver, 100, TRUE);
    run (&relay);
    g_assert_cmpint (sender.state, ==, XTLS_LANE_HANDSHAKE);
    g_assert_cmpint (receiver.state, ==, XTLS_LANE_WAITING);
    xtls_lane_go_on (receiver.lane);
    run (&relay);
    g_assert_cmpint (sender.state, ==, XTLS_LANE_ENDED);
    g_assert_cmpint (receiver.state, ==, XTLS_LANE_ENDED);
    finish (&relay, &sender, &receiver);
}

/* A receiver that does not read stops the sender, and neither keeps more than
 * buffers of the system hold. */
static void
test_back_pressure (void)
{
    Relay relay = {0};
    Side sender = {0}, receiver = {.is_stopped = TRUE};
    guint64 held;

    relay_open (&relay);
    start (&relay, &sender, &receiver, 64 * MIB, FALSE);
    for (guint i = 0; i < 3000; i++) {
        g_main_context_iteration (NULL, FALSE);
        carry (&relay, &relay.up[1], &relay.down[1], 0);
        carry (&relay, &relay.down[1], &relay.up[1], 1);
    }
    held = sender.done;
    g_assert_cmpuint (held, >, 0);
    g_assert_cmpuint (held, <, 2 * MIB);
    /* A side whose owner takes its time is not silent. */
    for (guint i = 0; i < 3; i++)
        run_timers (5000);
    receiver.is_stopped = FALSE;
    receive_some (&receiver);
    run (&relay);
    g_assert_cmpint (sender.state, ==, XTLS_LANE_ENDED);
    g_assert_cmpuint (receiver.done, ==, 64 * MIB);
    finish (&relay, &sender, &receiver);
}

/* Cut behind every number of bytes: what is missing is found out by both. */
static void
test_cut (void)
{
    for (guint64 after = 1; after < 1600; after += after < 700 ? 13 : 1) {
        Relay relay = {.cut_after = after};
        Side sender = {0}, receiver = {0};

        relay_open (&relay);
        start (&relay, &sender, &receiver, 1000, FALSE);
        run (&relay);
        if (relay.passed[0] < after) { /* it was all over before */
            g_assert_cmpint (sender.state, ==, XTLS_LANE_ENDED);
            finish (&relay, &sender, &receiver);
            break;
        }
        /* The sender knows better than to believe that it has arrived. */
        g_assert_cmpint (sender.state, ==, XTLS_LANE_FAILED);
        g_assert_nonnull (xtls_lane_get_detail (sender.lane));
        if (receiver.done < 1000)
            g_assert_cmpint (receiver.state, ==, XTLS_LANE_FAILED);
        g_assert_true (receiver.done == 0 || receiver.done == 1000);
        finish (&relay, &sender, &receiver);
    }
}

/* Orderly, but before the end of the file. */
static void
test_too_short (void)
{
    Relay relay = {0};
    Side sender = {0}, receiver = {0};

    relay_open (&relay);
    start (&relay, &sender, &receiver, 1000, FALSE);
    receiver.size = 1001;
    run (&relay);
    g_assert_cmpint (receiver.state, ==, XTLS_LANE_FAILED);
    g_assert_cmpuint (receiver.done, ==, 1000);
    drop (&receiver);
    run (&relay);
    g_assert_cmpint (sender.state, ==, XTLS_LANE_FAILED);
    finish (&relay, &sender, &receiver);
}

/* More than was offered is not looked at, and its sender is told. */
static void
test_too_long (void)
{
    Relay relay = {0};
    Side sender = {0}, receiver = {0};

    relay_open (&relay);
    start (&relay, &sender, &receiver, 300000, FALSE);
    receiver.size = 1000;
    run (&relay);
    g_assert_cmpuint (receiver.done, ==, 1000);
    g_assert_cmpint (sender.state, ==, XTLS_LANE_FAILED);
    finish (&relay, &sender, &receiver);
}

static void
test_flipped (void)
{
    guint failed = 0;

    for (guint64 at = 1; at < 1600; at += 7) {
        Relay relay = {.flip_at = at};
        Side sender = {0}, receiver = {0};

        relay_open (&relay);
        start (&relay, &sender, &receiver, 1000, FALSE);
        run (&relay);
        if (relay.passed[0] < at) {
            finish (&relay, &sender, &receiver);
            break;
        }
        /* A length that has grown, or what was not understood, ends by the
         * clock. */
        for (guint i = 0; i < 7; i++)
            run_timers (5000);
        run_timers (XTLS_LANE_GREETING_TIMEOUT);
        run_timers (XTLS_LANE_HANDSHAKE_TIMEOUT);
        run (&relay);
        drop (&receiver);
        run (&relay);
        /* Some bytes mean nothing: then all of the file is there. Its bytes
         * are looked at as they are read. */
        if (sender.state == XTLS_LANE_ENDED)
            g_assert_cmpuint (receiver.done, ==, 1000);
        else
            failed++;
        g_assert_true (receiver.done == 0 || receiver.done == 1000);
        finish (&relay, &sender, &receiver);
    }
    g_assert_cmpuint (failed, >, 150);
}

static void
test_wrong_key (void)
{
    Relay relay = {0};
    Side sender = {.size = 1000}, receiver = {.size = 1000};
    XtlsLaneSpec spec = {.socks = XTLS_SOCKS5_ACCEPT,
                         .address = ADDRESS,
                         .tls = XTLS_TLS_CLIENT,
                         .key = key};

    relay_open (&relay);
    sender.lane = xtls_lane_new (relay.up[0], &spec, &sender_ops, &sender);
    xtls_lane_want_room (sender.lane);
    spec.socks = XTLS_SOCKS5_CONNECT;
    spec.tls = XTLS_TLS_SERVER;
    spec.key = wrong_key;
    receiver.lane =
        xtls_lane_new (relay.down[0], &spec, &receiver_ops, &receiver);
    run (&relay);
    g_assert_cmpint (sender.state, ==, XTLS_LANE_FAILED);
    g_assert_cmpint (receiver.state, ==, XTLS_LANE_FAILED);
    g_assert_cmpuint (sender.done, ==, 0);
    g_assert_cmpuint (sender.calls, ==, 0);
    finish (&relay, &sender, &receiver);
}

/* No TLS: the greeting, and then the file as it is. */
static void
test_no_tls (void)
{
    static const char plain[] = "\5\0\5\0\0\1\177\0\0\1\4\322" SECRET;
    Side receiver = {.size = 20};
    XtlsLaneSpec spec = {.socks = XTLS_SOCKS5_CONNECT,
                         .address = ADDRESS,
                         .tls = XTLS_TLS_SERVER,
                         .key = key};
    Relay relay = {0};

    relay_open (&relay);
    receiver.lane =
        xtls_lane_new (relay.down[0], &spec, &receiver_ops, &receiver);
    (void)!write (relay.down[1], plain, sizeof plain - 1);
    relay.is_stalled = TRUE;
    run (&relay);
    g_assert_cmpint (receiver.state, ==, XTLS_LANE_FAILED);
    g_assert_cmpuint (receiver.done, ==, 0);
    close (relay.up[0]);
    drop (&receiver);
    relay_close (&relay);
    g_assert_null (timers);
}

/* Nothing moves: in the greeting, in the handshake, with the file. */
static void
test_stalled (void)
{
    const guint64 sizes[] = {1000, 5 * MIB};

    for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
        Relay relay = {0};
        Side sender = {0}, receiver = {0};

        relay_open (&relay);
        start (&relay, &sender, &receiver, sizes[i], FALSE);
        while (relay.passed[0] < (i ? MIB : 400) &&
               sender.state < XTLS_LANE_ENDED) {
            g_main_context_iteration (NULL, FALSE);
            carry (&relay, &relay.up[1], &relay.down[1], 0);
            if (relay.passed[0] < 1000 || i)
                carry (&relay, &relay.down[1], &relay.up[1], 1);
        }
        relay.is_stalled = TRUE;
        for (guint j = 0; j < 100; j++)
            g_main_context_iteration (NULL, FALSE);
        for (guint j = 0; j < 5; j++)
            run_timers (5000);
        g_assert_cmpint (sender.state, <, XTLS_LANE_ENDED);
        for (guint j = 0; j < 3; j++)
            run_timers (5000);
        for (guint j = 0; j < 100; j++)
            g_main_context_iteration (NULL, FALSE);
        g_assert_cmpint (sender.state, ==, XTLS_LANE_FAILED);
        if (receiver.done < sizes[i])
            g_assert_cmpint (receiver.state, ==, XTLS_LANE_FAILED);
        finish (&relay, &sender, &receiver);
    }
    for (guint i = 0; i < 2; i++) {
        Relay relay = {.is_stalled = i == 0};
        Side sender = {0}, receiver = {0};

        relay_open (&relay);
        start (&relay, &sender, &receiver, 1000, i == 1);
        run (&relay);
        run_timers (XTLS_LANE_HANDSHAKE_TIMEOUT);
        run_timers (XTLS_LANE_GREETING_TIMEOUT);
        run (&relay);
        g_assert_cmpint (sender.state, ==, XTLS_LANE_FAILED);
        finish (&relay, &sender, &receiver);
    }
}

/* An owner may let go of its lane in any callback. */
static void
test_let_go (void)
{
    for (guint when = 1; when < 2500; when += 37) {
        for (guint who = 0; who < 2; who++) {
            Relay relay = {0};
            Side sender = {0}, receiver = {0};

            relay_open (&relay);
            start (&relay, &sender, &receiver, 100000, FALSE);
            while (relay.passed[0] < when && sender.state < XTLS_LANE_ENDED) {
                g_main_context_iteration (NULL, FALSE);
                carry (&relay, &relay.up[1], &relay.down[1], 0);
                carry (&relay, &relay.down[1], &relay.up[1], 1);
            }
            *(who ? &sender.closes : &receiver.closes) = TRUE;
            run (&relay);
            if (who)
                drop (&sender);
            else
                drop (&receiver);
            run (&relay);
            if (who && receiver.done < 100000)
                g_assert_cmpint (receiver.state, ==, XTLS_LANE_FAILED);
            if (!who)
                g_assert_cmpint (sender.state, ==, XTLS_LANE_FAILED);
            finish (&relay, &sender, &receiver);
        }
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/lane/sizes", test_sizes);
    g_test_add_func ("/lane/waits", test_waits);
    g_test_add_func ("/lane/back-pressure", test_back_pressure);
    g_test_add_func ("/lane/cut", test_cut);
    g_test_add_func ("/lane/too-short", test_too_short);
    g_test_add_func ("/lane/too-long", test_too_long);
    g_test_add_func ("/lane/flipped", test_flipped);
    g_test_add_func ("/lane/wrong-key", test_wrong_key);
    g_test_add_func ("/lane/no-tls", test_no_tls);
    g_test_add_func ("/lane/stalled", test_stalled);
    g_test_add_func ("/lane/let-go", test_let_go);
    return g_test_run ();
}
