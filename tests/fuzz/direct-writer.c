/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stands in for plugin/trust/writer.c where what is in a file is the target:
 * files are written by xtls_writer_flush() itself, without a thread, without
 * the lock of their folder, and without waiting for a disk.
 */
#include "writer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct XtlsWriterFile {
    const XtlsWriterOps *ops;
    gpointer data;
    gboolean dirty;
};

struct XtlsWriter {
    GQueue files;
};

static void
file_free (XtlsWriterFile *file)
{
    file->ops->free (file->data);
    g_free (file);
}

static void
sync_file (XtlsWriterFile *file)
{
    GError *error = NULL;
    gboolean report = FALSE;

    file->dirty = FALSE;
    file->ops->sync (file->data, &report, &error);
    g_assert_no_error (error);
    if (report)
        file->ops->report (file->data);
}

XtlsWriter *
xtls_writer_new (XtlsWriterFailed failed, gpointer user_data)
{
    return g_new0 (XtlsWriter, 1);
}

void
xtls_writer_free (XtlsWriter *writer)
{
    xtls_writer_flush (writer);
    g_queue_clear_full (&writer->files, (GDestroyNotify)file_free);
    g_free (writer);
}

XtlsWriterFile *
xtls_writer_add (XtlsWriter *writer,
                 const char *path,
                 const XtlsWriterOps *ops,
                 gpointer data)
{
    XtlsWriterFile *file = g_new0 (XtlsWriterFile, 1);

    file->ops = ops;
    file->data = data;
    g_queue_push_tail (&writer->files, file);
    return file;
}

void
xtls_writer_remove (XtlsWriter *writer, XtlsWriterFile *file)
{
    if (file->dirty)
        sync_file (file);
    g_queue_remove (&writer->files, file);
    file_free (file);
}

void
xtls_writer_change (XtlsWriter *writer, XtlsWriterFile *file)
{
    file->dirty = TRUE;
}

gboolean
xtls_writer_save (const char *path, const char *text, gsize len, GError **error)
{
    FILE *file = fopen (path, "w");

    g_assert_nonnull (file);
    g_assert_cmpuint (fwrite (text, 1, len, file), ==, len);
    g_assert_cmpint (fclose (file), ==, 0);
    return TRUE;
}

int
xtls_writer_get_fd (XtlsWriter *writer)
{
    return -1;
}

void
xtls_writer_dispatch (XtlsWriter *writer)
{
}

void
xtls_writer_flush (XtlsWriter *writer)
{
    for (GList *l = writer->files.head; l != NULL; l = l->next) {
        XtlsWriterFile *file = l->data;

        if (file->dirty)
            sync_file (file);
    }
}
