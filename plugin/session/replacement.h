/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of several sessions with one peer stays. */
#pragma once

#include "registry.h"

/* Sessions with one bare JID that wait for the other side to end them, too;
 * when there are more, the oldest waits no longer. */
#define XTLS_REPLACEMENT_CLOSING_MAX 2

/**
 * xtls_replacement_find_survivor:
 * @entry: a session that is about to be open
 *
 * Returns: (nullable) (transfer none): an open session of the same peer with
 * the same keys that stays nevertheless, so that @entry must go.
 */
XtlsRegistryEntry *
xtls_replacement_find_survivor (XtlsRegistry *registry,
                                const XtlsRegistryEntry *entry);

/* @entry is open: ends those that it replaces. */
void xtls_replacement_settle (XtlsRegistry *registry,
                              const XtlsRegistryEntry *entry);

/* Ends the oldest of too many sessions with the contact of @session that wait
 * for the other side's end. */
void xtls_replacement_limit_closing (XtlsRegistry *registry,
                                     XtlsSession *session);
