/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A text that a user sends with the report of a fault: versions, settings,
 * states, reasons and counters, in English. It contains no text of messages, no
 * secrets and no keys, and addresses, fingerprints and paths only if they are
 * requested.
 */
#pragma once

#include <glib.h>

/**
 * xtls_report_make:
 * @addresses: whether addresses and fingerprints are in it; without them,
 *   accounts and contacts have numbers, the same as long as the plugin is
 *   loaded
 *
 * Returns: (transfer full): the text, in lines.
 */
char *xtls_report_make (gboolean addresses);

/* Shows it, for copying. @addresses: as for xtls_report_make(). */
void xtls_report_show (gboolean addresses);

/* Forgets the numbers of accounts and contacts. */
void xtls_report_uninit (void);
