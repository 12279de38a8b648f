/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The core's plain dialogs.
 *
 * libpurple drops a request that is closed through its handle without calling
 * back, so whatever a dialog needs besides its contact is kept in the contact's
 * entry here, not in the callback's data. The contact outlives its dialogs:
 * freeing it closes them.
 *
 * Each kind has its own handle. A verification that the peer requests therefore
 * does not close the decision about the peer's key, and we never close a dialog
 * from its own callback to make room for the next (some clients close it after
 * the callback, through an address that the next one may have got).
 */
#include "dialogs.h"

#include "actions.h"
#include "contact-list.h"
#include "contact-name.h"
#include "contact-sessions.h"
#include "contact.h"
#include "core.h"
#include "finch.h"
#include "labels.h"
#include "options.h"
#include "secret.h"
#include "status.h"

#include <glib/gi18n-lib.h>
#include <notify.h>
#include <request.h>

typedef enum { VERIFY, DECIDE, CHOOSE, SECRET, N_KINDS } Kind;

typedef struct {
    char handles[N_KINDS]; /* their addresses */
    char *fingerprint;     /* the key that VERIFY and DECIDE are about */
    char *question;        /* the question that SECRET will send */
} Shown;

static GHashTable *all_shown; /* XtlsContact → Shown, owned */

static void
shown_free (gpointer data)
{
    Shown *shown = data;

    g_free (shown->fingerprint);
    g_free (shown->question);
    g_free (shown);
}

/* (nullable) */
static Shown *
find_shown (XtlsContact *contact)
{
    return all_shown ? g_hash_table_lookup (all_shown, contact) : NULL;
}

static void
close_kind (XtlsContact *contact, Kind kind)
{
    Shown *shown = find_shown (contact);

    if (shown)
        purple_request_close_with_handle (&shown->handles[kind]);
}

/* Closes an older dialog of the same kind. */
static Shown *
make_room (XtlsContact *contact, Kind kind)
{
    Shown *shown = find_shown (contact);

    if (shown) {
        close_kind (contact, kind);
        return shown;
    }
    if (!all_shown)
        all_shown = g_hash_table_new_full (NULL, NULL, NULL, shown_free);
    shown = g_new0 (Shown, 1);
    g_hash_table_insert (all_shown, contact, shown);
    return shown;
}

static void
set (char **text, const char *value)
{
    g_free (*text);
    *text = g_strdup (value);
}

static void
close_all (XtlsContact *contact)
{
    if (!find_shown (contact))
        return;
    for (Kind kind = 0; kind < N_KINDS; kind++)
        close_kind (contact, kind);
    g_hash_table_remove (all_shown, contact);
    if (g_hash_table_size (all_shown) == 0)
        g_clear_pointer (&all_shown, g_hash_table_destroy);
}

/* @text: (transfer full). Returns: (transfer full): as the client shows it
 * right. */
static char *
wrap (char *text)
{
    char *wrapped = xtls_finch_wrap (text);

    g_free (text);
    return wrapped;
}

static void
tell_failure (char *why)
{
    g_autofree char *text = xtls_finch_wrap (why);

    if (text)
        purple_notify_error (
            xtls_core_get_plugin (), _ ("Private conversation"), text, NULL);
    g_free (why);
}

static char *
get_name (XtlsContact *contact)
{
    return xtls_contact_name_get (xtls_contact_get_account (contact),
                                  xtls_contact_get_who (contact));
}

/* --- fingerprints --------------------------------------------------------- */

static void
set_verified (XtlsContact *contact, gboolean verified)
{
    Shown *shown = find_shown (contact);
    g_autofree char *fingerprint = g_strdup (shown ? shown->fingerprint : NULL);
    char *why = NULL;

    if (fingerprint)
        xtls_actions_set_verified (xtls_contact_get_account (contact),
                                   xtls_contact_get_who (contact),
                                   fingerprint,
                                   verified,
                                   &why);
    tell_failure (why);
}

static void
verified_cb (gpointer data, int action)
{
    set_verified (data, TRUE);
}

static void show_key_unknown (XtlsContact *contact);

/* Returns: whether a new key waits for a decision; if so, its dialog is shown
 * again. */
static gboolean
back_to_decision (XtlsContact *contact)
{
    XtlsStatus *status = xtls_contact_get_status (contact);
    gboolean waits = status->key_waits;

    xtls_status_free (status);
    if (waits)
        show_key_unknown (contact);
    return waits;
}

static void
not_verified_cb (gpointer data, int action)
{
    if (!back_to_decision (data))
        set_verified (data, FALSE);
}

static void
cancel_verify_cb (gpointer data, int action)
{
    back_to_decision (data);
}

static void
nothing_cb (gpointer data, int action)
{
}

static void
show_verify (XtlsContact *contact)
{
    g_autofree char *name = get_name (contact);
    XtlsStatus *status = xtls_contact_get_status (contact);
    g_autofree char *theirs = xtls_finch_fingerprint (status->fingerprint);
    g_autofree char *own = xtls_finch_fingerprint (status->own_fingerprint);
    g_autofree char *primary = NULL;
    g_autofree char *secondary = NULL;
    Shown *shown;

    if (!status->fingerprint) {
        purple_notify_info (
            xtls_core_get_plugin (),
            _ ("Private conversation"),
            _ ("There is no private conversation to verify."),
            _ ("Start a private conversation with this contact first."));
        xtls_status_free (status);
        return;
    }
    /* Translators: %s is a contact, address and name. */
    primary = wrap (g_strdup_printf (_ ("Verify the key of %s"), name));
    secondary = wrap (g_strdup_printf (
        /* Translators: a contact, its fingerprint, and the user's own. */
        _ ("Compare both fingerprints with your contact in another way that "
           "you trust: by telephone, or face to face.\n\n"
           "Fingerprint of %s:\n%s\n\n"
           "Your own fingerprint:\n%s"),
        name,
        theirs,
        own));
    shown = make_room (contact, VERIFY);
    set (&shown->fingerprint, status->fingerprint);
    purple_request_action (&shown->handles[VERIFY],
                           _ ("Verify"),
                           primary,
                           secondary,
                           2,
                           xtls_contact_get_account (contact),
                           xtls_contact_get_who (contact),
                           NULL,
                           contact,
                           3,
                           xtls_labels_get (_ ("I have _verified it")),
                           verified_cb,
                           xtls_labels_get (_ ("I have _not verified it")),
                           not_verified_cb,
                           xtls_labels_get (_ ("_Cancel")),
                           cancel_verify_cb);
    xtls_status_free (status);
}

/* --- a new key ------------------------------------------------------------ */

static void
decide (XtlsContact *contact, XtlsKeyDecision decision)
{
    Shown *shown = find_shown (contact);
    XtlsFingerprint fingerprint;
    char *why = NULL;

    if (shown && xtls_fingerprint_parse (shown->fingerprint, &fingerprint))
        xtls_contact_sessions_decide_key (
            contact, &fingerprint, decision, &why);
    tell_failure (why);
}

static void
accept_cb (gpointer data, int action)
{
    decide (data, XTLS_ACCEPT_KEY);
}

static void
refuse_cb (gpointer data, int action)
{
    decide (data, XTLS_REFUSE_KEY);
}

static void
verify_cb (gpointer data, int action)
{
    show_verify (data);
}

static void
ask_about_key (XtlsContact *contact, const XtlsStatus *status)
{
    g_autofree char *name = get_name (contact);
    g_autofree char *primary =
        /* Translators: %s is a contact, address and name. */
        wrap (g_strdup_printf (_ ("%s uses an unknown key"), name));
    g_autofree char *fingerprint = xtls_finch_fingerprint (status->fingerprint);
    g_autofree char *old = xtls_finch_fingerprint (status->old_fingerprint);
    g_autofree char *secondary = wrap (
        status->old_fingerprint
            ? g_strdup_printf (
                  /* Translators: %s are fingerprints. */
                  _ ("The contact may have a new device or a new key; or "
                     "somebody sits between you. Nothing is sent until you "
                     "decide.\n\n"
                     "New fingerprint:\n%s\n\nVerified before:\n%s"),
                  fingerprint,
                  old)
            : g_strdup_printf (
                  /* Translators: %s are fingerprints. */
                  _ ("The contact may have a new device or a new key; or "
                     "somebody sits between you. Nothing is sent until you "
                     "decide.\n\n"
                     "New fingerprint:\n%s"),
                  fingerprint));
    Shown *shown = make_room (contact, DECIDE);

    set (&shown->fingerprint, status->fingerprint);
    purple_request_action (&shown->handles[DECIDE],
                           _ ("New key"),
                           primary,
                           secondary,
                           1,
                           xtls_contact_get_account (contact),
                           xtls_contact_get_who (contact),
                           NULL,
                           contact,
                           4,
                           xtls_labels_get (_ ("_Accept")),
                           accept_cb,
                           xtls_labels_get (_ ("_Verify…")),
                           verify_cb,
                           xtls_labels_get (_ ("_Refuse")),
                           refuse_cb,
                           xtls_labels_get (_ ("Decide _later")),
                           nothing_cb);
}

/* Another plugin may have answered in the signal that comes first. */
static void
show_key_unknown (XtlsContact *contact)
{
    XtlsStatus *status = xtls_contact_get_status (contact);

    if (status->key_waits)
        ask_about_key (contact, status);
    xtls_status_free (status);
}

/* --- held messages -------------------------------------------------------- */

static void
choose (XtlsContact *contact, XtlsChoice choice)
{
    char *why = NULL;

    xtls_contact_choose (contact, choice, &why);
    tell_failure (why);
}

static void
wait_cb (gpointer data, int action)
{
    choose (data, XTLS_CHOOSE_WAIT);
}

static void
send_cb (gpointer data, int action)
{
    choose (data, XTLS_CHOOSE_SEND);
}

static void
discard_cb (gpointer data, int action)
{
    choose (data, XTLS_CHOOSE_DISCARD);
}

static void
ask_to_choose (XtlsContact *contact, const char *primary)
{
    Shown *shown = make_room (contact, CHOOSE);
    g_autofree char *secondary = xtls_finch_wrap (
        _ ("What you typed is held. Keep waiting for a private conversation, "
           "or send it unencrypted, or discard it?"));

    purple_request_action (&shown->handles[CHOOSE],
                           _ ("Messages are held"),
                           primary,
                           secondary,
                           0,
                           xtls_contact_get_account (contact),
                           xtls_contact_get_who (contact),
                           NULL,
                           contact,
                           3,
                           xtls_labels_get (_ ("_Keep waiting")),
                           wait_cb,
                           xtls_labels_get (_ ("_Send unencrypted")),
                           send_cb,
                           xtls_labels_get (_ ("_Discard")),
                           discard_cb);
}

static void
ask_to_wait (XtlsContact *contact, const char *primary)
{
    Shown *shown = make_room (contact, CHOOSE);
    g_autofree char *secondary = xtls_finch_wrap (
        _ ("What you typed is held, and nothing may be sent unencrypted to "
           "this contact. Keep waiting for a private conversation, or discard "
           "it?"));

    purple_request_action (&shown->handles[CHOOSE],
                           _ ("Messages are held"),
                           primary,
                           secondary,
                           0,
                           xtls_contact_get_account (contact),
                           xtls_contact_get_who (contact),
                           NULL,
                           contact,
                           2,
                           xtls_labels_get (_ ("_Keep waiting")),
                           wait_cb,
                           xtls_labels_get (_ ("_Discard")),
                           discard_cb);
}

static void
show_choice (XtlsContact *contact)
{
    g_autofree char *name = get_name (contact);
    g_autofree char *primary = wrap (
        /* Translators: %s is a contact, address and name. */
        g_strdup_printf (_ ("There is no private conversation with %s"), name));
    XtlsStatus *status = xtls_contact_get_status (contact);

    if (status->can_send_clear)
        ask_to_choose (contact, primary);
    else if (status->choice_waits)
        ask_to_wait (contact, primary);
    xtls_status_free (status);
}

/* --- shared secret -------------------------------------------------------- */

static void
secret_start_cb (gpointer data, const char *secret)
{
    XtlsContact *contact = data;
    Shown *shown = find_shown (contact);
    g_autofree char *question = g_strdup (shown ? shown->question : NULL);
    char *why = NULL;

    xtls_secret_exchange_start (xtls_contact_get_secret_exchange (contact),
                                xtls_contact_get_open_session (contact),
                                question,
                                secret,
                                &why);
    tell_failure (why);
}

static void
secret_answer_cb (gpointer data, const char *secret)
{
    char *why = NULL;

    xtls_secret_exchange_answer (
        xtls_contact_get_secret_exchange (data), secret, &why);
    tell_failure (why);
}

static void
secret_abort_cb (gpointer data, const char *secret)
{
    xtls_secret_exchange_abort (xtls_contact_get_secret_exchange (data));
}

static void
secret_nothing_cb (gpointer data, const char *secret)
{
}

/* Returns: @text with the number of the attempt, after the first one: each
 * attempt is a guess. */
static char *
with_attempt (XtlsContact *contact, const char *text, guint more)
{
    XtlsSecret *secret =
        xtls_secret_exchange_get (xtls_contact_get_secret_exchange (contact));
    guint attempt = secret->attempts + more;
    char *counted;

    xtls_secret_free (secret);
    if (attempt < 2)
        return g_strdup (text);
    /* Translators: %u is a number, from 2. */
    counted = g_strdup_printf (_ ("This is attempt %u in this conversation."),
                               attempt);
    text = g_strconcat (text, "\n\n", counted, NULL);
    g_free (counted);
    return (char *)text;
}

void
xtls_dialogs_secret_start (XtlsContact *contact, const char *question)
{
    g_autofree char *name = get_name (contact);
    g_autofree char *primary =
        /* Translators: %s is a contact, address and name. */
        wrap (g_strdup_printf (_ ("Verify %s by a shared secret"), name));
    g_autofree char *secondary = wrap (with_attempt (
        contact,
        _ ("Type something that only the two of you know; your contact types "
           "exactly the same, and capital letters matter. It never leaves this "
           "computer in a form that can be guessed at."),
        1));
    Shown *shown = make_room (contact, SECRET);

    set (&shown->question, question);
    purple_request_input (&shown->handles[SECRET],
                          _ ("Verify"),
                          primary,
                          secondary,
                          NULL,
                          FALSE,
                          TRUE,
                          NULL,
                          xtls_labels_get (_ ("_Verify")),
                          G_CALLBACK (secret_start_cb),
                          xtls_labels_get (_ ("_Cancel")),
                          G_CALLBACK (secret_nothing_cb),
                          xtls_contact_get_account (contact),
                          xtls_contact_get_who (contact),
                          NULL,
                          contact);
}

void
xtls_dialogs_secret_asked (XtlsContact *contact)
{
    g_autofree char *name = get_name (contact);
    g_autofree char *primary = wrap (g_strdup_printf (
        /* Translators: %s is a contact, address and name. */
        _ ("%s wants to verify you by a shared secret"),
        name));
    XtlsSecret *asked =
        xtls_secret_exchange_get (xtls_contact_get_secret_exchange (contact));
    g_autofree char *text =
        asked->question
            ? g_strdup_printf (
                  /* Translators: %s is the question, in the contact's own
                     words. */
                  _ ("Type the answer to this question, exactly as "
                     "your contact does, for capital letters "
                     "matter: %s"),
                  asked->question)
            : g_strdup (
                  _ ("Type the secret that you share, exactly as your contact "
                     "does: capital letters matter."));
    g_autofree char *secondary = wrap (with_attempt (contact, text, 0));
    Shown *shown = make_room (contact, SECRET);

    xtls_secret_free (asked);
    purple_request_input (&shown->handles[SECRET],
                          _ ("Verify"),
                          primary,
                          secondary,
                          NULL,
                          FALSE,
                          TRUE,
                          NULL,
                          xtls_labels_get (_ ("_Answer")),
                          G_CALLBACK (secret_answer_cb),
                          xtls_labels_get (_ ("_Cancel")),
                          G_CALLBACK (secret_abort_cb),
                          xtls_contact_get_account (contact),
                          xtls_contact_get_who (contact),
                          NULL,
                          contact);
}

/* --- the table ------------------------------------------------------------ */

static void
show_cb (XtlsDialog dialog, PurpleAccount *account, const char *who)
{
    static void (*const show[]) (XtlsContact * contact) = {
        [XTLS_DIALOG_KEY_UNKNOWN] = show_key_unknown,
        [XTLS_DIALOG_CHOICE] = show_choice,
        [XTLS_DIALOG_SECRET] = xtls_dialogs_secret_asked,
        [XTLS_DIALOG_VERIFY] = show_verify,
        [XTLS_DIALOG_SETTINGS] = xtls_options_show,
    };
    XtlsContact *contact;

    if (dialog == XTLS_DIALOG_HELP) {
        xtls_options_show_help (who);
        return;
    }
    contact = xtls_contact_list_get (account, who, TRUE);
    if (contact)
        show[dialog](contact);
}

/* Of an account that is being deleted, too. */
static void
close_secret_cb (PurpleAccount *account, const char *who)
{
    XtlsContact *contact = xtls_contact_list_find (account, who);

    if (contact)
        close_kind (contact, SECRET);
}

static void
close_cb (PurpleAccount *account, const char *who)
{
    XtlsContact *contact = xtls_contact_list_find (account, who);

    if (contact)
        close_all (contact);
}

static void
close_all_cb (PurpleAccount *account, const char *who)
{
    XtlsContact *contact = xtls_contact_list_find (account, who);

    if (!contact)
        return;
    close_all (contact);
    xtls_options_close (contact);
}

const XtlsDialogOps xtls_dialogs_ops = {
    .show = show_cb,
    .close_secret = close_secret_cb,
    .close = close_cb,
    .close_all = close_all_cb,
};
