/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exporting an account's key into a file, by libpurple's requests. */
#pragma once

#include <account.h>
#include <glib.h>

/* Shortest passphrase that is taken, in characters. */
#define XTLS_KEY_EXPORT_PASSPHRASE_MIN 8

/**
 * xtls_key_export_start:
 * @account: (nullable): whose key; %NULL: the user chooses
 *
 * Asks for a passphrase and a file, and writes the key with what is known of
 * the account's contacts. There is one export at a time: a new one takes the
 * place of one whose questions are still open.
 *
 * Returns: %FALSE with @why if there is nothing to export.
 */
gboolean xtls_key_export_start (PurpleAccount *account, char **why);

/* Call it when the plugin is unloaded: closes the dialogs, and waits until the
 * file is written. */
void xtls_key_export_uninit (void);
