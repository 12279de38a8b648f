/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes system messages into conversations. */
#include "conversation.h"

#include "contact-name.h"
#include "core.h"
#include "jabber.h"
#include "lost.h"
#include "message.h"

#include <eventloop.h>
#include <glib/gi18n-lib.h>
#include <notify.h>
#include <string.h>
#include <time.h>

/* In one turn of the main loop so many lines that quote a message are written,
 * and then as many as are written in so many microseconds. Other lines are few,
 * and describe the messages that follow them: they do not wait for a turn. */
#define LINES_AT_ONCE 4
#define TIME_AT_ONCE 1000

/* A system message that waits until libpurple has sent, or for its turn. */
typedef struct {
    PurpleAccount *account;
    char *who;
    char *html;
    PurpleMessageFlags flags;
    time_t when;
} Line;

static guint sending;                 /* nested calls */
static GQueue waiting = G_QUEUE_INIT; /* of Line, owned */
static guint timer;                   /* the next turn of the main loop */

/* What this turn has done. */
static guint lines;
static gint64 spent;

/* Finds a window that libpurple does not find under @who, but that sends to
 * @who. */
static PurpleConversation *
find_by_other_name (PurpleAccount *account, const char *who)
{
    for (GList *l = purple_get_ims (); l; l = l->next) {
        g_autofree char *name = NULL;

        if (purple_conversation_get_account (l->data) != account)
            continue;
        name = xtls_jabber_normalize (account,
                                      purple_conversation_get_name (l->data));
        if (g_strcmp0 (name, who) == 0)
            return l->data;
    }
    return NULL;
}

PurpleConversation *
xtls_conversation_find (PurpleAccount *account, const char *who)
{
    PurpleConversation *conv;

    /* The windows of an account that is being deleted go with it. */
    if (!g_list_find (purple_accounts_get_all (), account))
        return NULL;
    conv = purple_find_conversation_with_account (
        PURPLE_CONV_TYPE_IM, who, account);
    return conv ? conv : find_by_other_name (account, who);
}

static void
line_free (Line *line)
{
    g_free (line->who);
    g_free (line->html);
    g_free (line);
}

/* The notice does not belong to the plugin, or it would be closed when that is
 * unloaded. */
void
xtls_conversation_notify (PurpleAccount *account,
                          const char *who,
                          const char *html)
{
    g_autofree char *name = xtls_contact_name_get (account, who);

    purple_notify_formatted (
        account, _ ("Private conversation"), name, NULL, html, NULL, NULL);
}

static gboolean
quotes (const Line *line)
{
    return (line->flags & PURPLE_MESSAGE_NO_LOG) != 0;
}

static gboolean
is_about (const Line *line, PurpleAccount *account, const char *who)
{
    return line->account == account && strcmp (line->who, who) == 0;
}

/* One notice shows all messages to a contact, even if its account is gone. */
static void
notify_all (const Line *first)
{
    gboolean here =
        g_list_find (purple_accounts_get_all (), first->account) != NULL;
    g_autoptr (GString) html = g_string_new (first->html);
    GList *next;

    for (GList *l = waiting.head; l; l = next) {
        Line *line = l->data;

        next = l->next;
        if (!quotes (line) || !is_about (line, first->account, first->who))
            continue;
        g_string_append_printf (html, "<br>%s", line->html);
        g_queue_delete_link (&waiting, l);
        line_free (line);
    }
    xtls_conversation_notify (
        here ? first->account : NULL, first->who, html->str);
}

/* What quotes a message must reach its writer, although the conversation is
 * closed or the client is quitting by now. */
static void
write_line (const Line *line)
{
    gint64 begin = g_get_monotonic_time ();
    PurpleConversation *conv =
        xtls_conversation_find (line->account, line->who);

    if (quotes (line) && xtls_core_is_quitting ())
        xtls_lost_add (xtls_core_get_lost (), line->who);
    else if (conv)
        purple_conversation_write (
            conv, NULL, line->html, line->flags, line->when);
    else if (quotes (line))
        notify_all (line);
    lines++;
    spent += g_get_monotonic_time () - begin;
}

static gboolean
may_write_first (void)
{
    const Line *line = g_queue_peek_head (&waiting);

    return line && sending == 0 &&
           (!quotes (line) || lines < LINES_AT_ONCE || spent < TIME_AT_ONCE);
}

static void
write_first (void)
{
    Line *line = g_queue_pop_head (&waiting);

    write_line (line);
    line_free (line);
}

static gboolean turn_cb (gpointer data);

static void
wait_for_turn (void)
{
    if (!timer)
        timer = purple_timeout_add (0, turn_cb, NULL);
}

static gboolean
turn_cb (gpointer data)
{
    timer = 0;
    lines = 0;
    spent = 0;
    while (may_write_first ())
        write_first ();
    if (!g_queue_is_empty (&waiting))
        wait_for_turn ();
    return FALSE;
}

void
xtls_conversation_settle (void)
{
    while (!g_queue_is_empty (&waiting))
        write_first ();
    if (timer)
        purple_timeout_remove (timer);
    timer = 0;
    lines = 0;
    spent = 0;
}

guint
xtls_conversation_count_waiting (PurpleAccount *account, const char *who)
{
    guint n = 0;

    for (const GList *l = waiting.head; l; l = l->next)
        n += quotes (l->data) && is_about (l->data, account, who);
    return n;
}

void
xtls_conversation_begin_sending (void)
{
    sending++;
}

void
xtls_conversation_end_sending (void)
{
    sending--;
}

gboolean
xtls_conversation_line (PurpleAccount *account,
                        const char *who,
                        const char *text,
                        gboolean private)
{
    g_autofree char *plain = NULL;
    Line *line;

    if (!xtls_conversation_find (account, who))
        return FALSE;
    /* Names in it come from others; what it quotes was typed here. */
    plain = private ? g_strdup (text) : xtls_message_one_line (text);
    line = g_new0 (Line, 1);
    line->account = account;
    line->who = g_strdup (who);
    line->html = g_markup_escape_text (plain, -1);
    /* Otherwise a JID would become a mailto link. */
    line->flags = PURPLE_MESSAGE_SYSTEM | PURPLE_MESSAGE_NO_LINKIFY |
                  (private ? PURPLE_MESSAGE_NO_LOG : 0);
    line->when = time (NULL);
    g_queue_push_tail (&waiting, line);
    if (waiting.length == 1 && may_write_first ())
        write_first ();
    wait_for_turn ();
    return TRUE;
}
