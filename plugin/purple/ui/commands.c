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
#include "other-plugins.h"
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
    xtls_conversation_line (call->account, call->who, text, FALSE);
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

/* In groups, for reading aloud. */
static char *
group (const char *fingerprint)
{
    XtlsFingerprint parsed;

    return xtls_fingerprint_parse (fingerprint, &parsed)
               ? xtls_fingerprint_to_groups (&parsed)
               : g_strdup (_ ("none"));
}

static gboolean
run_fingerprint (Call *call, char **why)
{
    XtlsStatus *status = xtls_contact_get_status (call->contact);
    g_autofree char *own = group (status->own_fingerprint);
    g_autofree char *theirs = group (status->fingerprint);
    g_autofree char *first =
        g_strdup_printf (_ ("Your own fingerprint: %s"), own);
    g_autofree char *second =
        status->fingerprint
            ? g_strdup_printf (_ ("Fingerprint of %s: %s"), call->who, theirs)
            : g_strdup (_ ("The contact's fingerprint is known once a "
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
    XtlsSecret *secret =
        xtls_secret_exchange_get (xtls_contact_get_secret_talk (call->contact));

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
        g_autofree char *line = NULL;

        if (g_strcmp0 (key->account_name, own) != 0 ||
            g_strcmp0 (key->who, call->who) != 0)
            continue;
        line = g_strdup_printf ("%s · %s",
                                key->fingerprint,
                                xtls_texts_trust (key->trust, key->how));
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

static gboolean run_help (Call *call, char **why);

static const struct {
    const char *word;
    Run run;
    const char *help;
} commands[] = {
    {"help", run_help, N_ ("/xtls help: this list")},
    {"start", run_start, N_ ("/xtls start: start or restart")},
    {"end", run_end, N_ ("/xtls end: end the private conversation")},
    {"resend",
     run_resend,
     N_ ("/xtls resend: send again what was never confirmed")},
    {"status", run_status, N_ ("/xtls status: what is private, and how")},
    {"fingerprint",
     run_fingerprint,
     N_ ("/xtls fingerprint: both fingerprints, for reading aloud")},
    {"verify",
     run_verify,
     N_ ("/xtls verify [FINGERPRINT]: verify the contact's key")},
    {"secret",
     run_secret,
     N_ ("/xtls secret [QUESTION]: verify by a shared secret")},
    {"held",
     run_held,
     N_ ("/xtls held: decide what becomes of the messages that are held")},
    {"policy",
     run_policy,
     N_ ("/xtls policy [never|manual|automatic|required|default]: when to "
         "start")},
    {"known", run_known, N_ ("/xtls known: the contact's known keys")},
    {"forget", run_forget, N_ ("/xtls forget FINGERPRINT: forget one of them")},
};

static gboolean
run_help (Call *call, char **why)
{
    for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
        print (call, _ (commands[i].help));
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
