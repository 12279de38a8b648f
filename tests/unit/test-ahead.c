/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that are sent inside: which blocks are answered ahead of the peer, and
 * what its own answers come to. */
#include "ahead.h"
#include "nodes.h"

#define JULIET "juliet@capulet.lit/balcony"
#define NURSE "nurse@capulet.lit/chamber"

static void
sent (XtlsAhead *ahead, const char *to, const char *id, const char *payload)
{
    xmlnode *iq = nodes_printf ("<iq xmlns='jabber:client' type='set' to='%s'"
                                " id='%s'>%s</iq>",
                                to,
                                id,
                                payload);

    xtls_ahead_sent (ahead, iq);
    xmlnode_free (iq);
}

static void
offer (XtlsAhead *ahead, const char *to, const char *sid, const char *size)
{
    g_autofree char *payload = g_strdup_printf (
        "<si xmlns='http://jabber.org/protocol/si' id='%s'><file name='f'"
        " xmlns='http://jabber.org/protocol/si/profile/file-transfer'"
        " size='%s'/></si>",
        sid,
        size);

    sent (ahead, to, "offer", payload);
}

/* Three bytes, or one where it says so. */
static void
block (XtlsAhead *ahead,
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

    sent (ahead, to, id, payload);
}

static void
assert_next (XtlsAhead *ahead, const char *peer, const char *id)
{
    char *next;

    g_assert_true (xtls_ahead_has_next (ahead, peer) == (id != NULL));
    next = xtls_ahead_next (ahead, peer);
    g_assert_cmpstr (next, ==, id);
    g_free (next);
}

static void
assert_came (XtlsAhead *ahead,
             const char *from,
             const char *type,
             const char *id,
             const char *payload,
             XtlsAheadNews news,
             const char *waiting)
{
    xmlnode *iq = nodes_printf ("<iq xmlns='jabber:client' type='%s' from='%s'"
                                " id='%s'>%s</iq>",
                                type,
                                from,
                                id,
                                payload);
    char *found;

    g_assert_cmpint (xtls_ahead_came (ahead, iq, &found), ==, news);
    g_assert_cmpstr (found, ==, waiting);
    g_free (found);
    xmlnode_free (iq);
}

static void
answered (XtlsAhead *ahead, const char *id, XtlsAheadNews news)
{
    assert_came (ahead, JULIET, "result", id, "", news, NULL);
}

#define CLOSE "<close xmlns='http://jabber.org/protocol/ibb' sid='s'/>"

/* The last block is the peer's to answer. */
static void
test_all_but_the_last (void)
{
    XtlsAhead *ahead = xtls_ahead_new ();

    offer (ahead, JULIET, "s", "7");
    assert_next (ahead, JULIET, NULL);
    block (ahead, JULIET, "s", "1", "AAAA");
    assert_next (ahead, JULIET, "1");
    assert_next (ahead, JULIET, NULL);
    block (ahead, JULIET, "s", "2", "AAAA");
    assert_next (ahead, NURSE, NULL);
    assert_next (ahead, JULIET, "2");
    block (ahead, JULIET, "s", "3", "AA==");
    assert_next (ahead, JULIET, NULL);
    answered (ahead, "1", XTLS_AHEAD_ANSWERED);
    answered (ahead, "1", XTLS_AHEAD_NOTHING);
    answered (ahead, "2", XTLS_AHEAD_ANSWERED);
    answered (ahead, "3", XTLS_AHEAD_NOTHING);
    xtls_ahead_free (ahead);
}

static void
test_unanswered_blocks_are_bounded (void)
{
    XtlsAhead *ahead = xtls_ahead_new ();
    char id[16];

    offer (ahead, JULIET, "s", "100000");
    for (int i = 0; i < XTLS_AHEAD_BLOCKS_MAX; i++) {
        g_snprintf (id, sizeof id, "%d", i);
        block (ahead, JULIET, "s", id, "AAAA");
        assert_next (ahead, JULIET, id);
    }
    block (ahead, JULIET, "s", "more", "AAAA");
    g_assert_false (xtls_ahead_has_next (ahead, JULIET));
    assert_next (ahead, JULIET, NULL);
    answered (ahead, "0", XTLS_AHEAD_ANSWERED);
    g_assert_true (xtls_ahead_has_next (ahead, JULIET));
    assert_next (ahead, JULIET, "more");
    xtls_ahead_free (ahead);
}

static void
test_unknown_files_and_sizes (void)
{
    static const char *const sizes[] = {"", "0", "-1", "7x", "1e3", NULL};
    XtlsAhead *ahead = xtls_ahead_new ();

    block (ahead, JULIET, "s", "1", "AAAA");
    assert_next (ahead, JULIET, NULL);
    for (guint i = 0; sizes[i]; i++) {
        offer (ahead, JULIET, "s", sizes[i]);
        block (ahead, JULIET, "s", "1", "AAAA");
        assert_next (ahead, JULIET, NULL);
    }
    /* More than was said. */
    offer (ahead, JULIET, "s", "2");
    block (ahead, JULIET, "s", "1", "AAAA");
    assert_next (ahead, JULIET, NULL);
    xtls_ahead_free (ahead);
}

/* What the peer says of an earlier block is said of the one that libpurple
 * waits for. */
static void
test_error (void)
{
    XtlsAhead *ahead = xtls_ahead_new ();

    offer (ahead, JULIET, "s", "100");
    block (ahead, JULIET, "s", "1", "AAAA");
    assert_next (ahead, JULIET, "1");
    block (ahead, JULIET, "s", "2", "AAAA");
    assert_came (
        ahead, NURSE, "error", "1", "<error/>", XTLS_AHEAD_NOTHING, NULL);
    assert_came (
        ahead, JULIET, "error", "1", "<error/>", XTLS_AHEAD_FAILED, "2");
    assert_next (ahead, JULIET, NULL);
    answered (ahead, "2", XTLS_AHEAD_NOTHING);

    /* Of that one itself, libpurple hears it directly. */
    offer (ahead, JULIET, "s", "100");
    block (ahead, JULIET, "s", "3", "AAAA");
    assert_came (
        ahead, JULIET, "error", "3", "<error/>", XTLS_AHEAD_NOTHING, NULL);
    block (ahead, JULIET, "s", "4", "AAAA");
    assert_next (ahead, JULIET, NULL);
    xtls_ahead_free (ahead);
}

/* Once with blocks that nobody has confirmed, and once at the end of the
 * file, where some close before they answer the last block. */
static void
test_close (void)
{
    for (guint early = 0; early < 2; early++) {
        XtlsAhead *ahead = xtls_ahead_new ();

        offer (ahead, JULIET, "s", "6");
        block (ahead, JULIET, "s", "1", "AAAA");
        assert_next (ahead, JULIET, "1");
        block (ahead, JULIET, "s", "2", "AAAA");
        if (!early)
            answered (ahead, "1", XTLS_AHEAD_ANSWERED);
        assert_came (ahead, NURSE, "set", "c", CLOSE, XTLS_AHEAD_NOTHING, NULL);
        assert_came (ahead,
                     JULIET,
                     "set",
                     "c",
                     CLOSE,
                     early ? XTLS_AHEAD_FAILED : XTLS_AHEAD_NOTHING,
                     early ? "2" : NULL);
        assert_came (
            ahead, JULIET, "set", "c", CLOSE, XTLS_AHEAD_NOTHING, NULL);
        xtls_ahead_free (ahead);
    }
}

static void
test_own_close_and_lost_session (void)
{
    XtlsAhead *ahead = xtls_ahead_new ();
    GPtrArray *peers;

    offer (ahead, JULIET, "s", "100");
    block (ahead, JULIET, "s", "1", "AAAA");
    sent (ahead, JULIET, "c", CLOSE);
    assert_next (ahead, JULIET, NULL);

    offer (ahead, JULIET, "s", "100");
    offer (ahead, JULIET, "t", "100");
    offer (ahead, NURSE, "s", "100");
    block (ahead, JULIET, "s", "2", "AAAA");
    block (ahead, NURSE, "s", "3", "AAAA");
    peers = xtls_ahead_list_peers (ahead);
    g_assert_cmpuint (peers->len, ==, 2);
    g_ptr_array_unref (peers);
    xtls_ahead_forget (ahead, JULIET);
    assert_next (ahead, JULIET, NULL);
    assert_next (ahead, NURSE, "3");
    xtls_ahead_free (ahead);
}

static void
test_turns_and_bound (void)
{
    XtlsAhead *ahead = xtls_ahead_new ();
    char sid[16];

    offer (ahead, JULIET, "old", "100");
    for (guint i = 0; i < XTLS_AHEAD_FILES_MAX; i++) {
        g_snprintf (sid, sizeof sid, "s%u", i);
        offer (ahead, JULIET, sid, "100");
    }
    block (ahead, JULIET, "old", "1", "AAAA");
    assert_next (ahead, JULIET, NULL);
    block (ahead, JULIET, "s0", "2", "AAAA");
    block (ahead, JULIET, "s1", "3", "AAAA");
    assert_next (ahead, JULIET, "2");
    block (ahead, JULIET, "s0", "4", "AAAA");
    assert_next (ahead, JULIET, "3");
    assert_next (ahead, JULIET, "4");
    xtls_ahead_free (ahead);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/ahead/all-but-the-last", test_all_but_the_last);
    g_test_add_func ("/ahead/unanswered", test_unanswered_blocks_are_bounded);
    g_test_add_func ("/ahead/unknown", test_unknown_files_and_sizes);
    g_test_add_func ("/ahead/error", test_error);
    g_test_add_func ("/ahead/close", test_close);
    g_test_add_func ("/ahead/forget", test_own_close_and_lost_session);
    g_test_add_func ("/ahead/turns-and-bound", test_turns_and_bound);
    return g_test_run ();
}
