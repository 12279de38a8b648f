/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Other plugins in the same client. While a contact's words go through a
 * private conversation, or are held for it, other plugins neither get them, nor
 * send them by ways of their own, nor write into the conversation unmarked.
 */
#pragma once

void xtls_beside_init (void);
void xtls_beside_uninit (void);
