/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long private conversations have been starting. A start may wait for the
 * contact's client for a minute; the user sees that time passes.
 */
#pragma once

#include <account.h>

/**
 * xtls_progress_note:
 * @who: a bare JID
 *
 * The state of this contact may have changed. While any contact's is Starting,
 * xtls_gui_refresh() is called every second.
 */
void xtls_progress_note (PurpleAccount *account, const char *who);

/**
 * xtls_progress_get_seconds:
 *
 * Returns: for how many seconds the contact's conversation has been starting; 0
 * if it is not
 */
guint xtls_progress_get_seconds (PurpleAccount *account, const char *who);

/**
 * xtls_progress_forget:
 * @account: (nullable): %NULL for all
 *
 * Forgets what starts in this account.
 */
void xtls_progress_forget (PurpleAccount *account);
