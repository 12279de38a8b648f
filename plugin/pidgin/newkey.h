/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A key waits for a decision, because the contact was verified with another one
 * or because messages are held: accept, verify, refuse? */
#pragma once

#include <account.h>

/* The core asks. */
void xtls_newkey_show (PurpleAccount *account, const char *who);

/* The person wants to decide now. */
void xtls_newkey_ask (PurpleAccount *account, const char *who);
