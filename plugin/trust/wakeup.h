/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A pipe with which a worker thread wakes the thread that watches it. Not every
 * client runs the GLib main context, but every libpurple client can watch a
 * descriptor.
 */
#pragma once

#include <glib.h>

typedef struct {
    int read_fd; /* readable once woken; -1 if there is no pipe */
    int write_fd;
} XtlsWakeup;

/* Create and close the pipe. */
void xtls_wakeup_open (XtlsWakeup *wakeup);
void xtls_wakeup_close (XtlsWakeup *wakeup);

/* Wakes the watcher; may be called from any thread. */
void xtls_wakeup_wake (XtlsWakeup *wakeup);

/* Empties the pipe; call it before looking for results. */
void xtls_wakeup_drain (XtlsWakeup *wakeup);
