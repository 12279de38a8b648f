/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages that are lost with the client: those that wait or were never
 * confirmed when it ends, however it ends, are told of when it starts again,
 * until the user has closed the notice. Only how many for whom is kept, in a
 * file, never their texts.
 *
 * Each program on the folder has a file of its own, which it locks as long as
 * it runs: `lost-messages`, `lost-messages-2` and so on. The files of programs
 * that run no more are taken over.
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
 * Tells of what was lost before.
 */
XtlsLost *
xtls_lost_open (const char *dir, XtlsWriter *writer, PurplePlugin *plugin);

/* From now on it is not the user who closes the notice. */
void xtls_lost_ignore_notice (XtlsLost *lost);

/* Returns when what was lost is on disk. */
void xtls_lost_close (XtlsLost *lost);

/**
 * xtls_lost_set_waiting:
 * @key: a contact of one account, only compared
 * @who: its name, plain text
 * @n: how many messages to it would be lost if the client ended now: those
 *   held, and those sent that were not confirmed yet
 */
void xtls_lost_set_waiting (XtlsLost *lost,
                            gconstpointer key,
                            const char *who,
                            guint n);

/* A message to @who (plain text) is lost: the client is ending. */
void xtls_lost_add (XtlsLost *lost, const char *who);
