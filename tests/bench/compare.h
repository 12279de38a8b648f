/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares what two pieces of work cost. Both take turns, round by round,
 * because the speed of a machine that others use as well changes within
 * seconds.
 */
#pragma once

#include <glib.h>

#define COMPARE_ROUNDS_MAX 101

/**
 * CompareWork:
 * @data: what the work is done with
 * @round: counts from 0
 *
 * Does one round.
 *
 * Returns: the seconds of CPU for one of what was done in it.
 */
typedef double (*CompareWork) (gpointer data, guint round);

/* Medians of all rounds. */
typedef struct {
    double cost, other; /* seconds of CPU */
    double ratio;       /* of a round's two costs */
} Comparison;

/**
 * compare_costs:
 * @rounds: at most %COMPARE_ROUNDS_MAX
 *
 * Returns: what @work costs, what @other costs, and the ratio of the two.
 */
Comparison compare_costs (CompareWork work,
                          gpointer data,
                          CompareWork other,
                          gpointer other_data,
                          guint rounds);

/**
 * compare_median:
 * @values: (inout): are sorted
 *
 * Returns: the median.
 */
double compare_median (double *values, gsize count);

typedef struct CompareProcess CompareProcess;

/**
 * compare_process_new:
 *
 * Makes a process of its own, which has what this one has now, for work that
 * must not be influenced by what this one does from now on, such as what it
 * allocates. Both stay on the processor that this one runs on now.
 *
 * Returns: (transfer full): end it with compare_process_free().
 */
CompareProcess *compare_process_new (CompareWork work, gpointer data);

/**
 * compare_process_work:
 * @process: a #CompareProcess
 *
 * A #CompareWork: one round in the process.
 */
double compare_process_work (gpointer process, guint round);
void compare_process_free (CompareProcess *process);
