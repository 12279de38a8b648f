/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long private conversations have been starting. A start may wait a minute
 * for the contact's client; the user sees the seconds pass.
 */
#pragma once

#include <account.h>

/**
 * xtls_progress_note:
 * @who: a bare JID
 *
 * Call it when the state of this contact may have changed. While any contact is
 * in the state Starting, xtls_gui_refresh() is called every second.
 */
void xtls_progress_note (PurpleAccount *account, const char *who);

/**
 * xtls_progress_get_seconds:
 *
 * Returns: how many seconds the contact's conversation has been starting; 0 if
 * it is not starting
 */
guint xtls_progress_get_seconds (PurpleAccount *account, const char *who);

/**
 * xtls_progress_forget:
 * @account: (nullable): %NULL for all
 *
 * Forgets the contacts of this account.
 */
void xtls_progress_forget (PurpleAccount *account);
