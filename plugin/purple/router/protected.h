/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Contacts whose words may not leave in clear, found before there is a stanza.
 */
#pragma once

#include "contact-start.h"
#include "contact.h"

#include <account.h>
#include <glib.h>

/**
 * xtls_protected_find:
 * @who: (nullable): a JID, bare or full
 * @matter: what is about to be sent
 *
 * A lookup: private mode is not started.
 *
 * Returns: (nullable) (transfer none): the contact, if that may not leave in
 * clear.
 */
XtlsContact *xtls_protected_find (PurpleAccount *account,
                                  const char *who,
                                  XtlsMatter matter);

/**
 * xtls_protected_is_contact:
 * @who: (nullable): a JID, bare or full
 * @is_text: whether a message, or something else, is about to be sent
 *
 * Returns: %TRUE if the policy may have a say about @who, ourselves included:
 * not a room or an occupant of one; a server only where text is sent to it, or
 * where the user has chosen a policy for it.
 */
gboolean xtls_protected_is_contact (PurpleAccount *account,
                                    const char *who,
                                    gboolean is_text);

/* (nullable) (transfer none): the contact, if it is private now. */
XtlsContact *xtls_protected_find_private (PurpleAccount *account,
                                          const char *who);
