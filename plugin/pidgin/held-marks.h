/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Held messages look held: what was typed stands in grey with a word behind it,
 * until it has left. Where it never will, another word stays.
 */
#pragma once

/* Before the core is told that the face marks them, and when it is unloaded:
 * the words go. */
void xtls_held_marks_init (void);
void xtls_held_marks_uninit (void);
