/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The headers with which an inner stream begins (RFC 6120 4.7). */
#pragma once

#include "reader.h"

#include <glib.h>

/**
 * xtls_stream_header_append:
 * @id: (nullable): the stream's id, which makes it a responder's header
 */
void xtls_stream_header_append (GString *out,
                                const char *own,
                                const char *peer,
                                const char *id);

/**
 * xtls_stream_header_check:
 * @reader: has read the peer's header
 *
 * Returns: (nullable): %NULL if the header binds both JIDs as it must,
 * otherwise the condition of the stream error that answers it.
 */
const char *xtls_stream_header_check (XtlsReader *reader,
                                      const char *own,
                                      const char *peer);
