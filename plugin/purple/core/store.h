/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of the plugin, in the folder `xtls` of libpurple's: known peers,
 * contacts, own keys, lost messages. What cannot be read or saved is told here.
 * Other programs may use the same folder.
 */
#pragma once

#include "contact-prefs.h"
#include "identity.h"
#include "lost.h"
#include "peers.h"

#include <glib.h>
#include <plugin.h>

typedef struct XtlsStore XtlsStore;

/* What another program on the folder has done. */
typedef struct {
    /**
     * trust_changed:
     * @account: (nullable): own bare JID
     * @who: (nullable): bare JID of the contact whose keys or settings are not
     *   what they were; %NULL: anybody's policy may be another
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
 * Reads the files, which is the one time that the main loop waits for the disk.
 */
XtlsStore *xtls_store_open (PurplePlugin *plugin, const XtlsStoreOps *ops);

/* The notices that are open are being closed, and not by the user: what they
 * tell of is told again at the next start. */
void xtls_store_ignore_notices (XtlsStore *store);

/* Saves what waits to be saved. Notices that are open are to be closed before,
 * after xtls_store_ignore_notices(). */
void xtls_store_close (XtlsStore *store);

/* (transfer none): known keys, settings of contacts, counts of lost messages.
 */
XtlsPeers *xtls_store_get_peers (XtlsStore *store);
XtlsContactPrefs *xtls_store_get_contact_prefs (XtlsStore *store);
XtlsLost *xtls_store_get_lost (XtlsStore *store);

/**
 * xtls_store_get_identity:
 * @jid: own bare JID. Not the account: its name can be changed
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
 * xtls_identity_renew(), and the old one is still there.
 */
XtlsIdentity *
xtls_store_renew_identity (XtlsStore *store, const char *jid, GError **error);
