/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Work that is done in pieces, because all of it at once would keep the main
 * loop from its other work. It knows nothing of the work itself.
 */
#pragma once

#include <glib.h>

/* After this time a piece ends, microseconds. */
#define XTLS_PIECES_TIME 1000

typedef struct XtlsPieces XtlsPieces;

/**
 * XtlsPiecesOps:
 *
 * What the work consists of. @user_data is the one given with the table.
 */
typedef struct {
    /* Does the next step of the work. Returns: whether there is more to do, and
     * it may be done. */
    gboolean (*step) (gpointer user_data);

    /* All is done, or no more may be, or the work was stopped. It may be
     * started anew from here. */
    void (*ended) (gpointer user_data);

    /* Returns: the time, microseconds. */
    gint64 (*now) (void);

    /* As in #XtlsSessionOps. */
    guint (*timer_add) (guint ms, GSourceFunc function, gpointer data);
    void (*timer_remove) (guint timer);
} XtlsPiecesOps;

/**
 * xtls_pieces_new:
 * @ops: (transfer none): called with @user_data; must outlive the work
 *
 * Returns: (transfer full): work that has not been started.
 */
XtlsPieces *xtls_pieces_new (const XtlsPiecesOps *ops, gpointer user_data);

/* Ends the work without a call. Not from inside a callback. */
void xtls_pieces_free (XtlsPieces *pieces);

/**
 * xtls_pieces_run:
 *
 * Does a piece now, and the others from timers. From inside a step it does
 * nothing: what is to be done comes after that step.
 */
void xtls_pieces_run (XtlsPieces *pieces);

/* Does all pieces from timers. */
void xtls_pieces_run_soon (XtlsPieces *pieces);

/* Ends the work, if it has been started. */
void xtls_pieces_stop (XtlsPieces *pieces);

/**
 * xtls_pieces_are_left:
 *
 * Returns: whether the work has been started and has not ended.
 */
gboolean xtls_pieces_are_left (const XtlsPieces *pieces);
