/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far contacts' keys are trusted: the only place where that is looked up
 * and changed. Every change is reported to the watcher, because what may be
 * sent to and shown from a session depends on the trust of its key at that
 * moment, not when the session was opened.
 */
#pragma once

#include "api.h"
#include "peers.h"

#include <account.h>
#include <glib.h>

/**
 * XtlsTrustChanged:
 * @account: (nullable): %NULL: of any account
 * @who: (nullable): the contact's bare JID; %NULL: of any contact
 *
 * The trust of the contact's keys may have changed.
 */
typedef void (*XtlsTrustChanged) (PurpleAccount *account, const char *who);

/* @changed (nullable): the watcher; there is only one. */
void xtls_trust_watch (XtlsTrustChanged changed);

/**
 * xtls_trust_find:
 * @who: the contact's bare JID, normalised
 *
 * Returns: (transfer none) (nullable): the entry of the key, valid until the
 * next change; %NULL if it is new.
 */
const XtlsPeer *xtls_trust_find (PurpleAccount *account,
                                 const char *who,
                                 const XtlsFingerprint *fingerprint);

/* Returns: how far the key is trusted now. */
XtlsTrust xtls_trust_get (PurpleAccount *account,
                          const char *who,
                          const XtlsFingerprint *fingerprint);

/* Return whether any key of the contact is known, and whether one is
 * verified. */
gboolean xtls_trust_has_keys (PurpleAccount *account, const char *who);
gboolean xtls_trust_has_verified (PurpleAccount *account, const char *who);

/* Returns: (transfer full) (nullable): the fingerprint of a verified key, for
 * display. */
char *xtls_trust_get_verified (PurpleAccount *account, const char *who);

/**
 * xtls_trust_note_seen:
 *
 * Notes that the contact is using this key in a session, which makes a new key
 * known. This cannot restrict any session, so only faces are told.
 */
void xtls_trust_note_seen (PurpleAccount *account,
                           const char *who,
                           const XtlsFingerprint *fingerprint);

/**
 * xtls_trust_set:
 * @how: how it was verified
 *
 * Like xtls_peers_set_trust(), with the current time.
 */
gboolean xtls_trust_set (PurpleAccount *account,
                         const char *who,
                         const XtlsFingerprint *fingerprint,
                         XtlsTrust trust,
                         XtlsVerifiedBy how);

/**
 * xtls_trust_forget:
 * @account: (nullable): %NULL if it is not in this client
 * @account_name: its bare JID
 *
 * Returns: %FALSE if the key was not known.
 */
gboolean xtls_trust_forget (PurpleAccount *account,
                            const char *account_name,
                            const char *who,
                            const XtlsFingerprint *fingerprint);

/**
 * xtls_trust_changed:
 *
 * Tells faces and the watcher that trust was changed by other means.
 */
void xtls_trust_changed (PurpleAccount *account, const char *who);
