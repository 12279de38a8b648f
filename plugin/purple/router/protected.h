/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Contacts whose words may not leave in clear, found before there is a stanza.
 */
#pragma once

#include "contact.h"

#include <account.h>
#include <glib.h>

/**
 * xtls_protected_find:
 * @who: a JID, bare or full
 * @matter: what is about to be sent; the policy may start private mode for it
 *
 * Returns: (nullable) (transfer none): the contact, if that may not leave in
 * clear.
 */
XtlsContact *xtls_protected_find (PurpleAccount *account,
                                  const char *who,
                                  XtlsMatter matter);

/* (nullable) (transfer none): the contact, if it is private now. */
XtlsContact *xtls_protected_find_private (PurpleAccount *account,
                                          const char *who);
