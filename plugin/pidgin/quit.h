/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks before Pidgin quits while messages wait.
 *
 * libpurple tells plugins that it is ending, and does not ask. So the entry
 * Quit of the buddy list's menu, with its key, is ours as long as the plugin is
 * loaded, and so is the closing of the buddy list while messages wait. The menu
 * of Pidgin's icon in the system tray, and the session's end, quit without a
 * question: the next start tells what was lost.
 */
#pragma once

/* Takes both over, as soon as there is a buddy list. */
void xtls_quit_refresh (void);

/* Gives them back. */
void xtls_quit_uninit (void);
