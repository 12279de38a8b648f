/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps other plugins in the same client out of private conversations. While
 * messages for a contact go through a private conversation, or are held for it,
 * other plugins cannot read them, send them elsewhere, or write into the
 * conversation without a mark.
 */
#pragma once

void xtls_isolation_init (void);
void xtls_isolation_uninit (void);
