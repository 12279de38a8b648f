/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adapts texts to Finch, the client for terminals. */
#pragma once

#include <glib.h>

/* Returns: whether Finch is the running client. */
gboolean xtls_finch_is_client (void);

/* Returns: the number that the client gives the first choice of a field in a
 * request. Finch counts from 1. */
int xtls_finch_first_choice (void);

/**
 * xtls_finch_wrap:
 * @text: (nullable): plain text of a dialog
 *
 * Finch shows a line that is too long for its terminal on several, but breaks
 * it inside words.
 *
 * Returns: (transfer full) (nullable): in Finch the text in lines that fit into
 * 80 columns, broken at spaces; the same text elsewhere.
 */
char *xtls_finch_wrap (const char *text);

/**
 * xtls_finch_fingerprint:
 * @fingerprint: (nullable): in the form for comparing
 *
 * Returns: (transfer full): in Finch the fingerprint on two lines, in groups;
 * the same text elsewhere; an empty one for %NULL.
 */
char *xtls_finch_fingerprint (const char *fingerprint);
