/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the fuzz targets share. A target is one file with one function.
 * libFuzzer calls it with generated inputs, and replay.c with the files of its
 * corpus. Inputs are text where possible; those of targets with a state are
 * scripts with one action on each line.
 */
#pragma once

#include "writer.h"

#include <glib.h>
#include <xmlnode.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/**
 * fuzz_line:
 *
 * Returns: (transfer full) (nullable): the next line of a script, up to the
 * first NUL in it; @data and @size move on.
 */
char *fuzz_line (const guint8 **data, gsize *size);

/* Returns: (transfer full): the whole input up to the first NUL. */
char *fuzz_text (const guint8 *data, gsize size);

/* Returns: the decimal number in @text (nullable), at most @max. */
guint fuzz_number (const char *text, guint max);

/* Returns: (nullable) (transfer full): the `<iq/>` in @text, parsed by
 * libpurple. */
xmlnode *fuzz_iq (const char *text);

/**
 * fuzz_prepare:
 * @make: makes the state that a run starts from. It takes no part of the input
 * @resume: called for a state that was brought back: changes whatever else the
 *   run uses to what @make makes of it, such as static variables
 *
 * The first thing that a run does. With arena.c, the state is made once, and
 * its memory is brought back for every later run, which is much quicker.
 *
 * Returns: (transfer full): what @make has made.
 */
gpointer fuzz_prepare (gpointer (*make) (void), void (*resume) (gpointer made));

/**
 * fuzz_file:
 *
 * Returns: (transfer full): the path of a file with these bytes. It is the only
 * one in a folder that is made once and removed when the program ends. $TMPDIR
 * should be in memory for speed.
 */
char *fuzz_file (const guint8 *data, gsize size);

/* Returns: (transfer none): a writer, made once. A failure to write ends the
 * program. */
XtlsWriter *fuzz_writer (void);

/* Returns: (transfer full): a node as text that a strict reader accepts; NULL
 * if it cannot be written. */
char *fuzz_write (const xmlnode *node, const char *xmlns);
