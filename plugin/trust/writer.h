/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps files in step with what is in memory, off the main loop. One worker
 * thread reads, merges and writes; several changes of a file within a short
 * time become one write. Files that other programs write, too, are looked at
 * once a second. While a file is worked on, the lock of its folder is held
 * (folder-lock.h).
 */
#pragma once

#include <glib.h>

typedef struct XtlsWriter XtlsWriter;

/* One file. Owned by the writer. */
typedef struct XtlsWriterFile XtlsWriterFile;

typedef struct {
    /**
     * sync: (nullable): there is nothing to write, another program does
     * @report: (out): set to %TRUE to have report() called in the caller's
     *   thread, also after a failure; until it was called, sync() is not
     *   called again
     *
     * Brings the file and what is in memory together. In the worker thread.
     *
     * Returns: %FALSE with @error if the file could not be written; it is
     * tried again later.
     */
    gboolean (*sync) (gpointer data, gboolean *report, GError **error);

    /* (nullable): whether another program has changed the file: then sync() is
     * called, or report() if there is no sync(). In the worker thread, once a
     * second, without the lock. */
    gboolean (*is_changed) (gpointer data);

    /* (nullable): from xtls_writer_dispatch() or xtls_writer_flush(). */
    void (*report) (gpointer data);

    /* Frees @data, in the worker thread. */
    GDestroyNotify free;
} XtlsWriterOps;

/**
 * XtlsWriterFailed:
 * @path: the file that could not be written
 * @message: the system's word for why
 *
 * Called from xtls_writer_dispatch(), in the caller's thread, when a file could
 * not be written. It is tried again every ten seconds and with each change;
 * as long as that fails, too, this is not called again for the file.
 */
typedef void (*XtlsWriterFailed) (const char *path,
                                  const char *message,
                                  gpointer user_data);

/* Starts the worker thread. */
XtlsWriter *xtls_writer_new (XtlsWriterFailed failed, gpointer user_data);

/* Writes what is waiting, joins the thread. */
void xtls_writer_free (XtlsWriter *writer);

/**
 * xtls_writer_add:
 * @path: absolute path; its folder is made (0700) before it is written
 * @ops: (transfer none): static
 * @data: (transfer full): for @ops
 */
XtlsWriterFile *xtls_writer_add (XtlsWriter *writer,
                                 const char *path,
                                 const XtlsWriterOps *ops,
                                 gpointer data);

/* Writes what has changed, then lets go of the file. report() is not called any
 * more. Does not wait. */
void xtls_writer_remove (XtlsWriter *writer, XtlsWriterFile *file);

/* What is in memory has changed: the file is to be written soon. */
void xtls_writer_change (XtlsWriter *writer, XtlsWriterFile *file);

/**
 * xtls_writer_save:
 * @text: (array length=len): the whole new content
 *
 * For sync(): writes a file with mode 0600, atomically and durably.
 */
gboolean xtls_writer_save (const char *path,
                           const char *text,
                           gsize len,
                           GError **error);

/**
 * xtls_writer_get_fd:
 *
 * Returns: a descriptor that becomes readable when xtls_writer_dispatch() has
 * something to report, -1 if the system had none. Owned by the writer.
 */
int xtls_writer_get_fd (XtlsWriter *writer);

/* To be called when the descriptor can be read. */
void xtls_writer_dispatch (XtlsWriter *writer);

/**
 * xtls_writer_flush:
 *
 * Waits until writing everything that has changed was tried, and reports. For
 * tests and unloading.
 */
void xtls_writer_flush (XtlsWriter *writer);
