/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes an #xmlnode, whoever made it, as text that a strict reader accepts.
 *
 * xmlnode_to_str() does not do that: it leaves prefixes undeclared, writes
 * control characters as references that XML forbids, and copies the text once
 * for each level.
 *
 * Elements are written without prefix; their namespace is declared where it
 * changes. A %NULL namespace means the parent's. Prefixed attributes are
 * written with their declaration; one with an undeclared prefix is left out, as
 * is a second one of the same name. Characters that XML does not allow and
 * bytes that are not UTF-8 become U+FFFD.
 */
#pragma once

#include <glib.h>
#include <xmlnode.h>

typedef enum {
    XTLS_XML_WRITTEN,
    XTLS_XML_TOO_BIG,     /* more bytes than allowed */
    XTLS_XML_TOO_COMPLEX, /* exceeds another one of a reader's limits */
    XTLS_XML_INVALID      /* a name that is not valid in XML, or not ASCII */
} XtlsXmlWritten;

/**
 * xtls_xml_write:
 * @out: the text is appended to it; unchanged on failure
 * @node: an element
 * @xmlns: the default namespace in force at this place
 * @addresses: whether @node's own `from` and `to` are written
 * @max: the most bytes to append
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
 * Appends @text escaped, so that it can be used between tags and in quotes.
 */
void xtls_xml_write_escaped (GString *out, const char *text, gsize len);
