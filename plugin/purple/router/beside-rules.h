/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which files may go beside the stream, and which addresses may be offered and
 * connected to for them. */
#pragma once

#include "envelope.h"
#include "router.h"

/* Returns: whether the user allows direct connections. */
gboolean xtls_beside_rules_allow_direct (void);

/**
 * xtls_beside_rules_suits:
 * @iq: (transfer none): a file offer
 * @size: (out): of the file
 *
 * Returns: %FALSE for an empty file, which libpurple completes only in-band,
 * and if the account has a proxy.
 */
gboolean xtls_beside_rules_suits (XtlsRouter *router,
                                  const XtlsEnvelope *iq,
                                  guint64 *size);

/**
 * xtls_beside_rules_filter:
 * @query: names stream hosts; changed in place, see xtls_streamhosts_filter()
 * @sender: the canonical full JID of the file's sender
 * @direct: whether to keep the sender's own addresses, if the user allows
 *   direct connections
 * @any_proxy: whether to keep proxies that our own server has not named
 *
 * Returns: (transfer full) (element-type utf8): the JIDs of those that are
 * left.
 */
GPtrArray *xtls_beside_rules_filter (XtlsRouter *router,
                                     xmlnode *query,
                                     const char *sender,
                                     gboolean direct,
                                     gboolean any_proxy);

/**
 * xtls_beside_rules_note_question:
 * @iq: (transfer none): what libpurple sends
 *
 * It may ask for the address of a proxy; libpurple does that while it logs in,
 * before there is a router.
 */
void xtls_beside_rules_note_question (PurpleAccount *account,
                                      const XtlsEnvelope *iq);

/* Forgets the questions of @account; %NULL: of all. */
void xtls_beside_rules_forget_questions (const PurpleAccount *account);

/* @iq: (transfer none): a response from outside, which may name the address of
 * a proxy of the account's own server, if that was asked for */
void xtls_beside_rules_note_proxy (XtlsRouter *router, const XtlsEnvelope *iq);
