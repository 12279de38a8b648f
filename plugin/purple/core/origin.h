/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records whether text that is written into a conversation comes from a private
 * session or this plugin, or from anywhere else.
 */
#pragma once

#include <account.h>
#include <glib.h>

/**
 * xtls_origin_begin:
 * @who: a bare JID, normalised
 *
 * Text that is written as this contact's until xtls_origin_end() came inside
 * its private session, or is already marked. Calls nest.
 */
void xtls_origin_begin (PurpleAccount *account, const char *who);
void xtls_origin_end (void);

/* Returns: whether the contact's text that is being written now has such an
 * origin. */
gboolean xtls_origin_is_known (PurpleAccount *account, const char *who);

/**
 * xtls_origin_expect_echo:
 *
 * A text that the user typed for the contact was just accepted: libpurple
 * writes it into the conversation before it does anything else.
 */
void xtls_origin_expect_echo (PurpleAccount *account, const char *who);

/* Returns: whether the user's text that is being written now is such an echo.
 * Each is expected once. */
gboolean xtls_origin_take_echo (PurpleAccount *account, const char *who);

/* Nothing that is written from now on is an echo. */
void xtls_origin_forget_echoes (void);
