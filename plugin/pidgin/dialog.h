/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Windows about one contact. They are not modal, there is one of each kind for
 * a contact, and they close when the account or the plugin goes. Only the
 * account and the bare JID are kept from one main loop call to the next; each
 * refresh asks for everything else again.
 */
#pragma once

#include "api.h"

#include <account.h>
#include <gtk/gtk.h>

typedef struct XtlsDialog XtlsDialog;

/* Updates a dialog; may destroy it. */
typedef void (*XtlsDialogRefresh) (XtlsDialog *dialog);

struct XtlsDialog {
    const char *kind;       /* static */
    PurpleAccount *account; /* (nullable) valid as long as the dialog */
    char *who;
    GtkWidget *window; /* a GtkDialog */
    GtkWidget *image;
    GtkWidget *box; /* beside the image: the dialog's text */
    XtlsDialogRefresh refresh;
    gpointer data; /* the dialog's module's; freed with it */
};

/* Returns: (nullable): the dialog of @kind, as in xtls_dialog_new(), about the
 * contact @who of @account; %NULL if there is none. */
XtlsDialog *
xtls_dialog_find (const char *kind, PurpleAccount *account, const char *who);

/* Returns: a window that is not shown yet. @data is freed with g_free(). @kind:
 * names the dialog; there is one for each kind and contact. @title: the
 * window's title, translated. */
XtlsDialog *xtls_dialog_new (const char *kind,
                             PurpleAccount *account,
                             const char *who,
                             const char *title,
                             XtlsDialogRefresh refresh,
                             gpointer data);

/* Shows the dialog. @asked: whether the user asked for it; if not, it does not
 * take the keyboard from the window that is being typed in. */
void xtls_dialog_show (XtlsDialog *dialog, gboolean asked);

/* Closes the window and frees @dialog. */
void xtls_dialog_destroy (XtlsDialog *dialog);

/* Updates every dialog. */
void xtls_dialog_refresh (void);

/* Closes the dialogs of @account, or all if it is %NULL. */
void xtls_dialog_close_all (PurpleAccount *account);

/* Shows a state's picture beside the dialog's text. */
void xtls_dialog_set_state (XtlsDialog *dialog, XtlsState state);

/* Shows one of GTK's pictures there. @name: its description for assistive
 * technology. @stock: the picture's name. */
void
xtls_dialog_set_stock (XtlsDialog *dialog, const char *stock, const char *name);

/* Returns: how wide @count average characters of the widget's font are, in
 * pixels. */
int xtls_dialog_chars (GtkWidget *widget, int count);

/* A label that wraps. */
GtkWidget *xtls_dialog_label (GtkWidget *box);

/* Gives a wrapping label an emphasised text. @text: plain text, translated,
 * which is escaped here. */
void xtls_dialog_set_heading (GtkWidget *label, const char *text);

/* Makes a fingerprint with a heading, selectable, and a button that copies it.
 * Returns: a widget for xtls_dialog_set_fingerprint(). @heading: whose it is.
 * @text: the fingerprint. @copy_label: with a mnemonic. */
GtkWidget *xtls_dialog_fingerprint (GtkWidget *box, const char *copy_label);
void xtls_dialog_set_fingerprint (GtkWidget *fingerprint,
                                  const char *heading,
                                  const char *text);

/* Asks the user to confirm something. @done is called only for a yes; @data is
 * freed with g_free(). @kind: as in xtls_dialog_new(). @question: the text.
 * @meaning: what a yes means. @button: the label for yes. */
typedef void (*XtlsDialogDone) (PurpleAccount *account,
                                const char *who,
                                gpointer data);
void xtls_dialog_ask (const char *kind,
                      PurpleAccount *account,
                      const char *who,
                      const char *question,
                      const char *meaning,
                      const char *button,
                      XtlsDialogDone done,
                      gpointer data);
