/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stanzas for tests: written and compared as text. */
#include "nodes.h"

/* Exported by libpurple without a header of its own that is installed. */
void purple_dbus_init_ids (void);

void
nodes_init (void)
{
    static gboolean done;

    if (!done)
        purple_dbus_init_ids ();
    done = TRUE;
}

xmlnode *
nodes_parse (const char *xml)
{
    xmlnode *node = xmlnode_from_str (xml, -1);

    g_assert_nonnull (node);
    return node;
}

xmlnode *
nodes_printf (const char *format, ...)
{
    va_list args;
    char *xml;
    xmlnode *node;

    va_start (args, format);
    xml = g_strdup_vprintf (format, args);
    va_end (args);
    node = nodes_parse (xml);
    g_free (xml);
    return node;
}

void
nodes_assert (xmlnode *node, const char *xml)
{
    xmlnode *wanted = nodes_parse (xml);
    char *got = xmlnode_to_str (node, NULL);
    char *want = xmlnode_to_str (wanted, NULL);

    g_assert_cmpstr (got, ==, want);
    g_free (got);
    g_free (want);
    xmlnode_free (node);
    xmlnode_free (wanted);
}
