/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides which of several sessions with one peer stays. */
#pragma once

#include "registry.h"

/* The most sessions with one bare JID that may wait for the peer to end them;
 * when there are more, the oldest ends at once. */
#define XTLS_REPLACEMENT_ENDING_MAX 2

/**
 * xtls_replacement_find_survivor:
 * @entry: a session that is about to open
 *
 * Returns: (nullable) (transfer none): an open session with the same peer and
 * the same keys that stays, so that @entry must end.
 */
XtlsRegistryEntry *
xtls_replacement_find_survivor (XtlsRegistry *registry,
                                const XtlsRegistryEntry *entry);

/**
 * xtls_replacement_is_behind:
 * @entry: a session that is open
 *
 * Returns: whether stanzas of an earlier session with the same peer and the
 * same keys have arrived and are not delivered yet: those of @entry wait.
 */
gboolean xtls_replacement_is_behind (XtlsRegistry *registry,
                                     const XtlsRegistryEntry *entry);

/* Ends the sessions that @entry, which is now open, replaces. */
void xtls_replacement_settle (XtlsRegistry *registry,
                              const XtlsRegistryEntry *entry);

/* Ends the oldest of too many sessions with the contact of @session that wait
 * for the peer's end. */
void xtls_replacement_limit_ending (XtlsRegistry *registry,
                                    XtlsSession *session);
