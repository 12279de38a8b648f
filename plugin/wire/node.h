/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads elements and attributes by their namespaces. */
#pragma once

#include <glib.h>
#include <xmlnode.h>

/**
 * xtls_node_is:
 *
 * Returns: %TRUE if @node (nullable) is an element called @name whose own
 * namespace is @xmlns.
 */
gboolean
xtls_node_is (const xmlnode *node, const char *name, const char *xmlns);

/**
 * xtls_node_first_child:
 *
 * Returns: (nullable) (transfer none): the first child of @node that is an
 * element.
 */
xmlnode *xtls_node_first_child (const xmlnode *node);

/**
 * xtls_node_attrib:
 * @node: (nullable): an element
 *
 * libpurple's xmlnode_get_attrib() ignores namespaces, so that a peer could
 * write `x:from` before `from` and be believed. This one does not.
 *
 * Returns: (nullable) (transfer none): the attribute @name that is in no
 * namespace.
 */
const char *xtls_node_attrib (const xmlnode *node, const char *name);

/**
 * xtls_node_size:
 *
 * Returns: roughly how many bytes of memory @node takes, children included. For
 * small stanzas that is ten times the length of their text.
 */
gsize xtls_node_size (const xmlnode *node);

/**
 * xtls_node_parse_decimal:
 * @text: (nullable): an attribute's value
 * @max: the largest number to accept
 *
 * Returns: %TRUE and @value if @text is a decimal number from 0 to @max without
 * sign, white space or leading zero.
 */
gboolean xtls_node_parse_decimal (const char *text, guint max, guint *value);
