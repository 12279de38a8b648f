/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names contacts for the user. */
#include "contact-name.h"

#include "jabber.h"
#include "message.h"

#include <blist.h>
#include <glib/gi18n-lib.h>
#include <string.h>

/* The most characters of an alias, of each part of a bare JID, and of a
 * resource. */
enum { ALIAS_MAX = 64, HALF_MAX = 100, RESOURCE_MAX = 64 };

static char *
cut (const char *text, glong max)
{
    g_autofree char *beginning = NULL;

    if (g_utf8_strlen (text, -1) <= max)
        return g_strdup (text);
    beginning = g_utf8_substring (text, 0, max);
    return g_strconcat (beginning, "…", NULL);
}

static char *
cut_middle (const char *text, glong half)
{
    glong length = g_utf8_strlen (text, -1);
    g_autofree char *beginning = NULL;

    if (length <= 2 * half)
        return g_strdup (text);
    beginning = g_utf8_substring (text, 0, half);
    return g_strconcat (
        beginning, "…", g_utf8_offset_to_pointer (text, length - half), NULL);
}

/* Makes it look like one word, so that it cannot imitate our text after it. */
static char *
one_word (const char *resource)
{
    g_autofree char *beginning = cut (resource, RESOURCE_MAX);
    GString *word = g_string_new (NULL);

    for (const char *p = beginning; *p; p = g_utf8_next_char (p)) {
        gunichar c = g_utf8_get_char (p);

        g_string_append_unichar (word, g_unichar_isspace (c) ? '_' : c);
    }
    return g_string_free (word, FALSE);
}

char *
xtls_contact_name_jid (const char *jid)
{
    g_autofree char *line = xtls_message_one_line (jid);
    char *slash = strchr (line, '/');
    g_autofree char *resource = slash ? one_word (slash + 1) : NULL;
    g_autofree char *bare = NULL;

    if (slash)
        *slash = '\0';
    bare = cut_middle (line, HALF_MAX);
    return resource ? g_strconcat (bare, "/", resource, NULL)
                    : g_steal_pointer (&bare);
}

static gboolean
is_quotation_mark (gunichar c)
{
    return c == '"' || (c >= 0x201c && c <= 0x201f) || c == 0x275d ||
           c == 0x275e || (c >= 0x301d && c <= 0x301f) || c == 0xff02;
}

char *
xtls_contact_name_quotable (const char *text)
{
    g_autofree char *line = xtls_message_one_line (text);
    GString *out = g_string_new (NULL);

    for (const char *p = line; *p; p = g_utf8_next_char (p))
        if (!is_quotation_mark (g_utf8_get_char (p)))
            g_string_append_unichar (out, g_utf8_get_char (p));
    return g_string_free (out, FALSE);
}

/* The small and the wide “@” decompose into the plain one. */
static gboolean
is_at_sign (gunichar c)
{
    gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
    gsize n = g_unichar_fully_decompose (c, TRUE, parts, G_N_ELEMENTS (parts));

    for (gsize i = 0; i < n; i++)
        if (parts[i] == '@')
            return TRUE;
    return FALSE;
}

/* One character after the other: normalising a long text may take minutes. */
static gboolean
may_be_an_address (const char *text)
{
    for (const char *p = text; *p; p = g_utf8_next_char (p))
        if (is_at_sign (g_utf8_get_char (p)))
            return TRUE;
    return FALSE;
}

char *
xtls_contact_name_join (const char *jid, const char *alias)
{
    g_autofree char *name = xtls_contact_name_jid (jid);
    g_autofree char *bare = xtls_contact_name_quotable (alias ? alias : "");
    g_autofree char *beginning = cut (g_strstrip (bare), ALIAS_MAX);

    if (!*beginning || may_be_an_address (bare) ||
        g_str_equal (beginning, name))
        return g_steal_pointer (&name);
    /* Translators: the address of a contact, and what else it is called. */
    return g_strdup_printf (_ ("%s (“%s”)"), name, beginning);
}

char *
xtls_contact_name_get (PurpleAccount *account, const char *who)
{
    PurpleBuddy *buddy =
        xtls_jabber_is (account) ? purple_find_buddy (account, who) : NULL;

    return xtls_contact_name_join (
        who, buddy ? purple_buddy_get_contact_alias (buddy) : NULL);
}
