/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the elements that libpurple and its plugins build as a server reads
 * them: by local names, by namespaces however they were set, and by whether
 * there is any text in them.
 */
#pragma once

#include <glib.h>
#include <xmlnode.h>

/* Returns: (transfer none): the name of an element without its prefix. */
const char *xtls_element_local_name (const xmlnode *node);

/* Returns: (transfer none): the namespace of an element, also if its sender set
 * it as an attribute, as some plugins do; empty if it has none of its own. */
const char *xtls_element_namespace (const xmlnode *node);

/* Returns: (nullable) (transfer none): the attribute @name without a prefix.
 * @node: the element. @name: of the attribute. */
const char *xtls_element_attribute (const xmlnode *node, const char *name);

/* Returns: (nullable) (transfer none): the first child that is an element. */
xmlnode *xtls_element_first (const xmlnode *node);

/* Returns: (nullable) (transfer none): @node, or the next of its siblings that
 * is an element. @node: (nullable). */
xmlnode *xtls_element_skip_to (xmlnode *node);

/* Returns: (nullable) (transfer none): the first such child of @node. @name: of
 * the element. @xmlns: its namespace. */
xmlnode *
xtls_element_find (const xmlnode *node, const char *name, const char *xmlns);

/* Returns: whether the element is in `jabber:client`, or in no namespace:
 * libpurple does not set that of elements that it builds itself. */
gboolean xtls_element_is_of_client (const xmlnode *node);

/* Returns: whether @data is nothing but white space. */
gboolean xtls_element_is_space (const char *data, gsize len);

/* Returns: whether there is text other than white space at any depth. */
gboolean xtls_element_has_text (const xmlnode *node);

/* Returns: whether the element itself contains text. White space counts,
 * because it may have been typed. */
gboolean xtls_element_has_data (const xmlnode *node);
