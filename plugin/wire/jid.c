/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Jabber identifiers: their parts, and the form in which they are compared. */
#include "jid.h"

#include <string.h>

/* RFC 7622 section 3.1: every part is 1 to 1023 bytes. */
#define PART_MAX 1023
/* Longer parts are refused before they are folded: the time that GLib takes to
 * put combining characters in order grows with the square of their number. */
#define RAW_MAX (2 * PART_MAX)

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

static gboolean
is_valid_text (const char *text)
{
    return g_utf8_validate (text, -1, NULL) && !has_control_character (text);
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

    if (!jid || !is_valid_text (jid))
        return FALSE;
    slash = strchr (jid, '/');
    if (!slash || !is_part (slash + 1, slash + strlen (slash)))
        return FALSE;
    /* An at sign after the first slash belongs to the resource. */
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

/* Characters that stringprep maps to nothing (RFC 3454 B.1): they are
 * invisible, and servers remove them. */
static gboolean
is_nothing (gunichar c)
{
    return c == 0xad || c == 0x34f || c == 0x1806 ||
           (c >= 0x180b && c <= 0x180d) || (c >= 0x200b && c <= 0x200d) ||
           c == 0x2060 || (c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff;
}

static char *
drop_nothing (const char *text, gsize len)
{
    GString *out = g_string_sized_new (len);

    for (const char *c = text; c < text + len; c = g_utf8_next_char (c))
        if (!is_nothing (g_utf8_get_char (c)))
            g_string_append_unichar (out, g_utf8_get_char (c));
    return g_string_free (out, FALSE);
}

/* Most addresses are, and every stanza has some: what the other characters need
 * would take most of the time that a small stanza takes. */
static gboolean
is_ascii (const char *text, gsize len)
{
    for (const char *c = text; c < text + len; c++)
        if (!g_ascii_isprint (*c))
            return FALSE;
    return TRUE;
}

/* The closest to nodeprep and nameprep that GLib offers. Case folding can undo
 * the composition, so normalisation is done twice. */
static char *
fold_unicode (const char *text, gsize len)
{
    g_autofree char *visible = drop_nothing (text, len);
    g_autofree char *composed =
        g_utf8_normalize (visible, -1, G_NORMALIZE_ALL_COMPOSE);
    g_autofree char *folded = g_utf8_casefold (composed, -1);

    return g_utf8_normalize (folded, -1, G_NORMALIZE_ALL_COMPOSE);
}

static char *
fold (const char *text, gsize len)
{
    return is_ascii (text, len) ? g_ascii_strdown (text, (gssize)len)
                                : fold_unicode (text, len);
}

/* RFC 3490 3.1: these separate labels like a full stop. */
static gboolean
is_dot (gunichar c)
{
    return c == '.' || c == 0x3002 || c == 0xff0e || c == 0xff61;
}

/* RFC 7622 3.2: without the final dot, and in Unicode. */
static char *
canonical_domain (const char *text, gsize len)
{
    g_autofree char *folded = fold (text, len);
    GString *domain;
    char *unicode = NULL;

    if (is_ascii (folded, strlen (folded)) && !g_str_has_suffix (folded, ".") &&
        !g_hostname_is_ascii_encoded (folded))
        return g_steal_pointer (&folded);

    domain = g_string_new (NULL);
    for (const char *c = folded; *c; c = g_utf8_next_char (c))
        g_string_append_unichar (
            domain, is_dot (g_utf8_get_char (c)) ? '.' : g_utf8_get_char (c));
    while (domain->len > 1 && domain->str[domain->len - 1] == '.')
        g_string_truncate (domain, domain->len - 1);
    if (g_hostname_is_ascii_encoded (domain->str))
        unicode = g_hostname_to_unicode (domain->str);
    if (unicode)
        g_string_assign (domain, unicode);
    g_free (unicode);
    return g_string_free (domain, FALSE);
}

static char *
canonical_resource (const char *resource)
{
    g_autofree char *visible = NULL;

    if (is_ascii (resource, strlen (resource)))
        return g_strdup (resource);
    visible = drop_nothing (resource, strlen (resource));
    return g_utf8_normalize (visible, -1, G_NORMALIZE_ALL_COMPOSE);
}

static gboolean
is_bare (const char *local, const char *domain)
{
    return (!local || (*local && strlen (local) <= PART_MAX &&
                       !strpbrk (local, " \"&':<>/@"))) &&
           *domain && strlen (domain) <= PART_MAX &&
           !strpbrk (domain, " \"&'<>/@") && !g_str_equal (domain, ".");
}

/* Returns: the length of @text up to the first character that is not one of
 * these, which stay as they are in both parts. */
static gsize
plain_length (const char *text)
{
    const char *c = text;

    while (g_ascii_islower (*c) || g_ascii_isdigit (*c) || *c == '-' ||
           *c == '.')
        c++;
    return c - text;
}

gboolean
xtls_jid_is_plain (const char *jid)
{
    gsize local = plain_length (jid);
    const char *domain = jid[local] == '@' ? jid + local + 1 : jid;
    gsize len = plain_length (domain);

    return (domain == jid || is_part (jid, jid + local)) &&
           is_part (domain, domain + len) && domain[len - 1] != '.' &&
           (domain[len] == '\0' || domain[len] == '/') &&
           !g_strstr_len (domain, (gssize)len, "xn--");
}

char *
xtls_jid_canonical_bare (const char *jid)
{
    g_autofree char *local = NULL;
    g_autofree char *domain = NULL;
    const char *slash, *at;

    if (jid && xtls_jid_is_plain (jid) &&
        is_valid_text (jid + bare_length (jid)))
        return xtls_jid_bare (jid);
    if (!jid || !is_valid_text (jid))
        return NULL;
    slash = jid + bare_length (jid);
    at = memchr (jid, '@', slash - jid);
    if (at && at - jid > RAW_MAX)
        return NULL;
    if (at)
        local = fold (jid, at - jid);
    jid = at ? at + 1 : jid;
    if (slash - jid > RAW_MAX)
        return NULL;
    domain = canonical_domain (jid, slash - jid);
    if (!is_bare (local, domain))
        return NULL;
    return local ? g_strconcat (local, "@", domain, NULL)
                 : g_steal_pointer (&domain);
}

char *
xtls_jid_canonical (const char *jid)
{
    g_autofree char *bare = xtls_jid_canonical_bare (jid);
    g_autofree char *resource = NULL;
    const char *slash = bare ? strchr (jid, '/') : NULL;

    /* Some clients write a slash without a resource after it. */
    if (!slash || !slash[1])
        return g_steal_pointer (&bare);
    if (strlen (slash + 1) > RAW_MAX)
        return NULL;
    resource = canonical_resource (slash + 1);
    return strlen (resource) <= PART_MAX
               ? g_strconcat (bare, "/", resource, NULL)
               : NULL;
}
