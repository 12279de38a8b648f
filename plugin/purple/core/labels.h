/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Labels of buttons and menus: not every client knows mnemonics. */
#pragma once

#include <glib.h>

/* Whether an underscore in a label makes the next letter a mnemonic, and two
 * underscores stand for one. */
gboolean xtls_labels_have_mnemonics (void);

/**
 * xtls_labels_get:
 * @label: with a mnemonic, translated
 *
 * Returns: (transfer none): the label as the client shows it right.
 */
const char *xtls_labels_get (const char *label);
