/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Locks and menus in the conversation windows of Pidgin.
 *
 * Nothing here is stored for each conversation: every refresh goes through the
 * windows that Pidgin has open and finds our widgets through their containers,
 * so that tabs, windows and toolbars may appear, move and disappear at any
 * time.
 */
#include "im-window.h"

#include "gui.h"
#include "lock.h"
#include "menu.h"
#include "names.h"

#include <gdk/gdkkeysyms.h>
#include <glib/gi18n-lib.h>
#include <gtkconv.h>
#include <gtkimhtmltoolbar.h>
#include <gtkmenutray.h>

#define PLACE "xtls-place"

/* Keys of object data: of a widget, its container; of a container, our
 * widgets. */
static char button_key[] = "xtls-button";
static char icon_key[] = "xtls-icon";
static char menu_key[] = "xtls-menu-item";
static char tab_key[] = "xtls-tab-lock";

/* Our widgets in all windows, owned by their containers. */
static GList *ours;

static void
gone_cb (GtkWidget *widget, const char *key)
{
    GObject *place = g_object_get_data (G_OBJECT (widget), PLACE);

    ours = g_list_remove (ours, widget);
    if (g_object_get_data (place, key) == widget)
        g_object_set_data (place, key, NULL);
}

/* Registers @widget at @place until one of them is destroyed. */
static void
remember (GtkWidget *place, char *key, GtkWidget *widget)
{
    ours = g_list_prepend (ours, widget);
    /* The container holds the widget, and so outlives it. */
    g_object_set_data (G_OBJECT (widget), PLACE, place);
    g_object_set_data_full (
        G_OBJECT (place), key, g_object_ref (widget), g_object_unref);
    g_signal_connect (widget, "destroy", G_CALLBACK (gone_cb), key);
}

/* %NULL also if Pidgin has removed it from its container. */
static GtkWidget *
recall (GtkWidget *place, const char *key)
{
    GtkWidget *widget = g_object_get_data (G_OBJECT (place), key);

    if (widget == NULL || gtk_widget_get_parent (widget) != NULL)
        return widget;
    gtk_widget_destroy (widget);
    return NULL;
}

/* --- the key Tab ---------------------------------------------------------- */

/* Pidgin takes its toolbar out of the order in which Tab moves the focus, and
 * in the message Tab and Shift+Tab write a tab. It asks plugins first:
 * Shift+Tab leads to the lock, and so does Tab if nothing is typed. */
static gboolean
tab_cb (PurpleConversation *conv, gboolean shift, gpointer data)
{
    PidginConversation *gtkconv = PIDGIN_IS_PIDGIN_CONVERSATION (conv)
                                      ? PIDGIN_CONVERSATION (conv)
                                      : NULL;
    GtkWidget *button =
        gtkconv == NULL ? NULL : recall (gtkconv->toolbar, button_key);

    if (button == NULL || !gtk_widget_get_mapped (button) ||
        (!shift && gtk_text_buffer_get_char_count (gtkconv->entry_buffer) > 0))
        return FALSE;
    gtk_widget_grab_focus (button);
    return TRUE;
}

/* From the lock, Tab in either direction leads back to the message. */
static gboolean
pressed_cb (GtkWidget *button, GdkEventKey *event, GtkWidget *toolbar)
{
    if (event->keyval != GDK_Tab && event->keyval != GDK_KP_Tab &&
        event->keyval != GDK_ISO_Left_Tab)
        return FALSE;
    if ((event->state & (GDK_CONTROL_MASK | GDK_MOD1_MASK)) != 0)
        return FALSE;
    gtk_widget_grab_focus (GTK_IMHTMLTOOLBAR (toolbar)->imhtml);
    return TRUE;
}

/* --- refreshing ----------------------------------------------------------- */

static void
removed_cb (GtkContainer *toolbar, GtkWidget *widget, gpointer data)
{
    if (widget == g_object_get_data (G_OBJECT (toolbar), button_key))
        xtls_gui_refresh ();
}

static void
refresh_button (PidginConversation *gtkconv)
{
    GtkWidget *toolbar = gtkconv->toolbar;
    GtkWidget *button = recall (toolbar, button_key);
    PurpleAccount *account = NULL;
    char *who = NULL;

    if (!xtls_names_contact (gtkconv->active_conv, &account, &who) ||
        !purple_prefs_get_bool (XTLS_GUI_PREF_BUTTON)) {
        if (button != NULL)
            gtk_widget_destroy (button);
        g_free (who);
        return;
    }
    if (button == NULL) {
        button = xtls_lock_new_button ();
        gtk_box_pack_start (GTK_BOX (toolbar), button, FALSE, FALSE, 0);
        g_signal_connect (
            button, "key-press-event", G_CALLBACK (pressed_cb), toolbar);
        remember (toolbar, button_key, button);
        g_signal_handlers_disconnect_by_func (toolbar, removed_cb, NULL);
        g_signal_connect (toolbar, "remove", G_CALLBACK (removed_cb), NULL);
    }
    xtls_lock_set (button, account, who);
    g_free (who);
}

/* The lock in the tab; the tab itself is what is clicked there. */
static void
refresh_tab (PidginConversation *gtkconv)
{
    GtkWidget *tab = gtkconv->tabby;
    GtkWidget *lock = tab == NULL ? NULL : recall (tab, tab_key);
    PurpleAccount *account = NULL;
    char *who = NULL;

    if (tab == NULL)
        return;
    if (!xtls_names_contact (gtkconv->active_conv, &account, &who)) {
        if (lock != NULL)
            gtk_widget_destroy (lock);
        return;
    }
    if (lock == NULL) {
        lock = gtk_image_new ();
        gtk_box_pack_start (GTK_BOX (tab), lock, FALSE, FALSE, 0);
        gtk_box_reorder_child (GTK_BOX (tab), lock, 0);
        gtk_widget_show (lock);
        remember (tab, tab_key, lock);
    }
    xtls_lock_set_image (lock, account, who);
    g_free (who);
}

static GtkWidget *
add_menu (PidginWindow *win)
{
    GtkWidget *menubar = win->menu.menubar;
    GtkWidget *item = gtk_menu_item_new_with_mnemonic (_ ("_XTLS"));
    GList *children = gtk_container_get_children (GTK_CONTAINER (menubar));
    int count = (int)g_list_length (children);

    gtk_menu_item_set_submenu (GTK_MENU_ITEM (item), xtls_menu_new ());
    /* The tray must remain the last child. */
    gtk_menu_shell_insert (
        GTK_MENU_SHELL (menubar), item, count > 0 ? count - 1 : 0);
    gtk_widget_show (item);
    g_list_free (children);
    remember (menubar, menu_key, item);
    return item;
}

static GtkWidget *
add_icon (PidginWindow *win)
{
    GtkWidget *icon = xtls_lock_new_icon ();

    pidgin_menu_tray_append (PIDGIN_MENU_TRAY (win->menu.tray), icon, NULL);
    remember (win->menu.tray, icon_key, icon);
    return icon;
}

/* Pidgin's menu entry for logging does not notice changes made elsewhere. */
static void
refresh_logging (PidginWindow *win, PurpleConversation *conv)
{
    gtk_check_menu_item_set_active (GTK_CHECK_MENU_ITEM (win->menu.logging),
                                    purple_conversation_is_logging (conv));
}

/* Assistive technology sees the tray, but not what is in it. */
static void
name_tray (PidginWindow *win, GtkWidget *icon)
{
    atk_object_set_name (
        gtk_widget_get_accessible (win->menu.tray),
        icon == NULL ? ""
                     : atk_object_get_name (gtk_widget_get_accessible (icon)));
}

static void
refresh_window (PidginWindow *win)
{
    PurpleConversation *conv =
        pidgin_conv_window_get_gtkconv_count (win) == 0
            ? NULL
            : pidgin_conv_window_get_active_conversation (win);
    GtkWidget *item = recall (win->menu.menubar, menu_key);
    GtkWidget *icon = recall (win->menu.tray, icon_key);
    PurpleAccount *account = NULL;
    char *who = NULL;

    if (conv == NULL || !xtls_names_contact (conv, &account, &who)) {
        if (item != NULL)
            gtk_widget_destroy (item);
        if (icon != NULL) {
            gtk_widget_destroy (icon);
            name_tray (win, NULL);
        }
        return;
    }
    if (item == NULL)
        item = add_menu (win);
    if (icon == NULL)
        icon = add_icon (win);
    xtls_menu_set (
        gtk_menu_item_get_submenu (GTK_MENU_ITEM (item)), account, who);
    xtls_lock_set (icon, account, who);
    name_tray (win, icon);
    refresh_logging (win, conv);
    g_free (who);
}

void
xtls_im_window_refresh (void)
{
    for (GList *w = pidgin_conv_windows_get_list (); w != NULL; w = w->next) {
        PidginWindow *win = w->data;

        refresh_window (win);
        for (GList *c = pidgin_conv_window_get_gtkconvs (win); c != NULL;
             c = c->next) {
            refresh_button (c->data);
            refresh_tab (c->data);
        }
    }
}

void
xtls_im_window_init (void)
{
    purple_signal_connect (pidgin_conversations_get_handle (),
                           "chat-nick-autocomplete",
                           xtls_gui_handle (),
                           PURPLE_CALLBACK (tab_cb),
                           NULL);
}

void
xtls_im_window_uninit (void)
{
    for (GList *c = purple_get_conversations (); c != NULL; c = c->next) {
        PurpleConversation *conv = c->data;

        if (PIDGIN_IS_PIDGIN_CONVERSATION (conv) &&
            PIDGIN_CONVERSATION (conv) != NULL)
            g_signal_handlers_disconnect_by_func (
                PIDGIN_CONVERSATION (conv)->toolbar, removed_cb, NULL);
    }
    while (ours != NULL)
        gtk_widget_destroy (ours->data);
    for (GList *w = pidgin_conv_windows_get_list (); w != NULL; w = w->next)
        name_tray (w->data, NULL);
}
