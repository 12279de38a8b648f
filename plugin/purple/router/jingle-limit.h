/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Limits the Jingle requests of strangers, other than calls. libpurple answers
 * them, keeps a session for each until it ends, and logs a CRITICAL if it
 * disconnects with one. They are dropped here: the oldest when there are too
 * many, all of them before the connection is closed.
 */
#pragma once

#include <connection.h>
#include <glib.h>

/* The most requests that libpurple may keep. */
#define XTLS_JINGLE_LIMIT_MAX 256

typedef struct XtlsJingleLimit XtlsJingleLimit;

XtlsJingleLimit *xtls_jingle_limit_new (PurpleConnection *gc);
/* Drops them all. */
void xtls_jingle_limit_free (XtlsJingleLimit *limit);

/**
 * xtls_jingle_limit_add:
 * @sid: the sid of a request that is passed to libpurple now
 */
void xtls_jingle_limit_add (XtlsJingleLimit *limit, const char *sid);

/* The request with this sid has ended. */
void xtls_jingle_limit_forget (XtlsJingleLimit *limit, const char *sid);
