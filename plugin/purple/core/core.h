/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the whole plugin has once: its files, own keys, the worker for shared
 * secrets, and the signals of api.h. Made by xtls_core_init() when the plugin
 * is loaded, gone after xtls_core_uninit().
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
 * @ops: for what other programs on the folder do
 *
 * Reads the files.
 */
void xtls_core_init (PurplePlugin *plugin, const XtlsStoreOps *ops);

/* Closes the plugin's notices, without taking them for read. */
void xtls_core_close_notices (void);

/* Saves what waits to be saved. */
void xtls_core_uninit (void);

/* (transfer none): the core plugin, whose handle emits our signals. */
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

/* (transfer full) (nullable): the same; %NULL also if @account is no XMPP
 * account. */
XtlsIdentity *xtls_core_get_identity (PurpleAccount *account);

/**
 * xtls_core_renew_identity:
 * @account: an XMPP account
 *
 * Makes and stores a new own key. What uses the old one is the caller's to end.
 *
 * Returns: (transfer full) (nullable): the new key; %NULL with @error as
 * xtls_identity_renew(), and the old one is still there.
 */
XtlsIdentity *xtls_core_renew_identity (PurpleAccount *account, GError **error);

/* %TRUE while the client quits: nobody sees what is shown. */
gboolean xtls_core_is_quitting (void);
void xtls_core_set_quitting (void);

/* What the loaded face shows itself: a bit set of XtlsClaim. @claims: replaces
 * what was claimed before. */
guint xtls_core_get_claims (void);
void xtls_core_set_claims (guint claims);

/* Emits one of the signals of api.h. @signal: its name. */
void
xtls_core_emit (const char *signal, PurpleAccount *account, const char *who);
void xtls_core_emit_keys (void);
