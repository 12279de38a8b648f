/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command `/xtls`, in any libpurple client. */
#pragma once

void xtls_commands_init (void);
void xtls_commands_uninit (void);
