/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Known peers: every fingerprint that was seen for a contact of an account, and
 * how far the user trusts it. Kept in the file `known-peers`.
 */
#pragma once

#include "fingerprint.h"
#include "key-trust.h"
#include "records.h"
#include "writer.h"

#include <glib.h>

/* One known key. The list owns the strings. Times are seconds since 1970. */
typedef struct {
    char *account;
    char *jid; /* bare */
    XtlsFingerprint fingerprint;
    XtlsTrust trust; /* never XTLS_TRUST_NEW */
    XtlsVerifiedBy how;
    gint64 verified_at; /* 0: never */
    gint64 first_seen;
    gint64 last_seen;
} XtlsPeer;

typedef struct XtlsPeers XtlsPeers;

/**
 * xtls_peers_load:
 * @path: the file `known-peers`
 * @writer: (transfer none): writes changes; must outlive the list
 *
 * Returns: (transfer full): the list, empty if there is no file.
 */
XtlsPeers *xtls_peers_load (const char *path, XtlsWriter *writer);

void xtls_peers_free (XtlsPeers *peers);

/* (transfer none): what kind of records known keys are, for any thread. */
const XtlsRecordKind *xtls_peers_get_kind (void);

/**
 * xtls_peers_get_records:
 *
 * Returns: (transfer none): the records of the list, which report damage to the
 * file (every contact counts as `required` then) and changes by other programs.
 */
XtlsRecords *xtls_peers_get_records (XtlsPeers *peers);

/**
 * xtls_peers_lookup:
 * @account: the account's bare JID
 * @jid: the contact's bare JID
 *
 * Returns: (nullable) (transfer none): the entry, valid until the next change.
 */
const XtlsPeer *xtls_peers_lookup (XtlsPeers *peers,
                                   const char *account,
                                   const char *jid,
                                   const XtlsFingerprint *fingerprint);

/**
 * xtls_peers_seen:
 *
 * Notes that the contact is using this key in an open session: adds it as
 * %XTLS_TRUST_KNOWN if it is new, and updates `last seen` (written at most once
 * a day).
 *
 * Returns: its trust before: %XTLS_TRUST_NEW for a new key.
 */
XtlsTrust xtls_peers_seen (XtlsPeers *peers,
                           const char *account,
                           const char *jid,
                           const XtlsFingerprint *fingerprint,
                           gint64 now);

/**
 * xtls_peers_set_trust:
 * @how: how it was verified, with %XTLS_TRUST_VERIFIED; otherwise
 *   %XTLS_VERIFIED_BY_NOTHING
 *
 * Verifying a key forgets the contact's other unverified keys, which then count
 * as new.
 *
 * Returns: %FALSE if the key is not known.
 */
gboolean xtls_peers_set_trust (XtlsPeers *peers,
                               const char *account,
                               const char *jid,
                               const XtlsFingerprint *fingerprint,
                               XtlsTrust trust,
                               XtlsVerifiedBy how,
                               gint64 now);

/**
 * xtls_peers_forget:
 *
 * Returns: %FALSE if the key is not known.
 */
gboolean xtls_peers_forget (XtlsPeers *peers,
                            const char *account,
                            const char *jid,
                            const XtlsFingerprint *fingerprint);

/**
 * xtls_peers_list:
 * @account: (nullable): only this account's
 * @jid: (nullable): only this contact's
 *
 * Returns: (transfer container) (element-type XtlsPeer): the entries, valid
 * until the next change.
 */
GPtrArray *
xtls_peers_list (XtlsPeers *peers, const char *account, const char *jid);
