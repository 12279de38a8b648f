/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes an #xmlnode as text that a strict reader accepts, whoever built it.
 *
 * xmlnode_to_str() does not do: it leaves prefixes undeclared, writes control
 * characters as references that XML forbids, and copies every level once more.
 *
 * Elements are written without prefix, their namespace declared where it
 * changes. A %NULL namespace is the parent's. Prefixed attributes get their
 * declaration beside them; one whose prefix nobody declared is left out, as is
 * a second one of the same name. Characters that XML does not know and bytes
 * that are not UTF-8 become U+FFFD.
 */
#pragma once

#include <glib.h>
#include <xmlnode.h>

typedef enum {
    XTLS_XML_WRITTEN,
    XTLS_XML_TOO_BIG, /* over one of a reader's limits */
    XTLS_XML_INVALID  /* a name that XML does not allow, or is not ASCII */
} XtlsXmlWritten;

/**
 * xtls_xml_write:
 * @out: where the text is appended; unchanged unless it was written
 * @node: an element
 * @xmlns: the default namespace in force there
 * @addresses: whether @node's own `from` and `to` are written
 * @max: the most bytes that may be appended
 */
XtlsXmlWritten xtls_xml_write (GString *out,
                               const xmlnode *node,
                               const char *xmlns,
                               gboolean addresses,
                               gsize max);

/**
 * xtls_xml_write_escaped:
 * @text: (array length=len): text, or the value of an attribute
 *
 * Appends @text so that it can stand between tags and between quotes.
 */
void xtls_xml_write_escaped (GString *out, const char *text, gsize len);
