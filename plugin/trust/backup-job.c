/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Backups, written and read in a thread: see backup-job.h. */
#include "backup-job.h"

#include "wakeup.h"
#include "writer.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <string.h>

struct XtlsBackupJob {
    GThread *thread;
    XtlsWakeup wakeup;
    char *path;
    char *passphrase;
    gboolean replace;
    XtlsBackup *backup; /* (nullable) what to save, or what was loaded */
    GError *error;      /* (nullable) */
};

static void
set_file_error (XtlsBackupJob *job, XtlsBackupError code, const char *message)
{
    job->error = g_error_new_literal (XTLS_BACKUP_ERROR, code, message);
}

/* --- in the thread -------------------------------------------------------- */

static gpointer
save (gpointer data)
{
    XtlsBackupJob *job = data;
    g_autoptr (GError) cause = NULL;
    g_autoptr (GBytes) bytes = NULL;
    GStatBuf info;
    gsize len;

    /* A dangling link also counts as a name in use. */
    if (!job->replace && g_lstat (job->path, &info) == 0) {
        set_file_error (job, XTLS_BACKUP_ERROR_EXISTS, "it exists");
    } else {
        bytes = xtls_backup_encrypt (job->backup, job->passphrase, &job->error);
        if (bytes != NULL) {
            const char *text = g_bytes_get_data (bytes, &len);

            if (!xtls_writer_save (job->path, text, len, &cause))
                set_file_error (job, XTLS_BACKUP_ERROR_FILE, cause->message);
        }
    }
    xtls_wakeup_wake (&job->wakeup);
    return NULL;
}

/* Returns: (transfer full) (nullable): at most one byte more than such a file
 * has, however the file grows; %NULL with errno. */
static guint8 *
read_file (const char *path, gsize *len)
{
    FILE *file = g_fopen (path, "rb");
    guint8 *data;
    gsize got;
    int code = 0;

    if (file == NULL)
        return NULL;
    data = g_malloc (XTLS_BACKUP_FILE_MAX + 1);
    *len = 0;
    do {
        got = fread (data + *len, 1, XTLS_BACKUP_FILE_MAX + 1 - *len, file);
        *len += got;
    } while (got > 0);
    if (ferror (file)) {
        code = errno;
        g_clear_pointer (&data, g_free);
    }
    (void)fclose (file);
    errno = code;
    return data;
}

static gpointer
load (gpointer data)
{
    XtlsBackupJob *job = data;
    g_autofree guint8 *content = NULL;
    GStatBuf info;
    gboolean found;
    gsize len = 0;

    found = g_stat (job->path, &info) == 0;
    /* A device or a pipe might never end. */
    if (found && !S_ISREG (info.st_mode))
        set_file_error (job, XTLS_BACKUP_ERROR_DAMAGED, "it is no file");
    else if (found && info.st_size > XTLS_BACKUP_FILE_MAX)
        set_file_error (job, XTLS_BACKUP_ERROR_TOO_BIG, "it is too long");
    else if (!found || (content = read_file (job->path, &len)) == NULL)
        set_file_error (job, XTLS_BACKUP_ERROR_FILE, g_strerror (errno));
    else
        job->backup =
            xtls_backup_decrypt (content, len, job->passphrase, &job->error);
    xtls_wakeup_wake (&job->wakeup);
    return NULL;
}

/* --- in the caller's thread ----------------------------------------------- */

static XtlsBackupJob *
job_new (const char *path, const char *passphrase)
{
    XtlsBackupJob *job = g_new0 (XtlsBackupJob, 1);

    xtls_wakeup_open (&job->wakeup);
    job->path = g_strdup (path);
    job->passphrase = g_strdup (passphrase);
    return job;
}

XtlsBackupJob *
xtls_backup_job_save (XtlsBackup *backup,
                      const char *path,
                      const char *passphrase,
                      gboolean replace)
{
    XtlsBackupJob *job = job_new (path, passphrase);

    job->backup = backup;
    job->replace = replace;
    job->thread = g_thread_new ("xtls-backup", save, job);
    return job;
}

XtlsBackupJob *
xtls_backup_job_load (const char *path, const char *passphrase)
{
    XtlsBackupJob *job = job_new (path, passphrase);

    job->thread = g_thread_new ("xtls-backup", load, job);
    return job;
}

int
xtls_backup_job_get_fd (XtlsBackupJob *job)
{
    return job->wakeup.read_fd;
}

XtlsBackup *
xtls_backup_job_finish (XtlsBackupJob *job, GError **error)
{
    XtlsBackup *backup;

    g_thread_join (job->thread);
    xtls_wakeup_close (&job->wakeup);
    backup = job->backup;
    if (job->error != NULL) {
        g_clear_pointer (&backup, xtls_backup_free);
        g_propagate_error (error, job->error);
    }
    gnutls_memset (job->passphrase, 0, strlen (job->passphrase));
    g_free (job->passphrase);
    g_free (job->path);
    g_free (job);
    return backup;
}
