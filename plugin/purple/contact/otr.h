/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this plugin has to know of the OTR plugin, which many users have: its
 * messages are texts, and its private conversation is the user's choice.
 */
#pragma once

#include <account.h>
#include <glib.h>

/**
 * xtls_otr_is_protocol:
 *
 * Returns: %TRUE if @text is a message of the OTR protocol: a query, a part of
 * a key exchange, encrypted data, a fragment, or an error.
 */
gboolean xtls_otr_is_protocol (const char *text);

/* @text: of a message. Returns: whether it asks for an OTR conversation or
 * begins one. */
gboolean xtls_otr_is_query (const char *text);

/* @text: of a message. Returns: whether it may carry words that the user wants
 * to read. Only the first fragment of a message counts. */
gboolean xtls_otr_is_data (const char *text);

/**
 * xtls_otr_is_running:
 * @who: a bare JID
 *
 * Returns: %TRUE if the OTR plugin has a private conversation with the contact.
 */
gboolean xtls_otr_is_running (PurpleAccount *account, const char *who);
