/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tooltip of the buddy list says of a contact. */
#pragma once

void xtls_tooltip_init (void);
