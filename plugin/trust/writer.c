/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeps files and memory in sync, in a worker thread; see writer.h. */
#include "writer.h"

#include "folder-lock.h"
#include "wakeup.h"

#include <glib/gstdio.h>

/* Changes of one file within this time are written together, microseconds. */
#define WRITE_DELAY (200 * G_TIME_SPAN_MILLISECOND)
/* How often to check files that other programs may change. */
#define POLL_DELAY G_TIME_SPAN_SECOND
/* When to retry a file that could not be written. */
#define RETRY_DELAY (10 * G_TIME_SPAN_SECOND)
/* Another program normally holds the lock for less than a tenth of this
 * time. */
#define LOCK_WAIT (5 * G_TIME_SPAN_SECOND)

struct XtlsWriterFile {
    char *path;
    const XtlsWriterOps *ops;
    gpointer data; /* owned */

    /* The writer's lock guards the following. */
    gboolean dirty;   /* sync() is to be called, at `due` */
    gint64 due;       /* monotonic; a later change does not postpone it */
    gboolean now;     /* sync() is to be called once without waiting */
    gboolean reports; /* report() must be called; no sync() before that */
    gboolean failing; /* the last sync() failed, and this was reported */
    gboolean removed; /* to be freed when there is nothing left to write */
    gint64 polled;    /* when is_changed() was last called */
};

typedef struct {
    char *path;
    char *message;
} Failure;

struct XtlsWriter {
    GThread *thread;
    GMutex lock;   /* guards the fields down to `failures` */
    GCond wake;    /* wakes the thread: there is work, or it must end */
    GCond done;    /* wakes waiting callers: the thread has done something */
    GQueue files;  /* of XtlsWriterFile */
    gboolean busy; /* the thread is working on a file */
    gboolean stop;
    GQueue failures;

    XtlsWakeup wakeup;
    XtlsWriterFailed failed;
    gpointer user_data; /* borrowed */
};

static void
file_free (XtlsWriterFile *file)
{
    file->ops->free (file->data);
    g_free (file->path);
    g_free (file);
}

static void
failure_free (Failure *failure)
{
    g_free (failure->path);
    g_free (failure->message);
    g_free (failure);
}

/* --- in the thread -------------------------------------------------------- */

/* A program that holds the lock for long has been stopped in the middle of its
 * work. That is no reason to lose a decision made here, if this is the last
 * attempt. */
static gboolean
sync_locked (XtlsWriterFile *file,
             gboolean last,
             gboolean *report,
             GError **error)
{
    g_autofree char *dir = g_path_get_dirname (file->path);
    gboolean good;
    int fd;

    /* If this fails, writing reports it. */
    (void)g_mkdir_with_parents (dir, 0700);
    fd = xtls_folder_lock_take (dir, LOCK_WAIT);
    if (fd == XTLS_FOLDER_LOCK_BUSY && !last) {
        g_set_error (error,
                     G_FILE_ERROR,
                     G_FILE_ERROR_AGAIN,
                     "another program has locked %s",
                     dir);
        return FALSE;
    }
    good = file->ops->sync (file->data, report, error);
    xtls_folder_lock_release (fd);
    return good;
}

static void
note_failure (XtlsWriter *writer, XtlsWriterFile *file, const char *message)
{
    Failure *failure;

    file->dirty = TRUE;
    file->due = g_get_monotonic_time () + RETRY_DELAY;
    if (file->failing)
        return;
    file->failing = TRUE;
    failure = g_new0 (Failure, 1);
    failure->path = g_strdup (file->path);
    failure->message = g_strdup (message);
    g_queue_push_tail (&writer->failures, failure);
    xtls_wakeup_wake (&writer->wakeup);
}

/* Call it with the lock held; it is released during the work. */
static void
sync_file (XtlsWriter *writer, XtlsWriterFile *file)
{
    gboolean last = writer->stop || file->removed;
    g_autoptr (GError) error = NULL;
    gboolean report = FALSE, good;

    file->dirty = FALSE;
    writer->busy = TRUE;
    g_mutex_unlock (&writer->lock);
    good = sync_locked (file, last, &report, &error);
    g_mutex_lock (&writer->lock);
    writer->busy = FALSE;
    file->now = FALSE;
    if (good)
        file->failing = FALSE;
    else
        note_failure (writer, file, error->message);
    if (report) {
        file->reports = TRUE;
        xtls_wakeup_wake (&writer->wakeup);
    }
    g_cond_broadcast (&writer->done);
}

/* Call it with the lock held; it is released meanwhile, because a disk can be
 * slow. */
static void
poll_file (XtlsWriter *writer, XtlsWriterFile *file)
{
    gboolean changed;

    file->polled = g_get_monotonic_time ();
    g_mutex_unlock (&writer->lock);
    changed = file->ops->is_changed (file->data);
    g_mutex_lock (&writer->lock);
    if (changed && file->ops->sync == NULL) {
        file->reports = TRUE;
        xtls_wakeup_wake (&writer->wakeup);
    } else if (changed) {
        file->dirty = TRUE;
        file->due = 0;
    }
}

/* Does what is due for one file. Call it with the lock held. Moves @next
 * forward to when there will be more to do. */
static gboolean
serve (XtlsWriter *writer, XtlsWriterFile *file, gint64 *next)
{
    gint64 now = g_get_monotonic_time ();
    gboolean waits;

    if (file->removed && !(file->dirty && file->now)) {
        g_queue_remove (&writer->files, file);
        g_mutex_unlock (&writer->lock);
        file_free (file);
        g_mutex_lock (&writer->lock);
        return TRUE;
    }
    /* At the end there is nobody left to take a report. */
    waits = file->reports && !file->removed && !writer->stop;
    if (file->now && (!file->dirty || waits)) {
        file->now = FALSE;
        g_cond_broadcast (&writer->done);
    }
    if (waits)
        return FALSE;
    if (file->dirty && (file->now || now >= file->due)) {
        sync_file (writer, file);
        return TRUE;
    }
    if (file->ops->is_changed != NULL && !writer->stop) {
        if (now >= file->polled + POLL_DELAY) {
            poll_file (writer, file);
            return TRUE;
        }
        *next = MIN (*next, file->polled + POLL_DELAY);
    }
    if (file->dirty)
        *next = MIN (*next, file->due);
    return FALSE;
}

static gboolean
is_finished (XtlsWriter *writer)
{
    for (GList *l = writer->files.head; l != NULL; l = l->next)
        if (((XtlsWriterFile *)l->data)->now)
            return FALSE;
    return writer->stop;
}

static gpointer
run (gpointer data)
{
    XtlsWriter *writer = data;

    g_mutex_lock (&writer->lock);
    for (;;) {
        gint64 next = G_MAXINT64;
        gboolean worked = FALSE;

        for (GList *l = writer->files.head; l != NULL && !worked; l = l->next)
            worked = serve (writer, l->data, &next);
        if (worked)
            continue;
        if (is_finished (writer))
            break;
        if (next == G_MAXINT64)
            g_cond_wait (&writer->wake, &writer->lock);
        else
            g_cond_wait_until (&writer->wake, &writer->lock, next);
    }
    g_mutex_unlock (&writer->lock);
    return NULL;
}

gboolean
xtls_writer_save (const char *path, const char *text, gsize len, GError **error)
{
    GStatBuf info;

    /* Newer versions of GLib keep the mode of what they replace. */
    if (g_lstat (path, &info) == 0 && S_ISREG (info.st_mode) &&
        (info.st_mode & 0777) != 0600)
        (void)g_chmod (path, 0600);
    return g_file_set_contents_full (path,
                                     text,
                                     (gssize)len,
                                     G_FILE_SET_CONTENTS_CONSISTENT |
                                         G_FILE_SET_CONTENTS_DURABLE,
                                     0600,
                                     error);
}

/* --- in the caller's thread ----------------------------------------------- */

XtlsWriter *
xtls_writer_new (XtlsWriterFailed failed, gpointer user_data)
{
    XtlsWriter *writer = g_new0 (XtlsWriter, 1);

    g_mutex_init (&writer->lock);
    g_cond_init (&writer->wake);
    g_cond_init (&writer->done);
    g_queue_init (&writer->files);
    g_queue_init (&writer->failures);
    writer->failed = failed;
    writer->user_data = user_data;
    xtls_wakeup_open (&writer->wakeup);
    writer->thread = g_thread_new ("xtls-writer", run, writer);
    return writer;
}

/* Call it with the lock held: everything that has changed is tried once. */
static void
hurry (XtlsWriter *writer)
{
    for (GList *l = writer->files.head; l != NULL; l = l->next) {
        XtlsWriterFile *file = l->data;

        file->now = file->dirty;
    }
    g_cond_signal (&writer->wake);
}

void
xtls_writer_free (XtlsWriter *writer)
{
    if (writer == NULL)
        return;
    g_mutex_lock (&writer->lock);
    writer->stop = TRUE;
    hurry (writer);
    g_mutex_unlock (&writer->lock);
    g_thread_join (writer->thread);
    g_queue_clear_full (&writer->files, (GDestroyNotify)file_free);
    g_queue_clear_full (&writer->failures, (GDestroyNotify)failure_free);
    xtls_wakeup_close (&writer->wakeup);
    g_cond_clear (&writer->wake);
    g_cond_clear (&writer->done);
    g_mutex_clear (&writer->lock);
    g_free (writer);
}

XtlsWriterFile *
xtls_writer_add (XtlsWriter *writer,
                 const char *path,
                 const XtlsWriterOps *ops,
                 gpointer data)
{
    XtlsWriterFile *file = g_new0 (XtlsWriterFile, 1);

    file->path = g_strdup (path);
    file->ops = ops;
    file->data = data;
    file->polled = g_get_monotonic_time ();
    g_mutex_lock (&writer->lock);
    g_queue_push_tail (&writer->files, file);
    g_cond_signal (&writer->wake);
    g_mutex_unlock (&writer->lock);
    return file;
}

void
xtls_writer_remove (XtlsWriter *writer, XtlsWriterFile *file)
{
    g_mutex_lock (&writer->lock);
    file->removed = TRUE;
    file->now = TRUE;
    g_cond_signal (&writer->wake);
    g_mutex_unlock (&writer->lock);
}

void
xtls_writer_change (XtlsWriter *writer, XtlsWriterFile *file)
{
    gint64 due = g_get_monotonic_time () + WRITE_DELAY;

    g_mutex_lock (&writer->lock);
    file->due = file->dirty ? MIN (file->due, due) : due;
    file->dirty = TRUE;
    g_cond_signal (&writer->wake);
    g_mutex_unlock (&writer->lock);
}

int
xtls_writer_get_fd (XtlsWriter *writer)
{
    return writer->wakeup.read_fd;
}

/* The file stays where it is meanwhile: only the caller removes files. */
static XtlsWriterFile *
take_report (XtlsWriter *writer)
{
    XtlsWriterFile *found = NULL;

    g_mutex_lock (&writer->lock);
    for (GList *l = writer->files.head; l != NULL && found == NULL;
         l = l->next) {
        XtlsWriterFile *file = l->data;

        if (file->reports && !file->removed)
            found = file;
    }
    g_mutex_unlock (&writer->lock);
    return found;
}

static void
dispatch_reports (XtlsWriter *writer)
{
    XtlsWriterFile *file;

    while ((file = take_report (writer)) != NULL) {
        file->ops->report (file->data);
        g_mutex_lock (&writer->lock);
        file->reports = FALSE;
        g_cond_signal (&writer->wake);
        g_mutex_unlock (&writer->lock);
    }
}

void
xtls_writer_dispatch (XtlsWriter *writer)
{
    GQueue failures;
    Failure *failure;

    xtls_wakeup_drain (&writer->wakeup);
    dispatch_reports (writer);
    g_mutex_lock (&writer->lock);
    failures = writer->failures;
    g_queue_init (&writer->failures);
    g_mutex_unlock (&writer->lock);
    while ((failure = g_queue_pop_head (&failures)) != NULL) {
        writer->failed (failure->path, failure->message, writer->user_data);
        failure_free (failure);
    }
}

/* Call it with the lock held. */
static gboolean
is_hurrying (XtlsWriter *writer)
{
    for (GList *l = writer->files.head; l != NULL; l = l->next)
        if (((XtlsWriterFile *)l->data)->now)
            return TRUE;
    return writer->busy;
}

static void
flush_once (XtlsWriter *writer)
{
    g_mutex_lock (&writer->lock);
    hurry (writer);
    while (is_hurrying (writer))
        g_cond_wait (&writer->done, &writer->lock);
    g_mutex_unlock (&writer->lock);
    dispatch_reports (writer);
}

/* Twice, because files that waited for a report could not be written before it,
 * and a report may change something. */
void
xtls_writer_flush (XtlsWriter *writer)
{
    dispatch_reports (writer);
    flush_once (writer);
    flush_once (writer);
}
