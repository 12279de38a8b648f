/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the fuzz targets share. A target is one file with one function, which
 * libFuzzer calls with what it makes up and replay.c with the files of its
 * corpus. Inputs are text where possible; those of targets with a state are
 * scripts, one action a line.
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

/* (transfer full): all of it, up to the first NUL. */
char *fuzz_text (const guint8 *data, gsize size);

/* The decimal in @text (nullable), at most @max. */
guint fuzz_number (const char *text, guint max);

/* (nullable) (transfer full): the `<iq/>` in @text as libpurple reads it. */
xmlnode *fuzz_iq (const char *text);

/**
 * fuzz_file:
 *
 * Returns: (transfer full): path of a file with these bytes, the only one in a
 * folder that is made once and goes when the program ends. For speed $TMPDIR
 * should be in memory.
 */
char *fuzz_file (const guint8 *data, gsize size);

/* (transfer none): made once; that it cannot write is an error. */
XtlsWriter *fuzz_writer (void);

/* (transfer full): a node as text that a strict reader accepts; NULL if it
 * cannot be written. */
char *fuzz_write (const xmlnode *node, const char *xmlns);
