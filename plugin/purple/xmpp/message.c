/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads text and time of messages. */
#include "message.h"

#include "node.h"
#include "ns.h"

#include <string.h>

#define NS_XHTML_IM "http://jabber.org/protocol/xhtml-im"
#define NS_DELAY "urn:xmpp:delay"
#define NS_DELAY_LEGACY "jabber:x:delay"

/* 1999-01-01, the first year of jabberd. No message is older. */
#define EARLIEST 915148800

/* libpurple does not set the namespace of elements that it builds itself. */
static gboolean
is_named (const xmlnode *child, const char *name)
{
    return child->type == XMLNODE_TYPE_TAG && g_str_equal (child->name, name) &&
           (!child->xmlns || g_str_equal (child->xmlns, XTLS_NS_CLIENT));
}

/* Returns: (nullable) (transfer full): the text of the message's first such
 * child that is not empty. */
static char *
get_child_text (const xmlnode *message, const char *name)
{
    for (const xmlnode *child = message->child; child; child = child->next) {
        if (!is_named (child, name))
            continue;
        char *text = xmlnode_get_data (child);
        if (text && *text)
            return text;
        g_free (text);
    }
    return NULL;
}

static void
collect_text (const xmlnode *node, GString *text)
{
    for (const xmlnode *child = node->child; child; child = child->next) {
        if (child->type == XMLNODE_TYPE_DATA)
            g_string_append_len (text, child->data, (gssize)child->data_sz);
        else if (child->type == XMLNODE_TYPE_TAG)
            collect_text (child, text);
    }
}

static char *
get_formatted_text (const xmlnode *message)
{
    for (const xmlnode *child = message->child; child; child = child->next) {
        GString *text;

        if (!xtls_node_is (child, "html", NS_XHTML_IM))
            continue;
        text = g_string_new (NULL);
        collect_text (child, text);
        /* This may be a picture. */
        if (text->len == 0)
            g_string_append (text, "\xe2\x80\xa6");
        return g_string_free (text, FALSE);
    }
    return NULL;
}

char *
xtls_message_get_text (const xmlnode *message)
{
    char *text = get_child_text (message, "body");

    if (!text)
        text = get_formatted_text (message);
    return text ? text : get_child_text (message, "subject");
}

guint
xtls_message_count_texts (const GQueue *stanzas)
{
    guint n = 0;

    for (const GList *l = stanzas ? stanzas->head : NULL; l; l = l->next) {
        g_autofree char *text = xtls_message_get_text (l->data);

        n += text != NULL;
    }
    return n;
}

static gboolean
is_stamp (const xmlnode *node)
{
    return xtls_node_is (node, "delay", NS_DELAY) ||
           xtls_node_is (node, "x", NS_DELAY_LEGACY);
}

static gboolean
read_stamp (const xmlnode *node, time_t now, time_t *when)
{
    const char *text = xtls_node_attrib (node, "stamp");
    if (!text || !g_utf8_validate (text, -1, NULL))
        return FALSE;
    GTimeZone *utc = g_time_zone_new_utc ();
    GDateTime *date = g_date_time_new_from_iso8601 (text, utc);
    g_time_zone_unref (utc);
    if (!date)
        return FALSE;
    gint64 seconds = g_date_time_to_unix (date);
    g_date_time_unref (date);
    if (seconds < EARLIEST || seconds > (gint64)now)
        return FALSE;
    *when = (time_t)seconds;
    return TRUE;
}

time_t
xtls_message_get_time (const xmlnode *message, time_t now)
{
    time_t when;

    for (const xmlnode *child = message->child; child; child = child->next)
        if (is_stamp (child) && read_stamp (child, now, &when))
            return when;
    return now;
}

void
xtls_message_drop_odd_stamps (xmlnode *message, time_t now)
{
    xmlnode *next;
    time_t when;

    for (xmlnode *child = message->child; child; child = next) {
        next = child->next;
        if (is_stamp (child) && !read_stamp (child, now, &when))
            xmlnode_free (child);
    }
}

void
xtls_message_drop_empty_bodies (xmlnode *message)
{
    xmlnode *next;

    for (xmlnode *child = message->child; child; child = next) {
        next = child->next;
        if (!is_named (child, "body"))
            continue;
        char *text = xmlnode_get_data (child);
        if (!text || !*text)
            xmlnode_free (child);
        g_free (text);
    }
}

static gboolean
breaks_line (gunichar c)
{
    return g_unichar_iscntrl (c) || c == 0x2028 || c == 0x2029;
}

/* Embeddings, overrides and isolates (Unicode annex 9). */
static gboolean
turns_around (gunichar c)
{
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

char *
xtls_message_one_line (const char *text)
{
    char *valid = g_utf8_make_valid (text, -1);
    GString *line = g_string_sized_new (strlen (valid));

    for (const char *p = valid; *p; p = g_utf8_next_char (p)) {
        gunichar c = g_utf8_get_char (p);

        if (breaks_line (c))
            g_string_append_c (line, ' ');
        else if (!turns_around (c))
            g_string_append_unichar (line, c);
    }
    g_free (valid);
    return g_string_free (line, FALSE);
}
