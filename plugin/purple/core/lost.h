/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages that are lost with the client: those that wait when it ends, however
 * it ends, are told of when it starts again. Only how many for whom is kept, in
 * a file, never their texts.
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
 * Tells of what was lost the last time, once.
 */
XtlsLost *
xtls_lost_open (const char *dir, XtlsWriter *writer, PurplePlugin *plugin);

/* Returns when what was lost is on disk. */
void xtls_lost_close (XtlsLost *lost);

/**
 * xtls_lost_set_waiting:
 * @key: a contact of one account, only compared
 * @who: its name, plain text
 * @n: how many messages to it would be lost if the client ended now
 */
void xtls_lost_set_waiting (XtlsLost *lost,
                            gconstpointer key,
                            const char *who,
                            guint n);

/* A message to @who (plain text) is lost: the client is ending. */
void xtls_lost_add (XtlsLost *lost, const char *who);
