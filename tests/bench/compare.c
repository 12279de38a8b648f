/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two costs side by side, see compare.h. */
#define _GNU_SOURCE
#include "compare.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct CompareProcess {
    pid_t pid;
    int ask[2], answer[2];
};

static int
compare (const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;

    return (first > second) - (first < second);
}

double
compare_median (double *values, gsize count)
{
    qsort (values, count, sizeof *values, compare);
    return values[count / 2];
}

Comparison
compare_costs (CompareWork work,
               gpointer data,
               CompareWork other,
               gpointer other_data,
               guint rounds)
{
    double costs[COMPARE_ROUNDS_MAX], others[COMPARE_ROUNDS_MAX];
    double ratios[COMPARE_ROUNDS_MAX];

    g_assert_cmpuint (rounds, <=, COMPARE_ROUNDS_MAX);
    for (guint i = 0; i < rounds; i++) {
        others[i] = other (other_data, i);
        costs[i] = work (data, i);
        ratios[i] = costs[i] / others[i];
    }
    return (Comparison){compare_median (costs, rounds),
                        compare_median (others, rounds),
                        compare_median (ratios, rounds)};
}

static void
must (gboolean done)
{
    if (!done)
        g_error ("a process of the comparison: %s", g_strerror (errno));
}

static void
answer (const CompareProcess *process, CompareWork work, gpointer data)
{
    guint round;
    double cost;

    while (read (process->ask[0], &round, sizeof round) == sizeof round) {
        cost = work (data, round);
        must (write (process->answer[1], &cost, sizeof cost) == sizeof cost);
    }
}

/* One processor may be quicker than the other. */
static void
stay_on_this_processor (void)
{
    cpu_set_t set;

    CPU_ZERO (&set);
    CPU_SET (sched_getcpu (), &set);
    must (sched_setaffinity (0, sizeof set, &set) == 0);
}

CompareProcess *
compare_process_new (CompareWork work, gpointer data)
{
    CompareProcess *process = g_new0 (CompareProcess, 1);

    stay_on_this_processor ();
    must (pipe (process->ask) == 0 && pipe (process->answer) == 0);
    process->pid = fork ();
    must (process->pid >= 0);
    close (process->ask[process->pid == 0]);
    close (process->answer[process->pid != 0]);
    if (process->pid == 0) {
        answer (process, work, data);
        _exit (0);
    }
    return process;
}

double
compare_process_work (gpointer data, guint round)
{
    CompareProcess *process = data;
    double cost;

    must (write (process->ask[1], &round, sizeof round) == sizeof round);
    must (read (process->answer[0], &cost, sizeof cost) == sizeof cost);
    return cost;
}

void
compare_process_free (CompareProcess *process)
{
    close (process->ask[1]);
    close (process->answer[0]);
    must (waitpid (process->pid, NULL, 0) == process->pid);
    g_free (process);
}
