/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Withholding stanzas that libpurple is about to send, in a way that survives
 * other plugins, file transfers, stream management and BOSH: three handlers
 * around the one that writes to the socket (the reasons are in gate.c).
 */
#pragma once

#include <connection.h>
#include <glib.h>
#include <xmlnode.h>

/**
 * XtlsGateJudge:
 * @stanza: (transfer none): what is about to leave; to be copied, never kept or
 *   freed
 *
 * Returns: %TRUE to withhold it.
 */
typedef gboolean (*XtlsGateJudge) (PurpleConnection *gc, xmlnode *stanza);

void xtls_gate_init (XtlsGateJudge judge);
void xtls_gate_uninit (void);
