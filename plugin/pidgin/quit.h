/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks before Pidgin quits while messages wait.
 *
 * libpurple tells plugins that it is ending, and does not ask. So the entry
 * Quit of the buddy list's menu, with its key, is ours as long as the plugin is
 * loaded. Pidgin's icon in the system tray, and the session's end, quit without
 * a question: the next start tells what was lost.
 */
#pragma once

/* Takes the entry over, as soon as there is a buddy list. */
void xtls_quit_refresh (void);

/* Gives it back. */
void xtls_quit_uninit (void);
