/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Withholding stanzas that libpurple is about to send, in a way that survives
 * other plugins, file transfers, stream management and BOSH: three handlers
 * around the one that writes to the socket (the reasons are in gate.c). Stanzas
 * that are sent as text are taken apart and judged alike.
 */
#pragma once

#include <account.h>
#include <connection.h>
#include <glib.h>
#include <xmlnode.h>

typedef struct {
    /**
     * @stanza: (transfer none): what is about to leave; to be copied, never
     *   kept or freed
     *
     * Returns: %TRUE to withhold it.
     */
    gboolean (*filter) (PurpleConnection *gc, xmlnode *stanza);
} XtlsGateOps;

/* @ops: (transfer none): static */
void xtls_gate_init (const XtlsGateOps *ops);
void xtls_gate_uninit (void);

/* @gc is about to be closed. */
void xtls_gate_forget (PurpleConnection *gc);
