/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages that are lost when the client ends, in whatever way: those that were
 * held or never confirmed are reported at the next start, until the user has
 * closed the notice. Only their number for each contact is stored in a file,
 * never their text.
 *
 * Each program that uses the folder has its own file, which it locks while it
 * runs: `lost-messages`, `lost-messages-2` and so on. The files of programs
 * that no longer run are taken over.
 */
#pragma once

#include "writer.h"

#include <glib.h>
#include <plugin.h>

typedef struct XtlsLost XtlsLost;

/**
 * xtls_lost_open:
 * @dir: the folder of the file
 * @writer: (transfer none): must outlive it
 * @plugin: (transfer none): the owner of the notice
 *
 * Reports what was lost before.
 */
XtlsLost *
xtls_lost_open (const char *dir, XtlsWriter *writer, PurplePlugin *plugin);

/* From now on the notice is not closed by the user. */
void xtls_lost_ignore_notice (XtlsLost *lost);

/* Saves everything and returns when it is on disk. */
void xtls_lost_close (XtlsLost *lost);

/**
 * xtls_lost_set_waiting:
 * @key: identifies a contact of one account
 * @who: its name, plain text
 * @n: how many messages to it would be lost if the client ended now: those
 *   held, and those sent but not confirmed yet
 */
void xtls_lost_set_waiting (XtlsLost *lost,
                            gconstpointer key,
                            const char *who,
                            guint n);

/* A message to @who (plain text) is lost because the client is ending. */
void xtls_lost_add (XtlsLost *lost, const char *who);
