/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Withholds stanzas that libpurple is about to send, in a way that survives
 * other plugins, file transfers, stream management and BOSH, with three
 * handlers around the one that writes to the socket (gate.c has the reasons).
 * Stanzas that are sent as text are parsed and filtered in the same way.
 */
#pragma once

#include <account.h>
#include <connection.h>
#include <glib.h>
#include <xmlnode.h>

typedef struct {
    /**
     * @stanza: (transfer none): the stanza that is about to be sent; it may be
     * copied, but not kept or freed
     *
     * Returns: %TRUE to withhold it.
     */
    gboolean (*filter) (PurpleConnection *gc, xmlnode *stanza);
} XtlsGateOps;

/* @ops: (transfer none): static */
void xtls_gate_init (const XtlsGateOps *ops);
void xtls_gate_uninit (void);

/* Call it when @gc is about to be closed. */
void xtls_gate_forget (PurpleConnection *gc);
