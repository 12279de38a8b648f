/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes and reads a backup in a thread of its own: stretching a passphrase, or
 * a slow disk, would block the main loop for too long. The result comes back
 * through a descriptor that the caller watches.
 */
#pragma once

#include "backup.h"

#include <glib.h>

typedef struct XtlsBackupJob XtlsBackupJob;

/**
 * xtls_backup_job_save:
 * @backup: (transfer full): what to write
 * @passphrase: copied, and wiped after use
 * @replace: whether to replace a file of that name; without it, that is
 *   %XTLS_BACKUP_ERROR_EXISTS
 *
 * Writes it with mode 0600, atomically and durably.
 */
XtlsBackupJob *xtls_backup_job_save (XtlsBackup *backup,
                                     const char *path,
                                     const char *passphrase,
                                     gboolean replace);

/* Reads a file. @passphrase: copied, and wiped after use. */
XtlsBackupJob *xtls_backup_job_load (const char *path, const char *passphrase);

/**
 * xtls_backup_job_get_fd:
 *
 * Returns: a descriptor that becomes readable when the job is done; -1 if the
 * system had none. Owned by the job.
 */
int xtls_backup_job_get_fd (XtlsBackupJob *job);

/**
 * xtls_backup_job_finish:
 * @job: (transfer full): waits for it, which takes long only when unloading
 *
 * Returns: (transfer full) (nullable): what was saved or read; %NULL with
 * @error.
 */
XtlsBackup *xtls_backup_job_finish (XtlsBackupJob *job, GError **error);
