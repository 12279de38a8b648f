/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sessions: states, an open one, callbacks. */
#include "ns.h"
#include "session-private.h"
#include "session-state.h"
#include "wirepair.h"

#include <string.h>

/* --- states ----------------------------------------------------------------*/

static void
nothing_cb (XtlsSession *session, gpointer data)
{
    guint *count = data;

    (*count)++;
}

static void
test_states_table (void)
{
    static const char *const allowed[] = {
        [XTLS_SESSION_IDLE] = ".yy...y",
        [XTLS_SESSION_REQUESTED] = "..y...y",
        [XTLS_SESSION_ACCEPTED] = "...y..y",
        [XTLS_SESSION_HANDSHAKING] = "....y.y",
        [XTLS_SESSION_OPEN] = ".....yy",
        [XTLS_SESSION_CLOSING] = "......y",
        [XTLS_SESSION_CLOSED] = ".......",
    };
    XtlsSessionOps ops = {.changed = nothing_cb, .now = g_get_monotonic_time};

    for (guint from = 0; from <= XTLS_SESSION_CLOSED; from++) {
        for (guint to = 0; to <= XTLS_SESSION_CLOSED; to++) {
            guint count = 0;
            XtlsSession session = {
                .state = from, .ops = ops, .user_data = &count};
            gboolean may = allowed[from][to] == 'y';

            g_assert_cmpint (xtls_session_state_set (&session, to), ==, may);
            g_assert_cmpuint (session.state, ==, may ? to : from);
            g_assert_cmpuint (count, ==, may);
        }
    }
}

static void
test_states_names (void)
{
    g_assert_cmpstr (xtls_end_to_string (XTLS_END_TIE_BREAK), ==, "tie-break");
    g_assert_cmpstr (xtls_end_to_string (XTLS_END_PROTOCOL), ==, "protocol");
    g_assert_cmpstr (xtls_end_to_string (XTLS_END_PROTOCOL + 1), ==, "unknown");
}

/* --- the whole way ---------------------------------------------------------*/

static void
test_open_talk_close (void)
{
    WirePair *pair = wire_pair_new_open ();
    WireSide *romeo = &pair->side[0], *juliet = &pair->side[1];
    XtlsSession *session = wire_session (romeo);
    guint8 one[32], other[32];
    char *tls = xtls_session_describe (session);

    g_assert_true (g_str_has_prefix (tls, "TLS 1.3"));
    g_free (tls);
    g_assert_true (xtls_session_is_outgoing (session));
    g_assert_false (xtls_session_is_outgoing (wire_session (juliet)));
    g_assert_true (xtls_session_get_binding (session, one));
    g_assert_true (xtls_session_get_binding (wire_session (juliet), other));
    g_assert_cmpmem (one, 32, other, 32);
    g_assert_true (xtls_fingerprint_equal (
        xtls_session_get_fingerprint (session),
        xtls_session_get_own_fingerprint (wire_session (juliet))));

    g_assert_true (wire_say (session, WIRE_SECRET "1"));
    g_assert_true (wire_say (session, WIRE_SECRET "2"));
    g_assert_true (wire_say (wire_session (juliet), WIRE_SECRET "3"));
    wire_pair_settle (pair);
    g_assert_delivered (juliet, WIRE_SECRET "1|" WIRE_SECRET "2");
    g_assert_delivered (romeo, WIRE_SECRET "3");

    xtls_session_close (session, FALSE);
    wire_assert_state (romeo, XTLS_SESSION_CLOSING);
    wire_pair_settle (pair);
    wire_assert_end (romeo, XTLS_END_LOCAL);
    wire_assert_end (juliet, XTLS_END_PEER);
    g_assert_cmpuint (wire_pair_count_timers (pair), ==, 0);
    g_assert_cmpstr (romeo->states->str, ==, "+-local");
    g_assert_cmpstr (juliet->states->str, ==, "+-peer");
    g_assert_false (wire_saw (pair, "type='error'"));
    wire_assert_private (pair);
    wire_pair_free (pair);
}

static void
test_open_other_side_closes (void)
{
    WirePair *pair = wire_pair_new_open ();

    xtls_session_close (wire_session (&pair->side[1]), FALSE);
    wire_pair_settle (pair);
    wire_assert_end (&pair->side[0], XTLS_END_PEER);
    wire_assert_end (&pair->side[1], XTLS_END_LOCAL);
    g_assert_cmpuint (wire_pair_count_timers (pair), ==, 0);
    wire_pair_free (pair);
}

static void
test_open_sizes (void)
{
    static const gsize sizes[] = {
        1, 255, 256, 4096, 16384, 30000, 65536, 200 * 1024};
    WirePair *pair = wire_pair_new_open ();
    GError *error = NULL;
    xmlnode *message;
    char *text;

    for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
        text = g_strnfill (sizes[i], 'x');
        g_assert_true (wire_say (wire_session (&pair->side[0]), text));
        wire_pair_settle (pair);
        g_assert_cmpuint (pair->side[1].delivered->len, ==, i + 1);
        g_assert_cmpstr (
            g_ptr_array_index (pair->side[1].delivered, i), ==, text);
        g_free (text);
    }

    /* The caller gets an error, and nothing else happens. */
    text = g_strnfill (XTLS_STANZA_MAX, 'x');
    message = wire_message (text);
    g_assert_false (
        xtls_session_send (wire_session (&pair->side[0]), message, &error));
    g_assert_error (error, XTLS_STREAM_ERROR, XTLS_STREAM_ERROR_TOO_BIG);
    g_clear_error (&error);
    xmlnode_free (message);
    g_free (text);
    wire_say (wire_session (&pair->side[0]), "Grüße, 世界 𝄞 <&>'\"");
    wire_pair_settle (pair);
    g_assert_cmpstr (
        g_ptr_array_index (pair->side[1].delivered, G_N_ELEMENTS (sizes)),
        ==,
        "Grüße, 世界 𝄞 <&>'\"");
    wire_pair_free (pair);
}

static void
test_open_echo (void)
{
    WirePair *pair = wire_pair_new_open ();

    pair->side[1].echo = TRUE;
    for (guint i = 0; i < 3; i++)
        wire_say (wire_session (&pair->side[0]), i ? "b" : "a");
    wire_pair_settle (pair);
    g_assert_delivered (&pair->side[0], "re: a|re: b|re: b");
    wire_pair_free (pair);
}

/* --- callbacks -------------------------------------------------------------*/

static void
close_in_callback (XtlsSession *session)
{
    if (xtls_session_get_state (session) < XTLS_SESSION_CLOSED)
        xtls_session_close (session, FALSE);
}

static void
close_at_once_in_callback (XtlsSession *session)
{
    if (xtls_session_get_state (session) < XTLS_SESSION_CLOSED)
        xtls_session_close (session, TRUE);
}

static void
abort_in_callback (XtlsSession *session)
{
    if (xtls_session_get_state (session) < XTLS_SESSION_CLOSED)
        xtls_session_abort (session, XTLS_END_GONE);
}

static void
test_callbacks (void)
{
    static void (*const what[]) (XtlsSession *) = {
        close_in_callback, close_at_once_in_callback, abort_in_callback};

    for (guint where = 0; where < 4; where++) {
        for (guint i = 0; i < G_N_ELEMENTS (what) * 2; i++) {
            WirePair *pair = wire_pair_new ();
            WireSide *side = &pair->side[i % 2];

            if (where == 0)
                side->on_allow = what[i / 2];
            else if (where == 1)
                side->on_admit = what[i / 2];
            else if (where == 2)
                side->on_changed = what[i / 2];
            else
                side->on_deliver = what[i / 2];
            wire_pair_call (pair, 0);
            if (where == 3 && wire_session (&pair->side[!(i % 2)])) {
                wire_say (wire_session (&pair->side[!(i % 2)]), "a");
                wire_say (wire_session (&pair->side[!(i % 2)]), "b");
                wire_pair_settle (pair);
            }
            wire_assert_state (side, XTLS_SESSION_CLOSED);
            /* What is ended before it is open never opens. */
            if (where < 2)
                g_assert_cmpuint (side->open, ==, 0);
            wire_pair_free (pair);
        }
    }
}

/* One for each file and direction, whoever asks. */
static void
test_file_keys (void)
{
    WirePair *pair = wire_pair_new_open ();
    XtlsSession *session[] = {wire_session (&pair->side[0]),
                              wire_session (&pair->side[1])};
    static const char *const sids[] = {"one", "other"};
    guint8 keys[4][32], other[32];

    for (guint i = 0; i < 4; i++) {
        const char *sid = sids[i / 2];
        gboolean sends = i % 2 == 0;

        g_assert_true (
            xtls_session_get_file_key (session[0], sid, sends, keys[i]));
        g_assert_true (
            xtls_session_get_file_key (session[1], sid, !sends, other));
        g_assert_cmpmem (keys[i], 32, other, 32);
        for (guint j = 0; j < i; j++)
            g_assert_true (memcmp (keys[i], keys[j], 32) != 0);
    }
    wire_pair_free (pair);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/session/states/table", test_states_table);
    g_test_add_func ("/session/states/names", test_states_names);
    g_test_add_func ("/session/open/talk-close", test_open_talk_close);
    g_test_add_func ("/session/open/other-side-closes",
                     test_open_other_side_closes);
    g_test_add_func ("/session/open/sizes", test_open_sizes);
    g_test_add_func ("/session/open/echo", test_open_echo);
    g_test_add_func ("/session/callbacks/close", test_callbacks);
    g_test_add_func ("/session/file-keys", test_file_keys);
    return g_test_run ();
}
