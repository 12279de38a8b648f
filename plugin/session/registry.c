/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of sessions that have not ended. */
#include "registry.h"

#include "block-size.h"
#include "jid.h"

#include <string.h>

struct XtlsRegistry {
    guint (*timer_add) (guint ms, GSourceFunc function, gpointer data);
    void (*timer_remove) (guint timer);

    GHashTable *entries; /* XtlsSession → XtlsRegistryEntry, owned */
    GHashTable *peers; /* full JID → GPtrArray of XtlsRegistryEntry, borrowed */
    GHashTable
        *jingle; /* sid → XtlsSession, both borrowed; finds stanzas that */
    GHashTable *ibb; /* name the sid of a session but are not its own */
    guint requests;  /* incoming ones that are not open yet */
    guint clock;

    GHashTable *detours; /* set of bare JIDs whose last session opened only
                            without IBB, or did not open with it */

    GPtrArray *ended; /* to be released by the timer */
    guint release_timer;

    XtlsSids *sids;
};

XtlsRegistry *
xtls_registry_new (guint (*timer_add) (guint ms,
                                       GSourceFunc function,
                                       gpointer data),
                   void (*timer_remove) (guint timer))
{
    XtlsRegistry *registry = g_new0 (XtlsRegistry, 1);

    registry->timer_add = timer_add;
    registry->timer_remove = timer_remove;
    registry->entries = g_hash_table_new_full (NULL, NULL, NULL, g_free);
    registry->peers = g_hash_table_new_full (
        g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    registry->jingle = g_hash_table_new (g_str_hash, g_str_equal);
    registry->ibb = g_hash_table_new (g_str_hash, g_str_equal);
    registry->detours =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    registry->ended =
        g_ptr_array_new_with_free_func ((GDestroyNotify)xtls_session_unref);
    registry->sids = xtls_sids_new ();
    return registry;
}

void
xtls_registry_free (XtlsRegistry *registry)
{
    g_return_if_fail (g_hash_table_size (registry->entries) == 0);

    if (registry->release_timer)
        registry->timer_remove (registry->release_timer);
    g_ptr_array_unref (registry->ended);
    g_hash_table_unref (registry->detours);
    g_hash_table_unref (registry->jingle);
    g_hash_table_unref (registry->ibb);
    g_hash_table_unref (registry->peers);
    g_hash_table_unref (registry->entries);
    xtls_sids_free (registry->sids);
    g_free (registry);
}

static void
set_block_max (XtlsRegistry *registry, XtlsSession *session)
{
    char *contact = xtls_jid_bare (xtls_session_get_peer (session));

    xtls_session_set_block_max (
        session,
        xtls_block_size_get (xtls_sids_get_block_size (registry->sids),
                             contact));
    g_free (contact);
}

void
xtls_registry_add (XtlsRegistry *registry, XtlsSession *session)
{
    const char *peer = xtls_session_get_peer (session);
    GPtrArray *entries = xtls_registry_get_peer (registry, peer);
    XtlsRegistryEntry *entry = g_new0 (XtlsRegistryEntry, 1);

    set_block_max (registry, session);
    entry->session = session;
    entry->born = ++registry->clock;
    entry->is_request = !xtls_session_is_outgoing (session);
    if (entry->is_request)
        registry->requests++;

    if (!entries) {
        entries = g_ptr_array_new ();
        g_hash_table_insert (registry->peers, g_strdup (peer), entries);
    }
    g_ptr_array_add (entries, entry);
    g_hash_table_insert (registry->entries, session, entry);
    g_hash_table_replace (
        registry->jingle, (char *)xtls_session_get_sid (session), session);
    g_hash_table_replace (registry->ibb,
                          (char *)xtls_session_get_transport_sid (session),
                          session);
}

static void
no_request (XtlsRegistry *registry, XtlsRegistryEntry *entry)
{
    if (entry->is_request)
        registry->requests--;
    entry->is_request = FALSE;
}

static void
prefer_carrier (XtlsRegistry *registry, const char *peer, XtlsCarrier carrier)
{
    g_autofree char *contact = xtls_jid_bare (peer);

    if (carrier == XTLS_CARRIER_IBB)
        g_hash_table_remove (registry->detours, contact);
    else
        g_hash_table_add (registry->detours, g_steal_pointer (&contact));
}

XtlsCarrier
xtls_registry_get_carrier (XtlsRegistry *registry, const char *peer)
{
    g_autofree char *contact = xtls_jid_bare (peer);

    return g_hash_table_contains (registry->detours, contact)
               ? XTLS_CARRIER_XTLS
               : XTLS_CARRIER_IBB;
}

/* A server may have refused what the peer sent, or have dropped it; of two
 * carriers the first was refused for certain. A wrong guess costs a proposal to
 * use the other one (detour.h). */
static void
learn_carrier (XtlsRegistry *registry, const XtlsRegistryEntry *entry)
{
    XtlsSession *session = entry->session;
    XtlsEnd end = xtls_session_get_end (session);
    XtlsCarrier carrier = xtls_session_get_carrier (session);

    if (entry->opened || !xtls_session_is_outgoing (session) ||
        !xtls_session_has_bytestream (session) ||
        (end != XTLS_END_CUT && end != XTLS_END_DEAD &&
         end != XTLS_END_TIMEOUT))
        return;
    if (!xtls_session_has_changed_carrier (session))
        carrier = xtls_carrier_get_other (carrier);
    prefer_carrier (registry, xtls_session_get_peer (session), carrier);
}

void
xtls_registry_opened (XtlsRegistry *registry, XtlsRegistryEntry *entry)
{
    prefer_carrier (registry,
                    xtls_session_get_peer (entry->session),
                    xtls_session_get_carrier (entry->session));
    no_request (registry, entry);
    entry->opened = ++registry->clock;
}

static gboolean
release_cb (gpointer data)
{
    XtlsRegistry *registry = data;

    registry->release_timer = 0;
    g_ptr_array_set_size (registry->ended, 0);
    return FALSE;
}

/* By now the table may name another session. */
static void
forget_sid (GHashTable *table, const char *sid, XtlsSession *session)
{
    if (g_hash_table_lookup (table, sid) == session)
        g_hash_table_remove (table, sid);
}

static void
learn_blocks (XtlsRegistry *registry, XtlsSession *session)
{
    gsize taken, waiting;
    char *contact;

    if (!xtls_session_get_largest_blocks (session, &taken, &waiting))
        return;
    contact = xtls_jid_bare (xtls_session_get_peer (session));
    xtls_block_size_learn (xtls_sids_get_block_size (registry->sids),
                           contact,
                           xtls_session_get_end (session),
                           (guint)taken,
                           (guint)waiting);
    g_free (contact);
}

void
xtls_registry_retire (XtlsRegistry *registry, XtlsRegistryEntry *entry)
{
    XtlsSession *session = entry->session;
    const char *peer = xtls_session_get_peer (session);
    const char *sid = xtls_session_get_sid (session);
    const char *transport_sid = xtls_session_get_transport_sid (session);
    GPtrArray *entries = xtls_registry_get_peer (registry, peer);

    no_request (registry, entry);
    learn_blocks (registry, session);
    learn_carrier (registry, entry);
    xtls_sids_add (registry->sids, XTLS_SIDS_JINGLE, sid, peer);
    xtls_sids_add (registry->sids, XTLS_SIDS_IBB, transport_sid, peer);
    forget_sid (registry->jingle, sid, session);
    forget_sid (registry->ibb, transport_sid, session);
    g_ptr_array_remove_fast (entries, entry);
    if (entries->len == 0)
        g_hash_table_remove (registry->peers, peer);

    g_ptr_array_add (registry->ended, session);
    if (!registry->release_timer)
        registry->release_timer = registry->timer_add (0, release_cb, registry);
    g_hash_table_remove (registry->entries, session);
}

XtlsRegistryEntry *
xtls_registry_find (XtlsRegistry *registry, XtlsSession *session)
{
    return g_hash_table_lookup (registry->entries, session);
}

GPtrArray *
xtls_registry_get_peer (XtlsRegistry *registry, const char *peer)
{
    return g_hash_table_lookup (registry->peers, peer);
}

static gboolean
is_of (XtlsSession *session, const char *jid)
{
    const char *peer = xtls_session_get_peer (session);

    if (!jid)
        return TRUE;
    return xtls_jid_resource (jid) ? strcmp (peer, jid) == 0
                                   : xtls_jid_same_bare (peer, jid);
}

GPtrArray *
xtls_registry_list (XtlsRegistry *registry, const char *jid)
{
    GPtrArray *sessions =
        g_ptr_array_new_with_free_func ((GDestroyNotify)xtls_session_unref);
    GHashTableIter iter;
    gpointer session;

    g_hash_table_iter_init (&iter, registry->entries);
    while (g_hash_table_iter_next (&iter, &session, NULL))
        if (is_of (session, jid))
            g_ptr_array_add (sessions, xtls_session_ref (session));
    return sessions;
}

XtlsSession *
xtls_registry_find_jingle (XtlsRegistry *registry, const char *sid)
{
    return sid ? g_hash_table_lookup (registry->jingle, sid) : NULL;
}

XtlsSession *
xtls_registry_find_ibb (XtlsRegistry *registry, const char *sid)
{
    return sid ? g_hash_table_lookup (registry->ibb, sid) : NULL;
}

guint
xtls_registry_count_requests (XtlsRegistry *registry, const char *jid)
{
    guint requests = 0;
    GHashTableIter iter;
    gpointer value;

    if (!jid)
        return registry->requests;
    g_hash_table_iter_init (&iter, registry->entries);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        const XtlsRegistryEntry *entry = value;

        requests += entry->is_request && is_of (entry->session, jid);
    }
    return requests;
}

gboolean
xtls_registry_is_sound (XtlsRegistry *registry)
{
    guint requests = 0, sessions = 0;
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, registry->entries);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        const XtlsRegistryEntry *entry = value;
        XtlsSession *session = entry->session;

        if (xtls_registry_find_jingle (
                registry, xtls_session_get_sid (session)) != session ||
            xtls_registry_find_ibb (
                registry, xtls_session_get_transport_sid (session)) != session)
            return FALSE;
        requests += entry->is_request;
        sessions++;
    }
    return requests == registry->requests &&
           g_hash_table_size (registry->jingle) == sessions &&
           g_hash_table_size (registry->ibb) == sessions;
}

XtlsSids *
xtls_registry_get_sids (XtlsRegistry *registry)
{
    return registry->sids;
}

XtlsSids *
xtls_registry_replace_sids (XtlsRegistry *registry, XtlsSids *sids)
{
    XtlsSids *before = registry->sids;

    registry->sids = sids;
    return before;
}
