/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sessions of one account's connection that have not ended, found by peer
 * and by sid, and what is remembered of those that have.
 */
#pragma once

#include "session.h"
#include "sids.h"

/* A session that has not ended. */
typedef struct {
    XtlsSession *session; /* owned */
    /* Logical timestamps: of the request, and of the opening. */
    guint born;
    guint opened; /* 0: not open yet */
    gboolean
        is_request; /* counts as an incoming request that is not open yet */
} XtlsRegistryEntry;

typedef struct XtlsRegistry XtlsRegistry;

/**
 * xtls_registry_new:
 * @timer_add: as in #XtlsSessionOps, like @timer_remove
 */
XtlsRegistry *xtls_registry_new (guint (*timer_add) (guint ms,
                                                     GSourceFunc function,
                                                     gpointer data),
                                 void (*timer_remove) (guint timer));

/* Frees the registry; every session must have been retired. */
void xtls_registry_free (XtlsRegistry *registry);

/**
 * xtls_registry_add:
 * @session: (transfer full): a session that has not been started
 */
void xtls_registry_add (XtlsRegistry *registry, XtlsSession *session);

/**
 * xtls_registry_opened:
 *
 * Notes that the session is open and no longer a request.
 */
void xtls_registry_opened (XtlsRegistry *registry, XtlsRegistryEntry *entry);

/**
 * xtls_registry_get_carrier:
 * @peer: a full JID
 *
 * Returns: what the contact's last session used, or the other one if it never
 * opened; %XTLS_CARRIER_IBB at first.
 */
XtlsCarrier xtls_registry_get_carrier (XtlsRegistry *registry,
                                       const char *peer);

/**
 * xtls_registry_retire:
 *
 * Removes a session that has ended, frees @entry and remembers its sids. The
 * reference is dropped from a timer, because callbacks of the session may be
 * running.
 */
void xtls_registry_retire (XtlsRegistry *registry, XtlsRegistryEntry *entry);

/* Returns: (nullable) (transfer none): the entry of @session, unless it has
 * ended. */
XtlsRegistryEntry *xtls_registry_find (XtlsRegistry *registry,
                                       XtlsSession *session);

/**
 * xtls_registry_get_peer:
 * @peer: a full JID
 *
 * Returns: (nullable) (transfer none) (element-type XtlsRegistryEntry): valid
 * until a session is added or retired.
 */
GPtrArray *xtls_registry_get_peer (XtlsRegistry *registry, const char *peer);

/**
 * xtls_registry_list:
 * @jid: (nullable): only the sessions with this full JID, or with any resource
 *   of this bare JID; %NULL for all
 *
 * Returns: (transfer full) (element-type XtlsSession): references, because
 * acting on one session may end others.
 */
GPtrArray *xtls_registry_list (XtlsRegistry *registry, const char *jid);

/* Returns: (nullable) (transfer none): the session that has not ended with the
 * Jingle or bytestream id @sid (nullable). */
XtlsSession *xtls_registry_find_jingle (XtlsRegistry *registry,
                                        const char *sid);
XtlsSession *xtls_registry_find_ibb (XtlsRegistry *registry, const char *sid);

/**
 * xtls_registry_count_requests:
 * @jid: (nullable): only those from this full JID, or from all resources of
 *   this bare JID
 *
 * Returns: how many incoming requests are not open yet.
 */
guint xtls_registry_count_requests (XtlsRegistry *registry, const char *jid);

/* For tests. Returns: %TRUE if the tables are consistent. */
gboolean xtls_registry_is_sound (XtlsRegistry *registry);

/* Returns: (transfer none): what is remembered of sessions that ended. */
XtlsSids *xtls_registry_get_sids (XtlsRegistry *registry);

/* Replaces what is remembered with @sids (transfer full). Returns: (transfer
 * full): what was remembered before. */
XtlsSids *xtls_registry_replace_sids (XtlsRegistry *registry, XtlsSids *sids);
