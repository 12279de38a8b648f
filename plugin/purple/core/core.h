/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the plugin has once: its files, own keys, the worker for shared secrets,
 * and the signals of api.h. Created by xtls_core_init() when the plugin is
 * loaded, freed by xtls_core_uninit().
 */
#pragma once

#include "contact-prefs.h"
#include "identity.h"
#include "lost.h"
#include "peers.h"
#include "smp-jobs.h"
#include "store.h"

#include <account.h>
#include <glib.h>
#include <plugin.h>

/**
 * xtls_core_init:
 * @ops: called for changes by other programs that use the folder
 *
 * Reads the files.
 */
void xtls_core_init (PurplePlugin *plugin, const XtlsStoreOps *ops);

/* Closes the plugin's notices without taking them for read. */
void xtls_core_close_notices (void);

/* Saves what has not been saved yet and frees everything. */
void xtls_core_uninit (void);

/* Returns: (transfer none): the core plugin, whose handle emits our signals. */
PurplePlugin *xtls_core_get_plugin (void);
XtlsPeers *xtls_core_get_peers (void);
XtlsContactPrefs *xtls_core_get_contact_prefs (void);
XtlsSmpJobs *xtls_core_get_smp_jobs (void);
XtlsLost *xtls_core_get_lost (void);

/**
 * xtls_core_load_identity:
 * @account: an XMPP account
 *
 * Returns: (transfer full) (nullable): the account's own key, made on first
 * use; %NULL with @error as xtls_identity_load().
 */
XtlsIdentity *xtls_core_load_identity (PurpleAccount *account, GError **error);

/* Returns: (transfer full) (nullable): the same; also %NULL if @account is not
 * an XMPP account. */
XtlsIdentity *xtls_core_get_identity (PurpleAccount *account);

/* Returns: whether there is a key for the account. Makes none. */
gboolean xtls_core_has_identity (PurpleAccount *account);

/* Returns: (transfer full) (nullable): the key, if there is one that can be
 * read. Makes none. */
XtlsIdentity *xtls_core_find_identity (PurpleAccount *account);

/**
 * xtls_core_renew_identity:
 * @account: an XMPP account
 *
 * Makes and stores a new own key. The caller must end what uses the old one.
 *
 * Returns: (transfer full) (nullable): the new key; %NULL with @error as
 * xtls_identity_renew(), in which case the old one remains.
 */
XtlsIdentity *xtls_core_renew_identity (PurpleAccount *account, GError **error);

/**
 * xtls_core_replace_identity:
 * @account: an XMPP account
 * @identity: (transfer none): a key that was made elsewhere
 *
 * Stores it as the account's own key. What uses the old one is the caller's to
 * end.
 *
 * Returns: %FALSE with @error as xtls_identity_store(), and the old one is
 * still there.
 */
gboolean xtls_core_replace_identity (PurpleAccount *account,
                                     XtlsIdentity *identity,
                                     GError **error);

/* Returns: %TRUE while the client is quitting and UI output is invisible. */
gboolean xtls_core_is_quitting (void);
void xtls_core_set_quitting (void);

/* Get or set what the loaded face shows itself, a bit set of XtlsClaim.
 * @claims: replaces the earlier claims. */
guint xtls_core_get_claims (void);
void xtls_core_set_claims (guint claims);

/* Emits one of the signals of api.h. @signal: its name. */
void
xtls_core_emit (const char *signal, PurpleAccount *account, const char *who);
void xtls_core_emit_keys (void);
