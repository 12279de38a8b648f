/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The inner stream: two of our own, and one against a peer that the test plays.
 * Acknowledgement is in test-acks.c. */
#include "chunks.h"
#include "nodes.h"
#include "ns.h"
#include "reader.h"
#include "stream.h"

#include <string.h>

#define ROMEO "romeo@montague.lit/orchard"
#define JULIET "juliet@capulet.lit/balcony"

#define HEADER_(attributes)                                                    \
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "               \
    "xmlns:stream='http://etherx.jabber.org/streams' " attributes ">"
#define FROM_ROMEO HEADER_ ("from='" ROMEO "' to='" JULIET "' version='1.0'")
#define FROM_JULIET                                                            \
    HEADER_ ("from='" JULIET "' to='" ROMEO "' id='x' version='1.0'")
#define NO_SM "<stream:features/>"

/* Makes a responder, or an initiator, whose peer is the test. */
static XtlsStream *
stream_new (gboolean initiator)
{
    XtlsStream *stream = xtls_stream_new (initiator,
                                          initiator ? ROMEO : JULIET,
                                          initiator ? JULIET : ROMEO,
                                          NULL,
                                          NULL);

    xtls_stream_start (stream);
    return stream;
}

/* The error's code, or -1. */
static int
feed_len (XtlsStream *stream, const char *text, gsize len, gsize size)
{
    GError *error = NULL;
    gsize n;
    int code = -1;

    for (gsize i = 0; i < len && error == NULL; i += n) {
        n = MIN (size, len - i);
        g_assert_true (
            xtls_stream_feed (stream, (const guint8 *)text + i, n, &error) ==
            (error == NULL));
    }
    if (error != NULL) {
        g_assert_true (error->domain == XTLS_STREAM_ERROR);
        code = error->code;
        g_error_free (error);
    }
    return code;
}

static int
feed (XtlsStream *stream, const char *text)
{
    return feed_len (stream, text, strlen (text), G_MAXSIZE);
}

static void
clear (XtlsStream *stream)
{
    xtls_stream_clear_output (stream);
}

static void
assert_output (XtlsStream *stream, const char *wanted)
{
    g_assert_cmpstr (xtls_stream_get_output (stream)->str, ==, wanted);
    clear (stream);
}

static XtlsStream *
open_responder (void)
{
    XtlsStream *stream = stream_new (FALSE);

    clear (stream);
    g_assert_cmpint (feed (stream, FROM_ROMEO), ==, -1);
    g_assert_true (xtls_stream_is_open (stream));
    return stream;
}

/* --- two of our own --------------------------------------------------------
 */

/* Moves output between both until neither has any. */
static void
shuttle (XtlsStream *a, XtlsStream *b, gsize size)
{
    gboolean moved;

    do {
        moved = FALSE;
        for (guint i = 0; i < 2; i++) {
            GString *out = xtls_stream_get_output (i == 0 ? a : b);
            char *text = g_strdup (out->str);

            clear (i == 0 ? a : b);
            moved |= *text != '\0';
            g_assert_cmpint (
                feed_len (i == 0 ? b : a, text, strlen (text), size), ==, -1);
            g_free (text);
        }
    } while (moved);
}

static void
write_text (XtlsStream *stream, const char *xml)
{
    g_assert_true (xtls_stream_write (stream, nodes_parse (xml), NULL));
}

static void
assert_taken (XtlsStream *stream, const char *wanted)
{
    xmlnode *node = xtls_stream_take (stream);

    g_assert_nonnull (node);
    nodes_assert (node, wanted);
}

static void
test_talk (void)
{
    for (gsize i = 0; i < G_N_ELEMENTS (chunk_sizes); i++) {
        XtlsStream *romeo = stream_new (TRUE);
        XtlsStream *juliet = stream_new (FALSE);

        g_assert_false (xtls_stream_is_open (romeo));
        g_assert_false (xtls_stream_is_open (juliet));
        shuttle (romeo, juliet, chunk_sizes[i]);
        g_assert_true (xtls_stream_is_open (romeo));
        g_assert_true (xtls_stream_is_open (juliet));
        write_text (romeo,
                    "<message to='" JULIET "' id='1'><body>\xE2\x98\xBA &lt;"
                    "</body></message>");
        write_text (romeo,
                    "<iq xmlns='jabber:client' type='get' id='2' from='x'>"
                    "<query xmlns='q'><a/></query></iq>");
        write_text (juliet, "<message><body>hi</body></message>");
        shuttle (romeo, juliet, chunk_sizes[i]);
        assert_taken (juliet,
                      "<message xmlns='jabber:client' id='1' from='" ROMEO
                      "' to='" JULIET "'><body>\xE2\x98\xBA &lt;</body>"
                      "</message>");
        assert_taken (juliet,
                      "<iq xmlns='jabber:client' type='get' id='2' from='" ROMEO
                      "' to='" JULIET "'><query xmlns='q'><a/></query></iq>");
        g_assert_null (xtls_stream_take (juliet));
        assert_taken (romeo,
                      "<message xmlns='jabber:client' from='" JULIET
                      "' to='" ROMEO "'><body>hi</body></message>");
        g_assert_null (xtls_stream_take (romeo));
        xtls_stream_free (romeo);
        xtls_stream_free (juliet);
    }
}

static void
test_close (void)
{
    XtlsStream *romeo = stream_new (TRUE);
    XtlsStream *juliet = stream_new (FALSE);
    xmlnode *late = xmlnode_new ("message");
    GError *error = NULL;

    shuttle (romeo, juliet, G_MAXSIZE);
    write_text (romeo, "<message/>");
    xtls_stream_close (romeo);
    xtls_stream_close (romeo);
    g_assert_false (xtls_stream_write (romeo, late, &error));
    g_assert_error (error, XTLS_STREAM_ERROR, XTLS_STREAM_ERROR_CLOSED);
    g_clear_error (&error);
    /* This was under way when the other side closed. */
    write_text (juliet, "<iq/>");
    shuttle (romeo, juliet, G_MAXSIZE);
    g_assert_false (xtls_stream_has_ended (juliet));
    xmlnode_free (xtls_stream_take (juliet));
    g_assert_true (xtls_stream_has_ended (juliet));
    g_assert_false (xtls_stream_has_ended (romeo));
    g_assert_false (xtls_stream_write (juliet, late, &error));
    g_assert_error (error, XTLS_STREAM_ERROR, XTLS_STREAM_ERROR_CLOSED);
    g_clear_error (&error);
    xtls_stream_close (juliet);
    shuttle (romeo, juliet, G_MAXSIZE);
    xmlnode_free (xtls_stream_take (romeo));
    g_assert_true (xtls_stream_has_ended (romeo));
    xmlnode_free (late);
    xtls_stream_free (romeo);
    xtls_stream_free (juliet);
}

/* A message of 64 KiB with formatting passes. Above the limit the caller gets
 * an error and nothing is written. */
static void
test_big (void)
{
    XtlsStream *romeo = stream_new (TRUE);
    XtlsStream *juliet = stream_new (FALSE);
    char *text = g_strnfill (64 * 1024, 'x');
    char *more = g_strnfill (XTLS_STANZA_MAX, 'x');
    GError *error = NULL;
    xmlnode *node;

    shuttle (romeo, juliet, G_MAXSIZE);
    node = nodes_printf (
        "<message><body>%s</body>"
        "<html xmlns='http://jabber.org/protocol/xhtml-im'>"
        "<body xmlns='http://www.w3.org/1999/xhtml'><span style='a'>%s</span>"
        "</body></html></message>",
        text,
        text);
    g_assert_true (xtls_stream_write (romeo, node, NULL));
    node = nodes_printf ("<message><body>%s</body></message>", more);
    shuttle (romeo, juliet, 1024);
    g_assert_false (xtls_stream_write (romeo, node, &error));
    g_assert_error (error, XTLS_STREAM_ERROR, XTLS_STREAM_ERROR_TOO_BIG);
    g_clear_error (&error);
    assert_output (romeo, "");
    xmlnode_free (node);
    xmlnode_free (xtls_stream_take (juliet));
    g_assert_null (xtls_stream_take (juliet));
    g_free (text);
    g_free (more);
    xtls_stream_free (romeo);
    xtls_stream_free (juliet);
}

static void
test_write_refuses (void)
{
    static const char *const wrong[] = {
        "<presence/>",
        "<message xmlns='jabber:server'/>",
    };
    XtlsStream *stream = stream_new (FALSE);
    xmlnode *node = xmlnode_new ("message");
    GError *error = NULL;

    g_assert_false (xtls_stream_write (stream, node, &error));
    g_assert_error (error, XTLS_STREAM_ERROR, XTLS_STREAM_ERROR_CLOSED);
    g_clear_error (&error);
    xmlnode_free (node);
    xtls_stream_free (stream);

    stream = open_responder ();
    for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++) {
        node = nodes_parse (wrong[i]);
        g_assert_false (xtls_stream_write (stream, node, &error));
        g_assert_error (error, XTLS_STREAM_ERROR, XTLS_STREAM_ERROR_INVALID);
        g_clear_error (&error);
        xmlnode_free (node);
    }
    node = xmlnode_new ("message");
    xmlnode_new_child (node, "a b");
    g_assert_false (xtls_stream_write (stream, node, &error));
    g_assert_error (error, XTLS_STREAM_ERROR, XTLS_STREAM_ERROR_INVALID);
    g_clear_error (&error);
    xmlnode_free (node);
    assert_output (stream, "");
    xtls_stream_free (stream);
}

/* --- against the specification ---------------------------------------------
 */

static void
test_header (void)
{
    XtlsStream *stream = stream_new (TRUE);
    GString *out;

    xtls_stream_start (stream);
    assert_output (stream,
                   HEADER_ ("from='" ROMEO "' to='" JULIET "' version='1.0'"));
    xtls_stream_free (stream);

    stream = stream_new (FALSE);
    out = xtls_stream_get_output (stream);
    g_assert_true (g_str_has_prefix (
        out->str,
        "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
        "xmlns:stream='http://etherx.jabber.org/streams' from='" JULIET
        "' to='" ROMEO "' id='x"));
    g_assert_true (g_str_has_suffix (
        out->str,
        "' version='1.0'><stream:features><sm xmlns='urn:xmpp:sm:3'/>"
        "</stream:features>"));
    xtls_stream_free (stream);
}

static void
test_header_escapes (void)
{
    const char *own = "a@b/<&'\">";
    XtlsStream *romeo = xtls_stream_new (TRUE, own, JULIET, NULL, NULL);
    XtlsStream *juliet = xtls_stream_new (FALSE, JULIET, own, NULL, NULL);

    xtls_stream_start (romeo);
    xtls_stream_start (juliet);
    shuttle (romeo, juliet, 5);
    g_assert_true (xtls_stream_is_open (romeo));
    g_assert_true (xtls_stream_is_open (juliet));
    xtls_stream_free (romeo);
    xtls_stream_free (juliet);
}

/* The responder reads @text and sends the stream error @condition. */
static void
assert_error (const char *before,
              const char *text,
              int code,
              const char *condition)
{
    char *whole = g_strconcat (before, text, NULL);
    char *wanted = g_strdup_printf (
        "<stream:error><%s xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
        "</stream:error></stream:stream>",
        condition);

    for (gsize i = 0; i < G_N_ELEMENTS (chunk_sizes); i++) {
        XtlsStream *stream = stream_new (FALSE);
        GError *error = NULL;
        int got;

        clear (stream);
        got = feed_len (stream, whole, strlen (whole), chunk_sizes[i]);
        if (got != code ||
            strcmp (xtls_stream_get_output (stream)->str, wanted) != 0)
            g_error ("%.500s in chunks of %" G_GSIZE_FORMAT ": %d, %s",
                     text,
                     chunk_sizes[i],
                     got,
                     xtls_stream_get_output (stream)->str);
        /* The stream stays failed and writes nothing more. */
        clear (stream);
        g_assert_false (
            xtls_stream_feed (stream, (const guint8 *)"<a/>", 4, &error));
        g_assert_error (error, XTLS_STREAM_ERROR, code);
        g_assert_cmpstr (error->message, ==, condition);
        g_error_free (error);
        xtls_stream_close (stream);
        xtls_stream_ack (stream);
        assert_output (stream, "");
        xtls_stream_free (stream);
    }
    g_free (wanted);
    g_free (whole);
}

static void
test_header_wrong (void)
{
    static const struct {
        const char *text;
        int code;
        const char *condition;
    } cases[] = {
#define NS "xmlns:stream='http://etherx.jabber.org/streams' "
#define JC "xmlns='jabber:client' "
#define REST "from='" ROMEO "' to='" JULIET "' version='1.0'>"
        {"<stream " JC REST, XTLS_STREAM_ERROR_PEER, "invalid-namespace"},
        {"<stream:stream " NS REST,
         XTLS_STREAM_ERROR_PEER,
         "invalid-namespace"},
        {"<stream:stream " NS "xmlns='jabber:server' " REST,
         XTLS_STREAM_ERROR_PEER,
         "invalid-namespace"},
        {"<stream:stream xmlns:stream='x' " JC REST,
         XTLS_STREAM_ERROR_PEER,
         "invalid-namespace"},
        {"<stream:steam " NS JC REST, XTLS_STREAM_ERROR_PEER, "bad-format"},
        {HEADER_ ("from='" ROMEO "' to='" JULIET "'"),
         XTLS_STREAM_ERROR_PEER,
         "unsupported-version"},
        {HEADER_ ("from='" ROMEO "' to='" JULIET "' version='2.0'"),
         XTLS_STREAM_ERROR_PEER,
         "unsupported-version"},
        {HEADER_ ("to='" JULIET "' version='1.0'"),
         XTLS_STREAM_ERROR_JID,
         "invalid-from"},
        {HEADER_ ("from='romeo@montague.lit' to='" JULIET "' version='1.0'"),
         XTLS_STREAM_ERROR_JID,
         "invalid-from"},
        {HEADER_ ("from='Romeo@montague.lit/orchard' to='" JULIET
                  "' version='1.0'"),
         XTLS_STREAM_ERROR_JID,
         "invalid-from"},
        {HEADER_ ("xmlns:p='x' p:from='" ROMEO "' to='" JULIET
                  "' version='1.0'"),
         XTLS_STREAM_ERROR_JID,
         "invalid-from"},
        {HEADER_ ("from='" ROMEO "' version='1.0'"),
         XTLS_STREAM_ERROR_JID,
         "host-unknown"},
        {HEADER_ ("from='" ROMEO "' to='capulet.lit' version='1.0'"),
         XTLS_STREAM_ERROR_JID,
         "host-unknown"},
        {"<!DOCTYPE x>", XTLS_STREAM_ERROR_PEER, "restricted-xml"},
        {"\x16\x03\x01", XTLS_STREAM_ERROR_PEER, "not-well-formed"},
        {"<?xml version='1.1'?>", XTLS_STREAM_ERROR_PEER, "not-well-formed"},
        {"<a b='' b=''>", XTLS_STREAM_ERROR_PEER, "not-well-formed"},
#undef NS
#undef JC
#undef REST
    };

    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
        assert_error ("", cases[i].text, cases[i].code, cases[i].condition);
}

static void
test_peer_errs (void)
{
    static const struct {
        const char *text, *condition;
    } cases[] = {
        {"<message from='" JULIET "'/>", "invalid-from"},
        {"<message from=''/>", "invalid-from"},
        {"<message from='romeo@montague.lit'/>", "invalid-from"},
        {"<message to='" ROMEO "'/>", "invalid-from"},
        {"<iq from='" ROMEO "' to='juliet@capulet.lit'/>", "invalid-from"},
        {"<presence/>", "unsupported-stanza-type"},
        {"<message xmlns='jabber:server'/>", "unsupported-stanza-type"},
        {"<message xmlns=''/>", "unsupported-stanza-type"},
        {"<stream:message/>", "unsupported-stanza-type"},
        {"<stream:stream/>", "unsupported-stanza-type"},
        {"<x xmlns='y'/>", "unsupported-stanza-type"},
        {"<x xmlns='urn:xmpp:sm:3'/>", "unsupported-stanza-type"},
        {"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
         "unsupported-stanza-type"},
        {"x", "bad-format"},
        {"<message></iq>", "not-well-formed"},
        {"<message>\x01</message>", "not-well-formed"},
        {"<!-- -->", "restricted-xml"},
        {"<message>&x;</message>", "restricted-xml"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
        assert_error (FROM_ROMEO,
                      cases[i].text,
                      XTLS_STREAM_ERROR_PEER,
                      cases[i].condition);
}

static void
test_limits (void)
{
    char *text = g_strnfill (XTLS_STANZA_MAX, 'x');
    char *stanza = g_strconcat ("<message><body>", text, NULL);

    assert_error (
        FROM_ROMEO, stanza, XTLS_STREAM_ERROR_PEER, "policy-violation");
    g_free (stanza);
    g_free (text);
}

/* Stanzas that were complete before the error are delivered. */
static void
test_before_error (void)
{
    for (gsize i = 0; i < G_N_ELEMENTS (chunk_sizes); i++) {
        const char *text = FROM_ROMEO "<message/><iq/><presence/><message/>"
                                      "</stream:stream>";
        XtlsStream *stream = stream_new (FALSE);

        g_assert_cmpint (feed_len (stream, text, strlen (text), chunk_sizes[i]),
                         ==,
                         XTLS_STREAM_ERROR_PEER);
        for (guint n = 0; n < 2; n++) {
            xmlnode *node = xtls_stream_take (stream);

            g_assert_cmpstr (node->name, ==, n == 0 ? "message" : "iq");
            xmlnode_free (node);
        }
        g_assert_null (xtls_stream_take (stream));
        g_assert_false (xtls_stream_has_ended (stream));
        xtls_stream_free (stream);
    }
}

/* The error is inside a stream even if we had not sent our header yet. */
static void
test_error_first (void)
{
    XtlsStream *stream = xtls_stream_new (FALSE, JULIET, ROMEO, NULL, NULL);
    const char *out;

    g_assert_cmpint (feed (stream, "x"), ==, XTLS_STREAM_ERROR_PEER);
    out = xtls_stream_get_output (stream)->str;
    g_assert_true (g_str_has_prefix (
        out, "<?xml version='1.0'?><stream:stream xmlns='jabber:client'"));
    g_assert_true (g_str_has_suffix (
        out,
        "<stream:error><not-well-formed "
        "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
        "</stream:stream>"));
    xtls_stream_free (stream);
}

static void
assert_from_peer (const char *text, const char *condition)
{
    XtlsStream *stream = open_responder ();
    GError *error = NULL;

    g_assert_false (
        xtls_stream_feed (stream, (const guint8 *)text, strlen (text), &error));
    g_assert_error (error, XTLS_STREAM_ERROR, XTLS_STREAM_ERROR_FROM_PEER);
    g_assert_cmpstr (error->message, ==, condition);
    g_error_free (error);
    assert_output (stream, "</stream:stream>");
    xtls_stream_free (stream);
}

static void
test_from_peer (void)
{
#define ERRORS "xmlns='urn:ietf:params:xml:ns:xmpp-streams'"
    assert_from_peer ("<stream:error><host-unknown " ERRORS
                      "/></stream:error></stream:stream>",
                      "host-unknown");
    assert_from_peer ("<stream:error><evil-s " ERRORS "/></stream:error>",
                      "undefined-condition");
    assert_from_peer ("<stream:error><reset/></stream:error>",
                      "undefined-condition");
    assert_from_peer ("<stream:error>reset</stream:error>",
                      "undefined-condition");
    assert_from_peer ("<stream:error/>", "undefined-condition");
#undef ERRORS
}

/* After our end tag, errors are noticed but not answered. */
static void
test_error_after_close (void)
{
    XtlsStream *stream = open_responder ();

    xtls_stream_close (stream);
    assert_output (stream, "</stream:stream>");
    g_assert_cmpint (feed (stream, "<message/>"), ==, -1);
    g_assert_cmpint (feed (stream, "<presence/>"), ==, XTLS_STREAM_ERROR_PEER);
    assert_output (stream, "");
    xmlnode_free (xtls_stream_take (stream));
    xtls_stream_free (stream);
}

static void
test_addresses (void)
{
    XtlsStream *stream = open_responder ();
    guint n = 0;
    xmlnode *node;

    g_assert_cmpint (
        feed (stream,
              "<message x:from='mallory' from='" ROMEO "' xmlns:x='y' "
              "x:to='mallory'/><message x:to='a' x:from='b' xmlns:x='y'/>"
              "<iq to='" JULIET "'/>"),
        ==,
        -1);
    while ((node = xtls_stream_take (stream)) != NULL) {
        g_assert_cmpstr (xmlnode_get_attrib (node, "from"), ==, ROMEO);
        g_assert_cmpstr (xmlnode_get_attrib (node, "to"), ==, JULIET);
        xmlnode_free (node);
        n++;
    }
    g_assert_cmpuint (n, ==, 3);
    xtls_stream_free (stream);
}

static void
test_initiator_waits (void)
{
    XtlsStream *stream = stream_new (TRUE);

    g_assert_cmpint (feed (stream, FROM_JULIET), ==, -1);
    g_assert_false (xtls_stream_is_open (stream));
    g_assert_cmpint (feed (stream, NO_SM), ==, -1);
    g_assert_true (xtls_stream_is_open (stream));
    /* A repetition and unknown elements have no effect. */
    g_assert_cmpint (
        feed (stream,
              "<stream:features><x xmlns='y'/><sm xmlns='urn:xmpp:sm:3'/>"
              "</stream:features>"),
        ==,
        -1);
    assert_output (stream, FROM_ROMEO);
    xtls_stream_free (stream);

    stream = stream_new (TRUE);
    g_assert_cmpint (
        feed (stream, FROM_JULIET "<message/>"), ==, XTLS_STREAM_ERROR_PEER);
    g_assert_null (xtls_stream_take (stream));
    g_assert_nonnull (
        strstr (xtls_stream_get_output (stream)->str, "<not-authorized"));
    xtls_stream_free (stream);
}

/* White space, which keeps connections alive, has no effect. */
static void
test_white_space (void)
{
    XtlsStream *stream = open_responder ();

    g_assert_cmpint (feed (stream, " \n \t"), ==, -1);
    g_assert_null (xtls_stream_take (stream));
    g_assert_cmpint (feed (stream, "</stream:stream> "), ==, -1);
    g_assert_true (xtls_stream_has_ended (stream));
    xtls_stream_free (stream);
}

/* A stream that has sent a large stanza does not keep the memory for it, and
 * one that has sent a short one uses the same memory for the next, in which
 * nothing of the first is left. */
static void
test_output_memory (void)
{
    XtlsStream *stream = open_responder ();
    xmlnode *message = xmlnode_new ("message");
    char *text = g_strnfill (100000, 'x');
    const GString *out = xtls_stream_get_output (stream);
    gsize allocated;

    xmlnode_insert_data (message, text, 100000);
    g_assert_true (xtls_stream_write (stream, message, NULL));
    g_assert_cmpuint (out->allocated_len, >, 100000);
    clear (stream);
    g_assert_cmpuint (out->allocated_len, <, 1000);
    assert_output (stream, "");
    message = xmlnode_new ("message");
    xmlnode_insert_data (message, text, 100);
    g_assert_true (xtls_stream_write (stream, message, NULL));
    allocated = out->allocated_len;
    clear (stream);
    g_assert_cmpuint (out->allocated_len, ==, allocated);
    g_assert_null (memchr (out->str, 'x', allocated));
    xtls_stream_close (stream);
    assert_output (stream, "</stream:stream>");
    g_free (text);
    xtls_stream_free (stream);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/stream/pair/talk", test_talk);
    g_test_add_func ("/stream/pair/close", test_close);
    g_test_add_func ("/stream/pair/big", test_big);
    g_test_add_func ("/stream/write/refuses", test_write_refuses);
    g_test_add_func ("/stream/header/text", test_header);
    g_test_add_func ("/stream/header/escapes", test_header_escapes);
    g_test_add_func ("/stream/header/wrong", test_header_wrong);
    g_test_add_func ("/stream/errors/peer", test_peer_errs);
    g_test_add_func ("/stream/errors/limits", test_limits);
    g_test_add_func ("/stream/errors/stanzas-before", test_before_error);
    g_test_add_func ("/stream/errors/before-header", test_error_first);
    g_test_add_func ("/stream/errors/from-peer", test_from_peer);
    g_test_add_func ("/stream/errors/after-close", test_error_after_close);
    g_test_add_func ("/stream/addresses", test_addresses);
    g_test_add_func ("/stream/initiator-waits", test_initiator_waits);
    g_test_add_func ("/stream/white-space", test_white_space);
    g_test_add_func ("/stream/output/memory", test_output_memory);
    return g_test_run ();
}
