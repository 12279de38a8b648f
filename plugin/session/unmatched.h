/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stanzas that belong to no living session but are this project's to answer:
 * those of sessions that ended, and those that name a session of ours although
 * they are another's. */
#pragma once

#include "registry.h"

typedef enum {
    XTLS_UNMATCHED_FOREIGN, /* nothing to do with us */
    XTLS_UNMATCHED_OURS,
    XTLS_UNMATCHED_IF_KNOWN, /* ours, unless a stranger sent it */
} XtlsUnmatched;

/**
 * xtls_unmatched_handle:
 * @iq: (transfer none): from outside, no session-initiate, of no living session
 * @response: (out) (nullable) (transfer full): what answers it if it is ours
 */
XtlsUnmatched xtls_unmatched_handle (XtlsRegistry *registry,
                                     const xmlnode *iq,
                                     xmlnode **response);

/**
 * xtls_unmatched_is_left_over:
 * @stanza: an `<iq/>` that is about to leave and that no session sends
 *
 * Returns: %TRUE if it is of a session that has ended, or answers what was
 * answered before.
 */
gboolean xtls_unmatched_is_left_over (XtlsRegistry *registry,
                                      const xmlnode *stanza);
