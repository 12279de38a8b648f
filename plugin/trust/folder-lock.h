/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lock of the folder `xtls`. Several programs may use the folder (Pidgin
 * and Finch, or Pidgin twice): each holds this lock while it reads, changes and
 * writes a file there. The lock is on the file `lock`, which stays empty and is
 * never removed. The kernel releases it when its holder ends, in whatever way.
 */
#pragma once

#include <glib.h>

/* The result of xtls_folder_lock_take() when another program holds the lock. */
#define XTLS_FOLDER_LOCK_BUSY (-2)

/**
 * xtls_folder_lock_take:
 * @dir: the folder
 * @wait: how long to wait while another program holds it, in microseconds
 *
 * Blocks for @wait at most.
 *
 * Returns: a descriptor for xtls_folder_lock_release(); %XTLS_FOLDER_LOCK_BUSY
 * if another program still holds the lock; -1 if no lock is possible (the
 * folder cannot be written, or the file system has no locks), in which case
 * there is nothing to wait for.
 */
int xtls_folder_lock_take (const char *dir, gint64 wait);

/* Releases a lock. @fd may be negative, which means that nothing was locked. */
void xtls_folder_lock_release (int fd);

/**
 * xtls_folder_lock_keep:
 * @name: the name of the lock
 *
 * Takes another lock in the folder for as long as the program runs. It does not
 * wait, and child processes that outlive the program do not keep the lock. It
 * excludes other programs, not this one.
 *
 * Returns: like xtls_folder_lock_take().
 */
int xtls_folder_lock_keep (const char *dir, const char *name);
