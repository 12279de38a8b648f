/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stanzas for tests: written and compared as text. */
#pragma once

#include <glib.h>
#include <xmlnode.h>

/**
 * nodes_init:
 *
 * Call it before using an #xmlnode outside a libpurple core.
 */
void nodes_init (void);

/**
 * nodes_parse:
 * @xml: well-formed text
 *
 * Returns: (transfer full): its tree, with namespaces resolved.
 */
xmlnode *nodes_parse (const char *xml);

/**
 * nodes_printf:
 *
 * Returns: (transfer full): the tree of the formatted text.
 */
xmlnode *nodes_printf (const char *format, ...) G_GNUC_PRINTF (1, 2);

/**
 * nodes_assert:
 * @node: (transfer full): a tree, which is freed
 * @xml: the text that it must be equal to
 */
void nodes_assert (xmlnode *node, const char *xml);
