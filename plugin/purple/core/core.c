/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the plugin has once. */
#include "core.h"

#include "api.h"
#include "jabber.h"

#include <eventloop.h>
#include <notify.h>
#include <signals.h>

typedef struct {
    PurplePlugin *plugin;
    XtlsStore *store;
    XtlsSmpJobs *smp_jobs;
    guint smp_input;
    gboolean quitting;
    guint claims;
} Core;

static Core *core;

PurplePlugin *
xtls_core_get_plugin (void)
{
    return core->plugin;
}

XtlsPeers *
xtls_core_get_peers (void)
{
    return xtls_store_get_peers (core->store);
}

XtlsContactPrefs *
xtls_core_get_contact_prefs (void)
{
    return xtls_store_get_contact_prefs (core->store);
}

XtlsSmpJobs *
xtls_core_get_smp_jobs (void)
{
    return core->smp_jobs;
}

XtlsLost *
xtls_core_get_lost (void)
{
    return xtls_store_get_lost (core->store);
}

gboolean
xtls_core_is_quitting (void)
{
    return core->quitting;
}

void
xtls_core_set_quitting (void)
{
    core->quitting = TRUE;
    /* The plugin closes them now, not the user. */
    xtls_store_ignore_notices (core->store);
}

guint
xtls_core_get_claims (void)
{
    return core->claims;
}

void
xtls_core_set_claims (guint claims)
{
    core->claims = claims;
}

void
xtls_core_emit (const char *signal, PurpleAccount *account, const char *who)
{
    if (!account || xtls_jabber_is (account))
        purple_signal_emit (core->plugin, signal, account, who);
}

void
xtls_core_emit_keys (void)
{
    purple_signal_emit (core->plugin, XTLS_SIGNAL_KEYS);
}

void
xtls_core_close_notices (void)
{
    xtls_store_ignore_notices (core->store);
    purple_notify_close_with_handle (core->plugin);
}

/* --- the worker for shared secrets ---------------------------------------- */

static void
smp_cb (gpointer data, gint fd, PurpleInputCondition condition)
{
    xtls_smp_jobs_dispatch (core->smp_jobs);
}

static void
start_smp_jobs (void)
{
    core->smp_jobs = xtls_smp_jobs_new ();
    core->smp_input = purple_input_add (
        xtls_smp_jobs_get_fd (core->smp_jobs), PURPLE_INPUT_READ, smp_cb, NULL);
}

static void
stop_smp_jobs (void)
{
    purple_input_remove (core->smp_input);
    xtls_smp_jobs_free (core->smp_jobs);
}

/* --- own keys ------------------------------------------------------------- */

XtlsIdentity *
xtls_core_load_identity (PurpleAccount *account, GError **error)
{
    g_autofree char *jid = xtls_jabber_get_account_jid (account);

    return xtls_store_get_identity (core->store, jid, error);
}

XtlsIdentity *
xtls_core_get_identity (PurpleAccount *account)
{
    return xtls_jabber_is (account) ? xtls_core_load_identity (account, NULL)
                                    : NULL;
}

gboolean
xtls_core_has_identity (PurpleAccount *account)
{
    g_autofree char *jid = xtls_jabber_get_account_jid (account);

    return xtls_store_has_identity (core->store, jid);
}

XtlsIdentity *
xtls_core_find_identity (PurpleAccount *account)
{
    g_autofree char *jid = NULL;

    if (!xtls_jabber_is (account))
        return NULL;
    jid = xtls_jabber_get_account_jid (account);
    return xtls_store_find_identity (core->store, jid);
}

XtlsIdentity *
xtls_core_renew_identity (PurpleAccount *account, GError **error)
{
    g_autofree char *jid = xtls_jabber_get_account_jid (account);

    return xtls_store_renew_identity (core->store, jid, error);
}

gboolean
xtls_core_replace_identity (PurpleAccount *account,
                            XtlsIdentity *identity,
                            GError **error)
{
    g_autofree char *jid = xtls_jabber_get_account_jid (account);

    return xtls_store_replace_identity (core->store, jid, identity, error);
}

/* --- life ----------------------------------------------------------------- */

void
xtls_core_init (PurplePlugin *plugin, const XtlsStoreOps *ops)
{
    core = g_new0 (Core, 1);
    core->plugin = plugin;
    core->store = xtls_store_open (plugin, ops);
    start_smp_jobs ();
}

void
xtls_core_uninit (void)
{
    stop_smp_jobs ();
    xtls_store_close (core->store);
    g_clear_pointer (&core, g_free);
}
