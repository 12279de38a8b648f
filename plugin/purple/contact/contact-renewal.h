/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Replaces an open session that has old keys by a new one with the same client,
 * without the user's noticing: whoever reads the memory of a running client
 * learns the keys of the last day only. Messages use the old session until the
 * new one is open. It is done while nothing is under way; if it fails, the old
 * session goes on, and it is tried again later.
 */
#pragma once

#include "contact-state.h"

/* How often the keys' age is looked at, seconds. */
#define XTLS_CONTACT_RENEWAL_INTERVAL 600

/* The contact has an open session, from now on or again. */
void xtls_contact_renewal_watch (XtlsContact *contact);

/* The contact has no open session any more, or another one: ends what is under
 * way. */
void xtls_contact_renewal_stop (XtlsContact *contact);

/* The state of a session of the contact has changed. */
void xtls_contact_renewal_session_changed (XtlsContact *contact,
                                           XtlsSession *session);
