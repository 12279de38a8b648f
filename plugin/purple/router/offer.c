/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The stream methods of a file offer. */
#include "offer.h"

#include "element.h"
#include "node.h"
#include "ns.h"

static gboolean
is_in_band (const xmlnode *value)
{
    char *method = xmlnode_get_data (value);
    gboolean in_band = g_strcmp0 (method, XTLS_NS_IBB) == 0;

    g_free (method);
    return in_band;
}

/* Removes other values from a field or an option; an option without a value is
 * removed, too. Returns: how many values are left. */
static guint
strip_values (xmlnode *field)
{
    guint left = 0;
    xmlnode *next;

    for (xmlnode *node = field->child; node; node = next) {
        guint here = 0;

        next = node->next;
        if (node->type != XMLNODE_TYPE_TAG)
            continue;
        if (g_str_equal (node->name, "option"))
            here = strip_values (node);
        else if (g_str_equal (node->name, "value"))
            here = is_in_band (node);
        if (here == 0)
            xmlnode_free (node);
        left += here;
    }
    return left;
}

/* Looks for fields at every level, because libpurple does not check the level
 * either. */
static guint
strip_fields (xmlnode *node)
{
    guint left = 0;

    for (xmlnode *child = node->child; child; child = child->next) {
        if (child->type != XMLNODE_TYPE_TAG)
            continue;
        if (g_str_equal (child->name, "field") &&
            g_strcmp0 (xtls_node_attrib (child, "var"), "stream-method") == 0)
            left += strip_values (child);
        else
            left += strip_fields (child);
    }
    return left;
}

gboolean
xtls_offer_strip (xmlnode *stanza)
{
    guint offers = 0, left = 0;

    for (xmlnode *child = stanza->child; child; child = child->next) {
        if (child->type != XMLNODE_TYPE_TAG ||
            !g_str_equal (xtls_element_namespace (child), XTLS_NS_SI))
            continue;
        offers++;
        left += strip_fields (child);
    }
    return offers == 0 || left > 0;
}

gboolean
xtls_offer_can_strip (const xmlnode *stanza)
{
    xmlnode *copy = xmlnode_copy (stanza);
    gboolean left = xtls_offer_strip (copy);

    xmlnode_free (copy);
    return left;
}
