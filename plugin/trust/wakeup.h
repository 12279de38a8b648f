/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A pipe by which a worker thread wakes the thread that watches it. A client
 * need not run the GLib main context, but every libpurple client can watch a
 * descriptor.
 */
#pragma once

#include <glib.h>

typedef struct {
    int read_fd; /* readable once woken; -1 if the system had none */
    int write_fd;
} XtlsWakeup;

/* Makes and removes the pipe. */
void xtls_wakeup_open (XtlsWakeup *wakeup);
void xtls_wakeup_close (XtlsWakeup *wakeup);

/* From any thread. */
void xtls_wakeup_wake (XtlsWakeup *wakeup);

/* Before looking at what happened. */
void xtls_wakeup_drain (XtlsWakeup *wakeup);
