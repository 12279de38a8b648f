/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names and fingerprints for display. */
#include "names.h"

#include "gui.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The core has already shortened names. */
enum { CONTACT_MAX = 1000 };

enum { GROUP_CHARS = 11 };

#define FIRST_STRONG_ISOLATE "\xe2\x81\xa8"
#define POP_ISOLATE "\xe2\x81\xa9"

gboolean
xtls_names_contact (PurpleConversation *conv,
                    PurpleAccount **account,
                    char **who)
{
    if (purple_conversation_get_type (conv) != PURPLE_CONV_TYPE_IM)
        return FALSE;
    *account = purple_conversation_get_account (conv);
    if (*account == NULL || !xtls_gui_api ()->is_supported (*account))
        return FALSE;
    *who = xtls_gui_api ()->normalize (*account,
                                       purple_conversation_get_name (conv));
    return *who != NULL;
}

static gboolean
is_shown (gunichar c)
{
    if (c >= 0x202a && c <= 0x202e) /* embeddings and overrides */
        return FALSE;
    if (c >= 0x2066 && c <= 0x2069) /* isolates */
        return FALSE;
    return TRUE;
}

char *
xtls_names_clean (const char *text, int max)
{
    char *valid = g_utf8_make_valid (text, -1);
    GString *out = g_string_new (FIRST_STRONG_ISOLATE);
    int count = 0;

    for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p)) {
        gunichar c = g_utf8_get_char (p);

        if (!is_shown (c))
            continue;
        if (count++ == max) {
            g_string_append (out, "…");
            break;
        }
        if (g_unichar_iscntrl (c) || c == 0x2028 || c == 0x2029)
            c = ' ';
        g_string_append_unichar (out, c);
    }
    g_string_append (out, POP_ISOLATE);
    g_free (valid);
    return g_string_free (out, FALSE);
}

char *
xtls_names_show (PurpleAccount *account, const char *who)
{
    char *name = xtls_gui_api ()->get_name (account, who);
    char *clean = xtls_names_clean (name, CONTACT_MAX);

    g_free (name);
    return clean;
}

char *
xtls_names_group (const char *fingerprint, int a_line)
{
    GString *out = g_string_new (NULL);
    gsize length = strlen (fingerprint);

    /* Four bytes with their colons are a group. */
    for (gsize at = 0, group = 1; at < length; group++) {
        gsize n = MIN ((gsize)GROUP_CHARS, length - at);

        g_string_append_len (out, fingerprint + at, (gssize)n);
        at += n + 1;
        if (at < length)
            g_string_append (out, group % (gsize)a_line == 0 ? "\n" : "  ");
    }
    return g_string_free (out, FALSE);
}

char *
xtls_names_trust (XtlsTrust trust, XtlsVerifiedBy how)
{
    switch (trust) {
    case XTLS_TRUST_VERIFIED:
        return g_strdup (how == XTLS_VERIFIED_BY_SECRET
                             ? _ ("Verified by shared secret")
                             : _ ("Verified by fingerprint"));
    case XTLS_TRUST_REFUSED:
        return g_strdup (_ ("Refused"));
    case XTLS_TRUST_NEW:
        return g_strdup (_ ("New, not verified"));
    case XTLS_TRUST_KNOWN:
        break;
    }
    return g_strdup (_ ("Not verified"));
}

char *
xtls_names_day (gint64 seconds)
{
    GDateTime *time =
        seconds > 0 ? g_date_time_new_from_unix_local (seconds) : NULL;
    char *text = time == NULL ? NULL : g_date_time_format (time, "%x");

    if (time != NULL)
        g_date_time_unref (time);
    return text == NULL ? g_strdup ("") : text;
}

char *
xtls_names_trust_since (XtlsTrust trust, XtlsVerifiedBy how, gint64 verified_at)
{
    char *words = xtls_names_trust (trust, how);
    char *day = xtls_names_day (verified_at);
    char *text;

    if (trust != XTLS_TRUST_VERIFIED || *day == '\0') {
        g_free (day);
        return words;
    }
    /* Translators: how a key was verified, and the day. */
    text = g_strdup_printf (_ ("%s (%s)"), words, day);
    g_free (day);
    g_free (words);
    return text;
}
