/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exporting an account's key: passphrase, file, a thread that writes it, and
 * what came of it.
 *
 * No dialog is closed by us from its own callback (some clients close it after
 * the callback). What is asked is kept here, since libpurple drops a request
 * that is closed by its handle without a callback.
 */
#include "key-export.h"

#include "actions.h"
#include "backup-job.h"
#include "contact-name.h"
#include "core.h"
#include "finch.h"
#include "jabber.h"
#include "labels.h"

#include <eventloop.h>
#include <glib/gi18n-lib.h>
#include <gnutls/gnutls.h>
#include <notify.h>
#include <request.h>
#include <string.h>

#define FIELD_ACCOUNT "account"
#define FIELD_PASSPHRASE "passphrase"
#define FIELD_AGAIN "again"

typedef struct {
    PurpleAccount *account; /* (nullable) borrowed; looked for before use */
    char *jid;              /* of the account */
    char *passphrase;       /* wiped */
    char *path;
    XtlsBackupJob *job; /* (nullable) while it is written */
    guint input;        /* of the job */
} Export;

static Export *running; /* (nullable) */

static void
export_end (void)
{
    Export *export = g_steal_pointer (&running);

    if (export->input)
        purple_input_remove (export->input);
    if (export->job)
        xtls_backup_free (xtls_backup_job_finish (export->job, NULL));
    if (export->passphrase)
        gnutls_memset (export->passphrase, 0, strlen (export->passphrase));
    g_free (export->passphrase);
    g_free (export->path);
    g_free (export->jid);
    g_free (export);
}

/* @jid: (nullable): the user had not chosen one before it was gone. */
static void
tell_failure (const char *jid, const char *why)
{
    g_autofree char *name = jid ? xtls_contact_name_jid (jid) : NULL;
    g_autofree char *primary =
        /* Translators: %s is the address of the user's own account. */
        name ? g_strdup_printf (_ ("The key of %s was not exported."), name)
             : NULL;
    g_autofree char *secondary = xtls_finch_wrap (why);

    purple_notify_error (xtls_core_get_plugin (),
                         _ ("Private conversations"),
                         primary ? primary : secondary,
                         primary ? secondary : NULL);
}

/* --- writing it ----------------------------------------------------------- */

static void ask_to_replace (void);
static void ask_for_file (void);

static void
tell_done (void)
{
    g_autofree char *name = xtls_contact_name_jid (running->jid);
    g_autofree char *file = g_filename_display_name (running->path);
    g_autofree char *primary =
        /* Translators: %s is the address of the user's own account. */
        g_strdup_printf (_ ("The key of %s was exported."), name);
    g_autofree char *text = g_strdup_printf (
        /* Translators: %s is the name of a file. */
        _ ("It is in the file %s. Keep the file and the passphrase apart: "
           "whoever has both can pose as you."),
        file);
    g_autofree char *secondary = xtls_finch_wrap (text);

    purple_notify_info (xtls_core_get_plugin (),
                        _ ("Private conversations"),
                        primary,
                        secondary);
}

static void
tell_error (const GError *error)
{
    g_autofree char *why = NULL;

    if (g_error_matches (error, XTLS_BACKUP_ERROR, XTLS_BACKUP_ERROR_TOO_BIG))
        /* Translators: “it” is your account. */
        why = g_strdup (_ ("It knows more keys of contacts than fit into such "
                           "a file. Forget some of them first."));
    else
        why = g_strdup_printf (
            /* Translators: %s is what the system says, in its own words. */
            _ ("The file could not be written: %s."),
            error->message);
    tell_failure (running->jid, why);
}

static void
job_cb (gpointer data, gint fd, PurpleInputCondition condition)
{
    g_autoptr (GError) error = NULL;
    XtlsBackup *backup;

    if (running->input)
        purple_input_remove (running->input);
    running->input = 0;
    backup = xtls_backup_job_finish (g_steal_pointer (&running->job), &error);
    if (g_error_matches (error, XTLS_BACKUP_ERROR, XTLS_BACKUP_ERROR_EXISTS)) {
        ask_to_replace ();
        return;
    }
    if (backup)
        tell_done ();
    else
        tell_error (error);
    xtls_backup_free (backup);
    export_end ();
}

/* Whether it was not removed meanwhile. */
static gboolean
is_here (PurpleAccount *account)
{
    return account && g_list_find (purple_accounts_get_all (), account);
}

static void
write_file (gboolean replace)
{
    PurpleAccount *account = xtls_actions_find_account (running->jid);
    XtlsIdentity *identity = account ? xtls_core_get_identity (account) : NULL;
    int fd;

    if (!account) {
        tell_failure (running->jid, _ ("The account was removed meanwhile."));
        export_end ();
        return;
    }
    if (!identity) {
        tell_failure (running->jid, _ ("There is no key for this account."));
        export_end ();
        return;
    }
    running->job =
        xtls_backup_job_save (xtls_backup_new (running->jid,
                                               identity,
                                               xtls_core_get_peers (),
                                               xtls_core_get_contact_prefs ()),
                              running->path,
                              running->passphrase,
                              replace);
    xtls_identity_unref (identity);
    fd = xtls_backup_job_get_fd (running->job);
    if (fd >= 0)
        running->input = purple_input_add (fd, PURPLE_INPUT_READ, job_cb, NULL);
    else
        job_cb (NULL, fd, 0); /* which says that there are too many files */
}

/* --- asking --------------------------------------------------------------- */

static void
replace_cb (gpointer data, int action)
{
    write_file (TRUE);
}

static void
other_file_cb (gpointer data, int action)
{
    ask_for_file ();
}

static void
cancel_action_cb (gpointer data, int action)
{
    export_end ();
}

static void
ask_to_replace (void)
{
    g_autofree char *file = g_filename_display_name (running->path);
    g_autofree char *primary =
        /* Translators: %s is the name of a file. */
        g_strdup_printf (_ ("There is a file %s already."), file);
    g_autofree char *secondary = xtls_finch_wrap (
        _ ("Replacing it deletes what is in it, which may be the only copy of "
           "another key."));

    purple_request_action (running,
                           _ ("Export a key"),
                           primary,
                           secondary,
                           1,
                           xtls_actions_find_account (running->jid),
                           NULL,
                           NULL,
                           running,
                           3,
                           xtls_labels_get (_ ("_Replace it")),
                           replace_cb,
                           xtls_labels_get (_ ("Choose another _name…")),
                           other_file_cb,
                           xtls_labels_get (_ ("_Cancel")),
                           cancel_action_cb);
}

static void
file_cb (gpointer data, const char *path)
{
    if (!path || !*path) {
        export_end ();
        return;
    }
    g_free (running->path);
    running->path = g_strdup (path);
    write_file (FALSE);
}

static void
no_file_cb (gpointer data, const char *path)
{
    export_end ();
}

static void
ask_for_file (void)
{
    g_autofree char *name = g_strconcat (running->jid, ".p12", NULL);

    purple_request_file (running,
                         _ ("Export a key"),
                         name,
                         TRUE,
                         G_CALLBACK (file_cb),
                         G_CALLBACK (no_file_cb),
                         xtls_actions_find_account (running->jid),
                         NULL,
                         NULL,
                         running);
}

static void ask_for_passphrase (const char *primary);

/* Returns: (nullable): what is wrong with it. */
static const char *
find_fault (const char *passphrase, const char *again)
{
    if (!passphrase ||
        g_utf8_strlen (passphrase, -1) < XTLS_KEY_EXPORT_PASSPHRASE_MIN)
        return _ ("The passphrase is too short. Use at least 8 characters.");
    if (g_strcmp0 (passphrase, again) != 0)
        return _ ("You typed two different passphrases. Type the same one "
                  "twice.");
    return NULL;
}

static void
passphrase_cb (gpointer data, PurpleRequestFields *fields)
{
    const char *passphrase =
        purple_request_fields_get_string (fields, FIELD_PASSPHRASE);
    const char *fault = find_fault (
        passphrase, purple_request_fields_get_string (fields, FIELD_AGAIN));

    if (purple_request_fields_exists (fields, FIELD_ACCOUNT))
        running->account =
            purple_request_fields_get_account (fields, FIELD_ACCOUNT);
    if (!is_here (running->account)) {
        tell_failure (running->jid, _ ("The account was removed meanwhile."));
        export_end ();
        return;
    }
    g_free (running->jid);
    running->jid = xtls_jabber_get_account_jid (running->account);
    if (fault) {
        ask_for_passphrase (fault);
        return;
    }
    running->passphrase = g_strdup (passphrase);
    ask_for_file ();
}

static void
no_passphrase_cb (gpointer data, PurpleRequestFields *fields)
{
    export_end ();
}

static gboolean
is_offered (PurpleAccount *account)
{
    return xtls_jabber_is (account);
}

static void
add_passphrase (PurpleRequestFieldGroup *group,
                const char *id,
                const char *label)
{
    PurpleRequestField *field =
        purple_request_field_string_new (id, label, NULL, FALSE);

    purple_request_field_string_set_masked (field, TRUE);
    purple_request_field_group_add_field (group, field);
}

static void
ask_for_passphrase (const char *primary)
{
    PurpleRequestFields *fields = purple_request_fields_new ();
    PurpleRequestFieldGroup *group = purple_request_field_group_new (NULL);
    g_autofree char *secondary = xtls_finch_wrap (
        _ ("The file holds the account’s key, the keys of contacts that you "
           "know, and your settings for them. The passphrase protects it: use "
           "at least 8 characters; several words are better."));

    if (!running->jid) {
        PurpleRequestField *field = purple_request_field_account_new (
            FIELD_ACCOUNT, xtls_labels_get (_ ("_Account")), running->account);

        purple_request_field_account_set_show_all (field, TRUE);
        purple_request_field_account_set_filter (field, is_offered);
        purple_request_field_group_add_field (group, field);
    }
    add_passphrase (
        group, FIELD_PASSPHRASE, xtls_labels_get (_ ("_Passphrase")));
    add_passphrase (group, FIELD_AGAIN, xtls_labels_get (_ ("_Once more")));
    purple_request_fields_add_group (fields, group);
    purple_request_fields (running,
                           _ ("Export a key"),
                           primary,
                           secondary,
                           fields,
                           xtls_labels_get (_ ("_Export…")),
                           G_CALLBACK (passphrase_cb),
                           xtls_labels_get (_ ("_Cancel")),
                           G_CALLBACK (no_passphrase_cb),
                           running->account,
                           NULL,
                           NULL,
                           running);
}

/* (nullable) (transfer none): one to begin with. */
static PurpleAccount *
find_account (void)
{
    for (GList *l = purple_accounts_get_all (); l; l = l->next)
        if (xtls_jabber_is (l->data))
            return l->data;
    return NULL;
}

gboolean
xtls_key_export_start (PurpleAccount *account, char **why)
{
    g_autofree char *primary = NULL;
    const char *fault = NULL;

    if (running && running->job)
        fault = _ ("Another key is being exported. Wait a moment.");
    else if (account ? !xtls_jabber_is (account) : !find_account ())
        fault = _ ("Only XMPP accounts have such a key.");
    if (fault) {
        if (why)
            *why = g_strdup (fault);
        return FALSE;
    }
    xtls_key_export_uninit ();
    running = g_new0 (Export, 1);
    running->account = account ? account : find_account ();
    if (account) {
        g_autofree char *name = NULL;

        running->jid = xtls_jabber_get_account_jid (account);
        name = xtls_contact_name_jid (running->jid);
        /* Translators: %s is the address of the user's own account. */
        primary = g_strdup_printf (_ ("Export the key of %s"), name);
    }
    ask_for_passphrase (primary ? primary : _ ("Export the key of an account"));
    return TRUE;
}

void
xtls_key_export_uninit (void)
{
    if (!running)
        return;
    purple_request_close_with_handle (running);
    export_end ();
}
