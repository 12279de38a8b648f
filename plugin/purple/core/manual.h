/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The help from doc/help: pages of paragraphs and entries. */
#pragma once

#include "api.h"

#include <glib.h>

/**
 * xtls_manual_list:
 * @n_pages: (out): how many there are
 *
 * Returns: (transfer none): the pages, in order, untranslated.
 */
const XtlsHelpPage *xtls_manual_list (guint *n_pages);

/**
 * xtls_manual_find:
 * @page: (nullable): the id of a page
 *
 * Returns: (transfer none) (nullable): the page of that name; the first one for
 * %NULL.
 */
const XtlsHelpPage *xtls_manual_find (const char *page);

/**
 * xtls_manual_part_to_text:
 * @part: a paragraph or an entry
 *
 * Returns: (transfer full): plain text, translated.
 */
char *xtls_manual_part_to_text (const XtlsHelpPart *part);
