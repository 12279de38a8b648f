/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The declarations are a stack with the innermost one on top. */
#include "xml-scope.h"

#include <string.h>

struct XtlsXmlScope {
    GPtrArray *bindings; /* owned */
};

static void
binding_free (gpointer data)
{
    XtlsBinding *binding = data;

    g_free (binding->prefix);
    g_free (binding->uri);
    g_free (binding);
}

static void
push (XtlsXmlScope *scope, const char *prefix, const char *uri, guint depth)
{
    XtlsBinding *binding = g_new (XtlsBinding, 1);

    binding->prefix = g_strdup (prefix);
    binding->prefix_len = strlen (prefix);
    binding->uri = g_strdup (uri);
    binding->depth = depth;
    g_ptr_array_add (scope->bindings, binding);
}

XtlsXmlScope *
xtls_xml_scope_new (void)
{
    XtlsXmlScope *scope = g_new0 (XtlsXmlScope, 1);

    scope->bindings = g_ptr_array_new_with_free_func (binding_free);
    push (scope, "xml", XTLS_NS_XML, 0);
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

    while (n > 1) {
        const XtlsBinding *last = g_ptr_array_index (scope->bindings, n - 1);

        if (last->depth < depth)
            break;
        n--;
    }
    g_ptr_array_set_size (scope->bindings, (gint)n);
}

const XtlsBinding *
xtls_xml_scope_find (const XtlsXmlScope *scope, const char *prefix, gsize len)
{
    for (guint i = scope->bindings->len; i-- > 0;) {
        const XtlsBinding *binding = g_ptr_array_index (scope->bindings, i);

        if (binding->prefix_len == len &&
            memcmp (binding->prefix, prefix, len) == 0)
            return binding;
    }
    return NULL;
}

guint
xtls_xml_scope_size (const XtlsXmlScope *scope)
{
    return scope->bindings->len - 1;
}
