/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The namespace declarations in force while XML is read (Namespaces in XML 1.0
 * sections 3 to 6). */
#pragma once

#include <glib.h>

#define XTLS_NS_XML "http://www.w3.org/XML/1998/namespace"
#define XTLS_NS_XMLNS "http://www.w3.org/2000/xmlns/"

typedef struct XtlsScope XtlsScope;

/* A declaration, valid until its element is left. */
typedef struct {
    char *prefix; /* empty: the default namespace */
    gsize prefix_len;
    char *uri; /* empty: no namespace */
    guint depth;
} XtlsBinding;

/**
 * xtls_scope_new:
 *
 * Returns: (transfer full): a scope in which only `xml` is declared.
 */
XtlsScope *xtls_scope_new (void);
void xtls_scope_free (XtlsScope *scope);

/**
 * xtls_scope_declare:
 * @prefix: the prefix, empty for the default namespace
 * @uri: its namespace
 * @depth: the depth of the declaring element, 1 or more, never decreasing
 *
 * Returns: %FALSE if the specification forbids the declaration.
 */
gboolean xtls_scope_declare (XtlsScope *scope,
                             const char *prefix,
                             const char *uri,
                             guint depth);

/**
 * xtls_scope_leave:
 *
 * Forgets the declarations of elements at @depth and deeper.
 */
void xtls_scope_leave (XtlsScope *scope, guint depth);

/**
 * xtls_scope_find:
 * @prefix: (array length=len): not necessarily terminated, may be empty
 *
 * Returns: (nullable) (transfer none): the innermost declaration of @prefix.
 */
const XtlsBinding *
xtls_scope_find (const XtlsScope *scope, const char *prefix, gsize len);

/* Returns: how many declarations are in force, not counting `xml`. */
guint xtls_scope_size (const XtlsScope *scope);
