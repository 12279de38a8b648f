/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The menu for one contact. */
#include "menu.h"

#include "contact-settings.h"
#include "gui.h"
#include "help.h"
#include "icon.h"
#include "names.h"
#include "newkey.h"
#include "verify.h"

#include <conversation.h>
#include <glib/gi18n-lib.h>

/* Owned by its widget. */
typedef struct {
    PurpleAccount *account; /* (nullable) */
    char *who;
    GtkWidget *start;
    GtkWidget *end;
    GtkWidget *resend;
    GtkWidget *verify;
    GtkWidget *new_key;
    GtkWidget *held;
    GtkWidget *about;
    GtkWidget *settings;
} Menu;

static void
free_cb (gpointer data)
{
    Menu *menu = data;

    g_free (menu->who);
    g_free (menu);
}

/* libpurple does not find a window under another spelling of the address. */
static gboolean
has_window (PurpleAccount *account, const char *who)
{
    for (GList *l = purple_get_ims (); l != NULL; l = l->next) {
        PurpleAccount *its_account = NULL;
        char *its_who = NULL;
        gboolean same = xtls_names_contact (l->data, &its_account, &its_who) &&
                        its_account == account && g_strcmp0 (its_who, who) == 0;

        g_free (its_who);
        if (same)
            return TRUE;
    }
    return FALSE;
}

void
xtls_menu_start (PurpleAccount *account, const char *who)
{
    char *why = NULL;

    if (!xtls_gui_api ()->start (account, who, &why))
        xtls_gui_tell (_ ("The private conversation could not be started."),
                       why);
    else if (!has_window (account, who))
        purple_conversation_present (
            purple_conversation_new (PURPLE_CONV_TYPE_IM, account, who));
}

static void
start_cb (GtkWidget *item, Menu *menu)
{
    if (menu->account != NULL)
        xtls_menu_start (menu->account, menu->who);
}

static void
end_cb (GtkWidget *item, Menu *menu)
{
    char *why = NULL;

    if (menu->account != NULL &&
        !xtls_gui_api ()->end (menu->account, menu->who, &why))
        xtls_gui_tell (_ ("The private conversation could not be ended."), why);
}

static void
resend_cb (GtkWidget *item, Menu *menu)
{
    char *why = NULL;

    if (menu->account != NULL &&
        !xtls_gui_api ()->resend (menu->account, menu->who, &why))
        xtls_gui_tell (_ ("Nothing was sent again."), why);
}

static void
verify_cb (GtkWidget *item, Menu *menu)
{
    if (menu->account != NULL)
        xtls_verify_show (menu->account, menu->who, NULL);
}

static void
new_key_cb (GtkWidget *item, Menu *menu)
{
    if (menu->account != NULL)
        xtls_newkey_ask (menu->account, menu->who);
}

static void
held_cb (GtkWidget *item, Menu *menu)
{
    char *why = NULL;

    if (menu->account != NULL &&
        !xtls_gui_api ()->ask_choice (menu->account, menu->who, &why))
        xtls_gui_tell (_ ("There is nothing to decide about held messages."),
                       why);
}

static void
settings_cb (GtkWidget *item, Menu *menu)
{
    if (menu->account != NULL)
        xtls_contact_settings_show (menu->account, menu->who);
}

static void
help_cb (GtkWidget *item, Menu *menu)
{
    xtls_help_show ("overview");
}

static GtkWidget *
append (GtkWidget *widget, const char *label, GCallback activate, Menu *menu)
{
    GtkWidget *item = gtk_image_menu_item_new_with_mnemonic (label);

    if (activate != NULL)
        g_signal_connect (item, "activate", activate, menu);
    gtk_menu_shell_append (GTK_MENU_SHELL (widget), item);
    gtk_widget_show (item);
    return item;
}

static void
append_separator (GtkWidget *widget)
{
    GtkWidget *item = gtk_separator_menu_item_new ();

    gtk_menu_shell_append (GTK_MENU_SHELL (widget), item);
    gtk_widget_show (item);
}

GtkWidget *
xtls_menu_new (void)
{
    GtkWidget *widget = gtk_menu_new ();
    Menu *menu = g_new0 (Menu, 1);

    menu->start = append (
        widget, _ ("_Start private conversation"), G_CALLBACK (start_cb), menu);
    menu->end = append (
        widget, _ ("_End private conversation"), G_CALLBACK (end_cb), menu);
    menu->resend = append (widget,
                           _ ("Send _again what was not confirmed"),
                           G_CALLBACK (resend_cb),
                           menu);
    menu->verify =
        append (widget, _ ("_Verify…"), G_CALLBACK (verify_cb), menu);
    menu->new_key = append (widget,
                            _ ("_Decide about the new key…"),
                            G_CALLBACK (new_key_cb),
                            menu);
    menu->held = append (widget, "", G_CALLBACK (held_cb), menu);
    append_separator (widget);
    menu->about = append (widget, "", NULL, menu);
    gtk_menu_item_set_use_underline (GTK_MENU_ITEM (menu->about), FALSE);
    gtk_widget_set_sensitive (menu->about, FALSE);
    gtk_image_menu_item_set_image (GTK_IMAGE_MENU_ITEM (menu->about),
                                   gtk_image_new ());
    gtk_image_menu_item_set_always_show_image (
        GTK_IMAGE_MENU_ITEM (menu->about), TRUE);
    append_separator (widget);
    menu->settings = append (widget,
                             _ ("This _contact’s settings…"),
                             G_CALLBACK (settings_cb),
                             menu);
    append (widget, _ ("_What’s this?"), G_CALLBACK (help_cb), menu);
    g_object_set_data_full (G_OBJECT (widget), "xtls-menu", menu, free_cb);
    return widget;
}

static void
set_about (Menu *menu, const XtlsStatus *status)
{
    char *name = xtls_names_show (menu->account, menu->who);
    char *resource = status->resource == NULL
                         ? NULL
                         : xtls_names_clean (status->resource, XTLS_NAME_MAX);
    GtkWidget *image =
        gtk_image_menu_item_get_image (GTK_IMAGE_MENU_ITEM (menu->about));
    char *text;

    if (resource == NULL)
        /* Translators: a contact and the word for the state. */
        text = g_strdup_printf (_ ("%s: %s"), name, status->word);
    else
        text = g_strdup_printf (
            /* Translators: a contact, the word for the state, a resource. */
            _ ("%s: %s (%s)"),
            name,
            status->word,
            resource);
    gtk_menu_item_set_label (GTK_MENU_ITEM (menu->about), text);
    gtk_image_set_from_pixbuf (GTK_IMAGE (image),
                               xtls_icon_get (status->state, XTLS_ICON_MENU));
    gtk_widget_show (image);
    g_free (text);
    g_free (resource);
    g_free (name);
}

/* @why_not: (nullable): a sentence that says why it cannot be chosen now. */
static void
set_item (GtkWidget *item, const char *why_not)
{
    gtk_widget_set_sensitive (item, why_not == NULL);
    gtk_widget_set_tooltip_text (item, why_not);
}

const char *
xtls_menu_why_not (const XtlsStatus *status)
{
    switch (status->state) {
    case XTLS_STATE_STARTING:
        return _ ("The private conversation is being started.");
    case XTLS_STATE_NEW_KEY:
    case XTLS_STATE_UNVERIFIED:
    case XTLS_STATE_PRIVATE:
        return _ ("The conversation is private already.");
    case XTLS_STATE_NOT_PRIVATE:
    case XTLS_STATE_WAITING:
    case XTLS_STATE_FINISHED:
        break;
    }
    return status->why_not;
}

const char *
xtls_menu_why_not_end (const XtlsStatus *status)
{
    return status->can_end ? NULL
                           : _ ("There is no private conversation to end.");
}

void
xtls_menu_set (GtkWidget *widget, PurpleAccount *account, const char *who)
{
    Menu *menu = g_object_get_data (G_OBJECT (widget), "xtls-menu");
    XtlsStatus *status;
    char *text;

    g_free (menu->who);
    menu->who = g_strdup (who);
    menu->account = account;
    if (account == NULL)
        return;
    status = xtls_gui_api ()->get_status (account, who);
    gtk_menu_item_set_label (GTK_MENU_ITEM (menu->start),
                             status->can_end &&
                                     (status->state == XTLS_STATE_WAITING ||
                                      status->state == XTLS_STATE_FINISHED)
                                 ? _ ("Re_start private conversation")
                                 : _ ("_Start private conversation"));
    set_item (menu->start, xtls_menu_why_not (status));
    gtk_menu_item_set_label (GTK_MENU_ITEM (menu->end),
                             status->state == XTLS_STATE_STARTING
                                 ? _ ("Cance_l the start")
                                 : _ ("_End private conversation"));
    set_item (menu->end, xtls_menu_why_not_end (status));
    set_item (menu->verify,
              status->fingerprint != NULL
                  ? NULL
                  : _ ("There is no private conversation to verify. Start one "
                       "first."));
    gtk_widget_set_visible (menu->resend, status->unconfirmed > 0);
    gtk_widget_set_visible (menu->new_key, status->key_waits);
    /* Translators: %u is a number of messages. */
    text = g_strdup_printf (_ ("_Held messages (%u)…"), status->held);
    gtk_menu_item_set_label (GTK_MENU_ITEM (menu->held), text);
    gtk_widget_set_visible (menu->held, status->held > 0);
    g_free (text);
    set_about (menu, status);
    xtls_gui_api ()->free_status (status);
}
