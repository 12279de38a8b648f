/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Supplies the strictness that GMarkup lacks: it checks every raw byte before
 * GMarkup and rejects what RFC 6120 11.1 and the XML and namespace
 * specifications forbid. It keeps only a lexer's state and stores no input.
 *
 * Rejected as restricted: comments, processing instructions, DTDs, entities
 * beyond the five. Rejected as not well-formed: characters outside XML's Char
 * (U+0001, U+FFFE, surrogates by reference, invalid UTF-8 …), `<` in attribute
 * values, `]]>` in text, names with two colons or an empty part, a missing
 * space between attributes, CDATA outside the root element, text outside it
 * other than white space. Duplicate attributes and unbound prefixes are left to
 * the reader, which sees whole elements.
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
 * @data: the next bytes, however they are split, even inside a character
 *
 * Accepts one XML declaration at the very beginning.
 *
 * Returns: the result. Anything but %XTLS_XML_OK is final.
 */
XtlsXmlVerdict
xtls_xml_check_feed (XtlsXmlCheck *check, const char *data, gsize len);

/**
 * xtls_xml_check_scan:
 * @data: the next bytes, as for xtls_xml_check_feed()
 * @used: (out): how many of them are valid
 *
 * Like xtls_xml_check_feed(), but stops after each tag that ends outside the
 * root's children: the root's own tags, and the last tag of each child. This
 * tells the caller where children begin and end.
 */
XtlsXmlVerdict xtls_xml_check_scan (XtlsXmlCheck *check,
                                    const char *data,
                                    gsize len,
                                    gsize *used);

/**
 * xtls_xml_check_is_between:
 *
 * Returns: %TRUE if the root's start tag has been read and the next byte is
 * between two of its children or after its end tag. White space at this point
 * need not be passed to the checker.
 */
gboolean xtls_xml_check_is_between (const XtlsXmlCheck *check);
