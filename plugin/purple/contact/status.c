/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Describes the state of a contact. */
#include "status.h"

#include "capability.h"
#include "contact-name.h"
#include "core.h"
#include "fingerprint.h"
#include "jabber.h"
#include "jid.h"
#include "logins.h"
#include "policy.h"
#include "texts.h"
#include "trust.h"

#include <glib/gi18n-lib.h>

void
xtls_status_free (XtlsStatus *status)
{
    if (!status)
        return;
    g_free (status->resource);
    g_free (status->tls);
    g_free (status->own_fingerprint);
    g_free (status->fingerprint);
    g_free (status->old_fingerprint);
    g_free (status->line);
    g_free (status->why_not);
    g_free (status);
}

char *
xtls_status_why_not (PurpleAccount *account, const char *who)
{
    XtlsLogin *login = xtls_logins_get (account);
    g_autofree char *name = xtls_contact_name_jid (who);

    if (!xtls_jabber_is (account))
        return g_strdup (
            _ ("Private conversations need an XMPP account on both sides."));
    if (!login)
        return xtls_texts_no_login (account);
    if (xtls_policy_effective (account, who) == XTLS_POLICY_NEVER)
        /* Translators: %s is the address of a contact. */
        return g_strdup_printf (_ ("The policy for %s is “never”. Change it "
                                   "with /xtls policy."),
                                name);
    if (xtls_login_is_stranger (login, who))
        return g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("%s may not see whether you are online. Add each other as "
               "buddies first."),
            name);
    return NULL;
}

/* Returns: why a start would fail now, for the system message; not a reason to
 * refuse trying. */
static char *
why_unlikely (const XtlsStatusFacts *facts)
{
    g_autofree char *name = xtls_contact_name_jid (facts->who);

    switch (xtls_capability_find_resource (
        facts->account, facts->who, NULL, NULL)) {
    case XTLS_CAPABILITY_ABSENT:
        return xtls_texts_failed (XTLS_END_UNSUPPORTED, name);
    case XTLS_CAPABILITY_OFFLINE:
        /* Translators: %s is the address of a contact. */
        return g_strdup_printf (_ ("%s is offline."), name);
    case XTLS_CAPABILITY_UNKNOWN:
    case XTLS_CAPABILITY_PRESENT:
        break;
    }
    return NULL;
}

static void
fill_key (XtlsStatus *status, const XtlsStatusFacts *facts)
{
    const XtlsFingerprint *fingerprint =
        xtls_session_get_fingerprint (facts->session);
    const XtlsPeer *peer =
        xtls_trust_find (facts->account, facts->who, fingerprint);

    status->fingerprint = xtls_fingerprint_to_string (fingerprint);
    if (peer) {
        status->trust = peer->trust;
        status->how = peer->how;
        status->verified_at = peer->verified_at;
    }
    if (status->key_waits)
        status->old_fingerprint =
            xtls_trust_get_verified (facts->account, facts->who);
}

/* Returns: (nullable): the session's own key, or the account's if there is no
 * session. */
static char *
own_fingerprint (const XtlsStatusFacts *facts)
{
    XtlsIdentity *identity;
    char *text;

    if (facts->session)
        return xtls_fingerprint_to_string (
            xtls_session_get_own_fingerprint (facts->session));
    identity = xtls_core_find_identity (facts->account);
    if (!identity)
        return NULL;
    text =
        xtls_fingerprint_to_string (xtls_identity_get_fingerprint (identity));
    xtls_identity_unref (identity);
    return text;
}

static void
add_seconds (GString *line, guint seconds)
{
    g_string_append (line, " · ");
    g_string_append_printf (
        line,
        g_dngettext (GETTEXT_PACKAGE,
                     /* Translators: %u is a number of seconds. */
                     "It has been starting for %u second.",
                     "It has been starting for %u seconds.",
                     seconds),
        seconds);
}

static char *
make_line (const XtlsStatus *status, const XtlsStatusFacts *facts)
{
    GString *line = g_string_new (status->word);
    g_autofree char *unlikely = NULL;

    if (facts->session) {
        g_autofree char *peer =
            xtls_contact_name_jid (xtls_session_get_peer (facts->session));
        g_autofree char *fingerprint =
            xtls_texts_fingerprint (status->fingerprint);

        g_string_append (line, " · ");
        /* Translators: %s is the address of a contact; a part of a list. */
        g_string_append_printf (line, _ ("with %s"), peer);
        g_string_append_printf (line, " · %s · ", status->tls);
        g_string_append_printf (
            line,
            /* Translators: %s is a fingerprint; a part of a list. */
            _ ("fingerprint %s"),
            fingerprint);
        g_string_append_printf (
            line, " · %s", xtls_texts_trust (status->trust, status->how));
    } else {
        if (!status->why_not)
            unlikely = why_unlikely (facts);
        if (status->why_not || unlikely)
            g_string_append_printf (
                line, " · %s", status->why_not ? status->why_not : unlikely);
    }
    if (facts->seconds > 0)
        add_seconds (line, facts->seconds);
    if (status->key_waits)
        g_string_append_printf (
            line, " · %s", _ ("a new key waits for your decision"));
    if (status->held > 0) {
        g_string_append (line, " · ");
        g_string_append_printf (
            line,
            g_dngettext (GETTEXT_PACKAGE,
                         /* Translators: %u is a number of messages. */
                         "%u message held",
                         "%u messages held",
                         status->held),
            status->held);
    }
    return g_string_free (line, FALSE);
}

XtlsStatus *
xtls_status_new (const XtlsStatusFacts *facts)
{
    XtlsStatus *status = g_new0 (XtlsStatus, 1);

    status->state = facts->state;
    status->word = xtls_texts_state (facts->state);
    status->held = facts->held;
    status->unconfirmed = facts->unconfirmed;
    status->key_waits = facts->reason == XTLS_HOLD_KEY;
    status->choice_waits = facts->choice_waits;
    status->can_send_clear =
        facts->choice_waits &&
        xtls_policy_effective (facts->account, facts->who) !=
            XTLS_POLICY_REQUIRED;
    status->can_end = facts->private;
    status->can_verify = facts->session != NULL;
    status->own_fingerprint = own_fingerprint (facts);
    if (facts->session) {
        status->resource = g_strdup (
            xtls_jid_resource (xtls_session_get_peer (facts->session)));
        status->tls = xtls_session_describe (facts->session);
        fill_key (status, facts);
    }
    status->why_not = xtls_status_why_not (facts->account, facts->who);
    status->line = make_line (status, facts);
    return status;
}
