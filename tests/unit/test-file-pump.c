/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two pumps move a file between pairs of sockets, or both ends are told. */
#define _GNU_SOURCE

#include "file-pump.h"

#include <errno.h>
#include <eventloop.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define LARGE (3 * 1024 * 1024)

/* --- libpurple's main loop ------------------------------------------------ */

typedef struct {
    PurpleInputFunction function;
    gpointer data;
} Input;

static gboolean
input_cb (int fd, GIOCondition condition, gpointer data)
{
    Input *input = data;

    input->function (input->data, fd, PURPLE_INPUT_READ);
    return TRUE;
}

static guint
input_add (int fd,
           PurpleInputCondition condition,
           PurpleInputFunction function,
           gpointer data)
{
    Input *input = g_new (Input, 1);
    GIOCondition when = condition == PURPLE_INPUT_READ
                            ? G_IO_IN | G_IO_HUP | G_IO_ERR
                            : G_IO_OUT | G_IO_HUP | G_IO_ERR | G_IO_NVAL;

    input->function = function;
    input->data = data;
    return g_unix_fd_add_full (
        G_PRIORITY_DEFAULT, fd, when, input_cb, input, g_free);
}

/* A second of a pump's patience is short here. */
static guint
timeout_add_seconds (guint interval, GSourceFunc function, gpointer data)
{
    return g_timeout_add (5, function, data);
}

static PurpleEventLoopUiOps loop_ops = {
    .timeout_add = g_timeout_add,
    .timeout_remove = g_source_remove,
    .input_add = input_add,
    .input_remove = g_source_remove,
    .timeout_add_seconds = timeout_add_seconds,
};

/* The pump's clock, which a test can put forward. */
static gint64 skipped; /* microseconds */

gint64
g_get_monotonic_time (void)
{
    struct timespec now;

    clock_gettime (CLOCK_MONOTONIC, &now);
    return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000 + skipped;
}

/* --- both ends ------------------------------------------------------------ */

typedef enum { RUNNING, CONFIRMED, FAILED } Outcome;

typedef struct {
    XtlsFilePump *pump;
    int local; /* libpurple's end */
    Outcome outcome;
    gboolean authenticated, forbidden, unwritten;
    GByteArray *file; /* what is to be written, or has been read */
    gsize written;
    gsize size; /* of the file: the receiver closes its end then */
} End;

static gboolean
may_go_on_cb (gpointer data)
{
    return !((End *)data)->forbidden;
}

static void
authenticated_cb (XtlsFilePump *pump, gpointer data)
{
    ((End *)data)->authenticated = TRUE;
}

static gboolean
is_written_cb (gpointer data)
{
    return !((End *)data)->unwritten;
}

static void
ended_cb (gboolean confirmed, gpointer data)
{
    End *end = data;

    g_assert_cmpint (end->outcome, ==, RUNNING);
    end->outcome = confirmed ? CONFIRMED : FAILED;
    g_clear_pointer (&end->pump, xtls_file_pump_free);
}

static const XtlsFilePumpOps ops = {
    .may_go_on = may_go_on_cb,
    .authenticated = authenticated_cb,
    .is_written = is_written_cb,
    .ended = ended_cb,
};

static void
make_pair (int pair[2])
{
    g_assert_cmpint (
        socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), ==, 0);
}

static void
close_local (End *end)
{
    if (end->local >= 0)
        close (end->local);
    end->local = -1;
}

static void
end_init (End *end, gboolean sends, const char *key, int net, gsize size)
{
    guint8 bytes[XTLS_FILE_TLS_KEY] = {0};
    int pair[2];

    memset (end, 0, sizeof *end);
    memcpy (bytes, key, strlen (key));
    make_pair (pair);
    end->local = pair[0];
    end->size = size;
    end->file = g_byte_array_new ();
    end->pump = xtls_file_pump_new (sends, bytes, net, size, &ops, end);
    g_assert_nonnull (end->pump);
    xtls_file_pump_attach (end->pump, pair[1]);
    if (!sends)
        return;
    g_byte_array_set_size (end->file, (guint)size);
    for (gsize i = 0; i < size; i++)
        end->file->data[i] = (guint8)(i * 7 + i / 251);
}

static void
end_clear (End *end)
{
    g_clear_pointer (&end->pump, xtls_file_pump_free);
    close_local (end);
    g_byte_array_unref (end->file);
}

/* As libpurple writes and reads. */
static void
play_libpurple (End *sender, End *receiver)
{
    guint8 bytes[5000];
    ssize_t moved;

    if (sender->local >= 0 && sender->written < sender->file->len) {
        moved = send (sender->local,
                      sender->file->data + sender->written,
                      MIN (7000, sender->file->len - sender->written),
                      MSG_NOSIGNAL);
        if (moved > 0)
            sender->written += (gsize)moved;
    }
    if (receiver->local < 0)
        return;
    moved = read (receiver->local, bytes, sizeof bytes);
    if (moved > 0)
        g_byte_array_append (receiver->file, bytes, (guint)moved);
    if (moved == 0 || receiver->file->len == receiver->size)
        close_local (receiver);
}

static gboolean
tick_cb (gpointer data)
{
    return TRUE;
}

typedef void (*Meddle) (End *sender, End *receiver, int there[2]);

/* Runs until both have ended. */
static void
run (End *sender, End *receiver, Meddle meddle, int there[2])
{
    guint tick = g_timeout_add (1, tick_cb, NULL);

    while (sender->outcome == RUNNING || receiver->outcome == RUNNING) {
        g_main_context_iteration (NULL, FALSE);
        play_libpurple (sender, receiver);
        if (meddle)
            meddle (sender, receiver, there);
    }
    g_source_remove (tick);
}

typedef struct {
    gsize size;
    const char *key; /* the receiver's; the sender's is "right" */
    Meddle meddle;
    gboolean through;  /* whether the two are connected through @meddle */
    gsize of_receiver; /* size that it was told, if not the same */
} Case;

/* Returns: what the sender was told. */
static Outcome
play (const Case *one, End *sender, End *receiver)
{
    int a[2], b[2], there[2];

    make_pair (a);
    if (one->through)
        make_pair (b);
    there[0] = a[1];
    there[1] = one->through ? b[1] : -1;
    end_init (sender, TRUE, "right", a[0], one->size);
    end_init (receiver,
              FALSE,
              one->key ? one->key : "right",
              one->through ? b[0] : a[1],
              one->of_receiver ? one->of_receiver : one->size);
    run (sender, receiver, one->meddle, there);
    if (one->through) {
        close (there[0]);
        close (there[1]);
    }
    return sender->outcome;
}

static void
assert_fails (const Case *one)
{
    End sender, receiver;

    g_assert_cmpint (play (one, &sender, &receiver), ==, FAILED);
    g_assert_cmpint (receiver.outcome, ==, FAILED);
    end_clear (&sender);
    end_clear (&receiver);
}

static void
test_all_bytes (void)
{
    static const gsize sizes[] = {
        1, 2, 16383, 16384, 16385, 16 * 16384, 32 * 16384, 100000, LARGE};

    for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
        const Case one = {.size = sizes[i]};
        End sender, receiver;

        g_assert_cmpint (play (&one, &sender, &receiver), ==, CONFIRMED);
        g_assert_cmpint (receiver.outcome, ==, CONFIRMED);
        g_assert_cmpmem (sender.file->data,
                         sender.file->len,
                         receiver.file->data,
                         receiver.file->len);
        g_assert_true (sender.authenticated && receiver.authenticated);
        end_clear (&sender);
        end_clear (&receiver);
    }
}

static void
test_wrong_key (void)
{
    const Case one = {.size = LARGE, .key = "wrong"};
    End sender, receiver;

    g_assert_cmpint (play (&one, &sender, &receiver), ==, FAILED);
    g_assert_false (sender.authenticated);
    g_assert_false (receiver.authenticated);
    g_assert_cmpuint (receiver.file->len, ==, 0);
    end_clear (&sender);
    end_clear (&receiver);
}

/* --- somebody between the two --------------------------------------------- */

/* How much has come from the sender; of it, which byte is changed, where all is
 * cut, and what is the last that is passed on before the cut; 0: nowhere. */
static gsize passed, flip_at, cut_at, hold_at;

static void
between (End *sender, End *receiver, int there[2])
{
    guint8 bytes[4096];

    for (int i = 0; i < 2; i++) {
        ssize_t got =
            there[i] < 0 ? 0 : recv (there[i], bytes, sizeof bytes, 0);

        if (got == 0 && there[1 - i] >= 0)
            shutdown (there[1 - i], SHUT_WR);
        if (got <= 0)
            continue;
        if (i == 0) {
            if (flip_at && passed + (gsize)got > flip_at && passed <= flip_at)
                bytes[flip_at - passed] ^= 0x10;
            if (hold_at && passed + (gsize)got >= hold_at)
                got = (ssize_t)(hold_at - passed);
            passed += (gsize)got;
            if (cut_at && passed >= cut_at) {
                shutdown (there[0], SHUT_RDWR);
                shutdown (there[1], SHUT_RDWR);
                return;
            }
        }
        for (ssize_t done = 0; done < got;) {
            ssize_t sent = send (
                there[1 - i], bytes + done, (gsize)(got - done), MSG_NOSIGNAL);

            if (sent < 0 && errno != EAGAIN)
                break;
            if (sent < 0) {
                g_main_context_iteration (NULL, FALSE);
                play_libpurple (sender, receiver);
                continue;
            }
            done += sent;
        }
        if (hold_at && passed == hold_at) {
            shutdown (there[0], SHUT_RDWR);
            shutdown (there[1], SHUT_RDWR);
        }
    }
}

static void
test_between (void)
{
    const Case one = {.size = 300000, .meddle = between, .through = TRUE};
    End sender, receiver;

    passed = flip_at = cut_at = 0;
    g_assert_cmpint (play (&one, &sender, &receiver), ==, CONFIRMED);
    end_clear (&sender);
    end_clear (&receiver);
}

static void
test_flipped_bit (void)
{
    static const gsize places[] = {11, 100, 250, 2000, 150000, 290000};
    const Case one = {.size = 300000, .meddle = between, .through = TRUE};

    for (gsize i = 0; i < G_N_ELEMENTS (places); i++) {
        passed = cut_at = 0;
        flip_at = places[i];
        assert_fails (&one);
    }
    flip_at = 0;
}

static void
test_cut (void)
{
    static const gsize places[] = {1, 200, 1000, 150000, 299000};
    const Case one = {.size = 300000, .meddle = between, .through = TRUE};

    for (gsize i = 0; i < G_N_ELEMENTS (places); i++) {
        passed = flip_at = 0;
        cut_at = places[i];
        assert_fails (&one);
    }
    cut_at = 0;
}

/* All bytes come, and no close_notify: the receiver's libpurple never gets the
 * last one. */
static void
test_cut_at_the_end (void)
{
    const Case one = {.size = 300000, .meddle = between, .through = TRUE};
    End sender, receiver;
    gsize whole;

    passed = flip_at = cut_at = 0;
    g_assert_cmpint (play (&one, &sender, &receiver), ==, CONFIRMED);
    end_clear (&sender);
    end_clear (&receiver);
    whole = passed;
    passed = 0;
    hold_at = whole - 10;
    g_assert_cmpint (play (&one, &sender, &receiver), ==, FAILED);
    g_assert_cmpint (receiver.outcome, ==, FAILED);
    g_assert_cmpuint (receiver.file->len, ==, one.size - 1);
    end_clear (&sender);
    end_clear (&receiver);
    hold_at = 0;
}

/* --- one end gives up ----------------------------------------------------- */

static void
cancel_sending (End *sender, End *receiver, int there[2])
{
    if (receiver->file->len > 100000)
        close_local (sender);
}

static void
cancel_receiving (End *sender, End *receiver, int there[2])
{
    if (receiver->file->len > 100000)
        close_local (receiver);
}

static void
forbid_sending (End *sender, End *receiver, int there[2])
{
    sender->forbidden = receiver->file->len > 100000;
}

static void
forbid_receiving (End *sender, End *receiver, int there[2])
{
    receiver->forbidden = receiver->file->len > 100000;
}

static void
not_written (End *sender, End *receiver, int there[2])
{
    receiver->unwritten = TRUE;
}

static void
test_given_up (void)
{
    static const Meddle ways[] = {cancel_sending,
                                  cancel_receiving,
                                  forbid_sending,
                                  forbid_receiving,
                                  not_written};

    for (gsize i = 0; i < G_N_ELEMENTS (ways); i++) {
        const Case one = {.size = LARGE, .meddle = ways[i]};

        assert_fails (&one);
    }
}

/* The offer named another size. */
static void
test_other_size (void)
{
    static const gsize sizes[] = {LARGE - 1, LARGE + 1, 1};

    for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
        const Case one = {.size = LARGE, .of_receiver = sizes[i]};

        assert_fails (&one);
    }
}

/* --- silence -------------------------------------------------------------- */

static void
stall (End *sender, End *receiver, int there[2])
{
    if (cut_at && passed >= cut_at)
        skipped += G_USEC_PER_SEC;
    else
        between (sender, receiver, there);
}

static void
test_silence (void)
{
    static const gsize places[] = {1, 150000};
    const Case one = {.size = 300000, .meddle = stall, .through = TRUE};

    for (gsize i = 0; i < G_N_ELEMENTS (places); i++) {
        End sender, receiver;
        int a[2], b[2], there[2];

        passed = flip_at = 0;
        cut_at = 0;
        make_pair (a);
        make_pair (b);
        there[0] = a[1];
        there[1] = b[1];
        end_init (&sender, TRUE, "right", a[0], one.size);
        end_init (&receiver, FALSE, "right", b[0], one.size);
        while (passed < places[i]) {
            g_main_context_iteration (NULL, FALSE);
            play_libpurple (&sender, &receiver);
            between (&sender, &receiver, there);
        }
        cut_at = 1;
        run (&sender, &receiver, stall, there);
        g_assert_cmpint (sender.outcome, ==, FAILED);
        g_assert_cmpint (receiver.outcome, ==, FAILED);
        end_clear (&sender);
        end_clear (&receiver);
        close (there[0]);
        close (there[1]);
    }
    cut_at = 0;
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    purple_eventloop_set_ui_ops (&loop_ops);
    g_test_add_func ("/file-pump/all-bytes", test_all_bytes);
    g_test_add_func ("/file-pump/wrong-key", test_wrong_key);
    g_test_add_func ("/file-pump/between", test_between);
    g_test_add_func ("/file-pump/flipped-bit", test_flipped_bit);
    g_test_add_func ("/file-pump/cut", test_cut);
    g_test_add_func ("/file-pump/cut-at-the-end", test_cut_at_the_end);
    g_test_add_func ("/file-pump/given-up", test_given_up);
    g_test_add_func ("/file-pump/other-size", test_other_size);
    g_test_add_func ("/file-pump/silence", test_silence);
    return g_test_run ();
}
