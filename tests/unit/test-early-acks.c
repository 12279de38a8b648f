/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that are sent inside: which blocks are acknowledged before the peer
 * does it, and what happens with the peer's own responses. */
#include "early-acks.h"
#include "nodes.h"

#define JULIET "juliet@capulet.lit/balcony"
#define NURSE "nurse@capulet.lit/chamber"

static void
sent (XtlsEarlyAcks *acks, const char *to, const char *id, const char *payload)
{
    xmlnode *iq = nodes_printf ("<iq xmlns='jabber:client' type='set' to='%s'"
                                " id='%s'>%s</iq>",
                                to,
                                id,
                                payload);

    XtlsEnvelope envelope;

    xtls_envelope_read (&envelope, iq, NULL);
    xtls_early_acks_sent (acks, &envelope);
    xtls_envelope_clear (&envelope);
    xmlnode_free (iq);
}

static void
offer (XtlsEarlyAcks *acks, const char *to, const char *sid, const char *size)
{
    g_autofree char *payload = g_strdup_printf (
        "<si xmlns='http://jabber.org/protocol/si' id='%s'><file name='f'"
        " xmlns='http://jabber.org/protocol/si/profile/file-transfer'"
        " size='%s'/></si>",
        sid,
        size);

    sent (acks, to, "offer", payload);
}

/* A block of three bytes, or of one if its text says so. */
static void
block (XtlsEarlyAcks *acks,
       const char *to,
       const char *sid,
       const char *id,
       const char *text)
{
    g_autofree char *payload = g_strdup_printf (
        "<data xmlns='http://jabber.org/protocol/ibb' sid='%s' seq='0'>%s"
        "</data>",
        sid,
        text);

    sent (acks, to, id, payload);
}

static void
assert_next (XtlsEarlyAcks *acks, const char *peer, const char *id)
{
    char *next;

    g_assert_true (xtls_early_acks_has_next (acks, peer) == (id != NULL));
    next = xtls_early_acks_next (acks, peer);
    g_assert_cmpstr (next, ==, id);
    g_free (next);
}

static void
assert_came (XtlsEarlyAcks *acks,
             const char *from,
             const char *type,
             const char *id,
             const char *payload,
             XtlsEarlyAcksNews news,
             const char *waiting)
{
    xmlnode *iq = nodes_printf ("<iq xmlns='jabber:client' type='%s' from='%s'"
                                " id='%s'>%s</iq>",
                                type,
                                from,
                                id,
                                payload);
    XtlsEnvelope envelope;
    char *found;

    xtls_envelope_read (&envelope, iq, NULL);
    g_assert_cmpint (xtls_early_acks_came (acks, &envelope, &found), ==, news);
    xtls_envelope_clear (&envelope);
    g_assert_cmpstr (found, ==, waiting);
    g_free (found);
    xmlnode_free (iq);
}

static void
answered (XtlsEarlyAcks *acks, const char *id, XtlsEarlyAcksNews news)
{
    assert_came (acks, JULIET, "result", id, "", news, NULL);
}

#define CLOSE "<close xmlns='http://jabber.org/protocol/ibb' sid='s'/>"

#define OPEN                                                                   \
    "<open xmlns='http://jabber.org/protocol/ibb' sid='s' block-size='4096'/>"

/* The first blocks do not wait until the peer has answered what opens the
 * bytestream; if it refuses that, they have failed. */
static void
test_open (void)
{
    for (guint refused = 0; refused < 2; refused++) {
        XtlsEarlyAcks *acks = xtls_early_acks_new ();

        sent (acks, JULIET, "o", OPEN);
        assert_next (acks, JULIET, NULL);
        offer (acks, JULIET, "s", "6");
        sent (acks, NURSE, "o", OPEN);
        assert_next (acks, NURSE, NULL);
        sent (acks, JULIET, "o", OPEN);
        assert_next (acks, JULIET, "o");
        block (acks, JULIET, "s", "1", "AAAA");
        if (refused) {
            assert_came (acks,
                         JULIET,
                         "error",
                         "o",
                         "<error/>",
                         XTLS_EARLY_ACKS_FAILED,
                         "1");
            assert_next (acks, JULIET, NULL);
        } else {
            answered (acks, "o", XTLS_EARLY_ACKS_ANSWERED);
            assert_next (acks, JULIET, "1");
        }
        xtls_early_acks_free (acks);
    }
}

/* The last block is left to the peer. */
static void
test_all_but_the_last (void)
{
    XtlsEarlyAcks *acks = xtls_early_acks_new ();

    offer (acks, JULIET, "s", "7");
    assert_next (acks, JULIET, NULL);
    block (acks, JULIET, "s", "1", "AAAA");
    assert_next (acks, JULIET, "1");
    assert_next (acks, JULIET, NULL);
    block (acks, JULIET, "s", "2", "AAAA");
    assert_next (acks, NURSE, NULL);
    assert_next (acks, JULIET, "2");
    block (acks, JULIET, "s", "3", "AA==");
    assert_next (acks, JULIET, NULL);
    answered (acks, "1", XTLS_EARLY_ACKS_ANSWERED);
    answered (acks, "1", XTLS_EARLY_ACKS_NOTHING);
    answered (acks, "2", XTLS_EARLY_ACKS_ANSWERED);
    answered (acks, "3", XTLS_EARLY_ACKS_NOTHING);
    xtls_early_acks_free (acks);
}

static void
test_unanswered_blocks_are_bounded (void)
{
    XtlsEarlyAcks *acks = xtls_early_acks_new ();
    char id[16];

    offer (acks, JULIET, "s", "100000");
    for (int i = 0; i < XTLS_EARLY_ACKS_BLOCKS_MAX; i++) {
        g_snprintf (id, sizeof id, "%d", i);
        block (acks, JULIET, "s", id, "AAAA");
        assert_next (acks, JULIET, id);
    }
    block (acks, JULIET, "s", "more", "AAAA");
    g_assert_false (xtls_early_acks_has_next (acks, JULIET));
    assert_next (acks, JULIET, NULL);
    answered (acks, "0", XTLS_EARLY_ACKS_ANSWERED);
    g_assert_true (xtls_early_acks_has_next (acks, JULIET));
    assert_next (acks, JULIET, "more");
    xtls_early_acks_free (acks);
}

static void
test_unknown_files_and_sizes (void)
{
    static const char *const sizes[] = {"", "0", "-1", "7x", "1e3", NULL};
    XtlsEarlyAcks *acks = xtls_early_acks_new ();

    block (acks, JULIET, "s", "1", "AAAA");
    assert_next (acks, JULIET, NULL);
    for (guint i = 0; sizes[i]; i++) {
        offer (acks, JULIET, "s", sizes[i]);
        block (acks, JULIET, "s", "1", "AAAA");
        assert_next (acks, JULIET, NULL);
    }
    /* More bytes than were announced. */
    offer (acks, JULIET, "s", "2");
    block (acks, JULIET, "s", "1", "AAAA");
    assert_next (acks, JULIET, NULL);
    xtls_early_acks_free (acks);
}

/* The peer's response to an earlier block becomes the response to the one that
 * libpurple waits for. */
static void
test_error (void)
{
    XtlsEarlyAcks *acks = xtls_early_acks_new ();

    offer (acks, JULIET, "s", "100");
    block (acks, JULIET, "s", "1", "AAAA");
    assert_next (acks, JULIET, "1");
    block (acks, JULIET, "s", "2", "AAAA");
    assert_came (
        acks, NURSE, "error", "1", "<error/>", XTLS_EARLY_ACKS_NOTHING, NULL);
    assert_came (
        acks, JULIET, "error", "1", "<error/>", XTLS_EARLY_ACKS_FAILED, "2");
    assert_next (acks, JULIET, NULL);
    answered (acks, "2", XTLS_EARLY_ACKS_NOTHING);

    /* A response to that block itself reaches libpurple directly. */
    offer (acks, JULIET, "s", "100");
    block (acks, JULIET, "s", "3", "AAAA");
    assert_came (
        acks, JULIET, "error", "3", "<error/>", XTLS_EARLY_ACKS_NOTHING, NULL);
    block (acks, JULIET, "s", "4", "AAAA");
    assert_next (acks, JULIET, NULL);
    xtls_early_acks_free (acks);
}

/* Once with unconfirmed blocks, and once at the end of the file, where some
 * clients close before they respond to the last block. */
static void
test_close (void)
{
    for (guint early = 0; early < 2; early++) {
        XtlsEarlyAcks *acks = xtls_early_acks_new ();

        offer (acks, JULIET, "s", "6");
        block (acks, JULIET, "s", "1", "AAAA");
        assert_next (acks, JULIET, "1");
        block (acks, JULIET, "s", "2", "AAAA");
        if (!early)
            answered (acks, "1", XTLS_EARLY_ACKS_ANSWERED);
        assert_came (
            acks, NURSE, "set", "c", CLOSE, XTLS_EARLY_ACKS_NOTHING, NULL);
        assert_came (acks,
                     JULIET,
                     "set",
                     "c",
                     CLOSE,
                     early ? XTLS_EARLY_ACKS_FAILED : XTLS_EARLY_ACKS_NOTHING,
                     early ? "2" : NULL);
        assert_came (
            acks, JULIET, "set", "c", CLOSE, XTLS_EARLY_ACKS_NOTHING, NULL);
        xtls_early_acks_free (acks);
    }
}

static void
test_own_close_and_lost_session (void)
{
    XtlsEarlyAcks *acks = xtls_early_acks_new ();
    GPtrArray *peers;

    offer (acks, JULIET, "s", "100");
    block (acks, JULIET, "s", "1", "AAAA");
    sent (acks, JULIET, "c", CLOSE);
    assert_next (acks, JULIET, NULL);

    offer (acks, JULIET, "s", "100");
    offer (acks, JULIET, "t", "100");
    offer (acks, NURSE, "s", "100");
    block (acks, JULIET, "s", "2", "AAAA");
    block (acks, NURSE, "s", "3", "AAAA");
    peers = xtls_early_acks_list_peers (acks);
    g_assert_cmpuint (peers->len, ==, 2);
    g_ptr_array_unref (peers);
    xtls_early_acks_forget (acks, JULIET);
    assert_next (acks, JULIET, NULL);
    assert_next (acks, NURSE, "3");
    xtls_early_acks_free (acks);
}

static void
test_turns_and_bound (void)
{
    XtlsEarlyAcks *acks = xtls_early_acks_new ();
    char sid[16];

    offer (acks, JULIET, "old", "100");
    for (guint i = 0; i < XTLS_EARLY_ACKS_FILES_MAX; i++) {
        g_snprintf (sid, sizeof sid, "s%u", i);
        offer (acks, JULIET, sid, "100");
    }
    block (acks, JULIET, "old", "1", "AAAA");
    assert_next (acks, JULIET, NULL);
    block (acks, JULIET, "s0", "2", "AAAA");
    block (acks, JULIET, "s1", "3", "AAAA");
    assert_next (acks, JULIET, "2");
    block (acks, JULIET, "s0", "4", "AAAA");
    assert_next (acks, JULIET, "3");
    assert_next (acks, JULIET, "4");
    xtls_early_acks_free (acks);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/early-acks/open", test_open);
    g_test_add_func ("/early-acks/all-but-the-last", test_all_but_the_last);
    g_test_add_func ("/early-acks/unanswered",
                     test_unanswered_blocks_are_bounded);
    g_test_add_func ("/early-acks/unknown", test_unknown_files_and_sizes);
    g_test_add_func ("/early-acks/error", test_error);
    g_test_add_func ("/early-acks/close", test_close);
    g_test_add_func ("/early-acks/forget", test_own_close_and_lost_session);
    g_test_add_func ("/early-acks/turns-and-bound", test_turns_and_bound);
    return g_test_run ();
}
