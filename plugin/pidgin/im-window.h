/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Locks and menus in the conversation windows of Pidgin. */
#pragma once

/* Makes the key Tab lead to the lock. */
void xtls_im_window_init (void);

/* Updates every window: new ones get their lock and menu, the others show the
 * current conversation and its state. */
void xtls_im_window_refresh (void);

/* Removes all of it again. */
void xtls_im_window_uninit (void);
