/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a program that the kernel kills when its parent ends.
 *
 *     follow PARENT PROGRAM [ARGUMENT]...
 *
 * PARENT is the parent's process ID. Tests start hundreds of programs with
 * this, so it is linked statically, which starts quickest.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

int
main (int argc, char **argv)
{
    if (argc < 3) {
        fprintf (stderr, "usage: follow PARENT PROGRAM [ARGUMENT]...\n");
        return 2;
    }
    if (prctl (PR_SET_PDEATHSIG, SIGKILL) < 0) {
        perror ("follow");
        return 2;
    }
    /* The parent may have ended before the kernel was asked. */
    if (getppid () != atoi (argv[1]))
        return 1;
    execvp (argv[2], argv + 2);
    perror (argv[2]);
    return 127;
}
