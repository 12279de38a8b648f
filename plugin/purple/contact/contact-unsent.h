/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A contact's messages that were held and will not be sent: shown as such, in
 * pieces. */
#pragma once

#include "contact-state.h"
#include "pieces.h"

/* Empties the outbox, and shows what was in it as not sent: some messages now,
 * the others in the next turns of the main loop. */
void xtls_contact_unsent_show (XtlsContact *contact);

/* Shows all that were not shown yet. */
void xtls_contact_unsent_settle (XtlsContact *contact);

/* The work of xtls_contact_unsent_show(), for a contact. */
extern const XtlsPiecesOps xtls_contact_unsent_showing_ops;
