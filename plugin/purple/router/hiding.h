/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides text from other plugins that would change it, send it elsewhere or keep
 * it (OTR, OMEMO, translators): what belongs to a private conversation, also to
 * one that sending it will start, and what has been marked.
 *
 * What is typed, sent and received passes every plugin in a signal that carries
 * a variable. The first handler empties the variable, the last but one fills it
 * again, and those in between find nothing.
 */
#pragma once

#include <account.h>
#include <glib.h>
#include <xmlnode.h>

void xtls_hiding_init (void);
void xtls_hiding_uninit (void);

/**
 * xtls_hiding_is_of_otr:
 * @who: (nullable): the recipient, a JID
 * @text: (nullable): what is being sent
 *
 * Returns: %TRUE if the OTR plugin sends @text by itself. What the user has
 * typed is not of OTR, even if it begins like that.
 */
gboolean xtls_hiding_is_of_otr (PurpleAccount *account,
                                const char *who,
                                const char *text);

/* The same for @message, a `<message/>` with text. */
gboolean xtls_hiding_is_otr_message (PurpleAccount *account,
                                     const char *who,
                                     const xmlnode *message);
