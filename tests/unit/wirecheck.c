/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks of a pair of endpoints. */
#define _GNU_SOURCE /* memmem() */

#include "wirepair.h"

#include <string.h>

/* The record contains all bytes, including zeros. */
gboolean
wire_saw (WirePair *pair, const char *word)
{
    return memmem (pair->wire->str, pair->wire->len, word, strlen (word)) !=
           NULL;
}

char *
wire_delivered (WireSide *side)
{
    GString *joined = g_string_new (NULL);

    for (guint i = 0; i < side->delivered->len; i++) {
        if (i)
            g_string_append_c (joined, '|');
        g_string_append (joined, g_ptr_array_index (side->delivered, i));
    }
    return g_string_free (joined, FALSE);
}

void
wire_assert_state (WireSide *side, XtlsSessionState state)
{
    g_assert_nonnull (wire_session (side));
    g_assert_cmpint (xtls_session_get_state (wire_session (side)), ==, state);
}

void
wire_assert_end (WireSide *side, XtlsEnd end)
{
    wire_assert_state (side, XTLS_SESSION_CLOSED);
    g_assert_cmpstr (
        xtls_end_to_string (xtls_session_get_end (wire_session (side))),
        ==,
        xtls_end_to_string (end));
}

void
wire_assert_not_end (WireSide *side, XtlsEnd end)
{
    g_assert_cmpint (xtls_session_get_end (wire_session (side)), !=, end);
}

void
wire_assert_private (WirePair *pair)
{
    static const char *const words[] = {
        WIRE_SECRET, "<message", "<body", "<stream"};

    g_assert_true (wire_saw (pair, "session-initiate"));
    for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
        g_assert_false (wire_saw (pair, words[i]));
}

void
wire_forge_jingle (WirePair *pair,
                   guint to,
                   const char *action,
                   const char *content)
{
    char *text = g_strdup_printf (
        "<iq xmlns='jabber:client' type='set' id='f'><jingle "
        "xmlns='urn:xmpp:jingle:1' action='%s' sid='%s'>%s</jingle></iq>",
        action,
        xtls_session_get_sid (wire_session (&pair->side[to])),
        content);

    wire_forge (pair, to, pair->side[!to].jid, text);
    g_free (text);
}

void
wire_forge_terminate (WirePair *pair, guint to, const char *reason)
{
    char *content = g_strdup_printf ("<reason><%s/></reason>", reason);

    wire_forge_jingle (pair, to, "session-terminate", content);
    g_free (content);
}
