/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks what to do with held messages: send them unencrypted, keep waiting, or
 * discard them. */
#pragma once

#include <account.h>

/* Asks what to do with the messages held for a contact. */
void xtls_held_dialog_show (PurpleAccount *account, const char *who);
