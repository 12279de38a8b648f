/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The resources that are online: a short list for every bare JID, most active
 * first. */
#include "resources.h"

#include "element.h"
#include "jid.h"
#include "ns.h"

struct XtlsResources {
    GHashTable *contacts; /* canonical bare JID → GPtrArray of full JIDs, in
                             order and as their server writes them */
};

XtlsResources *
xtls_resources_new (void)
{
    XtlsResources *resources = g_new0 (XtlsResources, 1);

    resources->contacts = g_hash_table_new_full (
        g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    return resources;
}

void
xtls_resources_free (XtlsResources *resources)
{
    g_hash_table_destroy (resources->contacts);
    g_free (resources);
}

static GPtrArray *
lookup (XtlsResources *resources, const char *jid)
{
    g_autofree char *bare = xtls_jid_canonical_bare (jid);

    return bare ? g_hash_table_lookup (resources->contacts, bare) : NULL;
}

static void
add (XtlsResources *resources, const char *full_jid, gboolean is_buddy)
{
    GPtrArray *list = lookup (resources, full_jid);

    if (!list) {
        if (!is_buddy && g_hash_table_size (resources->contacts) >=
                             XTLS_RESOURCES_CONTACTS_MAX)
            return;
        list = g_ptr_array_new_with_free_func (g_free);
        g_hash_table_insert (
            resources->contacts, xtls_jid_canonical_bare (full_jid), list);
    }
    if (g_ptr_array_find_with_equal_func (list, full_jid, g_str_equal, NULL))
        return;
    if (list->len == XTLS_RESOURCES_MAX)
        g_ptr_array_remove_index (list, list->len - 1);
    g_ptr_array_insert (list, 0, g_strdup (full_jid));
}

static void
drop (XtlsResources *resources, const char *jid)
{
    GPtrArray *list = lookup (resources, jid);
    g_autofree char *bare = xtls_jid_canonical_bare (jid);
    guint at;

    /* From the bare JID it means that no resource is left (RFC 6121 4.3.2). */
    if (list && xtls_jid_resource (jid) &&
        g_ptr_array_find_with_equal_func (list, jid, g_str_equal, &at))
        g_ptr_array_remove_index (list, at);
    if (list && (list->len == 0 || !xtls_jid_resource (jid)))
        g_hash_table_remove (resources->contacts, bare);
}

static gboolean
is_of_room (const XtlsEnvelope *presence)
{
    return xtls_element_find (presence->stanza, "x", XTLS_NS_MUC_USER) != NULL;
}

char *
xtls_resources_presence (XtlsResources *resources,
                         const XtlsEnvelope *presence,
                         gboolean is_buddy)
{
    const char *from = presence->from.raw;

    if (!presence->from.bare)
        return NULL;
    if (presence->is_gone) {
        drop (resources, from);
        return xtls_jid_is_full (from) ? g_strdup (from) : NULL;
    }
    if (presence->is_available && xtls_jid_is_full (from) &&
        !is_of_room (presence))
        add (resources, from, is_buddy);
    return NULL;
}

void
xtls_resources_active (XtlsResources *resources, const char *full_jid)
{
    GPtrArray *list = lookup (resources, full_jid);
    guint at;

    if (!list ||
        !g_ptr_array_find_with_equal_func (list, full_jid, g_str_equal, &at))
        return;
    char *jid = g_ptr_array_steal_index (list, at);
    g_ptr_array_insert (list, 0, jid);
}

GPtrArray *
xtls_resources_list (XtlsResources *resources, const char *bare)
{
    GPtrArray *copy = g_ptr_array_new_with_free_func (g_free);
    GPtrArray *list = lookup (resources, bare);

    for (guint i = 0; list && i < list->len; i++)
        g_ptr_array_add (copy, g_strdup (g_ptr_array_index (list, i)));
    return copy;
}
