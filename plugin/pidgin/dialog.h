/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Windows about one contact: non-modal, one of a kind for a contact, and gone
 * when the account or the plugin goes. Between two calls from the main loop
 * nothing but the account and the bare JID is kept: what is shown is asked for
 * anew by each refresh.
 */
#pragma once

#include "api.h"

#include <account.h>
#include <gtk/gtk.h>

typedef struct XtlsDialog XtlsDialog;

/* Brings a dialog up to date; it may destroy it. */
typedef void (*XtlsDialogRefresh) (XtlsDialog *dialog);

struct XtlsDialog {
    const char *kind;       /* static */
    PurpleAccount *account; /* (nullable) alive as long as the dialog */
    char *who;
    GtkWidget *window; /* a GtkDialog */
    GtkWidget *image;
    GtkWidget *box; /* beside the image: what the dialog says */
    XtlsDialogRefresh refresh;
    gpointer data; /* of the dialog's module, freed with it */
};

/* %NULL if there is none, or else it is raised. @kind: as for
 * xtls_dialog_new(). */
XtlsDialog *
xtls_dialog_find (const char *kind, PurpleAccount *account, const char *who);

/* A window, not shown yet. @data goes with g_free(). @kind: names the dialog;
 * there is one for each kind and contact. @title: of the window, translated. */
XtlsDialog *xtls_dialog_new (const char *kind,
                             PurpleAccount *account,
                             const char *who,
                             const char *title,
                             XtlsDialogRefresh refresh,
                             gpointer data);

/* Shows it. @asked: the person asked for it; if not, it does not take the
 * keyboard from what is being typed. */
void xtls_dialog_show (XtlsDialog *dialog, gboolean asked);

/* Closes the window and frees @dialog. */
void xtls_dialog_destroy (XtlsDialog *dialog);

/* Lets every dialog look again at what it is about. */
void xtls_dialog_refresh (void);

/* @account: of this one, or all for %NULL. */
void xtls_dialog_close_all (PurpleAccount *account);

/* Shows a state beside what the dialog says. */
void xtls_dialog_set_state (XtlsDialog *dialog, XtlsState state);

/* Shows one of GTK's pictures there. @name: what it says to who cannot see
 * @stock: the name of the picture. */
void
xtls_dialog_set_stock (XtlsDialog *dialog, const char *stock, const char *name);

/* A label that wraps. */
GtkWidget *xtls_dialog_label (GtkWidget *box);

/* Gives such a label a text that stands out: plain text, it is escaped here. */
/* translated @text: translated. */
void xtls_dialog_set_heading (GtkWidget *label, const char *text);

/* A fingerprint with a heading, selectable, and a button that copies it:
 * @copy_label, with a mnemonic. The widget returned is given to
 * xtls_dialog_set_fingerprint(). @heading: whose it is. @text: the fingerprint.
 */
GtkWidget *xtls_dialog_fingerprint (GtkWidget *box, const char *copy_label);
void xtls_dialog_set_fingerprint (GtkWidget *fingerprint,
                                  const char *heading,
                                  const char *text);

/* Asks before something is done. @done is called for a yes alone; @data goes
 * with g_free(). @kind: as for xtls_dialog_new(). @question: what is asked.
 * @meaning: what a yes means. @button: the label of the yes. */
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
