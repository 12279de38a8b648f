/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dialogs that this layer opens and the layer above shows: the loaded
 * face's own if it has claimed the dialog (api.h), otherwise the core's plain
 * one.
 */
#pragma once

#include <account.h>
#include <glib.h>

typedef enum {
    XTLS_DIALOG_KEY_UNKNOWN, /* accept, verify or refuse the session's key */
    XTLS_DIALOG_CHOICE,      /* what to do with held messages */
    XTLS_DIALOG_SECRET,      /* answer the contact's question */
    XTLS_DIALOG_VERIFY,      /* compare fingerprints */
    XTLS_DIALOG_SETTINGS,    /* of one contact */
    XTLS_DIALOG_HELP         /* about no contact */
} XtlsDialog;

/**
 * XtlsDialogOps:
 *
 * The core's plain dialogs. They are called synchronously, and must not act on
 * the contact before they return.
 */
typedef struct {
    /* For %XTLS_DIALOG_HELP, @account is %NULL and @who is the id of a page of
     * the help. */
    void (*show) (XtlsDialog dialog, PurpleAccount *account, const char *who);

    /* The exchange is over: no secret is needed any more. */
    void (*close_secret) (PurpleAccount *account, const char *who);

    /* Closes what a session or an attempt has asked: everything but the
     * contact's settings. */
    void (*close) (PurpleAccount *account, const char *who);

    /* The contact is gone: closes its settings, too. */
    void (*close_all) (PurpleAccount *account, const char *who);
} XtlsDialogOps;

/* @ops (transfer none): a static table; %NULL when the plugin is unloaded. */
void xtls_dialog_ops_set (const XtlsDialogOps *ops);

/**
 * xtls_dialog_ops_show:
 *
 * Emits the dialog's signal for faces, and shows the plain dialog if no face
 * has claimed it. @account and @who: as for #XtlsDialogOps.
 */
void xtls_dialog_ops_show (XtlsDialog dialog,
                           PurpleAccount *account,
                           const char *who);

/* Like the functions of #XtlsDialogOps. Faces close their own dialogs
 * themselves. */
void xtls_dialog_ops_close_secret (PurpleAccount *account, const char *who);
void xtls_dialog_ops_close (PurpleAccount *account, const char *who);
void xtls_dialog_ops_close_all (PurpleAccount *account, const char *who);
