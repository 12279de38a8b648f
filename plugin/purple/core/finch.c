/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adapts texts to Finch, the client for terminals. */
#include "finch.h"

#include "fingerprint.h"

#include <core.h>
#include <string.h>

/* The name by which it identifies itself. */
#define FINCH "gnt-purple"

/* The columns of a line of text in a dialog, without its frame. */
enum { COLUMNS = 72 };

gboolean
xtls_finch_is_client (void)
{
    return g_strcmp0 (purple_core_get_ui (), FINCH) == 0;
}

int
xtls_finch_first_choice (void)
{
    return xtls_finch_is_client () ? 1 : 0;
}

/* Returns: how many columns the first @len bytes of @text take. */
static guint
get_width (const char *text, gsize len)
{
    guint width = 0;

    for (const char *p = text; p < text + len; p = g_utf8_next_char (p)) {
        gunichar c = g_utf8_get_char (p);

        width += g_unichar_iswide (c) ? 2 : g_unichar_iszerowidth (c) ? 0 : 1;
    }
    return width;
}

/* Appends a paragraph: @len bytes without a line feed. */
static void
append_wrapped (GString *out, const char *paragraph, gsize len)
{
    const char *end = paragraph + len;
    const char *word = paragraph;
    guint column = 0;

    while (word < end) {
        const char *space = memchr (word, ' ', (gsize)(end - word));
        gsize length = (gsize)((space ? space : end) - word);
        guint width = get_width (word, length);

        if (column > 0 && column + 1 + width > COLUMNS) {
            g_string_append_c (out, '\n');
            column = 0;
        } else if (word > paragraph) {
            g_string_append_c (out, ' ');
            column++;
        }
        g_string_append_len (out, word, (gssize)length);
        column += width;
        word += length + (space ? 1 : 0);
    }
}

char *
xtls_finch_wrap (const char *text)
{
    GString *out;

    if (!text || !xtls_finch_is_client ())
        return g_strdup (text);
    out = g_string_new (NULL);
    for (const char *p = text;; p++) {
        gsize len = strcspn (p, "\n");

        append_wrapped (out, p, len);
        p += len;
        if (!*p)
            return g_string_free (out, FALSE);
        g_string_append_c (out, '\n');
    }
}

char *
xtls_finch_fingerprint (const char *fingerprint)
{
    XtlsFingerprint parsed;

    if (xtls_finch_is_client () && fingerprint &&
        xtls_fingerprint_parse (fingerprint, &parsed))
        return xtls_fingerprint_to_lines (&parsed);
    return g_strdup (fingerprint ? fingerprint : "");
}
