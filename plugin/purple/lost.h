/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages that are lost with the client: counted while it quits, told when it
 * starts again. Only how many for whom is kept, in a file, never their texts.
 */
#pragma once

#include <glib.h>
#include <plugin.h>

typedef struct XtlsLost XtlsLost;

/* Tells of what was lost the last time, once. @dir: the folder of the file. */
void xtls_lost_tell (const char *dir, PurplePlugin *plugin);

XtlsLost *xtls_lost_new (void);
void xtls_lost_free (XtlsLost *lost);

/* A message to @who (plain text) is lost. */
void xtls_lost_add (XtlsLost *lost, const char *who);

/* Keeps what was added for the next start. At once: the client is ending. */
void xtls_lost_save (XtlsLost *lost, const char *dir);
