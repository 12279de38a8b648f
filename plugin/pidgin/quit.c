/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks before Pidgin quits while messages wait. */
#include "quit.h"

#include "dialog.h"
#include "gui.h"

#include <core.h>
#include <glib/gi18n-lib.h>
#include <gtkblist.h>

#define KIND "xtls-quit"

/* As Pidgin has it, translated or not. */
#define PATH "/Buddies/Quit"

static GtkWidget *entry;       /* (nullable): cleared when it is destroyed */
static GSList *blocked;        /* (element-type gulong): its handlers */
static GtkWidget *list_window; /* (nullable): cleared when it is destroyed */
static guint quitting;         /* the idle source that quits */

/* libpurple unmaps this plugin while it ends: nothing of ours may be on the
 * stack then. */
static void
quit_soon (void)
{
    if (quitting == 0)
        quitting = g_idle_add (purple_core_quit_cb, NULL);
}

static void
quit_anyway (PurpleAccount *account, const char *who, gpointer data)
{
    quit_soon ();
}

static void
ask (guint unsent)
{
    char *question = g_strdup_printf (
        dngettext (GETTEXT_PACKAGE,
                   /* Translators: %u is a number of messages. */
                   "%u message has not been sent, or was not confirmed.",
                   "%u messages have not been sent, or were not confirmed.",
                   unsent),
        unsent);

    xtls_dialog_ask (
        KIND,
        NULL,
        "",
        question,
        _ ("What has not been sent is lost when Pidgin quits. When it starts "
           "again, it tells you whom you wrote to, but not what."),
        _ ("_Quit anyway"),
        quit_anyway,
        NULL);
    g_free (question);
}

static void
activate_cb (GtkWidget *item, gpointer data)
{
    guint unsent = xtls_gui_api ()->count_unsent ();

    if (unsent == 0)
        quit_soon ();
    else
        ask (unsent);
}

/* Until ours is there: what else the entry would do. */
static void
block_others (void)
{
    guint activate = g_signal_lookup ("activate", GTK_TYPE_MENU_ITEM);
    gulong handler;

    while ((handler = g_signal_handler_find (entry,
                                             G_SIGNAL_MATCH_ID |
                                                 G_SIGNAL_MATCH_UNBLOCKED,
                                             activate,
                                             0,
                                             NULL,
                                             NULL,
                                             NULL)) != 0) {
        g_signal_handler_block (entry, handler);
        blocked = g_slist_prepend (blocked, GSIZE_TO_POINTER (handler));
    }
}

static void
unblock_others (void)
{
    for (GSList *l = blocked; l != NULL; l = l->next)
        if (g_signal_handler_is_connected (entry, GPOINTER_TO_SIZE (l->data)))
            g_signal_handler_unblock (entry, GPOINTER_TO_SIZE (l->data));
}

/* Returns: %FALSE if Pidgin would quit, because nothing (an icon in the tray,
 * another plugin) could show a list that is hidden. Pidgin does not tell that,
 * but it shows a hidden list as soon as the last such thing has gone. */
static gboolean
is_hidden (GtkWidget *window)
{
    pidgin_blist_visibility_manager_add ();
    purple_blist_set_visible (FALSE);
    pidgin_blist_visibility_manager_remove ();
    return !gtk_widget_get_visible (window);
}

/* Comes before Pidgin's own handler of "delete-event". */
static gboolean
closed_cb (GtkWidget *window, GdkEvent *event, gpointer data)
{
    guint unsent;

    if (event->type != GDK_DELETE)
        return FALSE;
    unsent = xtls_gui_api ()->count_unsent ();
    if (unsent == 0)
        return FALSE;
    if (!is_hidden (window))
        ask (unsent);
    return TRUE;
}

static void
watch_entry (PidginBuddyList *list)
{
    entry = gtk_item_factory_get_widget (list->ift, PATH);
    if (entry == NULL)
        return;
    g_object_add_weak_pointer (G_OBJECT (entry), (gpointer *)&entry);
    g_clear_pointer (&blocked, g_slist_free);
    block_others ();
    g_signal_connect (entry, "activate", G_CALLBACK (activate_cb), NULL);
}

static void
watch_window (PidginBuddyList *list)
{
    list_window = list->window;
    g_object_add_weak_pointer (G_OBJECT (list_window),
                               (gpointer *)&list_window);
    g_signal_connect (list_window, "event", G_CALLBACK (closed_cb), NULL);
}

void
xtls_quit_refresh (void)
{
    PidginBuddyList *list = pidgin_blist_get_default_gtk_blist ();

    if (list == NULL)
        return;
    if (entry == NULL && list->ift != NULL)
        watch_entry (list);
    if (list_window == NULL && list->window != NULL)
        watch_window (list);
}

void
xtls_quit_uninit (void)
{
    if (list_window != NULL) {
        g_signal_handlers_disconnect_by_func (list_window, closed_cb, NULL);
        g_object_remove_weak_pointer (G_OBJECT (list_window),
                                      (gpointer *)&list_window);
        list_window = NULL;
    }
    if (entry != NULL) {
        g_signal_handlers_disconnect_by_func (entry, activate_cb, NULL);
        unblock_others ();
        g_object_remove_weak_pointer (G_OBJECT (entry), (gpointer *)&entry);
        entry = NULL;
    }
    g_clear_pointer (&blocked, g_slist_free);
}
