/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hiding the words of private conversations from other plugins that would
 * change them, send them elsewhere or keep them: OTR, OMEMO, translators.
 *
 * What is typed, what is sent and what is received passes every plugin by a
 * signal that carries a variable. The first handler empties the variable, the
 * last but one fills it again; those between find nothing to work on.
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
 * contact, and not one that a plugin sends by itself.
 */
gboolean xtls_hiding_is_typed (PurpleAccount *account, const char *who);
