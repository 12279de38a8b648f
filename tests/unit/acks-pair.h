/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two inner streams that acknowledge (XEP-0198), for tests. */
#pragma once

#include "stream.h"

#include <glib.h>

#define ROMEO "romeo@montague.lit/orchard"
#define JULIET "juliet@capulet.lit/balcony"

#define HEADER_(from, to)                                                      \
    "<stream:stream xmlns='jabber:client' "                                    \
    "xmlns:stream='http://etherx.jabber.org/streams' from='" from "' to='" to  \
    "' version='1.0'>"
#define FROM_ROMEO HEADER_ (ROMEO, JULIET)
#define FEATURES                                                               \
    "<stream:features><sm xmlns='urn:xmpp:sm:3'/></stream:features>"
#define FROM_JULIET HEADER_ (JULIET, ROMEO) FEATURES
#define SM "xmlns='urn:xmpp:sm:3'"
#define ENABLE "<enable " SM " resume='true'/>"
#define ENABLED "<enabled " SM " id='sid' resume='true'/>"

/* The states that a responder can resume. Each is handed out only once. */
typedef struct {
    XtlsSm *sm;
    guint asked;
} AcksStore;

/* Empties the output. */
void acks_clear (XtlsStream *stream);

/* Asserts that the output is @wanted, and empties it. */
void acks_assert_output (XtlsStream *stream, const char *wanted);

/* @resume: (nullable) (transfer full) */
XtlsStream *acks_initiator_new (XtlsSm *resume);

/* @store: (nullable) (transfer none) */
XtlsStream *acks_responder_new (AcksStore *store);

/* Returns: %FALSE if the stream has failed. */
gboolean acks_feed (XtlsStream *stream, const char *text);

/* Moves at most @max bytes from @a to @b; the rest is cut off. */
void acks_carry (XtlsStream *a, XtlsStream *b, gsize max);

/* Moves bytes until neither side has output. */
void acks_shuttle (XtlsStream *a, XtlsStream *b);

/* A message with this id. */
void acks_write_id (XtlsStream *stream, guint id);

/* Returns: the id of the next message, %G_MAXUINT if there is none. */
guint acks_take_id (XtlsStream *stream);

/* Takes messages and asserts their order, from @next. Returns: the number after
 * the last. */
guint acks_take_all (XtlsStream *stream, guint next);

/* Returns: how many stanzas are not acknowledged. */
guint acks_unacked (XtlsSm *sm);
