/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Puts the state into the titles of conversations in Finch, which has no place
 * for a lock, and counts the seconds there while private mode starts.
 */
#pragma once

#include <plugin.h>

/* Does nothing in other clients. xtls_title_uninit() restores the titles. */
void xtls_title_init (PurplePlugin *plugin);
void xtls_title_uninit (PurplePlugin *plugin);
