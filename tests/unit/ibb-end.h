/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One end of a bytestream for tests; the test itself is the other end. */
#pragma once

#include "ibb.h"
#include "ns.h"

#define OWN "romeo@montague.lit/orchard"
#define PEER "juliet@capulet.lit/balcony"
#define SID "s1d"
#define BLOCK 6
#define SECOND G_USEC_PER_SEC
/* Monotonic clocks start anywhere. */
#define START (777 * SECOND)

#define OPEN(attribs) "<open xmlns='" XTLS_NS_IBB "' " attribs "/>"
#define CLOSE "<close xmlns='" XTLS_NS_IBB "' sid='" SID "'/>"

typedef struct {
    XtlsIbb *ibb;
    GQueue out; /* of xmlnode */
    gint64 now;
} End;

/* Makes an end that waits to be opened; @block_size as in xtls_ibb_new(). */
End *end_new (guint block_size);
/* The same with a carrier. */
End *end_new_of (XtlsCarrier carrier, guint block_size);
void end_free (End *end);
/* Returns: (transfer full): the next stanza that was sent. */
xmlnode *end_pop (End *end);
/* Feeds a stanza. Returns: whether it was accepted as the bytestream's own. */
gboolean end_feed_xml (End *end, const char *xml);
/* Makes an `<iq/>` from the peer with the id p1. */
gboolean end_feed (End *end, const char *type, const char *payload);
/* Asserts that the next stanza sent is the result for p1, or this error. */
void end_assert_result (End *end);
void end_assert_refused (End *end, const char *type, const char *condition);
/* Asserts that the next stanza sent is this one. Returns: (transfer full): its
 * id. */
char *end_expect_request (End *end,
                          const char *name,
                          const char *attribs,
                          const char *text);
char *end_expect_block (End *end, guint seq, const char *text);
void end_expect_close (End *end);
/* Feeds a response: a result, or @error with its payload. */
gboolean
end_answer_from (End *end, const char *from, const char *id, const char *error);
void end_answer (End *end, const char *id);
void
end_bounce (End *end, const char *id, const char *type, const char *condition);
void end_assert_up (End *end);
void end_assert_failed (End *end, XtlsIbbError code);
void end_assert_closed (End *end);
/* Asserts that exactly this can be taken. */
void end_assert_received (End *end, const char *bytes);
void end_queue_text (End *end, const char *text);
void end_flush (End *end);
/* Makes an end that the peer has opened. */
End *end_opened (guint block_size);
/* Feeds a block from the peer. */
gboolean end_feed_data (End *end, const char *attribs, const char *text);
