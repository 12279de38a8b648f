/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module for GTK, loaded into Pidgin by GTK_MODULES. When Pidgin gets
 * SIGUSR2, it writes to standard error how large each widget is that is shown
 * and how large it must be to show all of its text. Assistive technology tells
 * only the first of the two.
 */
#include <glib-unix.h>
#include <gtk/gtk.h>
#include <signal.h>
#include <stdio.h>

/* The size that a widget needs. */
typedef struct {
    int width;
    int height;
} Need;

G_MODULE_EXPORT void gtk_module_init (int *argc, char ***argv);

static const char *
title_of (GtkWidget *widget)
{
    GtkWidget *window = gtk_widget_get_toplevel (widget);
    const char *title = GTK_IS_WINDOW (window)
                            ? gtk_window_get_title (GTK_WINDOW (window))
                            : NULL;

    return title == NULL ? "" : title;
}

static void
tell (GtkWidget *widget, const char *text, Need need)
{
    GtkAllocation has;
    char *title = g_strescape (title_of (widget), NULL);
    char *escaped = g_strescape (text, NULL);

    gtk_widget_get_allocation (widget, &has);
    fprintf (stderr,
             "widget: %s %d %d %d %d \"%s\" \"%s\"\n",
             G_OBJECT_TYPE_NAME (widget),
             need.width,
             need.height,
             has.width,
             has.height,
             title,
             escaped);
    g_free (escaped);
    g_free (title);
}

/* An ellipsized text needs more than it has. */
static void
tell_label (GtkLabel *label)
{
    PangoLayout *layout = gtk_label_get_layout (label);
    Need need;
    int x;
    int y;

    gtk_misc_get_padding (GTK_MISC (label), &x, &y);
    pango_layout_get_pixel_size (layout, &need.width, &need.height);
    need.width += 2 * x;
    need.height += 2 * y;
    if (pango_layout_is_ellipsized (layout))
        need.width = G_MAXINT;
    tell (GTK_WIDGET (label), gtk_label_get_text (label), need);
}

static void
tell_each (GtkWidget *widget, gpointer data)
{
    GtkRequisition asked;
    Need need;

    if (!gtk_widget_get_mapped (widget))
        return;
    gtk_widget_get_requisition (widget, &asked);
    need.width = asked.width;
    need.height = asked.height;
    if (GTK_IS_LABEL (widget))
        tell_label (GTK_LABEL (widget));
    else
        tell (widget, "", need);
    if (GTK_IS_CONTAINER (widget))
        gtk_container_forall (GTK_CONTAINER (widget), tell_each, NULL);
}

static gboolean
told_cb (gpointer data)
{
    GList *windows = gtk_window_list_toplevels ();

    g_list_foreach (windows, (GFunc)tell_each, NULL);
    g_list_free (windows);
    fprintf (stderr, "widgets: all\n");
    return G_SOURCE_CONTINUE;
}

void
gtk_module_init (int *argc, char ***argv)
{
    g_unix_signal_add (SIGUSR2, told_cb, NULL);
}
