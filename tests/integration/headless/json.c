/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports: one JSON object on each line of stdout, built piece by piece. */
#include "json.h"

#include <stdio.h>

static void
quote (GString *json, const char *value)
{
    g_autofree char *valid = g_utf8_make_valid (value, -1);

    g_string_append_c (json, '"');
    for (const char *at = valid; *at; at++) {
        guchar byte = (guchar)*at;

        if (byte == '"' || byte == '\\')
            g_string_append_printf (json, "\\%c", byte);
        else if (byte < 0x20 || byte == 0x7f)
            g_string_append_printf (json, "\\u%04x", byte);
        else
            g_string_append_c (json, *at);
    }
    g_string_append_c (json, '"');
}

static void
member (GString *json, const char *key)
{
    if (!key)
        return;
    quote (json, key);
    g_string_append_c (json, ':');
}

GString *
json_event (const char *name)
{
    GString *json = g_string_new ("{");

    json_string (json, "event", name);
    json_int (json, "at_us", g_get_monotonic_time ());
    return json;
}

void
json_string (GString *json, const char *key, const char *value)
{
    member (json, key);
    if (value)
        quote (json, value);
    else
        g_string_append (json, "null");
    g_string_append_c (json, ',');
}

void
json_int (GString *json, const char *key, gint64 value)
{
    member (json, key);
    g_string_append_printf (json, "%" G_GINT64_FORMAT ",", value);
}

void
json_bool (GString *json, const char *key, gboolean value)
{
    member (json, key);
    g_string_append (json, value ? "true," : "false,");
}

void
json_open (GString *json, const char *key, char bracket)
{
    member (json, key);
    g_string_append_c (json, bracket);
}

void
json_close (GString *json, char bracket)
{
    if (json->str[json->len - 1] == ',')
        g_string_truncate (json, json->len - 1);
    g_string_append_c (json, bracket);
    g_string_append_c (json, ',');
}

void
json_send (GString *json)
{
    json_close (json, '}');
    json->str[json->len - 1] = '\n';
    fwrite (json->str, 1, json->len, stdout);
    fflush (stdout);
    g_string_free (json, TRUE);
}
