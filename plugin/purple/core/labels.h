/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Labels of buttons and menus: not every client knows mnemonics. */
#pragma once

#include <glib.h>

/* Returns: whether the client takes an underscore in a label for a mnemonic,
 * and two for a real underscore. */
gboolean xtls_labels_have_mnemonics (void);

/**
 * xtls_labels_get:
 * @label: with a mnemonic, translated
 *
 * Returns: (transfer none): the label in the form that the client expects.
 */
const char *xtls_labels_get (const char *label);
