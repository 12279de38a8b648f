/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The stream methods of a file offer. */
#include "offer.h"

#include "element.h"
#include "node.h"
#include "ns.h"

static gboolean
is_method (const xmlnode *value, const char *method)
{
    g_autofree char *text = xmlnode_get_data (value);

    return g_strcmp0 (text, method) == 0;
}

/* Removes other values than in-band and @also (nullable) from a field or an
 * option; an option without a value is removed, too. Returns: how many values
 * are left. */
static guint
strip_values (xmlnode *field, const char *also)
{
    guint left = 0;
    xmlnode *next;

    for (xmlnode *node = field->child; node; node = next) {
        guint here = 0;

        next = node->next;
        if (node->type != XMLNODE_TYPE_TAG)
            continue;
        if (g_str_equal (node->name, "option"))
            here = strip_values (node, also);
        else if (g_str_equal (node->name, "value"))
            here = is_method (node, XTLS_NS_IBB) ||
                   (also && is_method (node, also));
        if (here == 0)
            xmlnode_free (node);
        left += here;
    }
    return left;
}

static gboolean
is_field (const xmlnode *node)
{
    return g_str_equal (node->name, "field") &&
           g_strcmp0 (xtls_node_attrib (node, "var"), "stream-method") == 0;
}

/* Looks for fields at every level, because libpurple does not check the level
 * either. */
static guint
strip_fields (xmlnode *node, const char *also)
{
    guint left = 0;

    for (xmlnode *child = node->child; child; child = child->next) {
        if (child->type != XMLNODE_TYPE_TAG)
            continue;
        if (is_field (child))
            left += strip_values (child, also);
        else
            left += strip_fields (child, also);
    }
    return left;
}

gboolean
xtls_offer_strip (xmlnode *stanza, const char *also)
{
    guint offers = 0, left = 0;

    for (xmlnode *child = stanza->child; child; child = child->next) {
        if (child->type != XMLNODE_TYPE_TAG ||
            !g_str_equal (xtls_element_namespace (child), XTLS_NS_SI))
            continue;
        offers++;
        left += strip_fields (child, also);
    }
    return offers == 0 || left > 0;
}

static gboolean
translate_values (xmlnode *field, const char *from, const char *to)
{
    gboolean found = FALSE;

    for (xmlnode *node = field->child; node; node = node->next) {
        if (node->type != XMLNODE_TYPE_TAG)
            continue;
        if (!g_str_equal (node->name, "value") || !is_method (node, from)) {
            found |= translate_values (node, from, to);
            continue;
        }
        while (node->child)
            xmlnode_free (node->child);
        xmlnode_insert_data (node, to, -1);
        found = TRUE;
    }
    return found;
}

/* In fields at every level, like strip_fields(). */
static gboolean
translate_fields (xmlnode *node, const char *from, const char *to)
{
    gboolean found = FALSE;

    for (xmlnode *child = node->child; child; child = child->next)
        if (child->type == XMLNODE_TYPE_TAG)
            found |= is_field (child) ? translate_values (child, from, to)
                                      : translate_fields (child, from, to);
    return found;
}

gboolean
xtls_offer_translate (xmlnode *stanza, const char *from, const char *to)
{
    gboolean found = FALSE;

    for (xmlnode *child = stanza->child; child; child = child->next)
        if (child->type == XMLNODE_TYPE_TAG &&
            g_str_equal (xtls_element_namespace (child), XTLS_NS_SI))
            found |= translate_fields (child, from, to);
    return found;
}

gboolean
xtls_offer_can_strip (const xmlnode *stanza)
{
    xmlnode *copy = xmlnode_copy (stanza);
    gboolean left = xtls_offer_strip (copy, NULL);

    xmlnode_free (copy);
    return left;
}
