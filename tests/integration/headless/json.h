/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reports: one JSON object on each line of stdout, built piece by piece.
 */
#pragma once

#include <glib.h>

/* Begins an object that contains {"event": @name}. */
GString *json_event (const char *name);

/* Members of the object or array that is open; @key is %NULL in an array.
 * Strings may be %NULL, and may be anything: bytes that are not UTF-8 become
 * U+FFFD. */
void json_string (GString *json, const char *key, const char *value);
void json_int (GString *json, const char *key, gint64 value);
void json_bool (GString *json, const char *key, gboolean value);

/* @bracket: `{` or `[`, and its counterpart. */
void json_open (GString *json, const char *key, char bracket);
void json_close (GString *json, char bracket);

/* Ends the object and writes it. @json: (transfer full) */
void json_send (GString *json);
