/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The headers at the beginning of an inner stream (RFC 6120 4.7). */
#pragma once

#include "reader.h"

#include <glib.h>

/**
 * xtls_stream_header_append:
 * @id: (nullable): the stream's id; only a responder's header has one
 */
void xtls_stream_header_append (GString *out,
                                const char *own,
                                const char *peer,
                                const char *id);

/**
 * xtls_stream_header_check:
 * @reader: a reader that has read the peer's header
 *
 * Returns: (nullable): %NULL if the header names both JIDs as it must,
 * otherwise the condition of the stream error to send.
 */
const char *xtls_stream_header_check (XtlsReader *reader,
                                      const char *own,
                                      const char *peer);
