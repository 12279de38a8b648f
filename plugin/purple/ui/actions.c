/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Actions of the user. */
#include "actions.h"

#include "contact-list.h"
#include "contact.h"
#include "core.h"
#include "jabber.h"
#include "logins.h"
#include "other-plugins.h"
#include "policy.h"
#include "texts.h"
#include "trust.h"

#include <glib/gi18n-lib.h>
#include <time.h>

static void
set_why (char **why, const char *text)
{
    if (why)
        *why = g_strdup (text);
}

gboolean
xtls_actions_start (PurpleAccount *account, const char *who, char **why)
{
    XtlsContact *contact = xtls_contact_list_get (account, who, TRUE);

    if (!contact) {
        set_why (
            why,
            _ ("Private conversations need an XMPP account on both sides."));
        return FALSE;
    }
    return xtls_other_plugins_start (contact, why);
}

/* The key of an open session may wait for a decision and still be unknown:
 * verifying it is a decision. */
static gboolean
is_shown_key (XtlsContact *contact, const XtlsFingerprint *fingerprint)
{
    XtlsSession *session = xtls_contact_get_open_session (contact);

    return session && xtls_fingerprint_equal (
                          xtls_session_get_fingerprint (session), fingerprint);
}

gboolean
xtls_actions_set_verified (PurpleAccount *account,
                           const char *who,
                           const char *fingerprint,
                           gboolean verified,
                           char **why)
{
    XtlsContact *contact = xtls_contact_list_get (account, who, TRUE);
    XtlsFingerprint parsed;
    const char *jid;

    if (!xtls_fingerprint_parse (fingerprint, &parsed)) {
        set_why (why,
                 _ ("This is not a fingerprint: 64 hexadecimal digits are "
                    "needed, with or without colons."));
        return FALSE;
    }
    if (!contact) {
        set_why (why, _ ("This is not an XMPP contact."));
        return FALSE;
    }
    jid = xtls_contact_get_who (contact);
    if (verified && is_shown_key (contact, &parsed))
        xtls_trust_note_seen (account, jid, &parsed);
    /* Taking back a verification does not apply to a key that was refused. */
    if (!verified &&
        xtls_trust_get (account, jid, &parsed) == XTLS_TRUST_REFUSED)
        return TRUE;
    if (!xtls_trust_set (account,
                         jid,
                         &parsed,
                         verified ? XTLS_TRUST_VERIFIED : XTLS_TRUST_KNOWN,
                         verified ? XTLS_VERIFIED_BY_FINGERPRINT
                                  : XTLS_VERIFIED_BY_NOTHING)) {
        set_why (why,
                 _ ("This contact was never seen with this fingerprint. "
                    "Compare it once more, digit by digit."));
        return FALSE;
    }
    return TRUE;
}

PurpleAccount *
xtls_actions_find_account (const char *name)
{
    for (GList *l = purple_accounts_get_all (); l; l = l->next) {
        g_autofree char *jid = NULL;

        if (!xtls_jabber_is (l->data))
            continue;
        jid = xtls_jabber_get_account_jid (l->data);
        if (g_strcmp0 (jid, name) == 0)
            return l->data;
    }
    return NULL;
}

static void
free_key (gpointer data)
{
    XtlsKey *key = data;

    g_free (key->account_name);
    g_free (key->who);
    g_free (key->fingerprint);
    g_free (key);
}

static XtlsState
get_key_state (const XtlsKey *key, const XtlsFingerprint *fingerprint)
{
    XtlsContact *contact =
        key->account ? xtls_contact_list_get (key->account, key->who, FALSE)
                     : NULL;

    return contact && is_shown_key (contact, fingerprint)
               ? xtls_contact_get_state (contact)
               : XTLS_STATE_NOT_PRIVATE;
}

GPtrArray *
xtls_actions_list_keys (void)
{
    GPtrArray *peers = xtls_peers_list (xtls_core_get_peers (), NULL, NULL);
    GPtrArray *keys = g_ptr_array_new_with_free_func (free_key);
    g_autoptr (GHashTable) accounts =
        g_hash_table_new (g_str_hash, g_str_equal);

    for (guint i = 0; i < peers->len; i++) {
        const XtlsPeer *peer = peers->pdata[i];
        XtlsKey *key = g_new0 (XtlsKey, 1);
        gpointer account;

        if (!g_hash_table_lookup_extended (
                accounts, peer->account, NULL, &account)) {
            account = xtls_actions_find_account (peer->account);
            g_hash_table_insert (accounts, peer->account, account);
        }
        key->account = account;
        key->account_name = g_strdup (peer->account);
        key->who = g_strdup (peer->jid);
        key->fingerprint = xtls_fingerprint_to_string (&peer->fingerprint);
        key->trust = peer->trust;
        key->how = peer->how;
        key->verified_at = peer->verified_at;
        key->last_seen = peer->last_seen;
        key->state = get_key_state (key, &peer->fingerprint);
        g_ptr_array_add (keys, key);
    }
    g_ptr_array_unref (peers);
    return keys;
}

gboolean
xtls_actions_forget_key (const char *account_name,
                         const char *who,
                         const char *fingerprint,
                         char **why)
{
    PurpleAccount *account = xtls_actions_find_account (account_name);
    XtlsFingerprint parsed;

    if (!xtls_fingerprint_parse (fingerprint, &parsed) ||
        !xtls_trust_forget (account, account_name, who, &parsed)) {
        set_why (why, _ ("This fingerprint is not among the known keys."));
        return FALSE;
    }
    return TRUE;
}

const char *
xtls_actions_get_policy (PurpleAccount *account, const char *who)
{
    g_autofree char *own = xtls_jabber_get_account_jid (account);
    g_autofree char *jid = xtls_jabber_normalize (account, who);

    return xtls_contact_prefs_policy_to_string (
        jid ? xtls_contact_prefs_get_policy (
                  xtls_core_get_contact_prefs (), own, jid)
            : XTLS_POLICY_DEFAULT);
}

const char *
xtls_actions_describe_policy (PurpleAccount *account, const char *who)
{
    g_autofree char *jid =
        xtls_jabber_is (account) ? xtls_jabber_normalize (account, who) : NULL;
    XtlsPolicyReason reason;
    XtlsPolicy policy;

    if (!jid)
        return _ ("Private conversations need an XMPP account on both sides.");
    policy = xtls_policy_explain (account, jid, &reason);
    return xtls_texts_policy (policy, reason);
}

gboolean
xtls_actions_set_policy (PurpleAccount *account,
                         const char *who,
                         const char *word,
                         char **why)
{
    XtlsContact *contact = xtls_contact_list_get (account, who, TRUE);
    g_autofree char *own = NULL;
    XtlsPolicy policy;

    if (!contact || !xtls_contact_prefs_parse_policy (word, &policy)) {
        set_why (why,
                 _ ("The policies are never, manual, automatic, required and "
                    "default."));
        return FALSE;
    }
    own = xtls_jabber_get_account_jid (account);
    xtls_contact_prefs_set_policy (xtls_core_get_contact_prefs (),
                                   own,
                                   xtls_contact_get_who (contact),
                                   policy);
    xtls_contact_policy_changed (contact);
    return TRUE;
}

int
xtls_actions_get_logging (PurpleAccount *account, const char *who)
{
    g_autofree char *own = xtls_jabber_get_account_jid (account);
    g_autofree char *jid = xtls_jabber_normalize (account, who);

    if (!jid)
        return -1;
    switch (xtls_contact_prefs_get_logging (
        xtls_core_get_contact_prefs (), own, jid)) {
    case XTLS_LOGGING_ON:
        return 1;
    case XTLS_LOGGING_OFF:
        return 0;
    case XTLS_LOGGING_DEFAULT:
        break;
    }
    return -1;
}

void
xtls_actions_set_logging (PurpleAccount *account, const char *who, int logging)
{
    XtlsContact *contact = xtls_contact_list_get (account, who, TRUE);
    g_autofree char *own = NULL;
    XtlsLogging value = logging < 0    ? XTLS_LOGGING_DEFAULT
                        : logging == 0 ? XTLS_LOGGING_OFF
                                       : XTLS_LOGGING_ON;

    if (!contact)
        return;
    own = xtls_jabber_get_account_jid (account);
    xtls_contact_prefs_set_logging (xtls_core_get_contact_prefs (),
                                    own,
                                    xtls_contact_get_who (contact),
                                    value);
    xtls_contact_refresh (contact);
}

/* Sessions that use the old key must end with it. */
static void
end_conversations (PurpleAccount *account)
{
    GList *contacts = xtls_contact_list_all (account);

    for (GList *l = contacts; l; l = l->next) {
        XtlsState state = xtls_contact_get_state (l->data);

        if (state != XTLS_STATE_NOT_PRIVATE && state != XTLS_STATE_WAITING &&
            state != XTLS_STATE_FINISHED)
            xtls_contact_end (l->data, NULL);
    }
    g_list_free (contacts);
}

/* @identity has just been stored. */
static void
use_key (PurpleAccount *account, XtlsIdentity *identity)
{
    XtlsLogin *login = xtls_logins_get (account);

    end_conversations (account);
    if (login)
        xtls_endpoint_set_identity (xtls_login_get_endpoint (login), identity);
    xtls_trust_changed (account, NULL);
}

gboolean
xtls_actions_replace_key (PurpleAccount *account,
                          XtlsIdentity *identity,
                          char **why)
{
    g_autoptr (GError) error = NULL;

    if (!xtls_core_replace_identity (account, identity, &error)) {
        if (why)
            *why = g_strdup_printf (
                /* Translators: %s is what the system says, in its own words. */
                _ ("The key could not be stored: %s. The old one is still in "
                   "use."),
                error->message);
        return FALSE;
    }
    use_key (account, identity);
    return TRUE;
}

gboolean
xtls_actions_renew_key (PurpleAccount *account, char **why)
{
    g_autoptr (GError) error = NULL;
    XtlsIdentity *identity;

    if (!xtls_jabber_is (account)) {
        if (why)
            *why = g_strdup (_ ("Only XMPP accounts have such a key."));
        return FALSE;
    }
    identity = xtls_core_renew_identity (account, &error);
    if (!identity) {
        if (why)
            *why = g_strdup_printf (
                /* Translators: %s is what the system says, in its own words. */
                _ ("The new key could not be stored: %s. The old one is still "
                   "in use."),
                error->message);
        return FALSE;
    }
    use_key (account, identity);
    xtls_identity_unref (identity);
    return TRUE;
}
