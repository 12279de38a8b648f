/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Handles stanzas that belong to no current session but are ours to answer:
 * those of sessions that ended, and those that use the sid of a session with
 * somebody else. */
#pragma once

#include "registry.h"

typedef enum {
    XTLS_UNMATCHED_FOREIGN, /* unrelated to us */
    XTLS_UNMATCHED_OURS,
    XTLS_UNMATCHED_IF_KNOWN, /* ours, unless it came from a stranger */
} XtlsUnmatched;

/**
 * xtls_unmatched_handle:
 * @iq: (transfer none): from outside, not a session-initiate, belonging to no
 *   current session
 * @response: (out) (nullable) (transfer full): the response to it, if it is
 *   ours
 */
XtlsUnmatched xtls_unmatched_handle (XtlsRegistry *registry,
                                     const xmlnode *iq,
                                     xmlnode **response);

/**
 * xtls_unmatched_is_left_over:
 * @stanza: an `<iq/>` that is about to leave and that no session sends
 *
 * Returns: %TRUE if it belongs to a session that has ended, or repeats an
 * earlier response.
 */
gboolean xtls_unmatched_is_left_over (XtlsRegistry *registry,
                                      const xmlnode *stanza);
