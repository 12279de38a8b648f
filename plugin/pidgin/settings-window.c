/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings, known keys and own keys. */
#include "settings-window.h"

#include "dialog.h"
#include "gui.h"
#include "help.h"
#include "keys.h"
#include "ownkeys.h"
#include "policy-chooser.h"

#include <glib/gi18n-lib.h>

enum { BORDER = 12, SPACING = 6, WIDTH = 860, WIDTH_CHARS = 120, HEIGHT = 520 };

static GtkWidget *pages; /* (nullable): set while a window has the pages */

static void
toggled_cb (GtkToggleButton *button, gpointer data)
{
    const char *pref = g_object_get_data (G_OBJECT (button), "pref");

    purple_prefs_set_bool (pref, gtk_toggle_button_get_active (button));
}

static void
policy_cb (GtkWidget *box, GtkWidget *chooser)
{
    purple_prefs_set_string (XTLS_PREF_POLICY,
                             xtls_policy_chooser_get (chooser));
}

static void
add_bool (GtkWidget *box, const char *label, const char *pref)
{
    GtkWidget *button = gtk_check_button_new_with_mnemonic (label);

    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button),
                                  purple_prefs_get_bool (pref));
    g_object_set_data_full (G_OBJECT (button), "pref", g_strdup (pref), g_free);
    g_signal_connect (button, "toggled", G_CALLBACK (toggled_cb), NULL);
    gtk_box_pack_start (GTK_BOX (box), button, FALSE, FALSE, 0);
}

static void
report_cb (GtkWidget *button, gpointer data)
{
    xtls_gui_api ()->show_report (FALSE);
}

static GtkWidget *
defaults_page (void)
{
    GtkWidget *page = gtk_vbox_new (FALSE, SPACING);
    GtkWidget *row = gtk_hbox_new (FALSE, SPACING);
    GtkWidget *buttons = gtk_hbox_new (FALSE, SPACING);
    GtkWidget *report;
    GtkWidget *label = gtk_label_new_with_mnemonic (_ ("_Policy:"));
    GtkWidget *policy = xtls_policy_chooser_new ();

    gtk_container_set_border_width (GTK_CONTAINER (page), BORDER);
    gtk_misc_set_alignment (GTK_MISC (label), 0.0, 0.0);
    gtk_misc_set_padding (GTK_MISC (label), 0, SPACING);
    gtk_label_set_mnemonic_widget (GTK_LABEL (label),
                                   xtls_policy_chooser_get_box (policy));
    xtls_policy_chooser_set (policy,
                             purple_prefs_get_string (XTLS_PREF_POLICY));
    g_signal_connect (xtls_policy_chooser_get_box (policy),
                      "changed",
                      G_CALLBACK (policy_cb),
                      policy);
    gtk_box_pack_start (GTK_BOX (row), label, FALSE, FALSE, 0);
    gtk_box_pack_start (GTK_BOX (row), policy, FALSE, FALSE, 0);
    gtk_box_pack_start (GTK_BOX (page), row, FALSE, FALSE, 0);
    add_bool (page, _ ("Do not _log private conversations"), XTLS_PREF_NO_LOG);
    add_bool (page, _ ("_Hide the length of messages"), XTLS_PREF_PADDING);
    add_bool (page,
              _ ("Allow _direct connections for files (the contact sees my IP "
                 "address)"),
              XTLS_PREF_DIRECT);
    add_bool (page,
              _ ("Show the _button in the toolbar of conversations"),
              XTLS_GUI_PREF_BUTTON);
    gtk_box_pack_start (
        GTK_BOX (buttons), xtls_help_button_new ("policies"), FALSE, FALSE, 0);
    report = gtk_button_new_with_mnemonic (_ ("_Report of a fault…"));
    g_signal_connect (report, "clicked", G_CALLBACK (report_cb), NULL);
    gtk_box_pack_start (GTK_BOX (buttons), report, FALSE, FALSE, 0);
    gtk_box_pack_end (GTK_BOX (page), buttons, FALSE, FALSE, 0);
    return page;
}

/* With a large font, the list of known keys is shown without scrolling if the
 * screen is wide enough. */
static int
best_width (GtkWidget *widget)
{
    int screen = gdk_screen_get_width (gtk_widget_get_screen (widget));

    return MAX (WIDTH,
                MIN (xtls_dialog_chars (widget, WIDTH_CHARS), screen * 9 / 10));
}

/* Pidgin's window is only large enough for a few check boxes. */
static void
map_cb (GtkWidget *widget, gpointer data)
{
    GtkWidget *toplevel = gtk_widget_get_toplevel (widget);

    if (gtk_widget_is_toplevel (toplevel))
        gtk_window_resize (GTK_WINDOW (toplevel), best_width (widget), HEIGHT);
}

static GtkWidget *
new_pages (void)
{
    GtkWidget *notebook = gtk_notebook_new ();

    gtk_notebook_append_page (GTK_NOTEBOOK (notebook),
                              defaults_page (),
                              gtk_label_new_with_mnemonic (_ ("S_ettings")));
    gtk_notebook_append_page (GTK_NOTEBOOK (notebook),
                              xtls_keys_page (),
                              gtk_label_new_with_mnemonic (_ ("_Known keys")));
    gtk_notebook_append_page (GTK_NOTEBOOK (notebook),
                              xtls_ownkeys_page (),
                              gtk_label_new_with_mnemonic (_ ("_My keys")));
    gtk_widget_show_all (notebook);
    pages = notebook;
    g_signal_connect (notebook, "map", G_CALLBACK (map_cb), NULL);
    g_signal_connect (
        notebook, "destroy", G_CALLBACK (gtk_widget_destroyed), &pages);
    return notebook;
}

GtkWidget *
xtls_settings_window_frame (PurplePlugin *plugin)
{
    xtls_settings_window_close ();
    return new_pages ();
}

static void
response_cb (GtkDialog *dialog, int response, gpointer data)
{
    gtk_widget_destroy (GTK_WIDGET (dialog));
}

static void
open_window (void)
{
    GtkWidget *window =
        gtk_dialog_new_with_buttons (_ ("XTLS private conversations"),
                                     NULL,
                                     GTK_DIALOG_NO_SEPARATOR,
                                     GTK_STOCK_CLOSE,
                                     GTK_RESPONSE_CLOSE,
                                     NULL);

    gtk_window_set_role (GTK_WINDOW (window), "xtls-settings");
    gtk_container_add (
        GTK_CONTAINER (gtk_dialog_get_content_area (GTK_DIALOG (window))),
        new_pages ());
    g_signal_connect (window, "response", G_CALLBACK (response_cb), NULL);
    gtk_widget_show (window);
}

void
xtls_settings_window_show (XtlsSettingsPage page)
{
    if (pages == NULL)
        open_window ();
    gtk_notebook_set_current_page (GTK_NOTEBOOK (pages), (int)page);
    gtk_window_present (GTK_WINDOW (gtk_widget_get_toplevel (pages)));
}

void
xtls_settings_window_close (void)
{
    GtkWidget *window;

    if (pages == NULL)
        return;
    window = gtk_widget_get_toplevel (pages);
    /* Pidgin keeps track of its own windows and closes this one itself. */
    if (GTK_IS_DIALOG (window))
        gtk_dialog_response (GTK_DIALOG (window), GTK_RESPONSE_CLOSE);
    if (pages != NULL)
        gtk_widget_destroy (pages);
}
