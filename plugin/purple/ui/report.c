/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text for the report of a fault; see report.h. */
#include "report.h"

#include "api.h"
#include "capability.h"
#include "contact-list.h"
#include "contact-prefs.h"
#include "contact.h"
#include "core.h"
#include "history.h"
#include "jabber.h"
#include "logins.h"
#include "policy.h"
#include "status.h"

#include <core.h>
#include <glib/gi18n-lib.h>
#include <gnutls/gnutls.h>
#include <notify.h>
#include <plugin.h>
#include <prefs.h>
#include <string.h>
#include <time.h>

/* English, for the maintainers, whatever the user's language. */
static const char *const state_names[] = {
    [XTLS_STATE_NOT_PRIVATE] = "not private",
    [XTLS_STATE_STARTING] = "starting",
    [XTLS_STATE_WAITING] = "waiting",
    [XTLS_STATE_NEW_KEY] = "new key",
    [XTLS_STATE_UNVERIFIED] = "unverified",
    [XTLS_STATE_PRIVATE] = "private",
    [XTLS_STATE_FINISHED] = "finished",
};
static const char *const capability_names[] = {
    [XTLS_CAPABILITY_UNKNOWN] = "unknown",
    [XTLS_CAPABILITY_ABSENT] = "absent",
    [XTLS_CAPABILITY_PRESENT] = "present",
    [XTLS_CAPABILITY_OFFLINE] = "offline",
};
static const char *const trust_names[] = {
    [XTLS_TRUST_NEW] = "new",
    [XTLS_TRUST_KNOWN] = "known",
    [XTLS_TRUST_VERIFIED] = "verified",
    [XTLS_TRUST_REFUSED] = "refused",
};
static const char *const reason_names[] = {
    [XTLS_POLICY_FROM_PREFERENCE] = "the preference",
    [XTLS_POLICY_FROM_CONTACT] = "the contact's setting",
    [XTLS_POLICY_FROM_VERIFIED_KEY] = "a verified key",
    [XTLS_POLICY_FROM_DAMAGED_FILE] = "a damaged file",
};

#define NAME(names, value)                                                     \
    ((gsize)(value) < G_N_ELEMENTS (names) ? (names)[value] : "?")

/* --- whose it is ---------------------------------------------------------- */

static GHashTable *numbers; /* JID, owned → its number */

static void
append_name (GString *out, const char *kind, const char *jid, gboolean plain)
{
    guint number;

    if (plain) {
        g_string_append (out, jid);
        return;
    }
    if (!numbers)
        numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    number = GPOINTER_TO_UINT (g_hash_table_lookup (numbers, jid));
    if (number == 0) {
        number = g_hash_table_size (numbers) + 1;
        g_hash_table_insert (
            numbers, g_strdup (jid), GUINT_TO_POINTER (number));
    }
    g_string_append_printf (out, "%s-%u", kind, number);
}

void
xtls_report_uninit (void)
{
    g_clear_pointer (&numbers, g_hash_table_destroy);
}

/* --- versions and settings ------------------------------------------------ */

static void
append_client (GString *out)
{
    GHashTable *info = purple_core_get_ui_info ();
    const char *name = info ? g_hash_table_lookup (info, "name") : NULL;
    const char *version = info ? g_hash_table_lookup (info, "version") : NULL;

    g_string_append_printf (out,
                            "client: %s %s\n",
                            name ? name : purple_core_get_ui (),
                            version ? version : "");
}

static void
append_versions (GString *out)
{
    g_autofree char *system = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);

    g_string_append_printf (out, "pidgin-xtls: %s\n", XTLS_VERSION);
    append_client (out);
    g_string_append_printf (out, "libpurple: %s\n", purple_core_get_version ());
    g_string_append_printf (out, "GnuTLS: %s\n", gnutls_check_version (NULL));
    g_string_append_printf (out,
                            "GLib: %u.%u.%u\n",
                            glib_major_version,
                            glib_minor_version,
                            glib_micro_version);
    g_string_append_printf (out,
                            "system: %s, %u bits\n",
                            system ? system : "?",
                            (guint)sizeof (gpointer) * 8);
}

/* By id, because a plugin's name may contain anything. */
static void
append_plugins (GString *out)
{
    g_string_append (out, "\nPlugins that are loaded\n");
    for (GList *l = purple_plugins_get_loaded (); l; l = l->next) {
        const char *id = purple_plugin_get_id (l->data);
        const char *version = purple_plugin_get_version (l->data);

        g_string_append_printf (
            out, "  %s %s\n", id ? id : "?", version ? version : "");
    }
}

static void
append_settings (GString *out)
{
    g_string_append (out, "\nSettings\n");
    g_string_append_printf (
        out, "  policy: %s\n", purple_prefs_get_string (XTLS_PREF_POLICY));
    g_string_append_printf (out,
                            "  private conversations are logged: %s\n",
                            purple_prefs_get_bool (XTLS_PREF_NO_LOG) ? "no"
                                                                     : "yes");
    g_string_append_printf (out,
                            "  lengths are hidden: %s\n",
                            purple_prefs_get_bool (XTLS_PREF_PADDING) ? "yes"
                                                                      : "no");
    g_string_append_printf (
        out, "  claimed by a face: 0x%x\n", xtls_core_get_claims ());
}

/* --- keys and accounts ---------------------------------------------------- */

static void
append_keys (GString *out, const char *account)
{
    g_autoptr (GPtrArray) keys =
        xtls_peers_list (xtls_core_get_peers (), account, NULL);
    guint counts[G_N_ELEMENTS (trust_names)] = {0};

    for (guint i = 0; i < keys->len; i++)
        counts[((const XtlsPeer *)keys->pdata[i])->trust]++;
    g_string_append_printf (out,
                            "    keys of contacts: %u known, %u verified, "
                            "%u refused\n",
                            counts[XTLS_TRUST_KNOWN],
                            counts[XTLS_TRUST_VERIFIED],
                            counts[XTLS_TRUST_REFUSED]);
}

static void
append_own_key (GString *out, PurpleAccount *account, gboolean addresses)
{
    XtlsIdentity *identity = xtls_core_find_identity (account);
    g_autofree char *text = NULL;

    if (identity)
        text = xtls_fingerprint_to_string (
            xtls_identity_get_fingerprint (identity));
    g_string_append_printf (out,
                            "    own key: %s\n",
                            !identity   ? "none"
                            : addresses ? text
                                        : "there is one");
    if (identity)
        xtls_identity_unref (identity);
}

static void
append_event (GString *out, const XtlsHistoryEvent *event, gboolean addresses)
{
    g_autoptr (GDateTime) at = g_date_time_new_from_unix_utc (event->at);
    g_autofree char *time = g_date_time_format (at, "%F %T");

    g_string_append_printf (out, "  %s ", time);
    append_name (out, "account", event->account, addresses);
    g_string_append (out, " with ");
    append_name (out, "contact", event->who, addresses);
    g_string_append_printf (out,
                            ": %s\n",
                            event->end == XTLS_END_NONE
                                ? "opened"
                                : xtls_end_to_string (event->end));
}

/* (nullable) (transfer none): the last of the contact's ends. */
static const XtlsHistoryEvent *
find_last_end (const char *account, const char *who)
{
    for (GList *l = xtls_history_list (); l; l = l->next) {
        const XtlsHistoryEvent *event = l->data;

        if (event->end != XTLS_END_NONE &&
            g_strcmp0 (event->account, account) == 0 &&
            g_strcmp0 (event->who, who) == 0)
            return event;
    }
    return NULL;
}

static void
append_session (GString *out, const XtlsStatus *status, gboolean addresses)
{
    if (!status->fingerprint)
        return;
    g_string_append_printf (out,
                            "      session: %s, key %s\n",
                            status->tls ? status->tls : "?",
                            NAME (trust_names, status->trust));
    if (addresses)
        g_string_append_printf (out,
                                "      resource %s, fingerprint %s\n",
                                status->resource ? status->resource : "",
                                status->fingerprint);
}

static void
append_contact (GString *out, XtlsContact *contact, gboolean addresses)
{
    PurpleAccount *account = xtls_contact_get_account (contact);
    const char *who = xtls_contact_get_who (contact);
    g_autofree char *own = xtls_jabber_get_account_jid (account);
    XtlsStatus *status = xtls_contact_get_status (contact);
    const XtlsHistoryEvent *last = find_last_end (own, who);
    XtlsPolicyReason reason;
    XtlsPolicy policy = xtls_policy_explain (account, who, &reason);

    g_string_append (out, "    ");
    append_name (out, "contact", who, addresses);
    g_string_append_printf (
        out,
        ": %s, capability %s, policy %s from %s\n",
        NAME (state_names, status->state),
        NAME (capability_names,
              xtls_capability_find_resource (account, who, NULL, NULL)),
        xtls_contact_prefs_policy_to_string (policy),
        NAME (reason_names, reason));
    append_session (out, status, addresses);
    g_string_append_printf (
        out,
        "      held %u, unconfirmed %u, key waits %s, choice waits %s\n",
        status->held,
        status->unconfirmed,
        status->key_waits ? "yes" : "no",
        status->choice_waits ? "yes" : "no");
    if (last)
        g_string_append_printf (
            out, "      last end: %s\n", xtls_end_to_string (last->end));
    xtls_status_free (status);
}

static void
append_account (GString *out, PurpleAccount *account, gboolean addresses)
{
    g_autofree char *jid = xtls_jabber_get_account_jid (account);
    XtlsLogin *login = xtls_logins_get (account);
    GList *contacts = xtls_contact_list_all (account);

    g_string_append (out, "  ");
    append_name (out, "account", jid, addresses);
    g_string_append_printf (
        out,
        ": %s, ready for private conversations %s\n",
        purple_account_is_connected (account) ? "connected" : "not connected",
        login ? "yes" : "no");
    append_own_key (out, account, addresses);
    append_keys (out, jid);
    for (GList *l = contacts; l; l = l->next)
        append_contact (out, l->data, addresses);
    g_list_free (contacts);
}

static void
append_counters (GString *out)
{
    g_string_append (out, "\nSince the plugin was loaded\n");
    g_string_append_printf (
        out, "  sessions opened: %u\n", xtls_history_count (XTLS_END_NONE));
    for (XtlsEnd end = XTLS_END_NONE + 1; end <= XTLS_END_PROTOCOL; end++)
        if (xtls_history_count (end) > 0)
            g_string_append_printf (out,
                                    "  ended, %s: %u\n",
                                    xtls_end_to_string (end),
                                    xtls_history_count (end));
    g_string_append_printf (
        out, "  messages held: %u\n", xtls_history_count_held ());
}

static const char *
say_damaged (XtlsRecords *records)
{
    return xtls_records_is_damaged (records) ? "yes" : "no";
}

char *
xtls_report_make (gboolean addresses)
{
    GString *out = g_string_new ("pidgin-xtls, report of a fault\n\n");

    append_versions (out);
    append_plugins (out);
    append_settings (out);
    g_string_append_printf (
        out,
        "  files damaged: known keys %s, settings of contacts %s\n",
        say_damaged (xtls_peers_get_records (xtls_core_get_peers ())),
        say_damaged (
            xtls_contact_prefs_get_records (xtls_core_get_contact_prefs ())));
    g_string_append (out, "\nAccounts and contacts\n");
    for (GList *l = purple_accounts_get_all (); l; l = l->next)
        if (xtls_jabber_is (l->data))
            append_account (out, l->data, addresses);
    append_counters (out);
    g_string_append (out, "\nThe last events, the newest first (UTC)\n");
    for (GList *l = xtls_history_list (); l; l = l->next)
        append_event (out, l->data, addresses);
    return g_string_free (out, FALSE);
}

void
xtls_report_show (gboolean addresses)
{
    g_autofree char *text = xtls_report_make (addresses);
    g_autofree char *escaped = g_markup_escape_text (text, -1);
    g_auto (GStrv) lines = g_strsplit (escaped, "\n", -1);
    g_autofree char *markup = g_strjoinv ("<br>", lines);

    purple_notify_formatted (
        xtls_core_get_plugin (),
        _ ("Private conversations"),
        _ ("Report of a fault"),
        addresses ? _ ("Copy this text into your report. It holds addresses "
                       "and fingerprints, but nothing that was written, and "
                       "no key.")
                  : _ ("Copy this text into your report. It holds nothing that "
                       "was written, no address and no key."),
        markup,
        NULL,
        NULL);
}
