/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of trust/smp-jobs.c. */
#include "smp-jobs.h"

#include <poll.h>
#include <string.h>

static const guint8 same[XTLS_SMP_SECRET_LEN] =
    "the same secret of 32 bytes....";
static const guint8 other[XTLS_SMP_SECRET_LEN] =
    "another secret of 32 bytes.....";

typedef struct End {
    XtlsSmpAttempt *attempt;
    struct End *peer;
    const guint8 *secret;
    guint called;
    XtlsSmpResult result;
    gboolean drop; /* from inside the callback */
} End;

static GThread *main_thread;

/* Passes the reply to the other side at once. */
static void
done_cb (XtlsSmpResult result,
         guint step,
         const GByteArray *reply,
         gpointer user_data)
{
    End *end = user_data;

    g_assert_true (g_thread_self () == main_thread);
    g_assert_true ((reply == NULL) == (step == 0));
    end->called++;
    end->result = result;
    if (end->drop)
        g_clear_pointer (&end->attempt, xtls_smp_jobs_attempt_drop);
    if (reply != NULL && end->peer->attempt != NULL)
        g_assert_true (xtls_smp_jobs_attempt_receive (end->peer->attempt,
                                                      step,
                                                      reply->data,
                                                      reply->len,
                                                      end->peer->secret));
}

static void
ends_init (XtlsSmpJobs *jobs, End *a, End *b, const guint8 *a_secret)
{
    memset (a, 0, sizeof *a);
    memset (b, 0, sizeof *b);
    a->peer = b;
    b->peer = a;
    a->secret = a_secret;
    b->secret = same;
    a->attempt = xtls_smp_jobs_attempt_new (jobs, done_cb, a);
    b->attempt = xtls_smp_jobs_attempt_new (jobs, done_cb, b);
}

static void
ends_clear (End *a, End *b)
{
    g_clear_pointer (&a->attempt, xtls_smp_jobs_attempt_drop);
    g_clear_pointer (&b->attempt, xtls_smp_jobs_attempt_drop);
}

static void
dispatch (XtlsSmpJobs *jobs)
{
    struct pollfd fd = {xtls_smp_jobs_get_fd (jobs), POLLIN, 0};

    g_assert_cmpint (poll (&fd, 1, 60000), ==, 1);
    xtls_smp_jobs_dispatch (jobs);
}

static void
check_talk (XtlsSmpJobs *jobs, const guint8 *secret, XtlsSmpResult want)
{
    End a, b;

    ends_init (jobs, &a, &b, secret);
    xtls_smp_jobs_attempt_begin (a.attempt, a.secret);
    while (a.called + b.called < 5)
        dispatch (jobs);
    g_assert_cmpint (a.result, ==, want);
    g_assert_cmpint (b.result, ==, want);
    ends_clear (&a, &b);
}

static void
test_talk (void)
{
    XtlsSmpJobs *jobs = xtls_smp_jobs_new ();

    check_talk (jobs, same, XTLS_SMP_SAME);
    check_talk (jobs, other, XTLS_SMP_DIFFERENT);
    xtls_smp_jobs_dispatch (jobs);
    xtls_smp_jobs_free (jobs);
}

/* Several exchanges share one worker. */
static void
test_many (void)
{
    XtlsSmpJobs *jobs = xtls_smp_jobs_new ();
    End a[5], b[5];
    guint called;

    for (guint i = 0; i < 5; i++) {
        ends_init (jobs, &a[i], &b[i], i % 2 ? same : other);
        xtls_smp_jobs_attempt_begin (a[i].attempt, a[i].secret);
    }
    do {
        dispatch (jobs);
        called = 0;
        for (guint i = 0; i < 5; i++)
            called += a[i].called + b[i].called;
    } while (called < 25);
    for (guint i = 0; i < 5; i++) {
        XtlsSmpResult want = i % 2 ? XTLS_SMP_SAME : XTLS_SMP_DIFFERENT;

        g_assert_cmpint (a[i].result, ==, want);
        g_assert_cmpint (b[i].result, ==, want);
        ends_clear (&a[i], &b[i]);
    }
    xtls_smp_jobs_free (jobs);
}

/* A peer that does not wait for our reply. */
static void
test_busy (void)
{
    XtlsSmpJobs *jobs = xtls_smp_jobs_new ();
    const guint8 junk[] = "junk";
    g_autofree guint8 *huge = g_malloc0 (1 << 20);
    End a, b;

    ends_init (jobs, &a, &b, same);
    g_assert_true (xtls_smp_jobs_attempt_receive (a.attempt, 1, junk, 4, same));
    g_assert_false (
        xtls_smp_jobs_attempt_receive (a.attempt, 1, junk, 4, same));
    g_assert_true (
        xtls_smp_jobs_attempt_receive (b.attempt, 0, huge, 1 << 20, NULL));
    while (a.called + b.called < 2)
        dispatch (jobs);
    g_assert_cmpint (a.result, ==, XTLS_SMP_FAILED);
    g_assert_cmpint (b.result, ==, XTLS_SMP_FAILED);
    /* A failed attempt stays failed. */
    g_assert_true (xtls_smp_jobs_attempt_receive (a.attempt, 2, junk, 4, NULL));
    while (a.called < 2)
        dispatch (jobs);
    g_assert_cmpint (a.result, ==, XTLS_SMP_FAILED);
    ends_clear (&a, &b);
    xtls_smp_jobs_free (jobs);
}

/* An attempt that is dropped while it waits, while it runs, or after that never
 * calls back. */
static void
test_drop (void)
{
    XtlsSmpJobs *jobs = xtls_smp_jobs_new ();
    End a, b, c, d;

    ends_init (jobs, &a, &b, same);
    ends_init (jobs, &c, &d, same);
    for (guint delay = 0; delay < 2; delay++) {
        xtls_smp_jobs_attempt_begin (a.attempt, same);
        xtls_smp_jobs_attempt_begin (b.attempt, same);
        g_usleep (delay * 100000);
        ends_clear (&a, &b);
        a.attempt = xtls_smp_jobs_attempt_new (jobs, done_cb, &a);
        b.attempt = xtls_smp_jobs_attempt_new (jobs, done_cb, &b);
    }
    ends_clear (&a, &b);
    c.drop = TRUE;
    xtls_smp_jobs_attempt_begin (c.attempt, same);
    while (d.called < 1)
        dispatch (jobs);
    g_assert_null (c.attempt);
    g_assert_cmpuint (c.called, ==, 1);
    g_assert_cmpuint (a.called + b.called, ==, 0);
    ends_clear (&c, &d);
    xtls_smp_jobs_free (jobs);
}

/* The jobs are freed while every queue still has work. */
static void
test_free (void)
{
    for (guint delay = 0; delay < 3; delay++) {
        XtlsSmpJobs *jobs = xtls_smp_jobs_new ();
        End ends[4];

        for (guint i = 0; i < 4; i += 2) {
            ends_init (jobs, &ends[i], &ends[i + 1], same);
            xtls_smp_jobs_attempt_begin (ends[i].attempt, same);
            xtls_smp_jobs_attempt_begin (ends[i + 1].attempt, same);
        }
        g_usleep (delay * 20000);
        ends_clear (&ends[0], &ends[1]);
        ends_clear (&ends[2], &ends[3]);
        xtls_smp_jobs_free (jobs);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    main_thread = g_thread_self ();
    g_test_add_func ("/smp-jobs/talk", test_talk);
    g_test_add_func ("/smp-jobs/many", test_many);
    g_test_add_func ("/smp-jobs/busy", test_busy);
    g_test_add_func ("/smp-jobs/drop", test_drop);
    g_test_add_func ("/smp-jobs/free", test_free);
    return g_test_run ();
}
