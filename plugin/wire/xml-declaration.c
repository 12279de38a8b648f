/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Productions 23 to 26, 32 and 80 of XML 1.0. */
#include "xml-declaration.h"
#include "xml-char.h"

#include <string.h>

static const char *
skip_space (const char *p)
{
    while (xtls_xml_char_is_space ((guchar)*p))
        p++;
    return p;
}

/* Reads ` name = 'value'` at @p. Returns: the position after it, with the
 * value's length, or %NULL. */
static const char *
read_option (const char *p, const char *name, const char **value, gsize *len)
{
    const char *start = skip_space (p);
    const char *end;

    if (start == p || !g_str_has_prefix (start, name))
        return NULL;
    p = skip_space (start + strlen (name));
    if (*p != '=')
        return NULL;
    p = skip_space (p + 1);
    if (*p != '\'' && *p != '"')
        return NULL;
    end = strchr (p + 1, *p);
    if (end == NULL)
        return NULL;
    *value = p + 1;
    *len = (gsize)(end - *value);
    return end + 1;
}

static gboolean
value_is (const char *value, gsize len, const char *wanted)
{
    return len == strlen (wanted) && memcmp (value, wanted, len) == 0;
}

gboolean
xtls_xml_declaration_is_right (const char *text)
{
    const char *value, *next;
    gsize len;

    text = read_option (text, "version", &value, &len);
    if (text == NULL || !value_is (value, len, "1.0"))
        return FALSE;
    next = read_option (text, "encoding", &value, &len);
    if (next != NULL) {
        if (len != 5 || g_ascii_strncasecmp (value, "UTF-8", len) != 0)
            return FALSE;
        text = next;
    }
    next = read_option (text, "standalone", &value, &len);
    if (next != NULL) {
        if (!value_is (value, len, "yes") && !value_is (value, len, "no"))
            return FALSE;
        text = next;
    }
    return *skip_space (text) == '\0';
}
