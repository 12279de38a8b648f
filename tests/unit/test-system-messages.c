/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System messages, as lines, reports and quotes in a conversation, which is a
 * fake of the test, like the core. */
#include "system-messages.h"

#include "conversation.h"
#include "core.h"
#include "delivery-messages.h"
#include "jabber.h"
#include "nodes.h"
#include "outside-messages.h"
#include "policy.h"
#include "trust.h"

#include <notify.h>
#include <string.h>

#define JULIET "juliet@capulet.lit"
#define VERIFIED                                                               \
    "AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:"                         \
    "AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99"

#define SINCE 1234567890 /* the time of the line about the state */

static gboolean open_window; /* whether there is a conversation */
static gboolean otr;         /* whether there is an OTR conversation in it */
static XtlsPolicy policy;    /* the policy in force */
static const char *verified; /* (nullable): a fingerprint */
static GPtrArray *lines;     /* lines in the conversation */
static GPtrArray *quotes;    /* quotes, which are never logged */
static GPtrArray *notices;   /* reports without a conversation */
static guint last_shown;     /* the number of the quote that was shown last */
static char anything[] = "a thing whose address counts";
static PurpleAccount *account = (PurpleAccount *)anything;

/* --- the world --- */

void
xtls_conversation_line (PurpleAccount *one, const char *who, const char *text)
{
    g_assert_cmpstr (who, ==, JULIET);
    if (open_window)
        g_ptr_array_add (lines, g_strdup (text));
}

void
xtls_conversation_line_at (PurpleAccount *one,
                           const char *who,
                           const char *text,
                           time_t when)
{
    g_assert_cmpint (when, ==, SINCE);
    xtls_conversation_line (one, who, text);
}

void
xtls_conversation_report (PurpleAccount *one, const char *who, const char *text)
{
    g_assert_cmpstr (who, ==, JULIET);
    g_ptr_array_add (open_window ? lines : notices, g_strdup (text));
}

void
xtls_conversation_quote (PurpleAccount *one,
                         const char *who,
                         const char *text,
                         XtlsConversationShown shown,
                         guint number)
{
    g_assert_cmpstr (who, ==, JULIET);
    g_ptr_array_add (quotes, g_strdup (text));
    if (shown)
        shown (one, who, number);
}

PurpleConversation *
xtls_conversation_find (PurpleAccount *one, const char *who)
{
    return otr ? (PurpleConversation *)anything : NULL;
}

/* The OTR plugin's data. */
gpointer
purple_conversation_get_data (PurpleConversation *conv, const char *key)
{
    return g_str_equal (key, "otr-private") ? anything : NULL;
}

PurplePlugin *
xtls_core_get_plugin (void)
{
    return (PurplePlugin *)anything;
}

XtlsPolicy
xtls_policy_effective (PurpleAccount *one, const char *who)
{
    return policy;
}

char *
xtls_trust_get_verified (PurpleAccount *one, const char *who)
{
    return g_strdup (verified);
}

gboolean
xtls_jabber_is (const PurpleAccount *one)
{
    return TRUE;
}

gboolean
xtls_jabber_is_capable (PurpleAccount *one, const char *jid)
{
    return g_str_has_suffix (jid, "/capable");
}

gboolean
xtls_jabber_is_jid (const PurpleAccount *one, const char *jid)
{
    return TRUE;
}

PurpleBuddy *
purple_find_buddy (PurpleAccount *one, const char *name)
{
    return NULL;
}

void *
purple_notify_message (void *handle,
                       PurpleNotifyMsgType type,
                       const char *title,
                       const char *primary,
                       const char *secondary,
                       PurpleNotifyCloseCallback cb,
                       gpointer data)
{
    g_ptr_array_add (notices, g_strdup (secondary));
    return NULL;
}

const char *
xtls_session_get_peer (XtlsSession *session)
{
    return JULIET "/balcony";
}

const XtlsFingerprint *
xtls_session_get_fingerprint (XtlsSession *session)
{
    static const XtlsFingerprint fingerprint;

    return &fingerprint;
}

static XtlsSession *session = (XtlsSession *)anything;

/* --- the test --- */

static void
begin (void)
{
    g_clear_pointer (&lines, g_ptr_array_unref);
    g_clear_pointer (&quotes, g_ptr_array_unref);
    g_clear_pointer (&notices, g_ptr_array_unref);
    lines = g_ptr_array_new_with_free_func (g_free);
    quotes = g_ptr_array_new_with_free_func (g_free);
    notices = g_ptr_array_new_with_free_func (g_free);
    open_window = TRUE;
    otr = FALSE;
    policy = XTLS_POLICY_AUTOMATIC;
    verified = NULL;
    last_shown = 0;
}

/* Asserts that this is the only one, and returns it. */
static const char *
only (const GPtrArray *texts)
{
    g_assert_cmpuint (texts->len, ==, 1);
    return texts->pdata[0];
}

static void
assert_says (const char *text, const char *part)
{
    if (!strstr (text, part))
        g_error ("“%s” is not in “%s”", part, text);
}

static void
test_held (void)
{
    begin ();
    xtls_delivery_messages_held (account, JULIET, XTLS_HOLD_NOTHING, 1);
    g_assert_cmpuint (lines->len, ==, 0);
    for (XtlsHoldReason reason = XTLS_HOLD_STARTING;
         reason <= XTLS_HOLD_UNSETTLED;
         reason++) {
        begin ();
        xtls_delivery_messages_held (account, JULIET, reason, 1);
        g_assert_cmpstr (
            only (lines), ==, xtls_hold_reason_to_text (reason, 1));
    }
    begin ();
    xtls_delivery_messages_held_more (account, JULIET, 2);
    g_assert_cmpstr (only (lines), ==, "2 messages are held.");
    begin ();
    xtls_delivery_messages_held_sent (account, JULIET, 1);
    g_assert_cmpstr (only (lines), ==, "1 held message was sent.");
}

static void
test_lost (void)
{
    static const struct {
        XtlsEnd end;
        const char *part; /* (nullable): nothing is said */
        gboolean cut;     /* messages may be missing */
    } rows[] = {
        {XTLS_END_PEER, "has ended", FALSE},
        {XTLS_END_REPLACED, NULL, FALSE},
        {XTLS_END_TIE_BREAK, NULL, FALSE},
        {XTLS_END_GONE, "went offline", TRUE},
        {XTLS_END_OFFLINE, "your account went offline", TRUE},
        {XTLS_END_DEAD, "was cut off", TRUE},
        {XTLS_END_PROTOCOL, "damaged or forged", TRUE},
        {XTLS_END_KEY_REFUSED, "You refused the key", FALSE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_test_message ("row %zu", i);
        begin ();
        xtls_system_messages_lost (
            account, JULIET, rows[i].end, NULL, XTLS_HOLD_FINISHED);
        if (!rows[i].part) {
            g_assert_cmpuint (lines->len, ==, 0);
            continue;
        }
        assert_says (only (lines), rows[i].part);
        assert_says (only (lines),
                     xtls_hold_reason_to_outlook (XTLS_HOLD_FINISHED));
        g_assert_cmpint (strstr (only (lines), "may not have arrived") != NULL,
                         ==,
                         rows[i].cut);
    }
}

static void
test_unconfirmed_when_lost (void)
{
    XtlsSm *sm = xtls_sm_new ("id");

    xtls_sm_begin (sm);
    xtls_sm_sent (sm, nodes_parse ("<message><body>a</body></message>"), 9);
    xtls_sm_sent (sm, nodes_parse ("<iq type='get'><x xmlns='y'/></iq>"), 9);
    xtls_sm_sent (sm, nodes_parse ("<message><body>b</body></message>"), 9);
    begin ();
    xtls_system_messages_lost (
        account, JULIET, XTLS_END_CUT, sm, XTLS_HOLD_RETRY);
    assert_says (only (lines), "2 messages were not confirmed yet");
    begin ();
    xtls_system_messages_lost (
        account, JULIET, XTLS_END_PEER, sm, XTLS_HOLD_FINISHED);
    g_assert_null (strstr (only (lines), "not confirmed"));
    xtls_sm_free (sm);
}

static void
test_end (void)
{
    begin ();
    xtls_system_messages_end (account, JULIET);
    assert_says (only (lines), "now is not encrypted");
    /* It would not be true under `required`. */
    begin ();
    policy = XTLS_POLICY_REQUIRED;
    xtls_system_messages_end (account, JULIET);
    g_assert_null (strstr (only (lines), "now is not encrypted"));
    assert_says (only (lines), "starts it again");
}

/* With an OTR conversation, what is typed from then on is encrypted. */
static void
test_in_clear_or_by_otr (void)
{
    static void (*const messages[]) (PurpleAccount *, const char *) = {
        xtls_system_messages_end,
        xtls_system_messages_unload,
        xtls_delivery_messages_sent_in_clear,
    };

    for (guint i = 0; i < 2 * G_N_ELEMENTS (messages); i++) {
        begin ();
        otr = i % 2;
        messages[i / 2](account, JULIET);
        assert_says (only (lines),
                     otr ? "What you type now is encrypted with OTR."
                         : "What you type now is not encrypted.");
    }
}

/* Only an open session is a way to send it inside. */
static void
test_otr_around_it (void)
{
    static const struct {
        const char *text;
        gboolean open;
        const char *says;
    } rows[] = {
        {"?OTR:AAMD", TRUE, "ask for it to be sent inside"},
        {"?OTR:AAMD", FALSE, "until you end the private conversation here."},
        {"?OTRv23?", TRUE, "while the private conversation is on."},
        {"?OTRv23?", FALSE, "until you end the private conversation here."},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
        begin ();
        xtls_outside_messages_otr (account, JULIET, rows[i].text, rows[i].open);
        assert_says (only (lines), rows[i].says);
        if (!rows[i].open)
            g_assert_null (strstr (lines->pdata[0], "is on"));
    }
    begin ();
    xtls_outside_messages_otr (account, JULIET, "?OTR Error: no", TRUE);
    g_assert_cmpuint (lines->len, ==, 0);
}

static void
test_trust_lost_names_the_keys (void)
{
    g_autofree char *key =
        xtls_fingerprint_to_groups (xtls_session_get_fingerprint (session));

    begin ();
    xtls_system_messages_trust_lost (account, JULIET, session);
    assert_says (only (lines), key);
    begin ();
    verified = VERIFIED;
    xtls_system_messages_trust_lost (account, JULIET, session);
    assert_says (only (lines), key);
    assert_says (only (lines), "AABBCCDD EEFF0011 22334455 ");
}

static void
test_elsewhere (void)
{
    begin ();
    xtls_outside_messages_elsewhere (
        account, JULIET, session, JULIET "/capable");
    assert_says (only (lines), "start again");
    begin ();
    xtls_outside_messages_elsewhere (account, JULIET, session, JULIET "/old");
    assert_says (only (lines), "cannot talk privately");
}

/* Text that comes in clear cannot look like the rest of a system message. */
static void
test_words_of_others (void)
{
    static const char *const from = JULIET "/tomb asks. The key is verified.\n";

    for (int round = 0; round < 2; round++) {
        begin ();
        open_window = round == 0;
        xtls_outside_messages_clear_attention (account, JULIET, from);
        assert_says (only (open_window ? lines : notices),
                     JULIET "/tomb_asks._The_key_is_verified._ asks for");
        begin ();
        open_window = round == 0;
        xtls_outside_messages_clear_invitation (
            account,
            JULIET,
            from,
            "crypt@rooms.capulet.lit/a b",
            "come\xe2\x80\x9d).\nThe key is verified. (\xe2\x80\x9cnow");
        assert_says (only (open_window ? lines : notices),
                     "_is_verified._ invites you to the room "
                     "crypt@rooms.capulet.lit/a_b (\xe2\x80\x9c"
                     "come). The key is verified. (now\xe2\x80\x9d)"
                     ".");
    }
}

static void
shown_cb (PurpleAccount *one, const char *who, guint number)
{
    last_shown = number;
}

/* Messages are quoted, not told in lines, which would be logged, and a message
 * without text is only told to faces. */
static void
test_quotes (void)
{
    xmlnode *message =
        nodes_parse ("<message><body>a &lt;b&gt;</body></message>");
    xmlnode *empty = nodes_parse ("<message/>");
    xmlnode *odd = nodes_parse ("<message><body>%s c</body></message>");
    GQueue messages = G_QUEUE_INIT;

    begin ();
    xtls_delivery_messages_not_sent (account, JULIET, empty, shown_cb, 1);
    g_assert_cmpuint (quotes->len, ==, 0);
    g_assert_cmpuint (last_shown, ==, 1);
    xtls_delivery_messages_not_sent (account, JULIET, message, shown_cb, 2);
    assert_says (only (quotes), "“a <b>” was not sent");
    g_assert_cmpuint (last_shown, ==, 2);
    xtls_delivery_messages_not_sent (account, JULIET, odd, NULL, 3);
    g_assert_cmpuint (quotes->len, ==, 2);
    assert_says (quotes->pdata[1], "“%s c” was not sent");
    g_assert_cmpuint (lines->len + notices->len, ==, 0);

    begin ();
    g_queue_push_tail (&messages, message);
    g_queue_push_tail (&messages, empty);
    g_queue_push_tail (&messages, odd);
    xtls_delivery_messages_unconfirmed (account, JULIET, &messages);
    g_assert_cmpuint (quotes->len, ==, 2);
    assert_says (quotes->pdata[0], "“a <b>” may not");
    assert_says (quotes->pdata[1], "“%s c” may not");
    g_assert_cmpuint (lines->len + notices->len, ==, 0);
    g_queue_clear_full (&messages, (GDestroyNotify)xmlnode_free);
}

static void
test_not_delivered (void)
{
    xmlnode *message = nodes_parse ("<message><body>a</body></message>");

    begin ();
    xtls_delivery_messages_not_delivered (
        account, JULIET, message, "It is too long.");
    assert_says (only (quotes), "“a” could not be delivered. It is too long.");
    g_assert_cmpuint (lines->len, ==, 0);
    xmlnode_free (message);
}

/* Actions of the user and failures are also reported without a window. */
static void
test_refused (void)
{
    begin ();
    open_window = FALSE;
    xtls_outside_messages_refused_file (account, JULIET, TRUE);
    assert_says (only (notices), "The file was not sent");
    begin ();
    open_window = FALSE;
    xtls_outside_messages_refused_invitation (account, JULIET);
    assert_says (only (notices), "invitation");
}

/* Where encryption is required, ending it is no way to send a file or to
 * call. */
static void
test_refused_where_required (void)
{
    static void (*const messages[]) (
        PurpleAccount *, const char *, gboolean) = {
        xtls_outside_messages_refused_file,
        xtls_outside_messages_refused_voice,
    };

    for (guint i = 0; i < 2 * G_N_ELEMENTS (messages); i++) {
        begin ();
        policy = i % 2 ? XTLS_POLICY_REQUIRED : XTLS_POLICY_AUTOMATIC;
        messages[i / 2](account, JULIET, TRUE);
        g_assert_cmpint (strstr (only (lines), "end it.") ||
                             strstr (only (lines), "End the private"),
                         ==,
                         policy != XTLS_POLICY_REQUIRED);
    }
}

static void
test_state (void)
{
    static const struct {
        XtlsState state;
        const char *part;
    } rows[] = {
        {XTLS_STATE_STARTING, "Attempting to start"},
        {XTLS_STATE_NEW_KEY, JULIET " uses an unknown key. Nothing is sent"},
        {XTLS_STATE_UNVERIFIED, "Unverified conversation with " JULIET},
        {XTLS_STATE_PRIVATE, "Private conversation with " JULIET},
        {XTLS_STATE_WAITING, "is open. What you type is held"},
        {XTLS_STATE_FINISHED, "is finished. What you type is held"},
    };

    begin ();
    xtls_system_messages_state (account,
                                JULIET,
                                XTLS_STATE_NOT_PRIVATE,
                                NULL,
                                XTLS_HOLD_NOTHING,
                                SINCE);
    g_assert_cmpuint (lines->len, ==, 0);
    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
        gboolean is_open = rows[i].state == XTLS_STATE_NEW_KEY ||
                           rows[i].state == XTLS_STATE_UNVERIFIED ||
                           rows[i].state == XTLS_STATE_PRIVATE;

        begin ();
        xtls_system_messages_state (account,
                                    JULIET,
                                    rows[i].state,
                                    is_open ? session : NULL,
                                    XTLS_HOLD_OFFLINE,
                                    SINCE);
        assert_says (only (lines), rows[i].part);
        g_assert_cmpint (
            strstr (only (lines), "being logged") != NULL, ==, is_open);
    }
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/system-messages/held", test_held);
    g_test_add_func ("/system-messages/lost", test_lost);
    g_test_add_func ("/system-messages/unconfirmed-when-lost",
                     test_unconfirmed_when_lost);
    g_test_add_func ("/system-messages/end", test_end);
    g_test_add_func ("/system-messages/in-clear-or-by-otr",
                     test_in_clear_or_by_otr);
    g_test_add_func ("/system-messages/otr-around-it", test_otr_around_it);
    g_test_add_func ("/system-messages/trust-lost-names-the-keys",
                     test_trust_lost_names_the_keys);
    g_test_add_func ("/system-messages/elsewhere", test_elsewhere);
    g_test_add_func ("/system-messages/words-of-others", test_words_of_others);
    g_test_add_func ("/system-messages/quotes", test_quotes);
    g_test_add_func ("/system-messages/not-delivered", test_not_delivered);
    g_test_add_func ("/system-messages/refused", test_refused);
    g_test_add_func ("/system-messages/refused-where-required",
                     test_refused_where_required);
    g_test_add_func ("/system-messages/state", test_state);
    return g_test_run ();
}
