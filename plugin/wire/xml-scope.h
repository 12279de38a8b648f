/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The namespace declarations in force while XML is read (Namespaces in XML 1.0
 * sections 3 to 6). */
#pragma once

#include <glib.h>

#define XTLS_NS_XML "http://www.w3.org/XML/1998/namespace"
#define XTLS_NS_XMLNS "http://www.w3.org/2000/xmlns/"

typedef struct XtlsXmlScope XtlsXmlScope;

/* A declaration, valid until its element is left. */
typedef struct {
    const char *prefix; /* empty: the default namespace */
    gsize prefix_len;
    const char *uri; /* empty: no namespace */
    guint depth;
} XtlsBinding;

/**
 * xtls_xml_scope_new:
 *
 * Returns: (transfer full): a scope in which only `xml` is declared.
 */
XtlsXmlScope *xtls_xml_scope_new (void);
void xtls_xml_scope_free (XtlsXmlScope *scope);

/**
 * xtls_xml_scope_declare:
 * @prefix: the prefix, empty for the default namespace
 * @uri: its namespace
 * @depth: the depth of the declaring element, 1 or more, never decreasing
 *
 * Returns: %FALSE if the specification forbids the declaration.
 */
gboolean xtls_xml_scope_declare (XtlsXmlScope *scope,
                                 const char *prefix,
                                 const char *uri,
                                 guint depth);

/**
 * xtls_xml_scope_leave:
 *
 * Forgets the declarations of elements at @depth and deeper.
 */
void xtls_xml_scope_leave (XtlsXmlScope *scope, guint depth);

/**
 * xtls_xml_scope_find:
 * @prefix: (array length=len): not necessarily terminated, may be empty
 *
 * Returns: (nullable) (transfer none): the innermost declaration of @prefix.
 */
const XtlsBinding *
xtls_xml_scope_find (const XtlsXmlScope *scope, const char *prefix, gsize len);

/* Returns: how many declarations are in force, not counting `xml`. */
guint xtls_xml_scope_size (const XtlsXmlScope *scope);
