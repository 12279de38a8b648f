/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs steps of shared-secret verification in a worker thread; see smp-jobs.h.
 *
 * An attempt has at most one task under way, from xtls_smp_jobs_attempt_begin()
 * or _receive() until its result is dispatched. During that time only the
 * worker uses its #XtlsSmp.
 */
#include "smp-jobs.h"

#include "wakeup.h"

#include <gnutls/gnutls.h>
#include <string.h>

struct XtlsSmpJobs {
    GThread *thread;
    XtlsWakeup wakeup;
    GMutex lock; /* guards the following */
    GCond wake;
    GQueue tasks;   /* tasks to run */
    GQueue results; /* tasks that have run */
    gboolean stop;
};

struct XtlsSmpAttempt {
    gatomicrefcount refs; /* of the holder, and of a task under way */
    XtlsSmpJobs *jobs;    /* borrowed; outlives every holder */
    XtlsSmp *smp;         /* made and used by the worker */
    gint dropped;         /* accessed atomically */
    gboolean busy; /* a task is under way; only for the holder's thread */
    XtlsSmpDone done;
    gpointer user_data; /* borrowed */
};

typedef struct {
    XtlsSmpAttempt *attempt;
    gboolean begins;
    guint step; /* step of `message`; 0 to begin */
    GByteArray *message;
    gboolean has_secret;
    guint8 secret[XTLS_SMP_SECRET_LEN];

    XtlsSmpResult result;
    GByteArray *reply;
} Task;

static void
attempt_unref (XtlsSmpAttempt *attempt)
{
    if (!g_atomic_ref_count_dec (&attempt->refs))
        return;
    xtls_smp_free (attempt->smp);
    g_free (attempt);
}

static void
task_free (Task *task)
{
    attempt_unref (task->attempt);
    g_clear_pointer (&task->message, g_byte_array_unref);
    g_clear_pointer (&task->reply, g_byte_array_unref);
    gnutls_memset (task->secret, 0, sizeof task->secret);
    g_free (task);
}

/* --- in the worker -------------------------------------------------------- */

static void
run_task (Task *task)
{
    XtlsSmpAttempt *attempt = task->attempt;

    task->result = XTLS_SMP_FAILED;
    if (g_atomic_int_get (&attempt->dropped))
        return;
    /* The first one initialises libgcrypt, which takes a while. */
    if (attempt->smp == NULL)
        attempt->smp = xtls_smp_new ();
    if (attempt->smp == NULL)
        return;
    if (!task->begins) {
        task->result = xtls_smp_receive (attempt->smp,
                                         task->step,
                                         task->message->data,
                                         task->message->len,
                                         task->has_secret ? task->secret : NULL,
                                         &task->reply);
        return;
    }
    task->reply = xtls_smp_begin (attempt->smp, task->secret);
    if (task->reply != NULL)
        task->result = XTLS_SMP_GOES_ON;
}

static gpointer
run (gpointer data)
{
    XtlsSmpJobs *jobs = data;

    g_mutex_lock (&jobs->lock);
    while (!jobs->stop) {
        Task *task = g_queue_pop_head (&jobs->tasks);

        if (task == NULL) {
            g_cond_wait (&jobs->wake, &jobs->lock);
            continue;
        }
        g_mutex_unlock (&jobs->lock);
        run_task (task);
        g_mutex_lock (&jobs->lock);
        g_queue_push_tail (&jobs->results, task);
        xtls_wakeup_wake (&jobs->wakeup);
    }
    g_mutex_unlock (&jobs->lock);
    return NULL;
}

/* --- in the holder's thread ----------------------------------------------- */

XtlsSmpJobs *
xtls_smp_jobs_new (void)
{
    XtlsSmpJobs *jobs = g_new0 (XtlsSmpJobs, 1);

    xtls_wakeup_open (&jobs->wakeup);
    g_mutex_init (&jobs->lock);
    g_cond_init (&jobs->wake);
    g_queue_init (&jobs->tasks);
    g_queue_init (&jobs->results);
    jobs->thread = g_thread_new ("xtls-smp", run, jobs);
    return jobs;
}

void
xtls_smp_jobs_free (XtlsSmpJobs *jobs)
{
    if (jobs == NULL)
        return;
    g_mutex_lock (&jobs->lock);
    jobs->stop = TRUE;
    g_cond_signal (&jobs->wake);
    g_mutex_unlock (&jobs->lock);
    g_thread_join (jobs->thread);
    g_queue_clear_full (&jobs->tasks, (GDestroyNotify)task_free);
    g_queue_clear_full (&jobs->results, (GDestroyNotify)task_free);
    xtls_wakeup_close (&jobs->wakeup);
    g_cond_clear (&jobs->wake);
    g_mutex_clear (&jobs->lock);
    g_free (jobs);
}

int
xtls_smp_jobs_get_fd (XtlsSmpJobs *jobs)
{
    return jobs->wakeup.read_fd;
}

static Task *
take_result (XtlsSmpJobs *jobs)
{
    Task *task;

    g_mutex_lock (&jobs->lock);
    task = g_queue_pop_head (&jobs->results);
    g_mutex_unlock (&jobs->lock);
    return task;
}

void
xtls_smp_jobs_dispatch (XtlsSmpJobs *jobs)
{
    Task *task;

    xtls_wakeup_drain (&jobs->wakeup);
    while ((task = take_result (jobs)) != NULL) {
        XtlsSmpAttempt *attempt = task->attempt;

        attempt->busy = FALSE;
        if (!g_atomic_int_get (&attempt->dropped))
            attempt->done (task->result,
                           task->reply != NULL ? task->step + 1 : 0,
                           task->reply,
                           attempt->user_data);
        task_free (task);
    }
}

XtlsSmpAttempt *
xtls_smp_jobs_attempt_new (XtlsSmpJobs *jobs,
                           XtlsSmpDone done,
                           gpointer user_data)
{
    XtlsSmpAttempt *attempt = g_new0 (XtlsSmpAttempt, 1);

    g_atomic_ref_count_init (&attempt->refs);
    attempt->jobs = jobs;
    attempt->done = done;
    attempt->user_data = user_data;
    return attempt;
}

void
xtls_smp_jobs_attempt_drop (XtlsSmpAttempt *attempt)
{
    if (attempt == NULL)
        return;
    g_atomic_int_set (&attempt->dropped, TRUE);
    attempt_unref (attempt);
}

static void
push (XtlsSmpAttempt *attempt, Task *task)
{
    XtlsSmpJobs *jobs = attempt->jobs;

    g_atomic_ref_count_inc (&attempt->refs);
    task->attempt = attempt;
    attempt->busy = TRUE;
    g_mutex_lock (&jobs->lock);
    g_queue_push_tail (&jobs->tasks, task);
    g_cond_signal (&jobs->wake);
    g_mutex_unlock (&jobs->lock);
}

void
xtls_smp_jobs_attempt_begin (XtlsSmpAttempt *attempt,
                             const guint8 secret[XTLS_SMP_SECRET_LEN])
{
    Task *task;

    g_return_if_fail (!attempt->busy);

    task = g_new0 (Task, 1);
    task->begins = TRUE;
    memcpy (task->secret, secret, XTLS_SMP_SECRET_LEN);
    push (attempt, task);
}

gboolean
xtls_smp_jobs_attempt_receive (XtlsSmpAttempt *attempt,
                               guint step,
                               const guint8 *message,
                               gsize len,
                               const guint8 *secret)
{
    Task *task;

    if (attempt->busy)
        return FALSE;
    task = g_new0 (Task, 1);
    task->step = step;
    task->message = g_byte_array_new ();
    /* One byte more than allowed is enough to make it invalid. */
    g_byte_array_append (
        task->message, message, (guint)MIN (len, XTLS_SMP_MESSAGE_MAX + 1));
    task->has_secret = secret != NULL;
    if (secret != NULL)
        memcpy (task->secret, secret, XTLS_SMP_SECRET_LEN);
    push (attempt, task);
    return TRUE;
}
