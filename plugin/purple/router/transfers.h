/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * File transfers inside. Those that libpurple sends are sped up (early-acks.h).
 * A sender waits for responses and learns through them that a session has
 * ended. A receiver waits for nothing that libpurple could miss and would wait
 * for ever, so it is cancelled here.
 */
#pragma once

#include "envelope.h"
#include "router.h"

#include <ft.h>

void xtls_transfers_init (void);
void xtls_transfers_uninit (void);

/* A request of libpurple went inside. @iq: the request. */
void xtls_transfers_sent (XtlsRouter *router, const XtlsEnvelope *iq);

/* A session got something from outside: there may be room for the next pieces
 * of a file. */
void xtls_transfers_acknowledged (XtlsRouter *router);

/**
 * xtls_transfers_is_inside:
 * @iq: (transfer none): a request of libpurple
 *
 * Returns: %TRUE if it belongs to a file that either side offered inside.
 */
gboolean xtls_transfers_is_inside (XtlsRouter *router, const XtlsEnvelope *iq);

/**
 * xtls_transfers_filter:
 * @iq: (transfer none): an `<iq/>` that came inside
 *
 * Returns: %FALSE if libpurple must not see it, because it is told something
 * else about the file that it sends.
 */
gboolean xtls_transfers_filter (XtlsRouter *router, const XtlsEnvelope *iq);

/**
 * xtls_transfers_call_off:
 * @peer: a full JID with which there is no longer a session
 *
 * Files that it offered and has not sent completely will be cancelled; their
 * windows and a system message say so.
 */
void xtls_transfers_call_off (XtlsRouter *router, const char *peer);

/* Cancels it in the next turn of the main loop, or by xtls_transfers_settle().
 * @xfer: a transfer of the account of @router. */
void xtls_transfers_cancel_soon (XtlsRouter *router, PurpleXfer *xfer);

/* Cancels now what was to be cancelled later. Do not use @router after the
 * call, which may end it. */
void xtls_transfers_settle (XtlsRouter *router);
