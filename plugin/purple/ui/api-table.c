/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Implements the table of api.h. */
#include "api-table.h"

#include "actions.h"
#include "api.h"
#include "capability.h"
#include "contact-list.h"
#include "contact-name.h"
#include "contact-outbox.h"
#include "contact-sessions.h"
#include "contact-state.h"
#include "contact.h"
#include "core.h"
#include "fingerprint.h"
#include "jabber.h"
#include "key-export.h"
#include "key-import.h"
#include "manual.h"
#include "otr.h"
#include "plugin-actions.h"
#include "policy.h"
#include "report.h"
#include "secret.h"
#include "status.h"
#include "texts.h"

#include <glib/gi18n-lib.h>
#include <signals.h>
#include <value.h>

/* Returns: the contact for a function of the table, or why there is none. */
static XtlsContact *
find (PurpleAccount *account, const char *who, char **why)
{
    XtlsContact *contact = xtls_contact_list_get (account, who, TRUE);

    if (!contact && why)
        *why = g_strdup (
            _ ("Private conversations need an XMPP account on both sides."));
    return contact;
}

static XtlsStatus *
get_status (PurpleAccount *account, const char *who)
{
    XtlsContact *contact = find (account, who, NULL);
    XtlsStatusFacts facts = {
        .account = account, .who = who, .state = XTLS_STATE_NOT_PRIVATE};

    return contact ? xtls_contact_get_status (contact)
                   : xtls_status_new (&facts);
}

static char *
get_name (PurpleAccount *account, const char *who)
{
    g_autofree char *jid = account && xtls_jabber_is (account)
                               ? xtls_jabber_normalize (account, who)
                               : NULL;

    return xtls_contact_name_get (account, jid ? jid : who);
}

static XtlsState
get_state (PurpleAccount *account, const char *who)
{
    XtlsContact *contact = xtls_contact_list_get (account, who, FALSE);
    g_autofree char *jid = NULL;

    if (contact)
        return xtls_contact_get_state (contact);
    if (xtls_jabber_is (account))
        jid = xtls_jabber_normalize (account, who);
    return jid ? xtls_contact_state_get_idle (account, jid)
               : XTLS_STATE_NOT_PRIVATE;
}

static XtlsCapability
get_capability (PurpleAccount *account, const char *who)
{
    g_autofree char *jid = NULL;

    if (!xtls_jabber_is (account))
        return XTLS_CAPABILITY_ABSENT;
    jid = xtls_jabber_normalize (account, who);
    return jid ? xtls_capability_find_resource (account, jid, NULL, NULL)
               : XTLS_CAPABILITY_ABSENT;
}

static gboolean
is_otr_running (PurpleAccount *account, const char *who)
{
    g_autofree char *jid =
        xtls_jabber_is (account) ? xtls_jabber_normalize (account, who) : NULL;

    return jid && xtls_otr_is_running (account, jid);
}

static gboolean
end (PurpleAccount *account, const char *who, char **why)
{
    XtlsContact *contact = find (account, who, why);

    return contact && xtls_contact_end (contact, why);
}

static gboolean
resend (PurpleAccount *account, const char *who, char **why)
{
    XtlsContact *contact = find (account, who, why);

    return contact && xtls_contact_outbox_resend (contact, why);
}

static gboolean
decide_key (PurpleAccount *account,
            const char *who,
            const char *fingerprint,
            XtlsKeyDecision decision,
            char **why)
{
    XtlsContact *contact = find (account, who, why);
    XtlsFingerprint parsed;

    if (!contact)
        return FALSE;
    if (!xtls_fingerprint_parse (fingerprint, &parsed)) {
        if (why)
            *why = g_strdup (_ ("This is not a fingerprint."));
        return FALSE;
    }
    return xtls_contact_sessions_decide_key (contact, &parsed, decision, why);
}

static gboolean
ask_choice (PurpleAccount *account, const char *who, char **why)
{
    XtlsContact *contact = find (account, who, why);

    return contact && xtls_contact_ask_choice (contact, why);
}

static gboolean
choose (PurpleAccount *account, const char *who, XtlsChoice choice, char **why)
{
    XtlsContact *contact = find (account, who, why);

    return contact && xtls_contact_choose (contact, choice, why);
}

static char *
get_own_fingerprint (PurpleAccount *account)
{
    XtlsIdentity *identity = xtls_core_get_identity (account);
    char *text = NULL;

    if (identity) {
        text = xtls_fingerprint_to_string (
            xtls_identity_get_fingerprint (identity));
        xtls_identity_unref (identity);
    }
    return text;
}

static gboolean
is_logged (PurpleAccount *account, const char *who)
{
    XtlsContact *contact = xtls_contact_list_get (account, who, FALSE);

    return !contact || !xtls_contact_is_private (contact) ||
           xtls_policy_is_logged (account, xtls_contact_get_who (contact));
}

static gboolean
start_secret (PurpleAccount *account,
              const char *who,
              const char *question,
              const char *secret,
              char **why)
{
    XtlsContact *contact = find (account, who, why);

    return contact && xtls_secret_exchange_start (
                          xtls_contact_get_secret_exchange (contact),
                          xtls_contact_get_open_session (contact),
                          question,
                          secret,
                          why);
}

static gboolean
answer_secret (PurpleAccount *account,
               const char *who,
               const char *secret,
               char **why)
{
    XtlsContact *contact = find (account, who, why);

    return contact &&
           xtls_secret_exchange_answer (
               xtls_contact_get_secret_exchange (contact), secret, why);
}

static void
abort_secret (PurpleAccount *account, const char *who)
{
    XtlsContact *contact = find (account, who, NULL);

    if (contact)
        xtls_secret_exchange_abort (xtls_contact_get_secret_exchange (contact));
}

static XtlsSecret *
get_secret (PurpleAccount *account, const char *who)
{
    XtlsContact *contact = find (account, who, NULL);

    return contact ? xtls_secret_exchange_get (
                         xtls_contact_get_secret_exchange (contact))
                   : g_new0 (XtlsSecret, 1);
}

static gboolean
is_supported (PurpleAccount *account)
{
    return xtls_jabber_is (account);
}

static char *
normalize (PurpleAccount *account, const char *name)
{
    char *who = NULL;

    if (xtls_jabber_is_occupant (account, name))
        return NULL;
    who = xtls_jabber_normalize (account, name);
    return who ? who : g_strdup (name);
}

static guint
count_unsent (void)
{
    guint n = 0;

    for (GList *a = purple_accounts_get_all (); a; a = a->next) {
        g_autoptr (GList) contacts = xtls_contact_list_all (a->data);

        for (GList *l = contacts; l; l = l->next)
            n += xtls_contact_state_count_losable (l->data);
    }
    return n;
}

static void
claim (guint claims)
{
    xtls_core_set_claims (claims);
    xtls_plugin_actions_update ();
}

static const XtlsApi api = {
    .version = XTLS_API_VERSION,
    .is_supported = is_supported,
    .normalize = normalize,
    .get_word = xtls_texts_state,
    .get_meaning = xtls_texts_meaning,
    .get_status = get_status,
    .free_status = xtls_status_free,
    .get_name = get_name,
    .get_state = get_state,
    .get_capability = get_capability,
    .is_otr_running = is_otr_running,
    .start = xtls_actions_start,
    .end = end,
    .resend = resend,
    .set_verified = xtls_actions_set_verified,
    .decide_key = decide_key,
    .count_unsent = count_unsent,
    .ask_choice = ask_choice,
    .choose = choose,
    .list_keys = xtls_actions_list_keys,
    .forget_key = xtls_actions_forget_key,
    .get_own_fingerprint = get_own_fingerprint,
    .renew_own_key = xtls_actions_renew_key,
    .export_key = xtls_key_export_start,
    .import_key = xtls_key_import_start,
    .get_policy = xtls_actions_get_policy,
    .describe_policy = xtls_actions_describe_policy,
    .set_policy = xtls_actions_set_policy,
    .get_logging = xtls_actions_get_logging,
    .set_logging = xtls_actions_set_logging,
    .is_logged = is_logged,
    .start_secret = start_secret,
    .answer_secret = answer_secret,
    .abort_secret = abort_secret,
    .get_secret = get_secret,
    .free_secret = xtls_secret_free,
    .list_help = xtls_manual_list,
    .show_report = xtls_report_show,
    .claim = claim,
};

static gpointer
get_api (gpointer version)
{
    return GPOINTER_TO_UINT (version) == XTLS_API_VERSION ? (gpointer)&api
                                                          : NULL;
}

static const char *const contact_signals[] = {
    XTLS_SIGNAL_STATE,
    XTLS_SIGNAL_CAPABILITY,
    XTLS_SIGNAL_KEY_UNKNOWN,
    XTLS_SIGNAL_CHOICE,
    XTLS_SIGNAL_SECRET,
    XTLS_SIGNAL_VERIFY,
    XTLS_SIGNAL_SETTINGS,
    XTLS_SIGNAL_HELP,
};

void
xtls_api_table_init (PurplePlugin *plugin)
{
    for (guint i = 0; i < G_N_ELEMENTS (contact_signals); i++)
        purple_signal_register (
            plugin,
            contact_signals[i],
            purple_marshal_VOID__POINTER_POINTER,
            NULL,
            2,
            purple_value_new (PURPLE_TYPE_SUBTYPE, PURPLE_SUBTYPE_ACCOUNT),
            purple_value_new (PURPLE_TYPE_STRING));
    purple_signal_register (
        plugin,
        XTLS_SIGNAL_HELD,
        purple_marshal_VOID__POINTER_POINTER_UINT_UINT,
        NULL,
        4,
        purple_value_new (PURPLE_TYPE_SUBTYPE, PURPLE_SUBTYPE_ACCOUNT),
        purple_value_new (PURPLE_TYPE_STRING),
        purple_value_new (PURPLE_TYPE_UINT),
        purple_value_new (PURPLE_TYPE_UINT));
    purple_signal_register (
        plugin, XTLS_SIGNAL_KEYS, purple_marshal_VOID, NULL, 0);
    purple_plugin_ipc_register (plugin,
                                XTLS_API_IPC,
                                PURPLE_CALLBACK (get_api),
                                purple_marshal_POINTER__POINTER,
                                purple_value_new (PURPLE_TYPE_POINTER),
                                1,
                                purple_value_new (PURPLE_TYPE_POINTER));
}

void
xtls_api_table_uninit (PurplePlugin *plugin)
{
    purple_plugin_ipc_unregister_all (plugin);
    purple_signals_unregister_by_instance (plugin);
}
