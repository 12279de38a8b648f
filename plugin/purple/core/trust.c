/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How far contacts' keys are trusted. */
#include "trust.h"

#include "core.h"
#include "jabber.h"

#include <time.h>

static XtlsTrustChanged watcher;

void
xtls_trust_watch (XtlsTrustChanged changed)
{
    watcher = changed;
}

void
xtls_trust_changed (PurpleAccount *account, const char *who)
{
    xtls_core_emit_keys ();
    if (watcher)
        watcher (account, who);
}

const XtlsPeer *
xtls_trust_find (PurpleAccount *account,
                 const char *who,
                 const XtlsFingerprint *fingerprint)
{
    g_autofree char *own = xtls_jabber_get_account_jid (account);

    return xtls_peers_lookup (xtls_core_get_peers (), own, who, fingerprint);
}

XtlsTrust
xtls_trust_get (PurpleAccount *account,
                const char *who,
                const XtlsFingerprint *fingerprint)
{
    const XtlsPeer *peer = xtls_trust_find (account, who, fingerprint);

    return peer ? peer->trust : XTLS_TRUST_NEW;
}

/* (transfer container) */
static GPtrArray *
list (PurpleAccount *account, const char *who)
{
    g_autofree char *own = xtls_jabber_get_account_jid (account);

    return xtls_peers_list (xtls_core_get_peers (), own, who);
}

gboolean
xtls_trust_has_keys (PurpleAccount *account, const char *who)
{
    g_autoptr (GPtrArray) keys = list (account, who);

    return keys->len > 0;
}

/* (nullable) */
static const XtlsPeer *
find_verified (const GPtrArray *keys)
{
    for (guint i = 0; i < keys->len; i++) {
        const XtlsPeer *peer = keys->pdata[i];

        if (peer->trust == XTLS_TRUST_VERIFIED)
            return peer;
    }
    return NULL;
}

gboolean
xtls_trust_has_verified (PurpleAccount *account, const char *who)
{
    g_autoptr (GPtrArray) keys = list (account, who);

    return find_verified (keys) != NULL;
}

char *
xtls_trust_get_verified (PurpleAccount *account, const char *who)
{
    g_autoptr (GPtrArray) keys = list (account, who);
    const XtlsPeer *peer = find_verified (keys);

    return peer ? xtls_fingerprint_to_string (&peer->fingerprint) : NULL;
}

void
xtls_trust_note_seen (PurpleAccount *account,
                      const char *who,
                      const XtlsFingerprint *fingerprint)
{
    g_autofree char *own = xtls_jabber_get_account_jid (account);

    if (!xtls_jabber_is (account))
        return;
    xtls_peers_seen (
        xtls_core_get_peers (), own, who, fingerprint, time (NULL));
    xtls_core_emit_keys ();
}

gboolean
xtls_trust_set (PurpleAccount *account,
                const char *who,
                const XtlsFingerprint *fingerprint,
                XtlsTrust trust,
                XtlsVerifiedBy how)
{
    g_autofree char *own = xtls_jabber_get_account_jid (account);

    if (!xtls_jabber_is (account) ||
        !xtls_peers_set_trust (xtls_core_get_peers (),
                               own,
                               who,
                               fingerprint,
                               trust,
                               how,
                               time (NULL)))
        return FALSE;
    xtls_trust_changed (account, who);
    return TRUE;
}

gboolean
xtls_trust_forget (PurpleAccount *account,
                   const char *account_name,
                   const char *who,
                   const XtlsFingerprint *fingerprint)
{
    if (!xtls_peers_forget (
            xtls_core_get_peers (), account_name, who, fingerprint))
        return FALSE;
    if (account)
        xtls_trust_changed (account, who);
    else
        xtls_core_emit_keys ();
    return TRUE;
}
