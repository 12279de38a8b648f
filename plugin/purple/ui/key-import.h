/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Importing an account's key from a file, by libpurple's requests. */
#pragma once

#include <account.h>
#include <glib.h>

/**
 * xtls_key_import_start:
 * @account: (nullable): whose key; %NULL: whose the file says
 *
 * Asks for a file and its passphrase, tells what it would replace, and takes it
 * over after a yes. What the file knows of contacts is added to what is known
 * here: the safer word counts. There is one import at a time, as with
 * xtls_key_export_start().
 *
 * Returns: %FALSE with @why if nothing can be imported.
 */
gboolean xtls_key_import_start (PurpleAccount *account, char **why);

/* As xtls_key_export_uninit(). */
void xtls_key_import_uninit (void);
