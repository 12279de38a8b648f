/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The faults of the fake server in wirepair.h. */
#pragma once

#include "iq.h"
#include "wirepair.h"

/* A stanza on its way. */
typedef struct {
    gint64 due;
    char *text;
    xmlnode *stanza; /* (nullable): instead of the text */
    char *from;
    guint to;
} WireItem;

/* Send a stanza that arrives after @delay microseconds. Take @text and
 * @stanza. */
void wire_post (
    WirePair *pair, guint to, const char *from, char *text, gint64 delay);
void wire_post_node (
    WirePair *pair, guint to, const char *from, xmlnode *stanza, gint64 delay);

/* Delivers a stanza to side @to, subject to the pair's fault. Takes @text. */
void wire_fault_pass (WirePair *pair, guint to, char *text);

/* Returns: whether the pair's fault does nothing to this stanza but delay
 * it. */
gboolean wire_fault_spares (WirePair *pair, guint to, const xmlnode *stanza);

/* Delivers a stanza that is spared. Takes @stanza. */
void wire_fault_pass_node (WirePair *pair, guint to, xmlnode *stanza);

/* Returns a stanza to @whom on side @to as an error, unless it is a response.
 * Takes @text. */
void wire_fault_bounce (
    WirePair *pair, guint to, const char *whom, char *text, XtlsIqError error);

/* (nullable): the base64 of a block of the bytestream. */
const char *wire_fault_block (const char *text);
