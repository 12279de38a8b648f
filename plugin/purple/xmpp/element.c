/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads elements as a server reads them; see element.h. */
#include "element.h"

#include "ns.h"

#include <string.h>

const char *
xtls_element_local_name (const xmlnode *node)
{
    const char *colon = strrchr (node->name, ':');

    return colon ? colon + 1 : node->name;
}

static gboolean
is_attribute (const xmlnode *node, const char *name)
{
    return node->type == XMLNODE_TYPE_ATTRIB && !node->prefix &&
           g_strcmp0 (node->name, name) == 0;
}

const char *
xtls_element_attribute (const xmlnode *node, const char *name)
{
    for (const xmlnode *child = node->child; child; child = child->next)
        if (is_attribute (child, name))
            return child->data;
    return NULL;
}

const char *
xtls_element_namespace (const xmlnode *node)
{
    const char *xmlns = node->xmlns;

    if (!xmlns)
        xmlns = xtls_element_attribute (node, "xmlns");
    return xmlns ? xmlns : "";
}

xmlnode *
xtls_element_skip_to (xmlnode *node)
{
    while (node && node->type != XMLNODE_TYPE_TAG)
        node = node->next;
    return node;
}

xmlnode *
xtls_element_first (const xmlnode *node)
{
    return xtls_element_skip_to (node->child);
}

static gboolean
is_element (const xmlnode *node, const char *name, const char *xmlns)
{
    return g_str_equal (xtls_element_local_name (node), name) &&
           g_str_equal (xtls_element_namespace (node), xmlns);
}

xmlnode *
xtls_element_find (const xmlnode *node, const char *name, const char *xmlns)
{
    xmlnode *child = xtls_element_first (node);

    while (child && !is_element (child, name, xmlns))
        child = xtls_element_skip_to (child->next);
    return child;
}

gboolean
xtls_element_is_of_client (const xmlnode *node)
{
    const char *xmlns = xtls_element_namespace (node);

    return !*xmlns || g_str_equal (xmlns, XTLS_NS_CLIENT);
}

gboolean
xtls_element_is_space (const char *data, gsize len)
{
    for (gsize i = 0; i < len; i++)
        if (!g_ascii_isspace (data[i]))
            return FALSE;
    return TRUE;
}

gboolean
xtls_element_has_text (const xmlnode *node)
{
    for (const xmlnode *child = node->child; child; child = child->next)
        if ((child->type == XMLNODE_TYPE_DATA &&
             !xtls_element_is_space (child->data, child->data_sz)) ||
            (child->type == XMLNODE_TYPE_TAG && xtls_element_has_text (child)))
            return TRUE;
    return FALSE;
}

gboolean
xtls_element_has_data (const xmlnode *node)
{
    for (const xmlnode *child = node->child; child; child = child->next)
        if (child->type == XMLNODE_TYPE_DATA && child->data_sz > 0)
            return TRUE;
    return FALSE;
}
