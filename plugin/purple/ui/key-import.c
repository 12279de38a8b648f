/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Importing an account's key: file, passphrase, a thread that reads it, the
 * question what becomes of the key in use, and taking it over. How dialogs and
 * what they ask are kept is as in key-export.c.
 */
#include "key-import.h"

#include "actions.h"
#include "backup-job.h"
#include "contact-name.h"
#include "core.h"
#include "finch.h"
#include "fingerprint.h"
#include "jabber.h"
#include "labels.h"
#include "trust.h"

#include <eventloop.h>
#include <glib/gi18n-lib.h>
#include <notify.h>
#include <request.h>
#include <string.h>

/* How many contacts are taken over before the main loop goes on. */
#define SLICE 50

typedef struct {
    char *wanted; /* (nullable) the account that it has to be of */
    char *path;
    XtlsBackupJob *job; /* (nullable) while it is read */
    guint input;        /* of the job */
    guint slices;       /* the timeout while it is taken over */
    gboolean replaced;  /* the key was, too */
    XtlsBackup *backup; /* (nullable) what is in the file */
} Import;

static Import *running; /* (nullable) */

static void
import_end (void)
{
    Import *import = g_steal_pointer (&running);

    if (import->input)
        purple_input_remove (import->input);
    if (import->slices)
        purple_timeout_remove (import->slices);
    if (import->job)
        xtls_backup_free (xtls_backup_job_finish (import->job, NULL));
    xtls_backup_free (import->backup);
    g_free (import->path);
    g_free (import->wanted);
    g_free (import);
}

static void
fail (const char *why)
{
    g_autofree char *secondary = xtls_finch_wrap (why);

    purple_notify_error (xtls_core_get_plugin (),
                         _ ("Private conversations"),
                         _ ("Nothing was imported."),
                         secondary);
    import_end ();
}

/* --- taking it over ------------------------------------------------------- */

/* (nullable) (transfer none): it may have been removed meanwhile. */
static PurpleAccount *
find_account (void)
{
    return xtls_actions_find_account (
        xtls_backup_get_account (running->backup));
}

static void
tell_done (void)
{
    g_autofree char *name =
        xtls_contact_name_jid (xtls_backup_get_account (running->backup));
    g_autofree char *primary = NULL;
    g_autofree char *secondary = NULL;

    if (running->replaced)
        /* Translators: %s is the address of the user's own account. */
        primary = g_strdup_printf (_ ("The key of %s was imported."), name);
    else
        primary = g_strdup_printf (
            /* Translators: %s is the address of the user's own account. */
            _ ("What the file knows of the contacts of %s was imported."),
            name);
    if (running->replaced)
        secondary = xtls_finch_wrap (
            _ ("Do not use the same key on two computers at the same time: a "
               "contact takes both for one, and talks privately with one of "
               "them. Delete the file, or keep it where nobody else finds "
               "it."));
    purple_notify_info (xtls_core_get_plugin (),
                        _ ("Private conversations"),
                        primary,
                        secondary);
}

static gboolean
slice_cb (gpointer data)
{
    PurpleAccount *account;

    if (xtls_backup_merge (running->backup,
                           xtls_core_get_peers (),
                           xtls_core_get_contact_prefs (),
                           SLICE))
        return TRUE;
    running->slices = 0;
    account = find_account ();
    if (account)
        xtls_trust_changed (account, NULL);
    tell_done ();
    import_end ();
    return FALSE;
}

static void
contacts_cb (gpointer data, int action)
{
    running->slices = purple_timeout_add (0, slice_cb, NULL);
}

static void
replace_cb (gpointer data, int action)
{
    PurpleAccount *account = find_account ();
    g_autofree char *why = NULL;

    if (!account) {
        fail (_ ("The account was removed meanwhile."));
        return;
    }
    if (!xtls_actions_replace_key (
            account, xtls_backup_get_identity (running->backup), &why)) {
        fail (why);
        return;
    }
    running->replaced = TRUE;
    contacts_cb (data, action);
}

static void
cancel_cb (gpointer data, int action)
{
    import_end ();
}

/* --- asking --------------------------------------------------------------- */

/* (transfer full): what the file knows of contacts. */
static char *
describe_contacts (void)
{
    guint peers = xtls_backup_count_peers (running->backup);
    guint prefs = xtls_backup_count_prefs (running->backup);
    g_autofree char *keys =
        g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                      /* Translators: “it” is the file. %u is a
                                       * number of contacts. */
                                      "It knows the keys of %u contact.",
                                      "It knows the keys of %u contacts.",
                                      peers),
                         peers);
    g_autofree char *settings = g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE,
                     /* Translators: %u is a number of contacts. */
                     "It has your settings for %u contact.",
                     "It has your settings for %u contacts.",
                     prefs),
        prefs);

    return g_strdup_printf (
        "%s\n%s\n%s",
        keys,
        settings,
        _ ("They are added to what is known here. Where both differ, the safer "
           "one counts: a refused key stays refused."));
}

/* It is the key in use already. */
static void
ask_for_contacts (PurpleAccount *account, const char *name)
{
    g_autofree char *contacts = describe_contacts ();
    g_autofree char *secondary = xtls_finch_wrap (contacts);
    g_autofree char *primary =
        /* Translators: %s is the address of the user's own account. */
        g_strdup_printf (_ ("The file holds the key that %s uses already."),
                         name);

    purple_request_action (
        running,
        _ ("Import a key"),
        primary,
        secondary,
        0,
        account,
        NULL,
        NULL,
        running,
        2,
        xtls_labels_get (_ ("_Import what it knows of contacts")),
        contacts_cb,
        xtls_labels_get (_ ("_Cancel")),
        cancel_cb);
}

/* (transfer full): on two lines, so that no client breaks it where it likes,
 * and both can be compared. */
static char *
show_fingerprint (const XtlsFingerprint *fingerprint)
{
    g_autofree char *text = xtls_fingerprint_to_string (fingerprint);
    int half = (int)strlen (text) / 2 + 1;

    if (xtls_finch_is_client ())
        return xtls_finch_fingerprint (text);
    return g_strdup_printf ("%.*s\n%s", half, text, text + half);
}

static void
ask_to_replace (PurpleAccount *account,
                const char *name,
                const XtlsFingerprint *now,
                const XtlsFingerprint *then)
{
    g_autofree char *contacts = describe_contacts ();
    g_autofree char *one = show_fingerprint (now);
    g_autofree char *other = show_fingerprint (then);
    g_autofree char *primary =
        /* Translators: %s is the address of the user's own account. */
        g_strdup_printf (_ ("Replace the key of %s?"), name);
    g_autofree char *meaning = g_strdup_printf (
        /* Translators: both are fingerprints. */
        _ ("The key in use has the fingerprint\n%s\n"
           "and the one in the file\n%s\n\n"
           "The key in use is gone then, unless you export it first. Private "
           "conversations of this account end. Contacts who know the key in "
           "use are warned of the other one, unless they know that, too."),
        one,
        other);
    g_autofree char *text = g_strdup_printf ("%s\n\n%s", meaning, contacts);
    g_autofree char *secondary = xtls_finch_wrap (text);

    purple_request_action (
        running,
        _ ("Import a key"),
        primary,
        secondary,
        2,
        account,
        NULL,
        NULL,
        running,
        3,
        xtls_labels_get (_ ("_Replace the key")),
        replace_cb,
        xtls_labels_get (_ ("_Keep the key, import the rest")),
        contacts_cb,
        xtls_labels_get (_ ("_Cancel")),
        cancel_cb);
}

static void
ask (PurpleAccount *account, const char *name)
{
    /* If there is a key that cannot be read, it is kept, and another is made:
     * the user is told of that. If there is none, none is made, because the
     * file has one, and nothing is replaced. */
    XtlsIdentity *identity = xtls_core_has_identity (account)
                                 ? xtls_core_get_identity (account)
                                 : NULL;
    const XtlsFingerprint *then = xtls_identity_get_fingerprint (
        xtls_backup_get_identity (running->backup));
    XtlsFingerprint now = {{0}};

    if (identity) {
        now = *xtls_identity_get_fingerprint (identity);
        xtls_identity_unref (identity);
    }
    if (!identity)
        replace_cb (NULL, 0);
    else if (xtls_fingerprint_equal (&now, then))
        ask_for_contacts (account, name);
    else
        ask_to_replace (account, name, &now, then);
}

/* It is whose the user wants, and that account is here. */
static void
check_account (void)
{
    const char *jid = xtls_backup_get_account (running->backup);
    g_autofree char *name = xtls_contact_name_jid (jid);
    g_autofree char *why = NULL;
    PurpleAccount *account = find_account ();

    if (running->wanted && g_strcmp0 (running->wanted, jid) != 0) {
        g_autofree char *wanted = xtls_contact_name_jid (running->wanted);

        why = g_strdup_printf (
            /* Translators: the addresses of two accounts of the user. */
            _ ("The file holds the key of %1$s, not the one of %2$s."),
            name,
            wanted);
        fail (why);
    } else if (!account) {
        why = g_strdup_printf (
            /* Translators: %s is the address of an account. */
            _ ("The file holds the key of %s. Add that account to this "
               "program first, then import the file again."),
            name);
        fail (why);
    } else {
        ask (account, name);
    }
}

/* --- reading it ----------------------------------------------------------- */

static void ask_for_passphrase (const char *primary);

static void
take_error (const GError *error)
{
    g_autofree char *why = NULL;

    switch ((XtlsBackupError)error->code) {
    case XTLS_BACKUP_ERROR_PASSPHRASE:
        ask_for_passphrase (
            _ ("The passphrase is wrong, or the file was changed. Try again."));
        return;
    case XTLS_BACKUP_ERROR_DAMAGED:
    case XTLS_BACKUP_ERROR_TOO_BIG:
        fail (
            _ ("This is not a file with an exported key, or it is incomplete. "
               "Copy or export it again."));
        return;
    case XTLS_BACKUP_ERROR_EXISTS:
    case XTLS_BACKUP_ERROR_FILE:
    case XTLS_BACKUP_ERROR_CRYPTO:
        break;
    }
    why =
        /* Translators: %s is what the system says, in its own words. */
        g_strdup_printf (_ ("The file could not be read: %s."), error->message);
    fail (why);
}

static void
job_cb (gpointer data, gint fd, PurpleInputCondition condition)
{
    g_autoptr (GError) error = NULL;

    if (running->input)
        purple_input_remove (running->input);
    running->input = 0;
    running->backup =
        xtls_backup_job_finish (g_steal_pointer (&running->job), &error);
    if (running->backup)
        check_account ();
    else
        take_error (error);
}

static void
passphrase_cb (gpointer data, const char *passphrase)
{
    int fd;

    running->job =
        xtls_backup_job_load (running->path, passphrase ? passphrase : "");
    fd = xtls_backup_job_get_fd (running->job);
    if (fd >= 0)
        running->input = purple_input_add (fd, PURPLE_INPUT_READ, job_cb, NULL);
    else
        job_cb (NULL, fd, 0); /* which says that there are too many files */
}

static void
no_input_cb (gpointer data, const char *text)
{
    import_end ();
}

static void
ask_for_passphrase (const char *primary)
{
    g_autofree char *name = g_filename_display_name (running->path);

    purple_request_input (running,
                          _ ("Import a key"),
                          primary,
                          name,
                          NULL,
                          FALSE,
                          TRUE,
                          NULL,
                          xtls_labels_get (_ ("_Open")),
                          G_CALLBACK (passphrase_cb),
                          xtls_labels_get (_ ("_Cancel")),
                          G_CALLBACK (no_input_cb),
                          NULL,
                          NULL,
                          NULL,
                          running);
}

static void
file_cb (gpointer data, const char *path)
{
    if (!path || !*path) {
        import_end ();
        return;
    }
    running->path = g_strdup (path);
    ask_for_passphrase (_ ("Type the passphrase of this file."));
}

gboolean
xtls_key_import_start (PurpleAccount *account, char **why)
{
    const char *fault = NULL;

    if (running && (running->job || running->slices))
        fault = _ ("Another key is being imported. Wait a moment.");
    else if (account && !xtls_jabber_is (account))
        fault = _ ("Only XMPP accounts have such a key.");
    if (fault) {
        if (why)
            *why = g_strdup (fault);
        return FALSE;
    }
    xtls_key_import_uninit ();
    running = g_new0 (Import, 1);
    running->wanted = account ? xtls_jabber_get_account_jid (account) : NULL;
    purple_request_file (running,
                         _ ("Import a key"),
                         NULL,
                         FALSE,
                         G_CALLBACK (file_cb),
                         G_CALLBACK (no_input_cb),
                         account,
                         NULL,
                         NULL,
                         running);
    return TRUE;
}

void
xtls_key_import_uninit (void)
{
    if (!running)
        return;
    purple_request_close_with_handle (running);
    /* What has been merged in part is merged completely. */
    if (running->slices)
        (void)xtls_backup_merge (running->backup,
                                 xtls_core_get_peers (),
                                 xtls_core_get_contact_prefs (),
                                 G_MAXUINT);
    import_end ();
}
