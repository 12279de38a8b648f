/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines, reports and quotes in a conversation: when they are written, and what
 * becomes of them if they cannot be. libpurple and the core are fakes of the
 * test. */
#include "conversation.h"

#include "contact-name.h"
#include "core.h"
#include "jabber.h"
#include "lost.h"

#include <eventloop.h>
#include <notify.h>

#define JULIET "juliet@capulet.lit"
#define NURSE "nurse@capulet.lit"

static PurpleAccount account;
static PurpleConversation windows[2]; /* Juliet's and the nurse's */
static gboolean open_windows;
static GList *accounts;
static gboolean quitting;
static gulong slow;        /* how long a line takes, microseconds */
static guint closes_after; /* lines after which somebody closes the windows */
static GSourceFunc turn;   /* the timer */
static GString *written;   /* `text|`, or `nurse:text|` */
static time_t written_at;  /* the time of the last one */
static GString *notices;   /* `text|` */
static guint notices_by_nobody;
static GString *shown; /* `number|` of each quote that is about to be shown */
static guint n_quotes;
static guint n_logged; /* what was written without being kept from the log */
static guint lost;

/* --- the world ------------------------------------------------------------ */

GList *
purple_accounts_get_all (void)
{
    return accounts;
}

GList *
purple_get_ims (void)
{
    return NULL;
}

PurpleConversation *
purple_find_conversation_with_account (PurpleConversationType type,
                                       const char *name,
                                       const PurpleAccount *one)
{
    return open_windows ? &windows[g_str_equal (name, NURSE)] : NULL;
}

PurpleAccount *
purple_conversation_get_account (const PurpleConversation *conv)
{
    return &account;
}

const char *
purple_conversation_get_name (const PurpleConversation *conv)
{
    return conv == &windows[0] ? JULIET : NURSE;
}

void
purple_conversation_write (PurpleConversation *conv,
                           const char *who,
                           const char *message,
                           PurpleMessageFlags flags,
                           time_t mtime)
{
    g_assert_true (open_windows);
    g_usleep (slow);
    g_string_append_printf (
        written, "%s%s|", conv == &windows[1] ? "nurse:" : "", message);
    n_logged += !(flags & PURPLE_MESSAGE_NO_LOG);
    written_at = mtime;
    if (closes_after > 0 && --closes_after == 0)
        open_windows = FALSE;
}

guint
purple_timeout_add (guint interval, GSourceFunc function, gpointer data)
{
    g_assert_cmpuint (interval, ==, 0);
    g_assert_null (turn);
    turn = function;
    return 1;
}

gboolean
purple_timeout_remove (guint handle)
{
    g_assert_nonnull (turn);
    turn = NULL;
    return TRUE;
}

void *
purple_notify_formatted (void *handle,
                         const char *title,
                         const char *primary,
                         const char *secondary,
                         const char *text,
                         PurpleNotifyCloseCallback cb,
                         gpointer data)
{
    g_string_append_printf (notices, "%s|", text);
    notices_by_nobody += handle == NULL;
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
    g_string_append_printf (notices, "%s|", secondary ? secondary : primary);
    notices_by_nobody += handle == NULL;
    return NULL;
}

char *
xtls_contact_name_get (PurpleAccount *one, const char *who)
{
    return g_strdup (who);
}

char *
xtls_jabber_normalize (const PurpleAccount *one, const char *who)
{
    return g_strdup (who);
}

gboolean
xtls_core_is_quitting (void)
{
    return quitting;
}

XtlsLost *
xtls_core_get_lost (void)
{
    return NULL;
}

void
xtls_lost_add (XtlsLost *one, const char *who)
{
    g_assert_cmpstr (who, ==, JULIET);
    lost++;
}

/* --- the tests ------------------------------------------------------------ */

static void
begin (void)
{
    open_windows = TRUE;
    accounts = g_list_append (NULL, &account);
    quitting = FALSE;
    slow = 0;
    closes_after = 0;
    written = g_string_new (NULL);
    notices = g_string_new (NULL);
    notices_by_nobody = 0;
    shown = g_string_new (NULL);
    n_quotes = 0;
    n_logged = 0;
    lost = 0;
}

static void
end (void)
{
    xtls_conversation_settle ();
    g_assert_null (turn);
    g_list_free (accounts);
    g_string_free (written, TRUE);
    g_string_free (notices, TRUE);
    g_string_free (shown, TRUE);
}

static void
line (const char *who, const char *text)
{
    xtls_conversation_line (&account, who, text);
}

static void
report (const char *who, const char *text)
{
    xtls_conversation_report (&account, who, text);
}

static void
shown_cb (PurpleAccount *one, const char *who, guint number)
{
    g_assert_true (one == &account);
    g_string_append_printf (shown, "%u|", number);
}

/* Its number is that of the quotes before it. */
static void
quote (const char *who, const char *text)
{
    xtls_conversation_quote (&account, who, text, shown_cb, n_quotes++);
}

/* One turn of the main loop. */
static void
run (void)
{
    GSourceFunc function = turn;

    g_assert_nonnull (function);
    turn = NULL;
    g_assert_false (function (NULL));
}

static guint
count (const GString *texts)
{
    guint n = 0;

    for (const char *at = texts->str; *at; at++)
        n += *at == '|';
    return n;
}

static void
test_at_once (void)
{
    begin ();
    line (JULIET, "a <b>");
    report (NURSE, "c\nd");
    g_assert_cmpstr (written->str, ==, "a &lt;b&gt;|nurse:c d|");
    g_assert_null (turn);
    quote (JULIET, "e\n<f>");
    g_assert_cmpuint (n_logged, ==, 2);
    run ();
    g_assert_cmpstr (written->str, ==, "a &lt;b&gt;|nurse:c d|e\n&lt;f&gt;|");
    g_assert_cmpuint (n_logged, ==, 2);
    g_assert_null (turn);
    end ();
}

/* A line can tell of what was long ago. */
static void
test_at_its_time (void)
{
    time_t before = time (NULL);

    begin ();
    xtls_conversation_line_at (&account, JULIET, "a", 1234567890);
    g_assert_cmpstr (written->str, ==, "a|");
    g_assert_cmpint (written_at, ==, 1234567890);
    line (JULIET, "b");
    g_assert_cmpint (written_at, >=, before);
    open_windows = FALSE;
    xtls_conversation_line_at (&account, JULIET, "c", 1234567890);
    g_assert_cmpstr (written->str, ==, "a|b|");
    end ();
}

/* A line is dropped; a report and a quote are shown elsewhere. */
static void
test_without_a_window (void)
{
    begin ();
    open_windows = FALSE;
    line (JULIET, "a");
    report (JULIET, "b");
    xtls_conversation_report_as (&account, JULIET, "c", "d");
    g_assert_cmpstr (notices->str, ==, "b|d|");
    quote (JULIET, "<e>");
    run ();
    g_assert_cmpstr (notices->str, ==, "b|d|&lt;e&gt;|");
    g_assert_cmpstr (shown->str, ==, "0|");
    g_assert_cmpuint (notices_by_nobody, ==, 0);
    g_assert_cmpuint (written->len, ==, 0);
    end ();
}

/* Calls may be nested. Lines and reports keep their order, and do not wait for
 * quotes. */
static void
test_while_sending (void)
{
    begin ();
    xtls_conversation_begin_sending ();
    quote (JULIET, "1");
    xtls_conversation_begin_sending ();
    report (NURSE, "2");
    xtls_conversation_end_sending ();
    line (JULIET, "3");
    g_assert_null (turn);
    g_assert_cmpuint (
        xtls_conversation_count_waiting (&account, JULIET), ==, 1);
    g_assert_cmpuint (xtls_conversation_count_waiting (&account, NURSE), ==, 0);
    xtls_conversation_end_sending ();
    g_assert_cmpstr (written->str, ==, "");
    line (JULIET, "4");
    g_assert_cmpstr (written->str, ==, "nurse:2|3|4|");
    run ();
    g_assert_cmpstr (written->str, ==, "nurse:2|3|4|1|");
    g_assert_cmpuint (
        xtls_conversation_count_waiting (&account, JULIET), ==, 0);
    end ();
}

/* Another plugin may run the main loop while libpurple sends. */
static void
test_turn_while_sending (void)
{
    begin ();
    quote (JULIET, "1");
    xtls_conversation_begin_sending ();
    report (JULIET, "2");
    run ();
    g_assert_cmpstr (written->str, ==, "");
    xtls_conversation_end_sending ();
    run ();
    g_assert_cmpstr (written->str, ==, "2|1|");
    end ();
}

static void
quote_many (void)
{
    slow = 1000;
    for (guint i = 0; i < 20; i++) {
        g_autofree char *text = g_strdup_printf ("%u", i);

        quote (JULIET, text);
    }
}

/* However long a quote takes, a few are written in each turn, in order. */
static void
test_many (void)
{
    guint before;

    begin ();
    quote_many ();
    g_assert_cmpuint (count (written), ==, 0);
    line (JULIET, "first");
    while (turn) {
        before = count (written);
        run ();
        g_assert_cmpuint (count (written) - before, <=, 4);
    }
    g_assert_cmpstr (
        written->str,
        ==,
        "first|0|1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16|17|18|19|");
    g_assert_cmpstr (
        shown->str, ==, "0|1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16|17|18|19|");
    end ();
}

/* However many there are: messages follow a line that describes them. */
static void
test_not_quoting (void)
{
    begin ();
    slow = 1000;
    for (guint i = 0; i < 20; i++) {
        if (i % 2)
            line (JULIET, "a");
        else
            report (NURSE, "a");
    }
    g_assert_cmpuint (count (written), ==, 20);
    g_assert_null (turn);
    end ();
}

/* Unloading the plugin waits for nothing. */
static void
test_settle (void)
{
    begin ();
    quote_many ();
    xtls_conversation_settle ();
    g_assert_null (turn);
    g_assert_cmpuint (count (written), ==, 20);
    end ();
}

/* The window is closed before all is written, or the account goes. One notice
 * shows all quotes to one contact; lines are dropped. */
static void
test_closed (void)
{
    for (guint gone = 0; gone < 2; gone++) {
        begin ();
        closes_after = 3;
        xtls_conversation_begin_sending ();
        report (JULIET, "before");
        line (JULIET, "before");
        line (JULIET, "before");
        report (JULIET, "1");
        line (JULIET, "2");
        quote (JULIET, "3");
        quote (NURSE, "4");
        quote (JULIET, "5");
        xtls_conversation_end_sending ();
        if (gone)
            g_clear_pointer (&accounts, g_list_free);
        while (turn)
            run ();
        g_assert_cmpstr (written->str, ==, gone ? "" : "before|before|before|");
        g_assert_cmpstr (
            notices->str, ==, gone ? "before|1|3<br>5|4|" : "1|3<br>5|4|");
        g_assert_cmpuint (notices_by_nobody, ==, gone ? 4 : 0);
        g_assert_cmpstr (shown->str, ==, gone ? "" : "0|2|1|");
        end ();
    }
}

/* What must reach the user is shown before the account's windows go, even while
 * libpurple sends; what is about other accounts waits. */
static void
test_account_removed (void)
{
    PurpleAccount other;

    begin ();
    xtls_conversation_begin_sending ();
    report (JULIET, "1");
    line (JULIET, "2");
    quote (JULIET, "3");
    xtls_conversation_quote (&other, JULIET, "4", NULL, 0);
    g_clear_pointer (&accounts, g_list_free);
    xtls_conversation_account_removed (&account);
    g_assert_cmpstr (notices->str, ==, "1|3|");
    g_assert_cmpuint (xtls_conversation_count_waiting (&other, JULIET), ==, 1);
    xtls_conversation_end_sending ();
    end ();
}

/* Quotes are counted for the next start: nobody would see them. */
static void
test_quitting (void)
{
    begin ();
    xtls_conversation_begin_sending ();
    quote (JULIET, "1");
    line (JULIET, "2");
    quote (JULIET, "3");
    xtls_conversation_end_sending ();
    quitting = TRUE;
    xtls_conversation_settle ();
    g_assert_cmpuint (lost, ==, 2);
    g_assert_cmpstr (written->str, ==, "2|");
    g_assert_cmpuint (notices->len, ==, 0);
    end ();
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/conversation/at-once", test_at_once);
    g_test_add_func ("/conversation/at-its-time", test_at_its_time);
    g_test_add_func ("/conversation/without-a-window", test_without_a_window);
    g_test_add_func ("/conversation/while-sending", test_while_sending);
    g_test_add_func ("/conversation/turn-while-sending",
                     test_turn_while_sending);
    g_test_add_func ("/conversation/many", test_many);
    g_test_add_func ("/conversation/not-quoting", test_not_quoting);
    g_test_add_func ("/conversation/settle", test_settle);
    g_test_add_func ("/conversation/closed", test_closed);
    g_test_add_func ("/conversation/account-removed", test_account_removed);
    g_test_add_func ("/conversation/quitting", test_quitting);
    return g_test_run ();
}
