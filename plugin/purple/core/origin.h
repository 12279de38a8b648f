/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a text comes from that somebody writes into a conversation: from a
 * private session or from this plugin, or from anywhere else.
 */
#pragma once

#include <account.h>
#include <glib.h>

/**
 * xtls_origin_begin:
 * @who: a bare JID, normalised
 *
 * What is written as this contact's words until xtls_origin_end() came inside
 * its private session, or is marked already. Calls nest.
 */
void xtls_origin_begin (PurpleAccount *account, const char *who);
void xtls_origin_end (void);

/* Whether the contact's words that are being written now are such. */
gboolean xtls_origin_is_known (PurpleAccount *account, const char *who);

/**
 * xtls_origin_expect_echo:
 *
 * A text of the user was just taken for the contact: libpurple writes it into
 * the conversation before it does anything else.
 */
void xtls_origin_expect_echo (PurpleAccount *account, const char *who);

/* Whether the user's words that are being written now are such an echo. Each
 * is expected once. */
gboolean xtls_origin_take_echo (PurpleAccount *account, const char *who);

/* Whatever is written from here on is no echo. */
void xtls_origin_forget_echoes (void);
