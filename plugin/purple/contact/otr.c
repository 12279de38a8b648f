/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recognises messages and conversations of the OTR plugin. */
#include "otr.h"

#include "conversation.h"

#include <conversation.h>
#include <stdlib.h>
#include <string.h>

#define BEGINNING "?OTR"

/* The key under which the OTR plugin stores data with a conversation. The data
 * is not NULL while its own private conversation is active. */
#define OTR_PRIVATE "otr-private"

/* Returns: (nullable): what follows the prefix that all OTR messages have. */
static const char *
rest_of (const char *text)
{
    return g_str_has_prefix (text, BEGINNING) ? text + strlen (BEGINNING)
                                              : NULL;
}

gboolean
xtls_otr_is_protocol (const char *text)
{
    const char *rest = rest_of (text);

    return rest && *rest &&
           (strchr (":,|?v", *rest) || g_str_has_prefix (rest, " Error"));
}

gboolean
xtls_otr_is_query (const char *text)
{
    const char *rest = rest_of (text);

    /* In base64: version 2 or 3, type "D-H commit", the first of four. */
    return rest &&
           (*rest == '?' || *rest == 'v' || g_str_has_prefix (rest, ":AAIC") ||
            g_str_has_prefix (rest, ":AAMC"));
}

/* ?OTR,k,n,piece, or ?OTR|sender|receiver,k,n,piece, */
static gboolean
is_first_fragment (const char *rest)
{
    const char *number = strchr (rest, ',');

    return number && strtoul (number + 1, NULL, 10) == 1;
}

gboolean
xtls_otr_is_data (const char *text)
{
    const char *rest = rest_of (text);

    if (!rest)
        return FALSE;
    if (*rest == ',' || *rest == '|')
        return is_first_fragment (rest);
    /* In base64: version 2 or 3, type "data". */
    return g_str_has_prefix (rest, ":AAID") || g_str_has_prefix (rest, ":AAMD");
}

gboolean
xtls_otr_is_running (PurpleAccount *account, const char *who)
{
    PurpleConversation *conv = xtls_conversation_find (account, who);

    return conv && purple_conversation_get_data (conv, OTR_PRIVATE);
}
