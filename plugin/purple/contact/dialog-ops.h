/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dialogs that this layer opens and the layer above shows: a face's own
 * where the loaded face has claimed it (api.h), or else the core's plain one.
 */
#pragma once

#include <account.h>
#include <glib.h>

typedef enum {
    XTLS_DIALOG_KEY_UNKNOWN, /* accept, verify or refuse the session's key */
    XTLS_DIALOG_CHOICE,      /* what becomes of held messages */
    XTLS_DIALOG_SECRET,      /* answer the contact's question */
    XTLS_DIALOG_VERIFY,      /* compare fingerprints */
    XTLS_DIALOG_SETTINGS,    /* of one contact */
    XTLS_DIALOG_HELP         /* about no contact */
} XtlsDialog;

/**
 * XtlsDialogOps:
 *
 * The core's plain dialogs. They are called synchronously: no function may act
 * on the contact before it returns.
 */
typedef struct {
    /* @account and @who are %NULL for %XTLS_DIALOG_HELP. */
    void (*show) (XtlsDialog dialog, PurpleAccount *account, const char *who);

    /* The exchange is over: nobody waits for a secret any more. */
    void (*close_secret) (PurpleAccount *account, const char *who);

    /* What a session or an attempt has asked is over: all but the contact's
     * settings. */
    void (*close) (PurpleAccount *account, const char *who);

    /* The contact is gone: its settings, too. */
    void (*close_all) (PurpleAccount *account, const char *who);
} XtlsDialogOps;

/* @ops (transfer none): a static table; %NULL when the plugin is unloaded. */
void xtls_dialog_ops_set (const XtlsDialogOps *ops);

/**
 * xtls_dialog_ops_show:
 *
 * Tells faces by the dialog's signal, and shows the plain dialog if no face has
 * claimed it.
 */
void xtls_dialog_ops_show (XtlsDialog dialog,
                           PurpleAccount *account,
                           const char *who);

/* As the functions of #XtlsDialogOps. Faces close theirs themselves. */
void xtls_dialog_ops_close_secret (PurpleAccount *account, const char *who);
void xtls_dialog_ops_close (PurpleAccount *account, const char *who);
void xtls_dialog_ops_close_all (PurpleAccount *account, const char *who);
