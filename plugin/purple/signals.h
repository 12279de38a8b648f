/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connects libpurple's signals to the modules. */
#pragma once

/* Also takes over accounts that are already connected. */
void xtls_signals_init (void);

/* The plugin is being unloaded: ends private conversations and disconnects the
 * signals. */
void xtls_signals_uninit (void);
