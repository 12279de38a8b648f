/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Elements and attributes. */
#include "node.h"

#include <string.h>

gboolean
xtls_node_is (const xmlnode *node, const char *name, const char *xmlns)
{
    return node && node->type == XMLNODE_TYPE_TAG &&
           g_strcmp0 (node->name, name) == 0 &&
           g_strcmp0 (node->xmlns, xmlns) == 0;
}

xmlnode *
xtls_node_first_child (const xmlnode *node)
{
    xmlnode *child = node->child;

    while (child && child->type != XMLNODE_TYPE_TAG)
        child = child->next;
    return child;
}

/* The allocator's overhead for each piece, and its smallest piece. */
#define PIECE 16
#define PIECE_MIN 32
/* The table of prefixes, which few elements have. */
#define MAP 640
/* libpurple also keeps each node in two tables, for D-Bus. */
#define REGISTERED 80

static gsize
data_size (gsize len)
{
    return MAX (len + 1 + PIECE, PIECE_MIN);
}

static gsize
string_size (const char *text)
{
    return text ? data_size (strlen (text)) : 0;
}

gsize
xtls_node_size (const xmlnode *node)
{
    gsize size = sizeof *node + PIECE + REGISTERED + string_size (node->name) +
                 string_size (node->xmlns) + string_size (node->prefix);

    if (node->data)
        size += data_size (node->data_sz);
    if (node->namespace_map)
        size += MAP;
    for (const xmlnode *child = node->child; child; child = child->next)
        size += xtls_node_size (child);
    return size;
}

const char *
xtls_node_attrib (const xmlnode *node, const char *name)
{
    for (const xmlnode *child = node ? node->child : NULL; child;
         child = child->next)
        if (child->type == XMLNODE_TYPE_ATTRIB && !child->xmlns &&
            !child->prefix && g_strcmp0 (child->name, name) == 0)
            return child->data;
    return NULL;
}

gboolean
xtls_node_parse_decimal (const char *text, guint max, guint *value)
{
    guint64 sum = 0;

    if (!text || !*text || (text[0] == '0' && text[1]))
        return FALSE;
    for (; *text; text++) {
        if (!g_ascii_isdigit (*text))
            return FALSE;
        sum = sum * 10 + (guint)g_ascii_digit_value (*text);
        if (sum > max)
            return FALSE;
    }
    *value = (guint)sum;
    return TRUE;
}
