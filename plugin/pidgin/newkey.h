/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A contact who was verified came with another key: accept, verify, refuse? */
#pragma once

#include <account.h>

/* The core asks. */
void xtls_newkey_show (PurpleAccount *account, const char *who);

/* The person wants to decide now. */
void xtls_newkey_ask (PurpleAccount *account, const char *who);
