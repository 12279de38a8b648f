/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Work that is done in pieces. */
#include "pieces.h"

struct XtlsPieces {
    const XtlsPiecesOps *ops;
    gpointer user_data;

    guint timer;      /* does the next piece */
    gboolean started; /* and not ended */
    gboolean busy;    /* a step is on the stack */
};

XtlsPieces *
xtls_pieces_new (const XtlsPiecesOps *ops, gpointer user_data)
{
    XtlsPieces *pieces = g_new0 (XtlsPieces, 1);

    pieces->ops = ops;
    pieces->user_data = user_data;
    return pieces;
}

static void
stop_timer (XtlsPieces *pieces)
{
    if (pieces->timer)
        pieces->ops->timer_remove (pieces->timer);
    pieces->timer = 0;
}

void
xtls_pieces_free (XtlsPieces *pieces)
{
    stop_timer (pieces);
    g_free (pieces);
}

static void
end (XtlsPieces *pieces)
{
    stop_timer (pieces);
    pieces->started = FALSE;
    pieces->ops->ended (pieces->user_data);
}

/* Returns: whether there is more to do. */
static gboolean
do_piece (XtlsPieces *pieces)
{
    gint64 until = pieces->ops->now () + XTLS_PIECES_TIME;
    gboolean more;

    pieces->busy = TRUE;
    do
        more = pieces->ops->step (pieces->user_data);
    while (more && pieces->started && pieces->ops->now () < until);
    pieces->busy = FALSE;
    return more;
}

static gboolean
piece_cb (gpointer data)
{
    XtlsPieces *pieces = data;

    pieces->timer = 0;
    xtls_pieces_run (pieces);
    return FALSE;
}

void
xtls_pieces_run (XtlsPieces *pieces)
{
    gboolean more;

    if (pieces->busy)
        return;
    pieces->started = TRUE;
    more = do_piece (pieces);
    if (!pieces->started)
        return;
    if (more)
        xtls_pieces_run_soon (pieces);
    else
        end (pieces);
}

void
xtls_pieces_run_soon (XtlsPieces *pieces)
{
    pieces->started = TRUE;
    if (!pieces->timer)
        pieces->timer = pieces->ops->timer_add (0, piece_cb, pieces);
}

void
xtls_pieces_stop (XtlsPieces *pieces)
{
    if (pieces->started)
        end (pieces);
}

gboolean
xtls_pieces_are_left (const XtlsPieces *pieces)
{
    return pieces->started;
}
