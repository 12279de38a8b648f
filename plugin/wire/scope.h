/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The namespace declarations in force while XML is read (Namespaces in XML 1.0
 * sections 3 to 6). */
#pragma once

#include <glib.h>

#define XTLS_NS_XML "http://www.w3.org/XML/1998/namespace"
#define XTLS_NS_XMLNS "http://www.w3.org/2000/xmlns/"

typedef struct XtlsScope XtlsScope;

/* A declaration; lives until its element is left. */
typedef struct {
    char *prefix; /* empty: the default namespace */
    gsize prefix_len;
    char *uri; /* empty: no namespace */
    guint depth;
} XtlsBinding;

/**
 * xtls_scope_new:
 *
 * Returns: (transfer full): a scope in which `xml` alone is declared.
 */
XtlsScope *xtls_scope_new (void);
void xtls_scope_free (XtlsScope *scope);

/**
 * xtls_scope_declare:
 * @prefix: what is declared, empty for the default namespace
 * @uri: its namespace
 * @depth: of the element that declares, 1 or more, never decreasing
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
 * Forgets what elements at @depth and deeper have declared.
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

/* How many declarations are in force, `xml` not counted. */
guint xtls_scope_size (const XtlsScope *scope);
