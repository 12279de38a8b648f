/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the whole plugin has once: trust files, logins, contacts. Made by
 * xtls_hub_init() when the plugin is loaded, gone after xtls_hub_uninit().
 */
#pragma once

#include "contact-prefs.h"
#include "contact.h"
#include "login.h"
#include "lost.h"
#include "peers.h"
#include "smp-jobs.h"

#include <account.h>
#include <glib.h>
#include <plugin.h>

/* Reads the files, takes over accounts that are connected already. */
void xtls_hub_init (PurplePlugin *plugin);
void xtls_hub_uninit (void);

/* (transfer none): the core plugin, whose handle emits our signals. */
PurplePlugin *xtls_hub_get_plugin (void);
XtlsPeers *xtls_hub_get_peers (void);
XtlsContactPrefs *xtls_hub_get_contact_prefs (void);
XtlsSmpJobs *xtls_hub_get_smp_jobs (void);
XtlsLost *xtls_hub_get_lost (void);

/* (nullable) (transfer none): while the account is connected. */
XtlsLogin *xtls_hub_get_login (const PurpleAccount *account);

/**
 * xtls_hub_get_contact:
 * @who: a JID, bare or full
 * @make: make it if there is none
 *
 * Returns: (nullable) (transfer none): %NULL if @account is no XMPP account,
 * @who is no JID, or there is none and @make is %FALSE.
 */
XtlsContact *
xtls_hub_get_contact (PurpleAccount *account, const char *who, gboolean make);

/* (element-type XtlsContact) (transfer container) */
GList *xtls_hub_list_contacts (PurpleAccount *account);

/* (transfer full) (nullable): own identity; made on first use. */
XtlsIdentity *xtls_hub_get_identity (PurpleAccount *account);
/* Makes a new own key for the account; its private conversations end. */
gboolean xtls_hub_renew_identity (PurpleAccount *account, char **why);

/* %TRUE: nobody sees any more what is shown. */
gboolean xtls_hub_is_quitting (void);

/* What the face that is loaded shows itself: a bit set of XtlsClaim. */
guint xtls_hub_get_claims (void);
void xtls_hub_set_claims (guint claims);

/* Emits one of the signals of api.h. */
void
xtls_hub_emit (const char *signal, PurpleAccount *account, const char *who);
void xtls_hub_emit_keys (void);
