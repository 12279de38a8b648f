/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages are held: send them unencrypted, keep waiting, or discard them? */
#pragma once

#include <account.h>

/* Asks what becomes of the messages that are held for a contact. */
void xtls_held_dialog_show (PurpleAccount *account, const char *who);
