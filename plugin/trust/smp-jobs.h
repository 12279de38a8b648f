/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the steps of shared-secret verification (smp.h) in one worker thread,
 * one at a time. Results come back in the caller's thread, through a descriptor
 * that the caller watches.
 */
#pragma once

#include "smp.h"

#include <glib.h>

typedef struct XtlsSmpJobs XtlsSmpJobs;

/* One attempt at verification, owned jointly by the jobs and its holder. */
typedef struct XtlsSmpAttempt XtlsSmpAttempt;

/**
 * XtlsSmpDone:
 * @result: the result of the step that was run
 * @step: the step of @reply, 1 to 4; 0 without reply
 * @reply: (nullable) (transfer none): the message for the other side
 *
 * Called from xtls_smp_jobs_dispatch(). May drop or start attempts.
 */
typedef void (*XtlsSmpDone) (XtlsSmpResult result,
                             guint step,
                             const GByteArray *reply,
                             gpointer user_data);

/* Starts the worker thread. */
XtlsSmpJobs *xtls_smp_jobs_new (void);

/* Joins the thread; every attempt must have been dropped before. */
void xtls_smp_jobs_free (XtlsSmpJobs *jobs);

/* Like xtls_writer_get_fd() and xtls_writer_dispatch(). */
int xtls_smp_jobs_get_fd (XtlsSmpJobs *jobs);
void xtls_smp_jobs_dispatch (XtlsSmpJobs *jobs);

/**
 * xtls_smp_jobs_attempt_new:
 * @done: called after each step, unless the attempt has been dropped
 *
 * Returns: (transfer full): an attempt; end it with
 * xtls_smp_jobs_attempt_drop().
 */
XtlsSmpAttempt *xtls_smp_jobs_attempt_new (XtlsSmpJobs *jobs,
                                           XtlsSmpDone done,
                                           gpointer user_data);

/* Drops the attempt: a running step is finished without effect, and everything
 * is wiped. Its function is not called again. */
void xtls_smp_jobs_attempt_drop (XtlsSmpAttempt *attempt);

/* Like xtls_smp_begin(), in the worker. @secret is copied. */
void xtls_smp_jobs_attempt_begin (XtlsSmpAttempt *attempt,
                                  const guint8 secret[XTLS_SMP_SECRET_LEN]);

/**
 * xtls_smp_jobs_attempt_receive:
 * @step: the step of the protocol, 1 to 4
 *
 * Like xtls_smp_receive(), in the worker. @message and @secret are copied.
 *
 * Returns: %FALSE if a step of this attempt is already running or waiting (the
 * peer is out of order); nothing was done then.
 */
gboolean xtls_smp_jobs_attempt_receive (XtlsSmpAttempt *attempt,
                                        guint step,
                                        const guint8 *message,
                                        gsize len,
                                        const guint8 *secret);
