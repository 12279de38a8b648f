/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state in the titles of conversations, in Finch: it has no place for a
 * lock.
 */
#pragma once

#include <plugin.h>

/* Other clients' titles are left alone. Taken back by uninit. */
void xtls_title_init (PurplePlugin *plugin);
void xtls_title_uninit (PurplePlugin *plugin);
