/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a key is allowed is checked when it is used, not only when it was
 * first seen. */
#include "wirepair.h"

#include <string.h>

/* Longer than a session takes to open and to carry a few messages. */
#define LONG 120

/* Side @who's key is refused by the other side, @ms after the call. */
static void
refuse_at (WirePair *pair, guint who, guint ms, gboolean told)
{
    WireSide *side = &pair->side[!who];

    wire_pair_run (pair, ms);
    side->allow = FALSE;
    if (told)
        xtls_endpoint_check_keys (side->endpoint, NULL);
}

static void
say_if_open (WireSide *side)
{
    XtlsSession *session = side->sessions->len ? wire_session (side) : NULL;

    if (session && xtls_session_get_state (session) == XTLS_SESSION_OPEN)
        wire_say (session, WIRE_SECRET);
}

/* Whenever the key is refused, and in either role, nothing more is shown or
 * sent, and no session remains. */
static void
test_any_time (void)
{
    for (guint ms = 0; ms < 2 * LONG; ms++) {
        guint who = ms / LONG;
        WirePair *pair = wire_pair_new ();
        WireSide *side = &pair->side[!who];
        guint open, shown;

        xtls_endpoint_call (pair->side[0].endpoint, WIRE_JULIET, NULL);
        refuse_at (pair, who, ms % LONG, TRUE);
        open = side->open;
        shown = side->delivered->len;
        say_if_open (&pair->side[who]);
        say_if_open (side);
        wire_pair_settle (pair);

        g_assert_cmpuint (side->open, ==, open);
        g_assert_cmpuint (side->delivered->len, ==, shown);
        g_assert_cmpuint (pair->side[who].delivered->len, ==, 0);
        g_assert_cmpuint (wire_count (side), ==, 0);
        wire_assert_end (side, XTLS_END_KEY_REFUSED);
        g_assert_cmpuint (wire_count (&pair->side[who]), ==, 0);
        wire_pair_free (pair);
    }
}

/* The same while another session takes the place of the open one: each that has
 * not ended by then ends as refused, and the contact is told so. */
static void
test_replaced (void)
{
    for (guint ms = 0; ms < LONG; ms++) {
        WirePair *pair = wire_pair_new_open ();
        WireSide *side = &pair->side[0];
        gboolean ended;

        xtls_endpoint_call (pair->side[0].endpoint, WIRE_JULIET, NULL);
        wire_pair_run (pair, ms);
        ended = xtls_session_get_state (side->sessions->pdata[0]) ==
                XTLS_SESSION_CLOSED;
        refuse_at (pair, 1, 0, TRUE);
        wire_pair_settle (pair);
        g_assert_cmpuint (wire_count (side), ==, 0);
        for (guint i = ended; i < side->sessions->len; i++)
            g_assert_cmpint (xtls_session_get_end (side->sessions->pdata[i]),
                             ==,
                             XTLS_END_KEY_REFUSED);
        g_assert_cmpuint (wire_count (&pair->side[1]), ==, 0);
        wire_pair_free (pair);
    }
}

/* The key is also checked without a call that says that its trust has
 * changed. */
static void
test_sending_asks (void)
{
    WirePair *pair = wire_pair_new_open ();

    refuse_at (pair, 1, 0, FALSE);
    g_assert_false (wire_say (wire_session (&pair->side[0]), WIRE_SECRET));
    wire_assert_end (&pair->side[0], XTLS_END_KEY_REFUSED);
    wire_pair_settle (pair);
    g_assert_cmpuint (pair->side[1].delivered->len, ==, 0);
    wire_pair_free (pair);
}

static void
test_opening_asks (void)
{
    for (guint who = 0; who < 2; who++) {
        gboolean open = FALSE;

        for (guint ms = 0; !open; ms++) {
            WirePair *pair = wire_pair_new ();
            WireSide *side = &pair->side[!who];

            xtls_endpoint_call (pair->side[0].endpoint, WIRE_JULIET, NULL);
            refuse_at (pair, who, ms, FALSE);
            open = side->open > 0;
            wire_pair_settle (pair);
            g_assert_true ((side->open > 0) == open);
            wire_pair_free (pair);
        }
    }
}

static void
test_delivering_asks (void)
{
    WirePair *pair = wire_pair_new_open ();

    g_assert_true (wire_say (wire_session (&pair->side[1]), WIRE_SECRET));
    refuse_at (pair, 1, 0, FALSE);
    wire_pair_settle (pair);
    g_assert_cmpuint (pair->side[0].delivered->len, ==, 0);
    wire_assert_end (&pair->side[0], XTLS_END_KEY_REFUSED);
    wire_pair_free (pair);
}

static WireSide *refusing;

static void
refuse_cb (XtlsSession *session)
{
    refusing->allow = FALSE;
    xtls_endpoint_check_keys (refusing->endpoint, "juliet@capulet.lit");
}

/* Messages after the one that causes the refusal are not shown, and a closing
 * that is under way does not delay the refusal. */
static void
test_from_deliver (void)
{
    for (guint closing = 0; closing < 2; closing++) {
        WirePair *pair = wire_pair_new_open ();

        refusing = &pair->side[0];
        refusing->on_deliver = refuse_cb;
        for (guint i = 0; i < 3; i++)
            g_assert_true (
                wire_say (wire_session (&pair->side[1]), WIRE_SECRET));
        if (closing)
            xtls_session_close (wire_session (refusing), FALSE);
        wire_pair_settle (pair);
        g_assert_cmpuint (refusing->delivered->len, ==, 1);
        wire_assert_end (refusing, XTLS_END_KEY_REFUSED);
        wire_pair_free (pair);
    }
}

/* Only sessions with that contact are checked. */
static void
test_contact (void)
{
    WirePair *pair = wire_pair_new_open ();

    pair->side[0].allow = FALSE;
    xtls_endpoint_check_keys (pair->side[0].endpoint, "nurse@capulet.lit");
    wire_assert_state (&pair->side[0], XTLS_SESSION_OPEN);
    xtls_endpoint_check_keys (pair->side[0].endpoint, "juliet@capulet.lit");
    wire_assert_end (&pair->side[0], XTLS_END_KEY_REFUSED);
    wire_pair_free (pair);
}

static gboolean
presented (WireSide *side, XtlsIdentity *identity)
{
    return xtls_fingerprint_equal (
        xtls_session_get_own_fingerprint (wire_session (side)),
        xtls_identity_get_fingerprint (identity));
}

/* No session opens with an own key that has been replaced, in either role. */
static void
test_own_key (void)
{
    for (guint ms = 0; ms < 2 * LONG; ms++) {
        WirePair *pair = wire_pair_new ();
        WireSide *side = &pair->side[ms / LONG];
        XtlsIdentity *identity = wire_identity (
            side == pair->side ? "romeo@montague.lit" : "juliet@capulet.lit");
        gboolean open;

        xtls_endpoint_call (pair->side[0].endpoint, WIRE_JULIET, NULL);
        wire_pair_run (pair, ms % LONG);
        open = side->open > 0;
        xtls_endpoint_set_identity (side->endpoint, identity);
        wire_pair_settle (pair);
        g_assert_true (open == (side->open > 0) || presented (side, identity));
        if (!open && side->sessions->len > 0 && !presented (side, identity))
            wire_assert_end (side, XTLS_END_KEY_RENEWED);
        if (side == &pair->side[1])
            wire_assert_not_end (&pair->side[0], XTLS_END_CUT);

        wire_pair_call (pair, 0);
        wire_assert_state (side, XTLS_SESSION_OPEN);
        g_assert_true (presented (side, identity));
        xtls_identity_unref (identity);
        wire_pair_free (pair);
    }
}

static WirePair *renewing;
static XtlsIdentity *renewed;

static void
renew_cb (XtlsSession *session)
{
    WirePair *pair = g_steal_pointer (&renewing);

    if (pair)
        xtls_endpoint_set_identity (pair->side[1].endpoint, renewed);
}

/* The same if a callback of the session replaces it, just before it opens. */
static void
test_own_key_in_callback (void)
{
    for (guint admitting = 0; admitting < 2; admitting++) {
        WirePair *pair = wire_pair_new ();
        WireSide *side = &pair->side[1];

        renewing = pair;
        renewed = wire_identity ("juliet@capulet.lit");
        if (admitting)
            side->on_admit = renew_cb;
        else
            side->on_allow = renew_cb;
        wire_pair_call (pair, 0);
        g_assert_null (renewing);
        g_assert_cmpuint (side->open, ==, 0);
        wire_assert_end (side, XTLS_END_KEY_RENEWED);
        wire_assert_end (&pair->side[0], XTLS_END_BUSY);
        xtls_identity_unref (renewed);
        wire_pair_free (pair);
    }
}

static gboolean asked_to_take;
static XtlsSm *taken_back;

static void
take_back_cb (XtlsSession *session)
{
    if (taken_back || xtls_session_get_state (session) >= XTLS_SESSION_OPEN)
        return;
    asked_to_take = TRUE;
    taken_back = xtls_session_take_sm_failed (session);
}

/* A peer without first words, or a server that removes that they are taken. */
static char *
without_words (char *text)
{
    char *mark = strstr (text, " early='true'");

    if (mark && strstr (text, "session-accept"))
        memset (mark, ' ', strlen (" early='true'"));
    return text;
}

/* Two sides whose session was cut while his message was under way. Returns: his
 * state. */
static XtlsSm *
cut (WirePair *pair)
{
    XtlsSm *sm;

    wire_pair_settle (pair);
    wire_pair_set_fault (pair, WIRE_FAULT_CUT, 0, 0);
    g_assert_true (wire_say (wire_session (&pair->side[0]), WIRE_SECRET));
    for (guint i = 0; i < 2; i++)
        xtls_endpoint_abort (pair->side[i].endpoint, XTLS_END_OFFLINE);
    wire_pair_settle (pair);
    wire_pair_set_fault (pair, WIRE_FAULT_NONE, 0, 0);
    pair->side[1].sm = xtls_session_take_sm (wire_session (&pair->side[1]));
    sm = xtls_session_take_sm (wire_session (&pair->side[0]));
    g_assert_nonnull (xtls_sm_get_id (sm));
    return sm;
}

/* Her key loses its trust before the session is open. What was unconfirmed is
 * taken back, whenever that is, and is not sent again. */
static void
test_take_back (gconstpointer rewrite)
{
    for (guint ms = 0; ms < LONG; ms++) {
        WirePair *pair = wire_pair_new_open ();
        XtlsSm *sm = cut (pair);

        pair->rewrite = rewrite;
        asked_to_take = FALSE;
        taken_back = NULL;
        xtls_endpoint_call (pair->side[0].endpoint, WIRE_JULIET, sm);
        wire_pair_run (pair, ms);
        pair->side[0].on_allow = take_back_cb;
        xtls_endpoint_check_keys (pair->side[0].endpoint, NULL);
        wire_pair_settle (pair);
        g_assert_true (!asked_to_take || taken_back);
        g_assert_cmpuint (pair->side[1].delivered->len, ==, taken_back ? 0 : 1);
        if (taken_back)
            g_assert_cmpuint (xtls_sm_get_unacked (taken_back)->length, ==, 1);
        xtls_sm_free (taken_back);
        wire_pair_free (pair);
    }
}

static void
never_cb (XtlsSession *session)
{
    g_assert_not_reached ();
}

/* What was unconfirmed is for her key alone: another one does not get it, even
 * if she says that she resumes. And it was typed before, so nothing is said
 * early while it is to be resumed, or told. */
static void
test_first_words_wait (void)
{
    for (guint other = 0; other < 2; other++) {
        WirePair *pair = wire_pair_new_open ();
        XtlsSm *sm = cut (pair);
        XtlsIdentity *identity = wire_identity ("juliet@capulet.lit");

        if (other)
            xtls_endpoint_set_identity (pair->side[1].endpoint, identity);
        pair->side[0].on_first_words = never_cb;
        xtls_endpoint_call (pair->side[0].endpoint, WIRE_JULIET, sm);
        wire_pair_settle (pair);
        wire_assert_state (&pair->side[0], XTLS_SESSION_OPEN);
        g_assert_cmpuint (pair->side[1].delivered->len, ==, other ? 0 : 1);
        sm = xtls_session_take_sm_failed (wire_session (&pair->side[0]));
        g_assert_cmpuint (
            sm ? xtls_sm_get_unacked (sm)->length : 0, ==, other ? 1 : 0);
        xtls_sm_free (sm);
        xtls_identity_unref (identity);
        wire_pair_free (pair);
    }
}

static char *held_block;

/* Something else passes in its place. */
static char *
hold_block (char *text)
{
    if (held_block || !strstr (text, "<data "))
        return text;
    held_block = text;
    return g_strdup ("<iq type='result' id='nobody-asked'/>");
}

static void
gone_cb (XtlsSession *session)
{
    if (xtls_session_get_state (session) < XTLS_SESSION_CLOSING)
        xtls_session_abort (session, XTLS_END_GONE);
}

/* A message has arrived, and before it is delivered a callback of the key's
 * check ends the session. */
static void
test_end_while_asking (void)
{
    WirePair *pair = wire_pair_new_open ();
    WireSide *side = &pair->side[0];
    xmlnode *block;

    wire_pair_settle (pair);
    pair->rewrite = hold_block;
    g_assert_true (wire_say (wire_session (&pair->side[1]), WIRE_SECRET));
    wire_pair_settle (pair);
    g_assert_nonnull (held_block);
    pair->rewrite = NULL;
    block = xmlnode_from_str (held_block, -1);
    xmlnode_set_attrib (block, "from", WIRE_JULIET);
    g_assert_true (xtls_endpoint_handle (side->endpoint, block));
    g_assert_cmpuint (side->delivered->len, ==, 0);
    side->on_allow = gone_cb;
    xtls_endpoint_check_keys (side->endpoint, NULL);
    wire_pair_settle (pair);
    wire_assert_end (side, XTLS_END_GONE);
    g_assert_cmpuint (side->delivered->len, ==, 1);
    xmlnode_free (block);
    g_clear_pointer (&held_block, g_free);
    wire_pair_free (pair);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/check-keys/any-time", test_any_time);
    g_test_add_func ("/check-keys/opening-asks", test_opening_asks);
    g_test_add_func ("/check-keys/replaced", test_replaced);
    g_test_add_func ("/check-keys/sending-asks", test_sending_asks);
    g_test_add_func ("/check-keys/delivering-asks", test_delivering_asks);
    g_test_add_func ("/check-keys/from-deliver", test_from_deliver);
    g_test_add_func ("/check-keys/contact", test_contact);
    g_test_add_func ("/check-keys/own-key", test_own_key);
    g_test_add_func ("/check-keys/own-key-in-callback",
                     test_own_key_in_callback);
    g_test_add_data_func ("/check-keys/take-back", NULL, test_take_back);
    g_test_add_data_func ("/check-keys/take-back-without-words",
                          (gconstpointer)without_words,
                          test_take_back);
    g_test_add_func ("/check-keys/first-words-wait", test_first_words_wait);
    g_test_add_func ("/check-keys/end-while-asking", test_end_while_asking);
    return g_test_run ();
}
