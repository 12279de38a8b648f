/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes files in a thread of its own, see writer.h. */
#include "writer.h"

#include "wakeup.h"

/* Changes of one file within this time become one write, microseconds. */
#define WRITE_DELAY (200 * G_TIME_SPAN_MILLISECOND)

typedef struct {
    char *path;
    gpointer snapshot;
    XtlsWriterSerialise serialise;
    GDestroyNotify free_snapshot;
    gint64 due; /* monotonic; a later snapshot does not put it off */
} Job;

typedef struct {
    char *path;
    char *message;
} Failure;

struct XtlsWriter {
    GThread *thread;
    GMutex lock;      /* guards everything down to `failures` */
    GCond wake;       /* for the thread: there is work, or an end to it */
    GCond done;       /* for xtls_writer_flush(): a job is done */
    GQueue waiting;   /* Job, at most one a path, oldest first */
    GQueue dropped;   /* Job, overtaken by a later one of the same path */
    gboolean writing; /* the thread has a job in its hands */
    gboolean stop;
    guint flushing; /* how many wait in xtls_writer_flush() */
    GQueue failures;

    XtlsWakeup wakeup;
    XtlsWriterFailed failed;
    gpointer user_data; /* borrowed */
};

static void
job_free (Job *job)
{
    job->free_snapshot (job->snapshot);
    g_free (job->path);
    g_free (job);
}

static void
failure_free (Failure *failure)
{
    g_free (failure->path);
    g_free (failure->message);
    g_free (failure);
}

/* --- in the thread ------------------------------------------------------ */

/* Returns: (transfer full) (nullable): why it failed. */
static Failure *
write_job (const Job *job)
{
    g_autofree char *dir = g_path_get_dirname (job->path);
    g_autofree char *text = NULL;
    g_autoptr (GError) error = NULL;
    Failure *failure;
    gsize len = 0;

    text = job->serialise (job->snapshot, &len);
    /* If this does not work, writing says so. */
    (void)g_mkdir_with_parents (dir, 0700);
    if (g_file_set_contents_full (job->path,
                                  text,
                                  (gssize)len,
                                  G_FILE_SET_CONTENTS_CONSISTENT |
                                      G_FILE_SET_CONTENTS_DURABLE,
                                  0600,
                                  &error))
        return NULL;
    failure = g_new0 (Failure, 1);
    failure->path = g_strdup (job->path);
    failure->message = g_strdup (error->message);
    return failure;
}

/* With the lock held, which is released while the job is done. */
static void
do_job (XtlsWriter *writer, Job *job)
{
    Failure *failure;

    writer->writing = TRUE;
    g_mutex_unlock (&writer->lock);
    failure = write_job (job);
    job_free (job);
    g_mutex_lock (&writer->lock);
    writer->writing = FALSE;
    if (failure != NULL) {
        g_queue_push_tail (&writer->failures, failure);
        xtls_wakeup_wake (&writer->wakeup);
    }
    g_cond_broadcast (&writer->done);
}

static void
free_dropped (XtlsWriter *writer)
{
    GQueue dropped = writer->dropped;

    g_queue_init (&writer->dropped);
    g_mutex_unlock (&writer->lock);
    g_queue_clear_full (&dropped, (GDestroyNotify)job_free);
    g_mutex_lock (&writer->lock);
}

static gpointer
run (gpointer data)
{
    XtlsWriter *writer = data;

    g_mutex_lock (&writer->lock);
    for (;;) {
        Job *job = g_queue_peek_head (&writer->waiting);

        if (!g_queue_is_empty (&writer->dropped))
            free_dropped (writer);
        else if (job == NULL && writer->stop)
            break;
        else if (job == NULL)
            g_cond_wait (&writer->wake, &writer->lock);
        else if (writer->stop || writer->flushing > 0 ||
                 !g_cond_wait_until (&writer->wake, &writer->lock, job->due))
            do_job (writer, g_queue_pop_head (&writer->waiting));
    }
    g_mutex_unlock (&writer->lock);
    return NULL;
}

/* --- in the caller's thread --------------------------------------------- */

XtlsWriter *
xtls_writer_new (XtlsWriterFailed failed, gpointer user_data)
{
    XtlsWriter *writer = g_new0 (XtlsWriter, 1);

    g_mutex_init (&writer->lock);
    g_cond_init (&writer->wake);
    g_cond_init (&writer->done);
    g_queue_init (&writer->waiting);
    g_queue_init (&writer->dropped);
    g_queue_init (&writer->failures);
    writer->failed = failed;
    writer->user_data = user_data;
    xtls_wakeup_open (&writer->wakeup);
    writer->thread = g_thread_new ("xtls-writer", run, writer);
    return writer;
}

void
xtls_writer_free (XtlsWriter *writer)
{
    if (writer == NULL)
        return;
    g_mutex_lock (&writer->lock);
    writer->stop = TRUE;
    g_cond_signal (&writer->wake);
    g_mutex_unlock (&writer->lock);
    g_thread_join (writer->thread);
    g_queue_clear_full (&writer->failures, (GDestroyNotify)failure_free);
    xtls_wakeup_close (&writer->wakeup);
    g_cond_clear (&writer->wake);
    g_cond_clear (&writer->done);
    g_mutex_clear (&writer->lock);
    g_free (writer);
}

static gint
compare_path (gconstpointer job, gconstpointer path)
{
    return g_strcmp0 (((const Job *)job)->path, path);
}

void
xtls_writer_put (XtlsWriter *writer,
                 const char *path,
                 gpointer snapshot,
                 XtlsWriterSerialise serialise,
                 GDestroyNotify free_snapshot)
{
    Job *job = g_new0 (Job, 1);
    GList *link;

    job->path = g_strdup (path);
    job->snapshot = snapshot;
    job->serialise = serialise;
    job->free_snapshot = free_snapshot;
    job->due = g_get_monotonic_time () + WRITE_DELAY;

    g_mutex_lock (&writer->lock);
    link = g_queue_find_custom (&writer->waiting, path, compare_path);
    if (link != NULL) {
        Job *old = link->data;

        job->due = old->due;
        link->data = job;
        g_queue_push_tail (&writer->dropped, old);
    } else {
        g_queue_push_tail (&writer->waiting, job);
    }
    g_cond_signal (&writer->wake);
    g_mutex_unlock (&writer->lock);
}

int
xtls_writer_get_fd (XtlsWriter *writer)
{
    return writer->wakeup.read_fd;
}

void
xtls_writer_dispatch (XtlsWriter *writer)
{
    XtlsWriterFailed failed = writer->failed;
    gpointer user_data = writer->user_data;
    GQueue failures;
    Failure *failure;

    xtls_wakeup_drain (&writer->wakeup);
    g_mutex_lock (&writer->lock);
    failures = writer->failures;
    g_queue_init (&writer->failures);
    g_mutex_unlock (&writer->lock);
    while ((failure = g_queue_pop_head (&failures)) != NULL) {
        failed (failure->path, failure->message, user_data);
        failure_free (failure);
    }
}

void
xtls_writer_flush (XtlsWriter *writer)
{
    g_mutex_lock (&writer->lock);
    writer->flushing++;
    g_cond_signal (&writer->wake);
    while (writer->writing || !g_queue_is_empty (&writer->waiting))
        g_cond_wait (&writer->done, &writer->lock);
    writer->flushing--;
    g_mutex_unlock (&writer->lock);
}
