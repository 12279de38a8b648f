/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Other plugins in the same client. While a contact's words go through a
 * private conversation, or are held for it, other plugins neither get them, nor
 * send them by ways of their own, nor write into the conversation unmarked.
 */
#pragma once

#include "contact.h"

#include <account.h>
#include <glib.h>

void xtls_beside_init (void);
void xtls_beside_uninit (void);

/**
 * xtls_beside_find:
 * @who: a JID, bare or full
 * @matter: what is about to be sent; the policy may start private mode for it
 *
 * Returns: (nullable) (transfer none): the contact, if that may not leave in
 * clear.
 */
XtlsContact *
xtls_beside_find (PurpleAccount *account, const char *who, XtlsMatter matter);

/* (nullable) (transfer none): the contact, if it is private now. */
XtlsContact *xtls_beside_find_private (PurpleAccount *account, const char *who);
