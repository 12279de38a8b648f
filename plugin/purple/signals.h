/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Everything that libpurple tells the plugin, and who is told of it. */
#pragma once

/* Takes over accounts that are connected already. */
void xtls_signals_init (void);

/* The plugin is unloaded: ends what is private and listens no more. */
void xtls_signals_uninit (void);
