/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The strictness that GMarkup lacks: a checker that sees every raw byte before
 * GMarkup does and refuses what RFC 6120 11.1 and the XML and namespace
 * specifications forbid. It holds a lexer's state only; nothing is stored.
 *
 * Refused as restricted: comments, processing instructions, DTDs, entities
 * beyond the five. Refused as not well-formed: characters outside XML's Char
 * (U+0001, U+FFFE, surrogates by reference, invalid UTF-8 …), `<` in attribute
 * values, `]]>` in text, names with two colons or an empty part, a missing
 * space between attributes, CDATA outside the root element, text outside it
 * other than white space. Duplicate attributes and unbound prefixes are the
 * reader's, which sees whole elements.
 */
#pragma once

#include <glib.h>

typedef enum {
    XTLS_XML_OK,
    XTLS_XML_RESTRICTED,
    XTLS_XML_NOT_WELL_FORMED
} XtlsXmlVerdict;

typedef struct XtlsXmlCheck XtlsXmlCheck;

XtlsXmlCheck *xtls_xml_check_new (void);
void xtls_xml_check_free (XtlsXmlCheck *check);

/**
 * xtls_xml_check_feed:
 * @data: the next bytes, split anyhow, also inside a character
 *
 * One XML declaration at the very beginning is accepted.
 *
 * Returns: the verdict. Anything but %XTLS_XML_OK is final.
 */
XtlsXmlVerdict
xtls_xml_check_feed (XtlsXmlCheck *check, const char *data, gsize len);

/**
 * xtls_xml_check_scan:
 * @data: the next bytes, as for xtls_xml_check_feed()
 * @used: (out): how many of them were found right
 *
 * As xtls_xml_check_feed(), but stops behind every tag that ends outside the
 * root's children: the root's own tags, and the last one of each child. So the
 * caller knows where children begin and end.
 */
XtlsXmlVerdict xtls_xml_check_scan (XtlsXmlCheck *check,
                                    const char *data,
                                    gsize len,
                                    gsize *used);

/**
 * xtls_xml_check_is_between:
 *
 * Returns: %TRUE if the root's start tag was read and the next byte stands
 * between two of its children or behind its end tag. White space that comes
 * now need not be shown to the checker.
 */
gboolean xtls_xml_check_is_between (const XtlsXmlCheck *check);
