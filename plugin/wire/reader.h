/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads one XML stream on GMarkup: first the root element's start tag, then
 * one complete first-level child after the other as #xmlnode with every
 * namespace resolved on elements and attributes, then the root's end tag.
 *
 * Limits are counted on raw input while it arrives: a peer cannot make the
 * reader hold more than %XTLS_STANZA_MAX bytes of an unfinished child.
 */
#pragma once

#include "ns.h"

#include <glib.h>
#include <xmlnode.h>

#define XTLS_READER_DEPTH_MAX 32
#define XTLS_READER_ATTRIBUTES_MAX 64

#define XTLS_READER_ERROR (xtls_reader_error_quark ())

/* Named after the stream errors that they become (RFC 6120 4.9.3). */
typedef enum {
    XTLS_READER_ERROR_NOT_WELL_FORMED,
    XTLS_READER_ERROR_RESTRICTED_XML,
    XTLS_READER_ERROR_POLICY_VIOLATION
} XtlsReaderError;

typedef struct XtlsReader XtlsReader;

GQuark xtls_reader_error_quark (void);

XtlsReader *xtls_reader_new (void);
void xtls_reader_free (XtlsReader *reader);

/**
 * xtls_reader_feed:
 * @data: the next bytes of the stream, split anyhow
 *
 * Children completed before an error can still be taken after it.
 *
 * Returns: %FALSE with an #XtlsReaderError; nothing may be fed after that.
 */
gboolean xtls_reader_feed (XtlsReader *reader,
                           const char *data,
                           gsize len,
                           GError **error);

/**
 * xtls_reader_get_root:
 *
 * Returns: (nullable) (transfer none): the root element's start tag, its
 * attributes set and no children, once it was read.
 */
xmlnode *xtls_reader_get_root (XtlsReader *reader);

/**
 * xtls_reader_take:
 *
 * Returns: (nullable) (transfer full): the oldest complete child of the root
 * that was not taken yet.
 */
xmlnode *xtls_reader_take (XtlsReader *reader);

/**
 * xtls_reader_has_ended:
 *
 * Returns: %TRUE once the root's end tag was read and every child was taken.
 */
gboolean xtls_reader_has_ended (XtlsReader *reader);
