/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads one XML stream with GMarkup: the root element's start tag, then each
 * complete first-level child as an #xmlnode with the namespaces of elements and
 * attributes resolved, then the root's end tag.
 *
 * Limits are applied to the raw input as it arrives: a peer cannot make the
 * reader hold more than %XTLS_STANZA_MAX bytes of an unfinished child. White
 * space between children is neither kept nor counted.
 *
 * Elements have no prefix, whatever the peer used, so that xmlnode_to_str() of
 * any of them is correct by itself. Prefixed attributes keep their prefix.
 */
#pragma once

#include "ns.h"

#include <glib.h>
#include <xmlnode.h>

/* How deep elements may be nested, counted from the root's child. */
#define XTLS_READER_DEPTH_MAX 32
/* Attributes of one element, namespace declarations included. */
#define XTLS_READER_ATTRIBUTES_MAX 64
/* Elements, attributes and pieces of text in one child of the root: each takes
 * some hundred bytes of memory, and as few as four bytes of input. */
#define XTLS_READER_NODES_MAX 16384
/* Direct children of a child of the root: libpurple's work on those of a
 * message grows with the square of their number. */
#define XTLS_READER_PARTS_MAX 256
/* Namespace declarations in force at one place, which bounds the cost of
 * looking one up. */
#define XTLS_READER_NAMESPACES_MAX 64
/* Bytes of a namespace name: each element in that namespace has a copy. */
#define XTLS_READER_NAMESPACE_MAX 256

#define XTLS_READER_ERROR (xtls_reader_error_quark ())

/* Named after the stream errors that report them (RFC 6120 4.9.3). */
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
 * @data: the next bytes of the stream, however they are split
 *
 * Children that were complete before an error can still be taken.
 *
 * Returns: %FALSE with an #XtlsReaderError, after which nothing may be fed.
 */
gboolean xtls_reader_feed (XtlsReader *reader,
                           const char *data,
                           gsize len,
                           GError **error);

/**
 * xtls_reader_get_root:
 *
 * Returns: (nullable) (transfer none): the root element with its attributes and
 * no children, once its start tag has been read and until it is dropped.
 */
xmlnode *xtls_reader_get_root (XtlsReader *reader);

/**
 * xtls_reader_get_default_namespace:
 *
 * Returns: (nullable) (transfer none): the default namespace that the root
 * declares for its children, once its start tag has been read and until the
 * root is dropped.
 */
const char *xtls_reader_get_default_namespace (XtlsReader *reader);

/**
 * xtls_reader_drop_root:
 *
 * Frees what the root says, which takes more than a KiB. Its children can still
 * be read.
 */
void xtls_reader_drop_root (XtlsReader *reader);

/**
 * xtls_reader_take:
 *
 * Returns: (nullable) (transfer full): the oldest complete child of the root
 * that has not been taken yet.
 */
xmlnode *xtls_reader_take (XtlsReader *reader);

/**
 * xtls_reader_has_ended:
 *
 * Returns: %TRUE once the root's end tag has been read and every child taken.
 */
gboolean xtls_reader_has_ended (XtlsReader *reader);
