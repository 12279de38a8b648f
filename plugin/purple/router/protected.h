/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds contacts to whom nothing may be sent in clear. */
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
 * Only looks: private mode is not started.
 *
 * Returns: (nullable) (transfer none): the contact, if this must not be sent in
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
 * Returns: %TRUE if a policy may apply to @who, including ourselves; not for
 * rooms and their occupants, and for a server only if text is sent to it or the
 * user has chosen a policy for it.
 */
gboolean xtls_protected_is_contact (PurpleAccount *account,
                                    const char *who,
                                    gboolean is_text);

/* Returns: %TRUE if there may be a contact to whom nothing may be sent in
 * clear. */
gboolean xtls_protected_has_any (PurpleAccount *account);

/* Returns: (nullable) (transfer none): the contact, if it is private now. */
XtlsContact *xtls_protected_find_private (PurpleAccount *account,
                                          const char *who);
