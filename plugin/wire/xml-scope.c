/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The declarations are a stack with the innermost one on top; `xml`, which is
 * always declared, is below it. */
#include "xml-scope.h"

#include <string.h>

struct XtlsXmlScope {
    GPtrArray *bindings; /* owned */
};

static const XtlsBinding xml = {"xml", 3, XTLS_NS_XML, 0};

/* The strings are behind the binding, in the same piece of memory. */
static void
push (XtlsXmlScope *scope, const char *prefix, const char *uri, guint depth)
{
    gsize prefix_len = strlen (prefix), uri_size = strlen (uri) + 1;
    XtlsBinding *binding =
        g_malloc (sizeof *binding + prefix_len + 1 + uri_size);
    char *strings = (char *)(binding + 1);

    binding->prefix = memcpy (strings, prefix, prefix_len + 1);
    binding->prefix_len = prefix_len;
    binding->uri = memcpy (strings + prefix_len + 1, uri, uri_size);
    binding->depth = depth;
    g_ptr_array_add (scope->bindings, binding);
}

XtlsXmlScope *
xtls_xml_scope_new (void)
{
    XtlsXmlScope *scope = g_new0 (XtlsXmlScope, 1);

    scope->bindings = g_ptr_array_new_with_free_func (g_free);
    return scope;
}

void
xtls_xml_scope_free (XtlsXmlScope *scope)
{
    g_ptr_array_unref (scope->bindings);
    g_free (scope);
}

gboolean
xtls_xml_scope_declare (XtlsXmlScope *scope,
                        const char *prefix,
                        const char *uri,
                        guint depth)
{
    gboolean is_xml = strcmp (prefix, "xml") == 0;

    if (is_xml != (strcmp (uri, XTLS_NS_XML) == 0))
        return FALSE;
    if (strcmp (prefix, "xmlns") == 0 || strcmp (uri, XTLS_NS_XMLNS) == 0)
        return FALSE;
    if (*prefix != '\0' && *uri == '\0')
        return FALSE;
    push (scope, prefix, uri, depth);
    return TRUE;
}

void
xtls_xml_scope_leave (XtlsXmlScope *scope, guint depth)
{
    guint n = scope->bindings->len;

    while (n > 0) {
        const XtlsBinding *last = g_ptr_array_index (scope->bindings, n - 1);

        if (last->depth < depth)
            break;
        n--;
    }
    g_ptr_array_set_size (scope->bindings, (gint)n);
}

static gboolean
is_of (const XtlsBinding *binding, const char *prefix, gsize len)
{
    return binding->prefix_len == len &&
           memcmp (binding->prefix, prefix, len) == 0;
}

const XtlsBinding *
xtls_xml_scope_find (const XtlsXmlScope *scope, const char *prefix, gsize len)
{
    for (guint i = scope->bindings->len; i-- > 0;) {
        const XtlsBinding *binding = g_ptr_array_index (scope->bindings, i);

        if (is_of (binding, prefix, len))
            return binding;
    }
    return is_of (&xml, prefix, len) ? &xml : NULL;
}

guint
xtls_xml_scope_size (const XtlsXmlScope *scope)
{
    return scope->bindings->len;
}
