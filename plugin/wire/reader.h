/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads one XML stream on GMarkup: first the root element's start tag, then
 * one complete first-level child after the other as #xmlnode with every
 * namespace resolved on elements and attributes, then the root's end tag.
 *
 * Limits are counted on raw input while it arrives: a peer cannot make the
 * reader hold more than %XTLS_STANZA_MAX bytes of an unfinished child. White
 * space between children is not kept and not counted.
 *
 * Elements come without prefix, whatever the peer called them: xmlnode_to_str()
 * of any of them is then right by itself. Prefixed attributes keep theirs.
 */
#pragma once

#include "ns.h"

#include <glib.h>
#include <xmlnode.h>

/* Elements inside each other, the root's child being the first. */
#define XTLS_READER_DEPTH_MAX 32
/* Of one element, namespace declarations included. */
#define XTLS_READER_ATTRIBUTES_MAX 64
/* Elements, attributes and pieces of text of one child of the root: each costs
 * some hundred bytes of memory, and as few as four of input. */
#define XTLS_READER_NODES_MAX 16384
/* Elements right below a child of the root: what libpurple does with those of
 * a message takes time by the square of their number. */
#define XTLS_READER_PARTS_MAX 256
/* Namespace declarations in force at one place, so that looking one up has a
 * known cost. */
#define XTLS_READER_NAMESPACES_MAX 64
/* Bytes of a namespace: every element in it has a copy. */
#define XTLS_READER_NAMESPACE_MAX 256

#define XTLS_READER_ERROR (xtls_reader_error_quark ())

/* Named after the stream errors that they become (RFC 6120 4.9.3). */
typedef enum {
    XTLS_READER_ERROR_NOT_WELL_FORMED,
    XTLS_READER_ERROR_BAD_FORMAT, /* text between the root's children */
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
 * xtls_reader_get_default_namespace:
 *
 * Returns: (nullable) (transfer none): the default namespace that the root
 * declares for its children, once the root was read.
 */
const char *xtls_reader_get_default_namespace (XtlsReader *reader);

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
