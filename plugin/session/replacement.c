/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decides which of two open sessions with one full JID and the same keys stays.
 *
 * Both sides must reach the same decision independently, or each would end the
 * session that the other keeps. The later request wins: both sides saw the
 * requests in the same order if one side made both, or if the earlier session
 * was open before the later request. Between requests that crossed, the lower
 * sid wins, as in XEP-0166's tie-break.
 */
#include "replacement.h"

#include "jid.h"

#include <string.h>

static gboolean
beats (const XtlsRegistryEntry *a, const XtlsRegistryEntry *b)
{
    const XtlsRegistryEntry *earlier = a->born < b->born ? a : b;
    const XtlsRegistryEntry *later = earlier == a ? b : a;

    if (xtls_session_is_outgoing (a->session) ==
            xtls_session_is_outgoing (b->session) ||
        (earlier->opened && earlier->opened < later->born))
        return a == later;
    return strcmp (xtls_session_get_sid (a->session),
                   xtls_session_get_sid (b->session)) < 0;
}

/* Returns: whether both sessions have the same two certificates. Both sides
 * agree on this. */
static gboolean
have_same_keys (XtlsSession *one, XtlsSession *other)
{
    const XtlsFingerprint *a = xtls_session_get_fingerprint (one);
    const XtlsFingerprint *b = xtls_session_get_fingerprint (other);

    return a && b && xtls_fingerprint_equal (a, b) &&
           xtls_fingerprint_equal (xtls_session_get_own_fingerprint (one),
                                   xtls_session_get_own_fingerprint (other));
}

static gboolean
competes (const XtlsRegistryEntry *other, const XtlsRegistryEntry *entry)
{
    return other != entry &&
           xtls_session_get_state (other->session) == XTLS_SESSION_OPEN &&
           !xtls_session_is_replaced (other->session) &&
           have_same_keys (other->session, entry->session);
}

XtlsRegistryEntry *
xtls_replacement_find_survivor (XtlsRegistry *registry,
                                const XtlsRegistryEntry *entry)
{
    GPtrArray *entries = xtls_registry_get_peer (
        registry, xtls_session_get_peer (entry->session));

    for (guint i = 0; entries && i < entries->len; i++) {
        XtlsRegistryEntry *other = g_ptr_array_index (entries, i);

        if (competes (other, entry) && beats (other, entry))
            return other;
    }
    return NULL;
}

gboolean
xtls_replacement_is_behind (XtlsRegistry *registry,
                            const XtlsRegistryEntry *entry)
{
    GPtrArray *entries = xtls_registry_get_peer (
        registry, xtls_session_get_peer (entry->session));

    for (guint i = 0; entries && i < entries->len; i++) {
        const XtlsRegistryEntry *other = g_ptr_array_index (entries, i);

        if (other->opened && other->opened < entry->opened &&
            xtls_session_has_undelivered (other->session) &&
            have_same_keys (other->session, entry->session))
            return TRUE;
    }
    return FALSE;
}

void
xtls_replacement_settle (XtlsRegistry *registry, const XtlsRegistryEntry *entry)
{
    GPtrArray *entries = xtls_registry_get_peer (
        registry, xtls_session_get_peer (entry->session));

    for (guint i = 0; entries && i < entries->len; i++) {
        XtlsRegistryEntry *other = g_ptr_array_index (entries, i);

        if (competes (other, entry) && beats (entry, other))
            xtls_session_replace (other->session,
                                  xtls_session_is_outgoing (entry->session));
    }
    xtls_replacement_limit_ending (registry, entry->session);
}

static gboolean
is_ending (XtlsSession *session)
{
    return xtls_session_get_state (session) == XTLS_SESSION_CLOSING ||
           xtls_session_is_replaced (session);
}

void
xtls_replacement_limit_ending (XtlsRegistry *registry, XtlsSession *session)
{
    g_autofree char *contact = xtls_jid_bare (xtls_session_get_peer (session));
    GPtrArray *sessions = xtls_registry_list (registry, contact);
    const XtlsRegistryEntry *oldest = NULL;
    guint ending = 0;

    for (guint i = 0; i < sessions->len; i++) {
        XtlsSession *other = g_ptr_array_index (sessions, i);
        const XtlsRegistryEntry *entry = xtls_registry_find (registry, other);

        if (!is_ending (other))
            continue;
        ending++;
        if (!oldest || entry->born < oldest->born)
            oldest = entry;
    }
    if (ending > XTLS_REPLACEMENT_ENDING_MAX)
        xtls_session_abort (oldest->session, XTLS_END_CUT);
    g_ptr_array_unref (sessions);
}
