/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entries in the menus of conversations and contacts, in any client. */
#pragma once

void xtls_menus_init (void);
