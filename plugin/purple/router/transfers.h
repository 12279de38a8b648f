/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * File transfers inside. What libpurple sends is hurried (early-acks.h).
 * Whoever sends waits for answers, and hears of the end of a session through
 * them; whoever receives waits for nothing that libpurple could miss, and would
 * wait for ever: that is called off here.
 */
#pragma once

#include "envelope.h"
#include "router.h"

void xtls_transfers_init (void);
void xtls_transfers_uninit (void);

/* A request of libpurple went inside. @iq: the request, read. */
void xtls_transfers_sent (XtlsRouter *router, const XtlsEnvelope *iq);

/**
 * xtls_transfers_is_inside:
 * @iq: (transfer none): a request of libpurple
 *
 * Returns: %TRUE if it belongs to a file that was offered inside, by either
 * side.
 */
gboolean xtls_transfers_is_inside (XtlsRouter *router, const XtlsEnvelope *iq);

/**
 * xtls_transfers_filter:
 * @iq: (transfer none): what came inside
 *
 * Returns: %FALSE if libpurple must not see it, because it is told something
 * else of the file that it sends.
 */
gboolean xtls_transfers_filter (XtlsRouter *router, const XtlsEnvelope *iq);

/**
 * xtls_transfers_call_off:
 * @peer: a full JID with whom there is no session any more
 *
 * What it offered and has not sent completely is cancelled, later: its windows
 * and a line in the conversation say so.
 */
void xtls_transfers_call_off (XtlsRouter *router, const char *peer);

/* Cancels now what is to be cancelled later. The last use of @router: it may
 * lead to anything. */
void xtls_transfers_settle (XtlsRouter *router);
