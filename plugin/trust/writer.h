/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps files and memory in sync without blocking the main loop. A worker
 * thread reads, merges and writes; several changes of a file within a short
 * time are written together. Files that other programs also write are checked
 * once a second. The lock of the folder is held while a file is worked on
 * (folder-lock.h).
 */
#pragma once

#include <glib.h>

typedef struct XtlsWriter XtlsWriter;

/* One file, owned by the writer. */
typedef struct XtlsWriterFile XtlsWriterFile;

typedef struct {
    /**
     * sync: (nullable): %NULL if only other programs write the file
     * @report: (out): set to %TRUE to have report() called in the caller's
     *   thread, even after a failure; sync() is not called again before that
     *
     * Synchronises the file with memory. Called in the worker thread.
     *
     * Returns: %FALSE with @error if the file could not be written; it will be
     * retried.
     */
    gboolean (*sync) (gpointer data, gboolean *report, GError **error);

    /* (nullable): whether another program has changed the file; then sync() is
     * called, or report() if there is no sync(). Called in the worker thread,
     * once a second, without the lock. */
    gboolean (*is_changed) (gpointer data);

    /* (nullable): called from xtls_writer_dispatch() or xtls_writer_flush(). */
    void (*report) (gpointer data);

    /* Frees @data; called in the worker thread. */
    GDestroyNotify free;
} XtlsWriterOps;

/**
 * XtlsWriterFailed:
 * @path: the file that could not be written
 * @message: the system's error message
 *
 * Called from xtls_writer_dispatch(), in the caller's thread, when a file could
 * not be written. Writing is retried every ten seconds and with each change;
 * while that keeps failing, this is not called again for the file.
 */
typedef void (*XtlsWriterFailed) (const char *path,
                                  const char *message,
                                  gpointer user_data);

/* Starts the worker thread. */
XtlsWriter *xtls_writer_new (XtlsWriterFailed failed, gpointer user_data);

/* Writes what is waiting and joins the thread. */
void xtls_writer_free (XtlsWriter *writer);

/**
 * xtls_writer_add:
 * @path: the absolute path; its folder is created (0700) before it is written
 * @ops: (transfer none): static
 * @data: (transfer full): for @ops
 */
XtlsWriterFile *xtls_writer_add (XtlsWriter *writer,
                                 const char *path,
                                 const XtlsWriterOps *ops,
                                 gpointer data);

/* Writes what has changed and then forgets the file, without waiting for it.
 * report() is not called again. */
void xtls_writer_remove (XtlsWriter *writer, XtlsWriterFile *file);

/* Notes that memory has changed, so that the file is written soon. */
void xtls_writer_change (XtlsWriter *writer, XtlsWriterFile *file);

/**
 * xtls_writer_save:
 * @text: (array length=len): the whole new content
 *
 * Writes a file with mode 0600, whatever mode it had, atomically and durably.
 * It takes time: call it in a thread, or for what cannot wait.
 *
 * Returns: %FALSE with an error of GLib if the file was not written.
 */
gboolean xtls_writer_save (const char *path,
                           const char *text,
                           gsize len,
                           GError **error);

/**
 * xtls_writer_get_fd:
 *
 * Returns: a descriptor that becomes readable when xtls_writer_dispatch() has
 * something to report, or -1 if there is none. The writer owns it.
 */
int xtls_writer_get_fd (XtlsWriter *writer);

/* Call it when the descriptor is readable. */
void xtls_writer_dispatch (XtlsWriter *writer);

/**
 * xtls_writer_flush:
 *
 * Waits until it has been tried to write everything that has changed, and
 * reports. For tests and unloading.
 */
void xtls_writer_flush (XtlsWriter *writer);
