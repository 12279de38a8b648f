/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plugin's files, in the folder `xtls` of the libpurple user directory:
 * known peers, contacts, own keys, lost messages. The user is told of whatever
 * cannot be read or saved. Other programs may use the same folder.
 */
#pragma once

#include "contact-prefs.h"
#include "identity.h"
#include "lost.h"
#include "peers.h"

#include <glib.h>
#include <plugin.h>

typedef struct XtlsStore XtlsStore;

/* What another program that uses the folder has changed. */
typedef struct {
    /**
     * trust_changed:
     * @account: (nullable): own bare JID
     * @who: (nullable): bare JID of the contact whose keys or settings have
     *   changed; %NULL: any contact's policy may have changed
     */
    void (*trust_changed) (const char *account, const char *who);

    /**
     * own_key_changed:
     * @account: own bare JID
     * @identity: (transfer none): the account's new key
     */
    void (*own_key_changed) (const char *account, XtlsIdentity *identity);
} XtlsStoreOps;

/**
 * xtls_store_open:
 * @plugin: (transfer none): the owner of the notices
 * @ops: copied; nothing is called before this has returned
 *
 * Reads the files, for which the main loop waits; later only own keys are read
 * and written in it.
 */
XtlsStore *xtls_store_open (PurplePlugin *plugin, const XtlsStoreOps *ops);

/* The plugin, not the user, is closing the open notices: they are shown again
 * at the next start. */
void xtls_store_ignore_notices (XtlsStore *store);

/* Saves what has not been saved yet and frees everything. Call
 * xtls_store_ignore_notices() and close open notices first. */
void xtls_store_close (XtlsStore *store);

/* Return (transfer none): the known keys, the settings of contacts, the counts
 * of lost messages. */
XtlsPeers *xtls_store_get_peers (XtlsStore *store);
XtlsContactPrefs *xtls_store_get_contact_prefs (XtlsStore *store);
XtlsLost *xtls_store_get_lost (XtlsStore *store);

/**
 * xtls_store_has_identity:
 * @jid: own bare JID
 *
 * Returns: whether there is a key for the account, even one that cannot be
 * read. Makes none.
 */
gboolean xtls_store_has_identity (XtlsStore *store, const char *jid);

/**
 * xtls_store_find_identity:
 * @jid: own bare JID
 *
 * Returns: (transfer full) (nullable): the key, if there is one that can be
 * read. Makes none.
 */
XtlsIdentity *xtls_store_find_identity (XtlsStore *store, const char *jid);

/**
 * xtls_store_get_identity:
 * @jid: own bare JID, rather than the account, whose name can change
 *
 * Returns: (transfer full) (nullable): the key, made on first use; %NULL with
 * @error as xtls_identity_load().
 */
XtlsIdentity *
xtls_store_get_identity (XtlsStore *store, const char *jid, GError **error);

/**
 * xtls_store_renew_identity:
 *
 * Returns: (transfer full) (nullable): a new key, stored; %NULL with @error as
 * xtls_identity_renew(), in which case the old one remains.
 */
XtlsIdentity *
xtls_store_renew_identity (XtlsStore *store, const char *jid, GError **error);

/**
 * xtls_store_replace_identity:
 * @identity: (transfer none): a key that was made elsewhere
 *
 * Returns: %FALSE with @error as xtls_identity_store(), and the old one is
 * still there.
 */
gboolean xtls_store_replace_identity (XtlsStore *store,
                                      const char *jid,
                                      XtlsIdentity *identity,
                                      GError **error);
