/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the text of private conversations from other plugins that would change
 * it, send it elsewhere or keep it: OTR, OMEMO, translators.
 *
 * What is typed, sent and received passes every plugin in a signal that carries
 * a variable. The first handler empties the variable, the last but one fills it
 * again, and those in between find nothing.
 */
#pragma once

#include <account.h>
#include <glib.h>

void xtls_hiding_init (void);
void xtls_hiding_uninit (void);

/**
 * xtls_hiding_is_typed:
 *
 * Returns: %TRUE while a text is being sent that the user typed for this
 * contact, rather than one that a plugin sends by itself.
 */
gboolean xtls_hiding_is_typed (PurpleAccount *account, const char *who);
