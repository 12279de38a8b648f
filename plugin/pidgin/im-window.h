/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Locks and menus in the conversation windows of Pidgin. */
#pragma once

/* Brings every window up to date: new ones get their lock and menu, the others
 * follow the conversation that is shown, and its state. */
void xtls_im_window_refresh (void);

/* Takes all of it out again. */
void xtls_im_window_uninit (void);
