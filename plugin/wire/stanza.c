/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all kinds of stanzas have in common. */
#include "stanza.h"

#include <gnutls/crypto.h>
#include <string.h>

/* 160 bits, a multiple of the five bits in one character of the alphabet. */
#define RANDOM_BYTES 20

char *
xtls_stanza_random_id (void)
{
    /* 32 characters of five bits each. */
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
    guint8 bytes[RANDOM_BYTES];
    char *id = g_malloc (1 + RANDOM_BYTES * 8 / 5 + 1), *end = id;
    guint bits = 0, held = 0;

    /* If ids could be guessed, a stranger could respond in the peer's place. We
     * cannot continue without random numbers. */
    if (gnutls_rnd (GNUTLS_RND_KEY, bytes, sizeof bytes) != 0)
        g_error ("GnuTLS has no random numbers");

    /* An xs:ID must not begin with a digit. */
    *end++ = 'x';
    for (gsize i = 0; i < sizeof bytes; i++) {
        held = held << 8 | bytes[i];
        for (bits += 8; bits >= 5; bits -= 5)
            *end++ = alphabet[held >> (bits - 5) & 31];
    }
    *end = '\0';
    return id;
}

static gboolean
is_shadow (const xmlnode *node)
{
    static const char *const names[] = {"from", "to", "id", "type", NULL};

    return node->type == XMLNODE_TYPE_ATTRIB && (node->xmlns || node->prefix) &&
           g_strv_contains (names, node->name);
}

void
xtls_stanza_drop_shadows (xmlnode *stanza)
{
    xmlnode *next;

    for (xmlnode *child = stanza->child; child; child = next) {
        next = child->next;
        if (is_shadow (child))
            xmlnode_free (child);
    }
}
