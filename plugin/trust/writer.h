/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes files off the main loop: serialising and fsync happen in one worker
 * thread, several changes of the same file within the delay become one write.
 */
#pragma once

#include <glib.h>

typedef struct XtlsWriter XtlsWriter;

/**
 * XtlsWriterSerialise:
 * @snapshot: what was given to xtls_writer_put(); runs in the worker thread
 *
 * Returns: (transfer full): the file's new content.
 */
typedef char *(*XtlsWriterSerialise) (gpointer snapshot, gsize *len);

/**
 * XtlsWriterFailed:
 * @path: the file that could not be written
 * @message: the system's word for why
 *
 * Called from xtls_writer_dispatch(), in the caller's thread.
 */
typedef void (*XtlsWriterFailed) (const char *path,
                                  const char *message,
                                  gpointer user_data);

/* Starts the worker thread. */
XtlsWriter *xtls_writer_new (XtlsWriterFailed failed, gpointer user_data);

/* Writes what is waiting, joins the thread. */
void xtls_writer_free (XtlsWriter *writer);

/**
 * xtls_writer_put:
 * @path: absolute path; written with mode 0600, atomically and durably
 * @snapshot: (transfer full): the data, or a reference to data that the worker
 *   thread may read, freed by @free_snapshot in the worker thread; a snapshot
 *   of the same path that still waits is dropped
 */
void xtls_writer_put (XtlsWriter *writer,
                      const char *path,
                      gpointer snapshot,
                      XtlsWriterSerialise serialise,
                      GDestroyNotify free_snapshot);

/**
 * xtls_writer_get_fd:
 *
 * Returns: a descriptor that becomes readable when xtls_writer_dispatch() has
 * something to report, -1 if the system had none. Owned by the writer.
 */
int xtls_writer_get_fd (XtlsWriter *writer);

void xtls_writer_dispatch (XtlsWriter *writer);

/**
 * xtls_writer_flush:
 *
 * Waits until everything put so far is on disk. For tests and unloading.
 */
void xtls_writer_flush (XtlsWriter *writer);
