/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an inner stream begins and ends with: headers and stream errors
 * (RFC 6120 4.7, 4.9). */
#pragma once

#include "reader.h"

#include <glib.h>
#include <xmlnode.h>

/**
 * xtls_greeting_append:
 * @id: (nullable): the stream's id, which makes it a responder's header
 */
void xtls_greeting_append (GString *out,
                           const char *own,
                           const char *peer,
                           const char *id);

/**
 * xtls_greeting_check:
 * @reader: has read the peer's header
 *
 * Returns: (nullable): %NULL if the header binds both JIDs as it must,
 * otherwise the condition of the stream error that answers it.
 */
const char *
xtls_greeting_check (XtlsReader *reader, const char *own, const char *peer);

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
 * Returns: (transfer none): the condition in it; `undefined-condition` unless
 * it is one that RFC 6120 knows.
 */
const char *xtls_stream_error_condition (const xmlnode *error);
