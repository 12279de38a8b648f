/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The dialog in which the user verifies a contact's key. */
#pragma once

#include <account.h>

/* @fingerprint: (nullable): of a known key; %NULL for the session's key. */
void xtls_verify_show (PurpleAccount *account,
                       const char *who,
                       const char *fingerprint);

/* A verification by shared secret has reached another step. */
void xtls_verify_secret (PurpleAccount *account, const char *who);
