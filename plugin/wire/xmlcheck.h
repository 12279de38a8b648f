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
