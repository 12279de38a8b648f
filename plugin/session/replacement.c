/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two open sessions with one full JID and one certificate: which one stays?
 *
 * Both sides must come to the same answer without asking, or each would end
 * the session that the other one keeps. The later request wins: both saw them
 * in the same order if both came from the same side, or if the earlier one was
 * open before the later was made. Requests that crossed are settled as
 * XEP-0166 settles glare, by the lower sid.
 */
#include "endpoint-private.h"
#include "jid.h"

#include <string.h>

static gboolean
beats (const XtlsEntry *a, const XtlsEntry *b)
{
    const XtlsEntry *earlier = a->born < b->born ? a : b;
    const XtlsEntry *later = earlier == a ? b : a;

    if (a->session->outgoing == b->session->outgoing ||
        (earlier->opened && earlier->opened < later->born))
        return a == later;
    return g_strcmp0 (a->session->sid, b->session->sid) < 0;
}

/* The same two certificates: what one side takes for the same, the other does,
 * too. */
static gboolean
is_twin (const XtlsEntry *a, const XtlsEntry *b)
{
    const XtlsSession *one = a->session, *other = b->session;

    return a != b && one->state == XTLS_SESSION_OPEN && !one->replaced &&
           one->known && other->known &&
           xtls_fingerprint_equal (&one->fingerprint, &other->fingerprint) &&
           xtls_fingerprint_equal (
               xtls_identity_get_fingerprint (one->identity),
               xtls_identity_get_fingerprint (other->identity));
}

XtlsEntry *
xtls_succession_get_heir (XtlsEndpoint *endpoint, const XtlsEntry *entry)
{
    GPtrArray *entries =
        xtls_endpoint_get_entries (endpoint, entry->session->peer);

    for (guint i = 0; entries && i < entries->len; i++) {
        XtlsEntry *other = g_ptr_array_index (entries, i);

        if (is_twin (other, entry) && beats (other, entry))
            return other;
    }
    return NULL;
}

void
xtls_succession_settle (XtlsEndpoint *endpoint, const XtlsEntry *entry)
{
    GPtrArray *entries =
        xtls_endpoint_get_entries (endpoint, entry->session->peer);

    for (guint i = 0; entries && i < entries->len; i++) {
        XtlsEntry *other = g_ptr_array_index (entries, i);

        if (is_twin (other, entry) && beats (entry, other))
            xtls_session_set_replaced (other->session);
    }
}

static gboolean
is_same_contact (const XtlsSession *a, const XtlsSession *b)
{
    g_autofree char *one = xtls_jid_bare (a->peer);
    g_autofree char *other = xtls_jid_bare (b->peer);

    return strcmp (one, other) == 0;
}

void
xtls_succession_limit (XtlsEndpoint *endpoint, const XtlsSession *session)
{
    XtlsEntry *oldest = NULL;
    guint closing = 0;
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, endpoint->entries);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        XtlsEntry *entry = value;

        if (entry->session->state != XTLS_SESSION_CLOSING ||
            !is_same_contact (entry->session, session))
            continue;
        closing++;
        if (!oldest || entry->born < oldest->born)
            oldest = entry;
    }
    if (closing > XTLS_ENDPOINT_CLOSING_PER_CONTACT)
        xtls_session_abort (oldest->session, XTLS_END_CUT);
}
