/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks about a key that waits for a decision, because the contact was verified
 * with another one or because messages are held: accept, verify, refuse? */
#pragma once

#include <account.h>

/* The core requests a decision. */
void xtls_newkey_show (PurpleAccount *account, const char *who);

/* The user wants to decide now. */
void xtls_newkey_ask (PurpleAccount *account, const char *who);
