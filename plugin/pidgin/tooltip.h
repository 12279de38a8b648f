/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our lines in a contact's tooltip in the buddy list. */
#pragma once

void xtls_tooltip_init (void);
