/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Marks held messages: a typed message is grey and followed by a word until it
 * has been sent. If it never will be, another word stays.
 */
#pragma once

/* Call init before the face claims the marks, and uninit, which removes the
 * words, when the face is unloaded. */
void xtls_held_marks_init (void);
void xtls_held_marks_uninit (void);
