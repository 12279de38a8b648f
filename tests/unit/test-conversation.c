/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines in a conversation: when they are written, and what becomes of them if
 * they cannot be. libpurple and the core are fakes of the test. */
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
static GString *notices;   /* `text|` */
static guint notices_by_nobody;
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
}

static void
line (const char *who, const char *text, gboolean quotes)
{
    g_assert_true (xtls_conversation_line (&account, who, text, quotes));
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
    line (JULIET, "a <b>", FALSE);
    line (NURSE, "c\nd", FALSE);
    g_assert_cmpstr (written->str, ==, "a &lt;b&gt;|nurse:c d|");
    run ();
    g_assert_null (turn);
    open_windows = FALSE;
    g_assert_false (xtls_conversation_line (&account, JULIET, "e", TRUE));
    g_assert_cmpuint (notices->len, ==, 0);
    end ();
}

/* Calls may be nested, and nothing overtakes what waits. */
static void
test_while_sending (void)
{
    begin ();
    xtls_conversation_begin_sending ();
    line (JULIET, "1", TRUE);
    xtls_conversation_begin_sending ();
    line (NURSE, "2", FALSE);
    xtls_conversation_end_sending ();
    line (JULIET, "3", FALSE);
    run ();
    g_assert_cmpstr (written->str, ==, "");
    g_assert_cmpuint (
        xtls_conversation_count_waiting (&account, JULIET), ==, 1);
    g_assert_cmpuint (xtls_conversation_count_waiting (&account, NURSE), ==, 0);
    xtls_conversation_end_sending ();
    line (JULIET, "4", FALSE);
    g_assert_cmpstr (written->str, ==, "");
    run ();
    g_assert_cmpstr (written->str, ==, "1|nurse:2|3|4|");
    g_assert_cmpuint (
        xtls_conversation_count_waiting (&account, JULIET), ==, 0);
    end ();
}

static void
say_many (void)
{
    slow = 1000;
    for (guint i = 0; i < 20; i++) {
        g_autofree char *text = g_strdup_printf ("%u", i);

        line (JULIET, text, TRUE);
    }
}

/* However long a line takes, a few that quote are written in each turn, in
 * order, and the others with them. */
static void
test_many (void)
{
    guint before;

    begin ();
    say_many ();
    g_assert_cmpuint (count (written), ==, 4);
    line (JULIET, "last", FALSE);
    while (turn) {
        before = count (written);
        run ();
        g_assert_cmpuint (count (written) - before,
                          <=,
                          g_str_has_suffix (written->str, "last|") ? 5 : 4);
    }
    g_assert_cmpstr (written->str,
                     ==,
                     "0|1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16|17|18|19|last|");
    end ();
}

/* Messages follow a line that describes them: it does not wait for a turn. */
static void
test_not_quoting (void)
{
    begin ();
    slow = 1000;
    for (guint i = 0; i < 20; i++)
        line (i % 2 ? JULIET : NURSE, "a", FALSE);
    g_assert_cmpuint (count (written), ==, 20);
    run ();
    g_assert_null (turn);
    end ();
}

/* Unloading the plugin waits for nothing. */
static void
test_settle (void)
{
    begin ();
    say_many ();
    xtls_conversation_settle ();
    g_assert_null (turn);
    g_assert_cmpuint (count (written), ==, 20);
    end ();
}

/* What quotes a message is shown in one notice, everything else is not shown.
 */
static void
test_closed (void)
{
    for (guint gone = 0; gone < 2; gone++) {
        begin ();
        closes_after = 3;
        xtls_conversation_begin_sending ();
        for (guint i = 0; i < 3; i++)
            line (JULIET, "before", TRUE);
        line (JULIET, "1", TRUE);
        line (JULIET, "2", FALSE);
        line (NURSE, "3", TRUE);
        line (JULIET, "4", TRUE);
        xtls_conversation_end_sending ();
        if (gone)
            g_clear_pointer (&accounts, g_list_free);
        while (turn)
            run ();
        g_assert_cmpstr (written->str, ==, gone ? "" : "before|before|before|");
        g_assert_cmpstr (notices->str,
                         ==,
                         gone ? "before<br>before<br>before<br>1<br>4|3|"
                              : "1<br>4|3|");
        g_assert_cmpuint (notices_by_nobody, ==, gone ? 2 : 0);
        end ();
    }
}

/* Nobody would see it. */
static void
test_quitting (void)
{
    begin ();
    xtls_conversation_begin_sending ();
    line (JULIET, "1", TRUE);
    line (JULIET, "2", FALSE);
    line (JULIET, "3", TRUE);
    xtls_conversation_end_sending ();
    quitting = TRUE;
    xtls_conversation_settle ();
    g_assert_cmpuint (lost, ==, 2);
    g_assert_cmpuint (notices->len, ==, 0);
    end ();
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/conversation/at-once", test_at_once);
    g_test_add_func ("/conversation/while-sending", test_while_sending);
    g_test_add_func ("/conversation/many", test_many);
    g_test_add_func ("/conversation/not-quoting", test_not_quoting);
    g_test_add_func ("/conversation/settle", test_settle);
    g_test_add_func ("/conversation/closed", test_closed);
    g_test_add_func ("/conversation/quitting", test_quitting);
    return g_test_run ();
}
