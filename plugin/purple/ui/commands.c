/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command `/xtls`: a table of subcommands. */
#include "commands.h"

#include "actions.h"
#include "contact-list.h"
#include "contact-outbox.h"
#include "contact.h"
#include "conversation.h"
#include "dialogs.h"
#include "jabber.h"
#include "key-export.h"
#include "key-import.h"
#include "manual.h"
#include "other-plugins.h"
#include "report.h"
#include "requests.h"
#include "secret.h"
#include "status.h"
#include "texts.h"

#include <cmds.h>
#include <glib/gi18n-lib.h>
#include <string.h>

static PurpleCmdId command;

/* The arguments of a command. */
typedef struct {
    PurpleAccount *account;
    const char *who;
    XtlsContact *contact;
    const char
        *argument; /* the rest of the line, without surrounding white space */
} Call;

typedef gboolean (*Run) (Call *call, char **why);

static void
print (Call *call, const char *text)
{
    xtls_conversation_line (call->account, call->who, text);
}

static gboolean
run_start (Call *call, char **why)
{
    return xtls_other_plugins_start (call->contact, why);
}

static gboolean
run_end (Call *call, char **why)
{
    return xtls_contact_end (call->contact, why);
}

static gboolean
run_resend (Call *call, char **why)
{
    return xtls_contact_outbox_resend (call->contact, why);
}

static gboolean
run_status (Call *call, char **why)
{
    XtlsStatus *status = xtls_contact_get_status (call->contact);

    print (call, status->line);
    xtls_status_free (status);
    return TRUE;
}

static gboolean
run_fingerprint (Call *call, char **why)
{
    XtlsStatus *status = xtls_contact_get_status (call->contact);
    g_autofree char *own = xtls_texts_fingerprint (status->own_fingerprint);
    g_autofree char *theirs = xtls_texts_fingerprint (status->fingerprint);
    g_autofree char *first =
        /* Translators: %s is a fingerprint. */
        g_strdup_printf (_ ("Your own fingerprint: %s"), own);
    g_autofree char *second =
        status->fingerprint
            /* Translators: the address of a contact, and a fingerprint. */
            ? g_strdup_printf (_ ("Fingerprint of %s: %s"), call->who, theirs)
            : g_strdup (_ ("The contact’s fingerprint is known once a "
                           "private conversation is open."));

    print (call, first);
    print (call, second);
    xtls_status_free (status);
    return TRUE;
}

static gboolean
run_verify (Call *call, char **why)
{
    if (!*call->argument) {
        xtls_requests_verify (call->account, call->who);
        return TRUE;
    }
    return xtls_actions_set_verified (
        call->account, call->who, call->argument, TRUE, why);
}

static gboolean
run_secret (Call *call, char **why)
{
    XtlsSecret *secret = xtls_secret_exchange_get (
        xtls_contact_get_secret_exchange (call->contact));

    if (secret->step == XTLS_SECRET_ASKED)
        xtls_dialogs_secret_asked (call->contact);
    else
        xtls_dialogs_secret_start (call->contact,
                                   *call->argument ? call->argument : NULL);
    xtls_secret_free (secret);
    return TRUE;
}

static gboolean
run_held (Call *call, char **why)
{
    return xtls_contact_ask_choice (call->contact, why);
}

static gboolean
run_policy (Call *call, char **why)
{
    g_autofree char *text = NULL;

    if (*call->argument && !xtls_actions_set_policy (
                               call->account, call->who, call->argument, why))
        return FALSE;
    text = g_strdup_printf (
        /* Translators: a contact; a word that /xtls policy takes; a sentence
         * that says what is in force, and why. */
        _ ("The policy for %s is “%s”. %s"),
        call->who,
        xtls_actions_get_policy (call->account, call->who),
        xtls_actions_describe_policy (call->account, call->who));
    print (call, text);
    return TRUE;
}

static gboolean
run_known (Call *call, char **why)
{
    g_autofree char *own = xtls_jabber_get_account_jid (call->account);
    GPtrArray *keys = xtls_actions_list_keys ();
    guint shown = 0;

    for (guint i = 0; i < keys->len; i++) {
        const XtlsKey *key = keys->pdata[i];
        g_autofree char *fingerprint = NULL;
        g_autofree char *line = NULL;

        if (g_strcmp0 (key->account_name, own) != 0 ||
            g_strcmp0 (key->who, call->who) != 0)
            continue;
        fingerprint = xtls_texts_fingerprint (key->fingerprint);
        line = g_strdup_printf (
            "%s · %s", fingerprint, xtls_texts_trust (key->trust, key->how));
        print (call, line);
        shown++;
    }
    g_ptr_array_unref (keys);
    if (shown == 0)
        print (call, _ ("No key of this contact is known."));
    return TRUE;
}

static gboolean
run_forget (Call *call, char **why)
{
    g_autofree char *own = xtls_jabber_get_account_jid (call->account);

    if (!xtls_actions_forget_key (own, call->who, call->argument, why))
        return FALSE;
    print (call, _ ("The key was forgotten."));
    return TRUE;
}

static gboolean
run_export (Call *call, char **why)
{
    return xtls_key_export_start (call->account, why);
}

static gboolean
run_import (Call *call, char **why)
{
    return xtls_key_import_start (call->account, why);
}

static gboolean run_help (Call *call, char **why);

static gboolean
run_report (Call *call, char **why)
{
    if (*call->argument && g_strcmp0 (call->argument, "addresses") != 0) {
        *why = g_strdup (_ ("Type /xtls report, or /xtls report addresses."));
        return FALSE;
    }
    xtls_report_show (*call->argument != '\0');
    return TRUE;
}

/* The page "commands" of the help says what each does. */
static const struct {
    const char *word;
    Run run;
} commands[] = {
    {"help", run_help},
    {"start", run_start},
    {"end", run_end},
    {"resend", run_resend},
    {"status", run_status},
    {"fingerprint", run_fingerprint},
    {"verify", run_verify},
    {"secret", run_secret},
    {"held", run_held},
    {"policy", run_policy},
    {"known", run_known},
    {"forget", run_forget},
    {"export", run_export},
    {"import", run_import},
    {"report", run_report},
};

/* (transfer full): the pages that there are. */
static char *
name_pages (void)
{
    guint n_pages;
    const XtlsHelpPage *pages = xtls_manual_list (&n_pages);
    GString *names = g_string_new (NULL);
    char *text;

    for (guint i = 0; i < n_pages; i++)
        g_string_append_printf (names, "%s%s", i ? ", " : "", pages[i].id);
    /* Translators: %s is a list of words that are typed after /xtls help. */
    text = g_strdup_printf (_ ("The pages of the help are: %s."), names->str);
    g_string_free (names, TRUE);
    return text;
}

/* In few lines, because the page "commands" would not fit into Finch's window
 * on a terminal of 80 columns and 24 lines. */
static void
list_commands (Call *call)
{
    const XtlsHelpPage *page = xtls_manual_find ("commands");
    GString *line = g_string_new (NULL);
    g_autofree char *names = name_pages ();

    for (guint i = 0; i < page->n_parts; i++) {
        const XtlsHelpPart *part = &page->parts[i];

        if (!part->term)
            print (call, _ (part->text));
        else
            g_string_append_printf (
                line, "%s%s", line->len > 0 ? " · " : "", part->term);
    }
    print (call, line->str);
    print (call, names);
    g_string_free (line, TRUE);
}

static gboolean
run_help (Call *call, char **why)
{
    const XtlsHelpPage *page;

    if (!*call->argument) {
        list_commands (call);
        return TRUE;
    }
    page = xtls_manual_find (call->argument);
    if (!page) {
        *why = name_pages ();
        return FALSE;
    }
    for (guint i = 0; i < page->n_parts; i++) {
        g_autofree char *line = xtls_manual_part_to_text (&page->parts[i]);

        print (call, line);
    }
    return TRUE;
}

static PurpleCmdRet
run (Call *call, const char *word, char **error)
{
    for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
        char *why = NULL;

        if (g_strcmp0 (commands[i].word, word) != 0)
            continue;
        if (commands[i].run (call, &why))
            return PURPLE_CMD_RET_OK;
        *error = why ? g_markup_escape_text (why, -1) : NULL;
        g_free (why);
        return PURPLE_CMD_RET_FAILED;
    }
    *error = g_strdup (_ ("There is no such command. Try /xtls help."));
    return PURPLE_CMD_RET_FAILED;
}

static PurpleCmdRet
command_cb (PurpleConversation *conv,
            const char *cmd,
            char **args,
            char **error,
            void *data)
{
    PurpleAccount *account = purple_conversation_get_account (conv);
    g_autofree char *line = g_strdup (args && args[0] ? args[0] : "");
    char *rest;
    Call call;

    g_strstrip (line);
    rest = strchr (line, ' ');
    if (rest)
        *rest++ = '\0';
    call.account = account;
    call.contact = xtls_contact_list_get (
        account, purple_conversation_get_name (conv), TRUE);
    if (!call.contact) {
        *error = g_strdup (
            _ ("Private conversations need an XMPP account on both sides."));
        return PURPLE_CMD_RET_FAILED;
    }
    call.who = xtls_contact_get_who (call.contact);
    call.argument = rest ? g_strstrip (rest) : "";
    return run (&call, *line ? line : "help", error);
}

void
xtls_commands_init (void)
{
    command = purple_cmd_register (
        "xtls",
        "s",
        PURPLE_CMD_P_PLUGIN,
        PURPLE_CMD_FLAG_IM | PURPLE_CMD_FLAG_ALLOW_WRONG_ARGS,
        NULL,
        command_cb,
        _ ("xtls help: private conversations, from client to client."),
        NULL);
}

void
xtls_commands_uninit (void)
{
    purple_cmd_unregister (command);
}
