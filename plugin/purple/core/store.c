/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files: read once, written by a thread of their own. */
#include "store.h"

#include "writer.h"

#include <errno.h>
#include <eventloop.h>
#include <glib/gi18n-lib.h>
#include <notify.h>
#include <util.h>

struct XtlsStore {
    PurplePlugin *plugin; /* borrowed */
    char *dir;

    XtlsWriter *writer;
    guint writer_input;
    XtlsPeers *peers;
    XtlsContactPrefs *contact_prefs;
    XtlsLost *lost;
    GHashTable *identities; /* own bare JID → XtlsIdentity, both owned */
};

/* @told (nullable) is called when the person has closed the notice. */
static void
tell_set_aside (XtlsStore *store,
                const char *what,
                char *set_aside,
                PurpleNotifyCloseCallback told)
{
    g_autofree char *text = NULL;

    if (!set_aside)
        return;
    text = g_strdup_printf (
        _ ("It was kept as %s and a new one was begun. Until you have looked "
           "at it, be careful: verify your contacts again."),
        set_aside);
    purple_notify_message (store->plugin,
                           PURPLE_NOTIFY_MSG_WARNING,
                           _ ("Private conversations"),
                           what,
                           text,
                           told,
                           store);
    g_free (set_aside);
}

static void
peers_told_cb (gpointer data)
{
    XtlsStore *store = data;

    xtls_peers_clear_damaged (store->peers);
}

static void
contacts_told_cb (gpointer data)
{
    XtlsStore *store = data;

    xtls_contact_prefs_clear_damaged (store->contact_prefs);
}

static void
write_failed_cb (const char *path, const char *message, gpointer data)
{
    XtlsStore *store = data;
    g_autofree char *text = g_strdup_printf (
        _ ("%s: %s. Make room on the disk, or mend its permissions: what you "
           "decide about keys is kept until you quit only."),
        path,
        message);

    purple_notify_error (store->plugin,
                         _ ("Private conversations"),
                         _ ("A file could not be saved."),
                         text);
}

static void
writer_cb (gpointer data, gint fd, PurpleInputCondition condition)
{
    XtlsStore *store = data;

    xtls_writer_dispatch (store->writer);
}

static void
load (XtlsStore *store)
{
    g_autofree char *peers = g_build_filename (store->dir, "known-peers", NULL);
    g_autofree char *contacts = g_build_filename (store->dir, "contacts", NULL);
    char *set_aside = NULL;

    store->peers = xtls_peers_load (peers, store->writer, &set_aside);
    tell_set_aside (store,
                    _ ("The file of known keys could not be read."),
                    g_steal_pointer (&set_aside),
                    peers_told_cb);
    store->contact_prefs =
        xtls_contact_prefs_load (contacts, store->writer, &set_aside);
    tell_set_aside (store,
                    _ ("The file of contact settings could not be read."),
                    g_steal_pointer (&set_aside),
                    contacts_told_cb);
}

XtlsStore *
xtls_store_open (PurplePlugin *plugin)
{
    XtlsStore *store = g_new0 (XtlsStore, 1);

    store->plugin = plugin;
    store->dir = g_build_filename (purple_user_dir (), "xtls", NULL);
    store->identities = g_hash_table_new_full (
        g_str_hash, g_str_equal, g_free, (GDestroyNotify)xtls_identity_unref);
    if (g_mkdir_with_parents (store->dir, 0700) != 0)
        write_failed_cb (store->dir, g_strerror (errno), store);
    store->writer = xtls_writer_new (write_failed_cb, store);
    store->writer_input = purple_input_add (xtls_writer_get_fd (store->writer),
                                            PURPLE_INPUT_READ,
                                            writer_cb,
                                            store);
    load (store);
    store->lost = xtls_lost_open (store->dir, store->writer, plugin);
    return store;
}

void
xtls_store_close (XtlsStore *store)
{
    purple_input_remove (store->writer_input);
    g_hash_table_destroy (store->identities);
    xtls_peers_free (store->peers);
    xtls_contact_prefs_free (store->contact_prefs);
    xtls_lost_close (store->lost);
    xtls_writer_free (store->writer);
    g_free (store->dir);
    g_free (store);
}

XtlsPeers *
xtls_store_get_peers (XtlsStore *store)
{
    return store->peers;
}

XtlsContactPrefs *
xtls_store_get_contact_prefs (XtlsStore *store)
{
    return store->contact_prefs;
}

XtlsLost *
xtls_store_get_lost (XtlsStore *store)
{
    return store->lost;
}

static void
remember_identity (XtlsStore *store, const char *jid, XtlsIdentity *identity)
{
    g_hash_table_insert (
        store->identities, g_strdup (jid), xtls_identity_ref (identity));
}

XtlsIdentity *
xtls_store_get_identity (XtlsStore *store, const char *jid, GError **error)
{
    XtlsIdentity *identity = g_hash_table_lookup (store->identities, jid);
    char *set_aside = NULL;

    if (identity)
        return xtls_identity_ref (identity);
    identity = xtls_identity_load (store->dir, jid, &set_aside, error);
    tell_set_aside (
        store, _ ("Your own key could not be read."), set_aside, NULL);
    if (identity)
        remember_identity (store, jid, identity);
    return identity;
}

XtlsIdentity *
xtls_store_renew_identity (XtlsStore *store, const char *jid, GError **error)
{
    XtlsIdentity *identity = xtls_identity_renew (store->dir, jid, error);

    if (identity)
        remember_identity (store, jid, identity);
    return identity;
}
