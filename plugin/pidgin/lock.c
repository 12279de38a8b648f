/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lock. */
#include "lock.h"

#include "gui.h"
#include "icon.h"
#include "menu.h"
#include "names.h"
#include "progress.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum { FINGERPRINT_START = 23 }; /* characters: eight bytes with their colons */

enum { SHOWN_FROM = 2 }; /* seconds */

/* Owned by its widget, which also owns the widgets in it. */
typedef struct {
    PurpleAccount *account; /* (nullable) */
    char *who;
    gboolean can_end;
    GtkWidget *image;
    GtkWidget *label; /* (nullable) */
    GtkWidget *menu;
} Lock;

static void
free_cb (gpointer data)
{
    Lock *lock = data;

    gtk_widget_destroy (lock->menu);
    g_object_unref (lock->menu);
    g_free (lock->who);
    g_free (lock);
}

/* A tooltip that appears, or stays, would cover the menu. */
static void
menu_shown_cb (GtkWidget *menu, GtkWidget *widget)
{
    gtk_widget_set_has_tooltip (widget, FALSE);
    gtk_widget_trigger_tooltip_query (widget);
}

static void
menu_hidden_cb (GtkWidget *menu, GtkWidget *widget)
{
    gtk_widget_set_has_tooltip (widget, TRUE);
}

static Lock *
attach (GtkWidget *widget)
{
    Lock *lock = g_new0 (Lock, 1);

    lock->image = gtk_image_new ();
    lock->menu = g_object_ref_sink (xtls_menu_new ());
    g_signal_connect_object (
        lock->menu, "map", G_CALLBACK (menu_shown_cb), widget, 0);
    g_signal_connect_object (
        lock->menu, "unmap", G_CALLBACK (menu_hidden_cb), widget, 0);
    g_object_set_data_full (G_OBJECT (widget), "xtls-lock", lock, free_cb);
    return lock;
}

static void
position_cb (GtkMenu *menu, int *x, int *y, gboolean *push_in, gpointer data)
{
    GtkWidget *widget = data;
    GtkAllocation at;

    gtk_widget_get_allocation (widget, &at);
    gdk_window_get_origin (gtk_widget_get_window (widget), x, y);
    if (!gtk_widget_get_has_window (widget)) {
        *x += at.x;
        *y += at.y;
    }
    *y += at.height;
    *push_in = TRUE;
}

static void
popup (GtkWidget *widget, Lock *lock, guint button, guint32 time)
{
    if (lock->account == NULL)
        return;
    xtls_menu_set (lock->menu, lock->account, lock->who);
    gtk_menu_popup (
        GTK_MENU (lock->menu), NULL, NULL, position_cb, widget, button, time);
    /* A menu opened from the keyboard is used with the keyboard. */
    if (button == 0)
        gtk_menu_shell_select_first (GTK_MENU_SHELL (lock->menu), FALSE);
}

static void
clicked_cb (GtkWidget *button, Lock *lock)
{
    if (lock->account == NULL)
        return;
    if (!lock->can_end)
        xtls_menu_start (lock->account, lock->who);
    else
        popup (button, lock, 0, gtk_get_current_event_time ());
}

static gboolean
pressed_cb (GtkWidget *widget, GdkEventButton *event, Lock *lock)
{
    if (event->type != GDK_BUTTON_PRESS ||
        (lock->label != NULL && event->button != 3))
        return FALSE;
    popup (widget, lock, event->button, event->time);
    return TRUE;
}

static gboolean
popup_menu_cb (GtkWidget *widget, Lock *lock)
{
    popup (widget, lock, 0, gtk_get_current_event_time ());
    return TRUE;
}

GtkWidget *
xtls_lock_new_button (void)
{
    GtkWidget *button = gtk_button_new ();
    GtkWidget *box = gtk_hbox_new (FALSE, 4);
    Lock *lock = attach (button);

    lock->label = gtk_label_new (NULL);
    gtk_button_set_relief (GTK_BUTTON (button), GTK_RELIEF_NONE);
    /* After a click the focus must be in the message again, so that the user
     * can type on. */
    gtk_button_set_focus_on_click (GTK_BUTTON (button), FALSE);
    gtk_box_pack_start (GTK_BOX (box), lock->image, FALSE, FALSE, 0);
    gtk_box_pack_start (GTK_BOX (box), lock->label, FALSE, FALSE, 0);
    gtk_container_add (GTK_CONTAINER (button), box);
    g_signal_connect (button, "clicked", G_CALLBACK (clicked_cb), lock);
    g_signal_connect (
        button, "button-press-event", G_CALLBACK (pressed_cb), lock);
    g_signal_connect (button, "popup-menu", G_CALLBACK (popup_menu_cb), lock);
    gtk_widget_show_all (button);
    return button;
}

GtkWidget *
xtls_lock_new_icon (void)
{
    GtkWidget *box = gtk_event_box_new ();
    Lock *lock = attach (box);

    gtk_container_add (GTK_CONTAINER (box), lock->image);
    g_signal_connect (box, "button-press-event", G_CALLBACK (pressed_cb), lock);
    gtk_widget_show_all (box);
    return box;
}

static void
append_line (GString *text, char *line)
{
    g_string_append_c (text, '\n');
    g_string_append (text, line);
    g_free (line);
}

/* Returns: (nullable) (transfer none): what to know or do before the
 * conversation can be private. */
static const char *
hint (PurpleAccount *account, const char *who, const XtlsStatus *status)
{
    if (status->why_not != NULL)
        return status->why_not;
    switch (xtls_gui_api ()->get_capability (account, who)) {
    case XTLS_CAPABILITY_PRESENT:
        return _ ("Click to start a private conversation.");
    case XTLS_CAPABILITY_ABSENT:
        return _ ("This contact’s client does not have XTLS.");
    case XTLS_CAPABILITY_OFFLINE:
        return _ ("This contact is offline.");
    case XTLS_CAPABILITY_UNKNOWN:
        break;
    }
    return NULL;
}

/* Plain text: contact, state, resource, the first part of the fingerprint, and
 * its trust. */
static char *
tooltip (PurpleAccount *account, const char *who, const XtlsStatus *status)
{
    const char *more = status->can_end ? NULL : hint (account, who, status);
    guint seconds = xtls_progress_get_seconds (account, who);
    GString *text = g_string_new (NULL);
    char *name = xtls_names_show (account, who);

    /* Translators: a contact and the word for the state. */
    g_string_append_printf (text, _ ("%s: %s"), name, status->word);
    g_free (name);
    if (seconds >= SHOWN_FROM)
        append_line (
            text,
            g_strdup_printf (
                dngettext (GETTEXT_PACKAGE,
                           /* Translators: %u is a number of seconds. */
                           "It has been starting for %u second.",
                           "It has been starting for %u seconds.",
                           seconds),
                seconds));
    if (status->resource != NULL) {
        char *resource = xtls_names_clean (status->resource, XTLS_NAME_MAX);

        /* Translators: %s is the resource of a contact. */
        append_line (text, g_strdup_printf (_ ("Resource: %s"), resource));
        g_free (resource);
    }
    if (status->fingerprint != NULL) {
        append_line (text,
                     g_strdup_printf (_ ("Fingerprint: %.*s…"),
                                      FINGERPRINT_START,
                                      status->fingerprint));
        append_line (text,
                     xtls_names_trust_since (
                         status->trust, status->how, status->verified_at));
    }
    if (status->held > 0)
        append_line (
            text,
            g_strdup_printf (
                dngettext (GETTEXT_PACKAGE,
                           /* Translators: %u is a number of messages. */
                           "%u message is held.",
                           "%u messages are held.",
                           status->held),
                status->held));
    if (more != NULL)
        append_line (text, g_strdup (more));
    return g_string_free (text, FALSE);
}

/* A short start needs no clock. */
static void
set_label (Lock *lock, const XtlsStatus *status)
{
    guint seconds = xtls_progress_get_seconds (lock->account, lock->who);
    char *text =
        seconds < SHOWN_FROM
            ? g_strdup (status->word)
            /* Translators: the word “Starting…”, and for how many seconds. */
            : g_strdup_printf (_ ("%s %u s"), status->word, seconds);

    gtk_label_set_text (GTK_LABEL (lock->label), text);
    g_free (text);
}

void
xtls_lock_set_image (GtkWidget *image, PurpleAccount *account, const char *who)
{
    XtlsState state = xtls_gui_api ()->get_state (account, who);
    char *name = xtls_names_show (account, who);
    /* Translators: a contact and the word for the state. */
    char *text =
        g_strdup_printf (_ ("%s: %s"), name, xtls_gui_api ()->get_word (state));

    gtk_image_set_from_pixbuf (GTK_IMAGE (image),
                               xtls_icon_get (state, XTLS_ICON_MENU));
    atk_object_set_name (gtk_widget_get_accessible (image), text);
    g_free (text);
    g_free (name);
}

void
xtls_lock_set (GtkWidget *widget, PurpleAccount *account, const char *who)
{
    Lock *lock = g_object_get_data (G_OBJECT (widget), "xtls-lock");
    XtlsStatus *status;
    char *text;

    g_free (lock->who);
    lock->who = g_strdup (who);
    lock->account = account;
    xtls_menu_set (lock->menu, account, who);
    if (account == NULL)
        return;
    status = xtls_gui_api ()->get_status (account, who);
    lock->can_end = status->can_end;
    gtk_image_set_from_pixbuf (GTK_IMAGE (lock->image),
                               xtls_icon_get (status->state, XTLS_ICON_MENU));
    if (lock->label != NULL)
        set_label (lock, status);
    text = tooltip (account, who, status);
    gtk_widget_set_tooltip_text (widget, text);
    gtk_widget_set_has_tooltip (widget, !gtk_widget_get_mapped (lock->menu));
    g_free (text);
    /* Translators: read aloud for the lock; the word for the state. */
    text = g_strdup_printf (_ ("Private conversation: %s"), status->word);
    atk_object_set_name (gtk_widget_get_accessible (widget), text);
    atk_object_set_name (gtk_widget_get_accessible (lock->image), text);
    g_free (text);
    xtls_gui_api ()->free_status (status);
}
