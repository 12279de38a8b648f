/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stream errors of the inner stream (RFC 6120 4.9). */
#pragma once

#include <glib.h>
#include <xmlnode.h>

/**
 * xtls_stream_error_append:
 * @condition: name of a condition of RFC 6120 4.9.3
 * @detail: (nullable): an element that says more, as XML text
 */
void xtls_stream_error_append (GString *out,
                               const char *condition,
                               const char *detail);

/**
 * xtls_stream_error_condition:
 * @error: the peer's `<stream:error/>`
 *
 * Returns: (transfer none): its condition, or `undefined-condition` if RFC 6120
 * does not define it.
 */
const char *xtls_stream_error_condition (const xmlnode *error);
