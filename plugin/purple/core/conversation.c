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

/* In one turn of the main loop so many quotes are written, and then as many as
 * are written in so many microseconds. */
#define QUOTES_AT_ONCE 4
#define TIME_AT_ONCE 1000

typedef enum { LINE, REPORT, QUOTE } Kind;

typedef struct {
    Kind kind;
    PurpleAccount *account; /* borrowed, until it is removed */
    char *who;
    char *text;
    time_t when;
    char *notice;                /* (nullable) of a report */
    XtlsConversationShown shown; /* (nullable) of a quote, like the next */
    guint number;
} Line;

static guint sending; /* nested calls */
static guint timer;   /* the next turn of the main loop */

/* Both of Line, owned. */
static GQueue waiting = G_QUEUE_INIT; /* lines and reports: libpurple sends */
static GQueue quotes = G_QUEUE_INIT;

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

static Line *
line_new (Kind kind, PurpleAccount *account, const char *who, const char *text)
{
    Line *line = g_new0 (Line, 1);

    line->kind = kind;
    line->account = account;
    line->who = g_strdup (who);
    /* Names in it come from others; what is quoted was typed here. */
    line->text = kind == QUOTE ? g_strdup (text) : xtls_message_one_line (text);
    line->when = time (NULL);
    return line;
}

static void
line_free (Line *line)
{
    g_free (line->who);
    g_free (line->text);
    g_free (line->notice);
    g_free (line);
}

static gboolean
is_about (const Line *line, const PurpleAccount *account, const char *who)
{
    return line->account == account && strcmp (line->who, who) == 0;
}

/* --- writing -------------------------------------------------------------- */

/* Whatever is called here may run other plugins, which may close windows,
 * delete accounts, and make us write more. */

static PurpleAccount *
get_account (const Line *line)
{
    return g_list_find (purple_accounts_get_all (), line->account)
               ? line->account
               : NULL;
}

static void
write_into (PurpleConversation *conv, const Line *line)
{
    g_autofree char *html = g_markup_escape_text (line->text, -1);

    /* Without NO_LINKIFY a JID would become a mailto link. */
    purple_conversation_write (
        conv,
        NULL,
        html,
        PURPLE_MESSAGE_SYSTEM | PURPLE_MESSAGE_NO_LINKIFY |
            (line->kind == QUOTE ? PURPLE_MESSAGE_NO_LOG : 0),
        line->when);
}

/* A notice does not belong to the plugin, or it would be closed when that is
 * unloaded. */
static void
notify_report (const Line *line)
{
    PurpleAccount *account = get_account (line);
    g_autofree char *name = xtls_contact_name_get (account, line->who);

    if (line->notice)
        purple_notify_info (
            account, _ ("Private conversation"), line->notice, NULL);
    else
        purple_notify_warning (
            account, _ ("Private conversation"), name, line->text);
}

static void
tell_shown (const Line *line)
{
    if (line->shown && get_account (line))
        line->shown (line->account, line->who, line->number);
}

/* (nullable) (transfer full): the next quote of a message to the same
 * contact. */
static Line *
pop_quote_like (const Line *first)
{
    for (GList *l = quotes.head; l; l = l->next) {
        Line *line = l->data;

        if (!is_about (line, first->account, first->who))
            continue;
        g_queue_delete_link (&quotes, l);
        return line;
    }
    return NULL;
}

static void
add_quote (GString *html, const Line *line)
{
    g_autofree char *escaped = g_markup_escape_text (line->text, -1);

    if (html->len > 0)
        g_string_append (html, "<br>");
    g_string_append (html, escaped);
}

/* One notice shows all that are to one contact. */
static void
notify_quotes (const Line *first)
{
    g_autofree char *name = NULL;
    g_autoptr (GString) html = g_string_new (NULL);
    Line *line;

    add_quote (html, first);
    while ((line = pop_quote_like (first))) {
        add_quote (html, line);
        tell_shown (line);
        line_free (line);
    }
    name = xtls_contact_name_get (get_account (first), first->who);
    purple_notify_formatted (get_account (first),
                             _ ("Private conversation"),
                             name,
                             NULL,
                             html->str,
                             NULL,
                             NULL);
}

/* Takes @line. While the client is quitting, UI output is invisible. */
static void
write_line (Line *line)
{
    PurpleConversation *conv;

    tell_shown (line);
    conv = xtls_conversation_find (line->account, line->who);
    if (line->kind == QUOTE && xtls_core_is_quitting ())
        xtls_lost_add (xtls_core_get_lost (), line->who);
    else if (conv)
        write_into (conv, line);
    else if (line->kind == QUOTE)
        notify_quotes (line);
    else if (line->kind == REPORT)
        notify_report (line);
    line_free (line);
}

static void
write_lines (void)
{
    while (sending == 0 && !g_queue_is_empty (&waiting))
        write_line (g_queue_pop_head (&waiting));
}

static void
write_some_quotes (void)
{
    gint64 end = g_get_monotonic_time () + TIME_AT_ONCE;

    for (guint n = 0; sending == 0 && !g_queue_is_empty (&quotes) &&
                      (n < QUOTES_AT_ONCE || g_get_monotonic_time () < end);
         n++)
        write_line (g_queue_pop_head (&quotes));
}

/* --- turns of the main loop ----------------------------------------------- */

static void wait_for_turn (void);

static gboolean
turn_cb (gpointer data)
{
    timer = 0;
    write_lines ();
    write_some_quotes ();
    wait_for_turn ();
    return FALSE;
}

/* While libpurple sends, no turn comes, unless another plugin runs the main
 * loop meanwhile. */
static void
wait_for_turn (void)
{
    gboolean any = !g_queue_is_empty (&waiting) || !g_queue_is_empty (&quotes);

    if (any && sending == 0 && !timer)
        timer = purple_timeout_add (0, turn_cb, NULL);
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
    wait_for_turn ();
}

void
xtls_conversation_settle (void)
{
    while (!g_queue_is_empty (&waiting))
        write_line (g_queue_pop_head (&waiting));
    while (!g_queue_is_empty (&quotes))
        write_line (g_queue_pop_head (&quotes));
    if (timer)
        purple_timeout_remove (timer);
    timer = 0;
}

/* (nullable) (transfer full): the first that is about the account. */
static Line *
pop_of (GQueue *queue, const PurpleAccount *account)
{
    for (GList *l = queue->head; l; l = l->next) {
        Line *line = l->data;

        if (line->account != account)
            continue;
        g_queue_delete_link (queue, l);
        return line;
    }
    return NULL;
}

void
xtls_conversation_account_removed (PurpleAccount *account)
{
    Line *line;

    while ((line = pop_of (&waiting, account)) ||
           (line = pop_of (&quotes, account)))
        write_line (line);
}

guint
xtls_conversation_count_waiting (PurpleAccount *account, const char *who)
{
    guint n = 0;

    for (const GList *l = quotes.head; l; l = l->next)
        n += is_about (l->data, account, who);
    return n;
}

/* --- the three kinds ------------------------------------------------------ */

static void
add_line (Line *line)
{
    g_queue_push_tail (&waiting, line);
    write_lines ();
}

void
xtls_conversation_line (PurpleAccount *account,
                        const char *who,
                        const char *text)
{
    xtls_conversation_line_at (account, who, text, time (NULL));
}

void
xtls_conversation_line_at (PurpleAccount *account,
                           const char *who,
                           const char *text,
                           time_t when)
{
    Line *line;

    if (!xtls_conversation_find (account, who))
        return;
    line = line_new (LINE, account, who, text);
    line->when = when;
    add_line (line);
}

void
xtls_conversation_report (PurpleAccount *account,
                          const char *who,
                          const char *text)
{
    add_line (line_new (REPORT, account, who, text));
}

void
xtls_conversation_report_as (PurpleAccount *account,
                             const char *who,
                             const char *text,
                             const char *notice)
{
    Line *line = line_new (REPORT, account, who, text);

    line->notice = g_strdup (notice);
    add_line (line);
}

void
xtls_conversation_quote (PurpleAccount *account,
                         const char *who,
                         const char *text,
                         XtlsConversationShown shown,
                         guint number)
{
    Line *line = line_new (QUOTE, account, who, text);

    line->shown = shown;
    line->number = number;
    g_queue_push_tail (&quotes, line);
    wait_for_turn ();
}
