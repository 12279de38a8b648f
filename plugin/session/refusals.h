/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose keys were refused lately: a contact that calls again and again with a
 * key that the user refused has one handshake a minute, whatever resource it
 * calls from.
 */
#pragma once

#include <glib.h>

/* Microseconds. */
#define XTLS_REFUSALS_TIME (60 * G_USEC_PER_SEC)
/* So many contacts at most; then the one that was refused first is forgotten.
 */
#define XTLS_REFUSALS_MAX 256

typedef struct XtlsRefusals XtlsRefusals;

/* Returns: (transfer full) */
XtlsRefusals *xtls_refusals_new (void);
void xtls_refusals_free (XtlsRefusals *refusals);

/**
 * xtls_refusals_note:
 * @peer: a full or bare JID whose key was refused in a handshake
 * @now: microseconds
 */
void xtls_refusals_note (XtlsRefusals *refusals, const char *peer, gint64 now);

/**
 * xtls_refusals_has:
 * @peer: a full or bare JID
 * @now: microseconds
 *
 * Returns: %TRUE for %XTLS_REFUSALS_TIME after a key of its bare JID was
 * refused.
 */
gboolean
xtls_refusals_has (XtlsRefusals *refusals, const char *peer, gint64 now);

/**
 * xtls_refusals_forget:
 * @jid: (nullable): a bare JID whose keys' trust has changed; %NULL for all
 */
void xtls_refusals_forget (XtlsRefusals *refusals, const char *jid);
