/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The settings for one contact. */
#pragma once

#include <account.h>

/* Shows the settings of one contact, or raises the window that does. */
void xtls_contact_settings_show (PurpleAccount *account, const char *who);
