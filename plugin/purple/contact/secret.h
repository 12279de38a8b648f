/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Verification by shared secret with one contact: the Socialist Millionaires'
 * Protocol as `<iq/>` exchanges inside the private stream, in the namespace
 * XTLS_NS_SMP (doc/PROTOCOL.md, "Shared secret").
 */
#pragma once

#include "api.h"
#include "session.h"

#include <account.h>
#include <glib.h>
#include <xmlnode.h>

typedef struct XtlsSecretExchange XtlsSecretExchange;

#define XTLS_NS_SMP "urn:xmpp:xtls:smp:0"
/* The longest question that is sent or shown, in bytes. */
#define XTLS_SECRET_QUESTION_MAX 1024
/* After this many attempts of the peer in one session that the user left
 * unanswered in a row, no more are shown. */
#define XTLS_SECRET_IGNORED_MAX 5

/* @who is borrowed and must outlive the exchange. */
XtlsSecretExchange *xtls_secret_exchange_new (PurpleAccount *account,
                                              const char *who);
void xtls_secret_exchange_free (XtlsSecretExchange *exchange);

/* Like the functions of XtlsApi with the same names. @session (nullable): the
 * contact's open one. @question: (nullable): plain text. @secret: what the user
 * typed, UTF-8. */
gboolean xtls_secret_exchange_start (XtlsSecretExchange *exchange,
                                     XtlsSession *session,
                                     const char *question,
                                     const char *secret,
                                     char **why);
gboolean xtls_secret_exchange_answer (XtlsSecretExchange *exchange,
                                      const char *secret,
                                      char **why);
void xtls_secret_exchange_abort (XtlsSecretExchange *exchange);

/* Returns: whether somebody has begun, and there is no result yet. */
gboolean xtls_secret_exchange_is_under_way (XtlsSecretExchange *exchange);

/* Returns: (transfer full): the secret's state; free it with
 * xtls_secret_free(). */
XtlsSecret *xtls_secret_exchange_get (XtlsSecretExchange *exchange);
void xtls_secret_free (XtlsSecret *secret);

/**
 * xtls_secret_exchange_take:
 * @open: whether @session is the contact's open one
 * @stanza: (transfer none): a stanza that came inside @session
 *
 * Returns: %TRUE if it belongs to the exchange.
 */
gboolean xtls_secret_exchange_take (XtlsSecretExchange *exchange,
                                    XtlsSession *session,
                                    gboolean open,
                                    xmlnode *stanza);

/* The session has ended: an attempt under way is aborted. */
void xtls_secret_exchange_session_gone (XtlsSecretExchange *exchange);
