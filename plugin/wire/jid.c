/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Jabber identifiers as the server writes them. */
#include "jid.h"

#include <string.h>

/* RFC 7622 section 3.1: every part is 1 to 1023 bytes. */
#define PART_MAX 1023

static gboolean
is_part (const char *start, const char *end)
{
    return end > start && end - start <= PART_MAX;
}

/* U+0000 to U+001F, U+007F, and U+0080 to U+009F, which are two bytes. */
static gboolean
has_control_character (const char *utf8)
{
    for (const guchar *c = (const guchar *)utf8; *c; c++)
        if (*c < 0x20 || *c == 0x7f || (*c == 0xc2 && c[1] < 0xa0))
            return TRUE;
    return FALSE;
}

static gsize
bare_length (const char *jid)
{
    return strcspn (jid, "/");
}

gboolean
xtls_jid_is_full (const char *jid)
{
    const char *slash, *at, *domain;

    if (!jid || !g_utf8_validate (jid, -1, NULL) || has_control_character (jid))
        return FALSE;
    slash = strchr (jid, '/');
    if (!slash || !is_part (slash + 1, slash + strlen (slash)))
        return FALSE;
    /* An at sign behind the first slash belongs to the resource. */
    at = memchr (jid, '@', slash - jid);
    if (at && !is_part (jid, at))
        return FALSE;
    domain = at ? at + 1 : jid;
    return is_part (domain, slash) && !memchr (domain, '@', slash - domain);
}

char *
xtls_jid_bare (const char *jid)
{
    return g_strndup (jid, bare_length (jid));
}

const char *
xtls_jid_resource (const char *jid)
{
    const char *slash = strchr (jid, '/');

    return slash ? slash + 1 : NULL;
}

gboolean
xtls_jid_same_bare (const char *a, const char *b)
{
    gsize len = bare_length (a);

    return len == bare_length (b) && memcmp (a, b, len) == 0;
}
