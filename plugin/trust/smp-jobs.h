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

/* One attempt at verification, owned by the jobs and one holder. */
typedef struct XtlsSmpAttempt XtlsSmpAttempt;

/**
 * XtlsSmpDone:
 * @result: of the step that was run
 * @step: number of @reply, 1 to 4; 0 without reply
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

/* Joins the thread; every attempt must have been dropped. */
void xtls_smp_jobs_free (XtlsSmpJobs *jobs);

/* As xtls_writer_get_fd() and xtls_writer_dispatch(). */
int xtls_smp_jobs_get_fd (XtlsSmpJobs *jobs);
void xtls_smp_jobs_dispatch (XtlsSmpJobs *jobs);

/**
 * xtls_smp_jobs_attempt_new:
 * @done: called for each step that was run, unless the attempt was dropped
 *
 * Returns: (transfer full): an attempt; end it with
 * xtls_smp_jobs_attempt_drop().
 */
XtlsSmpAttempt *xtls_smp_jobs_attempt_new (XtlsSmpJobs *jobs,
                                           XtlsSmpDone done,
                                           gpointer user_data);

/* Lets go of the attempt: a step that runs is finished unseen, and everything
 * is wiped. Its function is not called any
 * more. */
void xtls_smp_jobs_attempt_drop (XtlsSmpAttempt *attempt);

/* As xtls_smp_begin(), in the worker. @secret is copied. */
void xtls_smp_jobs_attempt_begin (XtlsSmpAttempt *attempt,
                                  const guint8 secret[XTLS_SMP_SECRET_LEN]);

/**
 * xtls_smp_jobs_attempt_receive:
 * @step: of the protocol, 1 to 4
 *
 * As xtls_smp_receive(), in the worker. @message and @secret are copied.
 *
 * Returns: %FALSE if a step of this attempt is running or waiting already (the
 * peer is out of order): nothing was done then.
 */
gboolean xtls_smp_jobs_attempt_receive (XtlsSmpAttempt *attempt,
                                        guint step,
                                        const guint8 *message,
                                        gsize len,
                                        const guint8 *secret);
