/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The living sessions of one account's connection, found by peer and by sid,
 * and what is remembered of those that ended.
 */
#pragma once

#include "session.h"
#include "sids.h"

/* A living session. */
typedef struct {
    XtlsSession *session; /* owned */
    /* Times of a logical clock, which counts requests and openings. */
    guint born;
    guint opened;        /* 0: not yet */
    gboolean is_request; /* counts as an unfinished incoming request */
} XtlsRegistryEntry;

typedef struct XtlsRegistry XtlsRegistry;

/**
 * xtls_registry_new:
 * @timer_add: as in #XtlsSessionOps, and @timer_remove
 */
XtlsRegistry *xtls_registry_new (guint (*timer_add) (guint ms,
                                                     GSourceFunc function,
                                                     gpointer data),
                                 void (*timer_remove) (guint timer));

/* Every session must have been retired. */
void xtls_registry_free (XtlsRegistry *registry);

/**
 * xtls_registry_add:
 * @session: (transfer full): not started yet
 */
void xtls_registry_add (XtlsRegistry *registry, XtlsSession *session);

/**
 * xtls_registry_opened:
 *
 * Notes that the session is open: it is no request any more.
 */
void xtls_registry_opened (XtlsRegistry *registry, XtlsRegistryEntry *entry);

/**
 * xtls_registry_retire:
 *
 * Forgets a session that has ended, frees @entry and remembers the sids. The
 * reference is dropped from a timer, because callbacks of the session may be
 * running.
 */
void xtls_registry_retire (XtlsRegistry *registry, XtlsRegistryEntry *entry);

/* Returns: (nullable) (transfer none): the entry of a living session. */
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
 * Returns: (transfer full) (element-type XtlsSession): with references, because
 * what is done with one session may end the others.
 */
GPtrArray *xtls_registry_list (XtlsRegistry *registry, const char *jid);

/* Returns: (nullable) (transfer none): the living session that has the Jingle
 * or bytestream id @sid (nullable). */
XtlsSession *xtls_registry_find_jingle (XtlsRegistry *registry,
                                        const char *sid);
XtlsSession *xtls_registry_find_ibb (XtlsRegistry *registry, const char *sid);

/**
 * xtls_registry_count_requests:
 * @jid: (nullable): only those of this full JID, or of all resources of this
 *   bare JID
 *
 * Returns: how many incoming requests are not open yet.
 */
guint xtls_registry_count_requests (XtlsRegistry *registry, const char *jid);

/* For tests. Returns: %TRUE if the tables agree with each other. */
gboolean xtls_registry_is_sound (XtlsRegistry *registry);

/* (transfer none) */
XtlsSids *xtls_registry_get_sids (XtlsRegistry *registry);

/* Exchanges what is remembered for @sids (transfer full). Returns: (transfer
 * full): what was remembered until now. */
XtlsSids *xtls_registry_replace_sids (XtlsRegistry *registry, XtlsSids *sids);
