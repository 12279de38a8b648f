/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Remembers which way requests (`<iq/>` of type get and set) went, so that a
 * response is sent, and accepted, only the same way: libpurple's ids are
 * sequential, and a server can guess them. Bounded: the oldest are forgotten.
 */
#pragma once

#include <glib.h>

/* The most requests of each kind that are remembered. */
#define XTLS_IQ_TRACKER_MAX 1024
/* Longer ids and JIDs (in bytes, together) are not remembered. */
#define XTLS_IQ_TRACKER_KEY_MAX 4096

typedef enum {
    XTLS_IQ_FROM_OUTSIDE, /* sent by the contact, over the account's connection
                           */
    XTLS_IQ_FROM_INSIDE,  /* sent by the contact, inside a session */
    XTLS_IQ_FROM_US,      /* sent by us, inside a session */
    /* Not a request: the bytestream of a file that either side offered inside.
     * It must not be sent in clear. */
    XTLS_IQ_FILE_OFFER,
    XTLS_IQ_LAST = XTLS_IQ_FILE_OFFER
} XtlsIqOrigin;

typedef struct XtlsIqTracker XtlsIqTracker;

XtlsIqTracker *xtls_iq_tracker_new (void);
void xtls_iq_tracker_free (XtlsIqTracker *tracker);

/**
 * xtls_iq_tracker_remember:
 * @jid: the other side; always in the same form for a kind, because it is
 *   compared byte by byte
 * @id: (nullable): the id of the request
 */
void xtls_iq_tracker_remember (XtlsIqTracker *tracker,
                               XtlsIqOrigin origin,
                               const char *jid,
                               const char *id);

/* Returns: whether the request is remembered. */
gboolean xtls_iq_tracker_has (XtlsIqTracker *tracker,
                              XtlsIqOrigin origin,
                              const char *jid,
                              const char *id);

/**
 * xtls_iq_tracker_has_of_any:
 * @bare: a bare JID
 *
 * Returns: %TRUE if the request is remembered for @bare with any resource.
 */
gboolean xtls_iq_tracker_has_of_any (XtlsIqTracker *tracker,
                                     XtlsIqOrigin origin,
                                     const char *bare,
                                     const char *id);

/**
 * xtls_iq_tracker_take:
 *
 * Forgets the request.
 *
 * Returns: %TRUE if it was remembered.
 */
gboolean xtls_iq_tracker_take (XtlsIqTracker *tracker,
                               XtlsIqOrigin origin,
                               const char *jid,
                               const char *id);

/**
 * xtls_iq_tracker_take_all:
 *
 * Forgets all requests to or from @jid.
 *
 * Returns: (transfer full) (element-type utf8): their ids, oldest first.
 */
GPtrArray *xtls_iq_tracker_take_all (XtlsIqTracker *tracker,
                                     XtlsIqOrigin origin,
                                     const char *jid);
