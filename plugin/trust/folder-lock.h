/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lock of the folder `xtls`. Several programs may use one folder (Pidgin
 * and Finch, or Pidgin twice): who reads, changes and writes a file in it does
 * so under this lock. The lock is the file `lock`, which stays empty and is
 * never removed; the kernel releases it when its holder ends, however it ends.
 */
#pragma once

#include <glib.h>

/* What xtls_folder_lock_take() returns when another program has the lock. */
#define XTLS_FOLDER_LOCK_BUSY (-2)

/**
 * xtls_folder_lock_take:
 * @dir: the folder
 * @wait: for how long to wait while another program has it, in microseconds
 *
 * Blocks for @wait at most.
 *
 * Returns: a descriptor for xtls_folder_lock_release();
 * %XTLS_FOLDER_LOCK_BUSY if another program has the lock still; -1 if there can
 * be no lock there (a folder that cannot be written, a file system without
 * locks), in which case there is nothing to wait for.
 */
int xtls_folder_lock_take (const char *dir, gint64 wait);

/* @fd may be negative: then nothing was locked. */
void xtls_folder_lock_release (int fd);

/**
 * xtls_folder_lock_keep:
 * @name: of the lock
 *
 * Takes another lock of the folder for as long as the program runs: nobody
 * waits for it, and child processes that outlive the program do not keep it. It
 * keeps other programs out, not this one.
 *
 * Returns: as xtls_folder_lock_take().
 */
int xtls_folder_lock_keep (const char *dir, const char *name);
