/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Work in pieces, as the sending of held messages is. */
#include "nodes.h"
#include "outbox.h"
#include "pieces.h"

/* What a step takes: three of them are a piece. */
#define STEP (XTLS_PIECES_TIME * 2 / 5)

typedef struct {
    XtlsPieces *pieces;
    XtlsOutbox *held;
    GString *sent;
    gboolean may_send;
    guint ended;
    void (*on_step) (void);
} Work;

static Work work;
static gint64 now;
static GSourceFunc timer;
static gpointer timer_data;

static gint64
get_now (void)
{
    return now;
}

static guint
timer_add (guint ms, GSourceFunc function, gpointer data)
{
    g_assert_null (timer);
    g_assert_cmpuint (ms, ==, 0);
    timer = function;
    timer_data = data;
    return 1;
}

static void
timer_remove (guint id)
{
    g_assert_nonnull (timer);
    timer = NULL;
}

/* Returns: whether there was a timer. */
static gboolean
turn (void)
{
    GSourceFunc function = g_steal_pointer (&timer);

    if (function)
        g_assert_false (function (timer_data));
    return function != NULL;
}

static void
hold (const char *name)
{
    g_assert_true (xtls_outbox_push (work.held, xmlnode_new (name)));
}

static gboolean
step (gpointer data)
{
    xmlnode *message;

    if (!work.may_send || xtls_outbox_get_length (work.held) == 0)
        return FALSE;
    message = xtls_outbox_pop (work.held);
    g_string_append (work.sent, message->name);
    xmlnode_free (message);
    now += STEP;
    if (work.on_step)
        work.on_step ();
    return xtls_outbox_get_length (work.held) > 0;
}

static void
ended (gpointer data)
{
    work.ended++;
}

static void
begin (void)
{
    static const XtlsPiecesOps ops = {
        .step = step,
        .ended = ended,
        .now = get_now,
        .timer_add = timer_add,
        .timer_remove = timer_remove,
    };

    work = (Work){.pieces = xtls_pieces_new (&ops, NULL),
                  .held = xtls_outbox_new (),
                  .sent = g_string_new (NULL),
                  .may_send = TRUE};
    for (const char *c = "abcdefgh"; *c; c++) {
        const char name[] = {*c, '\0'};

        hold (name);
    }
}

static void
finish (void)
{
    xtls_pieces_free (work.pieces);
    g_assert_null (timer);
    xtls_outbox_free (work.held);
    g_string_free (work.sent, TRUE);
}

static void
test_order (void)
{
    begin ();
    g_assert_false (xtls_pieces_are_left (work.pieces));
    xtls_pieces_run (work.pieces);
    g_assert_cmpstr (work.sent->str, ==, "abc");
    g_assert_true (xtls_pieces_are_left (work.pieces));
    hold ("i");
    xtls_pieces_run_soon (work.pieces);
    g_assert_cmpstr (work.sent->str, ==, "abc");
    g_assert_true (turn ());
    g_assert_cmpstr (work.sent->str, ==, "abcdef");
    g_assert_cmpuint (work.ended, ==, 0);
    g_assert_true (turn ());
    g_assert_cmpstr (work.sent->str, ==, "abcdefghi");
    g_assert_cmpuint (work.ended, ==, 1);
    g_assert_false (xtls_pieces_are_left (work.pieces));
    g_assert_false (turn ());
    finish ();
}

static void
test_soon (void)
{
    begin ();
    xtls_pieces_run_soon (work.pieces);
    g_assert_true (xtls_pieces_are_left (work.pieces));
    g_assert_cmpstr (work.sent->str, ==, "");
    while (turn ())
        continue;
    g_assert_cmpstr (work.sent->str, ==, "abcdefgh");
    g_assert_cmpuint (work.ended, ==, 1);
    finish ();
}

/* What may not be sent any more stays, until it may. */
static void
test_forbidden (void)
{
    begin ();
    xtls_pieces_run (work.pieces);
    work.may_send = FALSE;
    g_assert_true (turn ());
    g_assert_cmpstr (work.sent->str, ==, "abc");
    g_assert_cmpuint (work.ended, ==, 1);
    g_assert_false (turn ());
    g_assert_cmpuint (xtls_outbox_get_length (work.held), ==, 5);
    work.may_send = TRUE;
    xtls_pieces_run (work.pieces);
    while (turn ())
        continue;
    g_assert_cmpstr (work.sent->str, ==, "abcdefgh");
    g_assert_cmpuint (work.ended, ==, 2);
    finish ();
}

static void
test_stop (void)
{
    begin ();
    xtls_pieces_stop (work.pieces);
    g_assert_cmpuint (work.ended, ==, 0);
    xtls_pieces_run (work.pieces);
    xtls_pieces_stop (work.pieces);
    g_assert_cmpuint (work.ended, ==, 1);
    g_assert_false (turn ());
    xtls_pieces_stop (work.pieces);
    g_assert_cmpuint (work.ended, ==, 1);
    g_assert_cmpstr (work.sent->str, ==, "abc");
    finish ();
}

static void
stop (void)
{
    xtls_pieces_stop (work.pieces);
}

/* Sending a message may end the session. */
static void
test_stop_inside (void)
{
    begin ();
    work.on_step = stop;
    xtls_pieces_run (work.pieces);
    g_assert_cmpstr (work.sent->str, ==, "a");
    g_assert_cmpuint (work.ended, ==, 1);
    g_assert_false (turn ());
    finish ();
}

static void
run (void)
{
    xtls_pieces_run (work.pieces);
}

/* Sending a message may bring more to be sent, which does not overtake it. */
static void
test_run_inside (void)
{
    begin ();
    work.on_step = run;
    xtls_pieces_run (work.pieces);
    g_assert_cmpstr (work.sent->str, ==, "abc");
    while (turn ())
        continue;
    g_assert_cmpstr (work.sent->str, ==, "abcdefgh");
    g_assert_cmpuint (work.ended, ==, 1);
    finish ();
}

static void
test_free (void)
{
    begin ();
    xtls_pieces_run (work.pieces);
    finish ();
    g_assert_cmpuint (work.ended, ==, 0);
    g_assert_false (turn ());
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/pieces/order", test_order);
    g_test_add_func ("/pieces/soon", test_soon);
    g_test_add_func ("/pieces/forbidden", test_forbidden);
    g_test_add_func ("/pieces/stop", test_stop);
    g_test_add_func ("/pieces/stop-inside", test_stop_inside);
    g_test_add_func ("/pieces/run-inside", test_run_inside);
    g_test_add_func ("/pieces/free", test_free);
    return g_test_run ();
}
