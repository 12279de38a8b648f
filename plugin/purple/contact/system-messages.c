/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System messages about the state of a private conversation. */
#include "system-messages.h"

#include "contact-name.h"
#include "conversation.h"
#include "message.h"
#include "otr.h"
#include "policy.h"
#include "texts.h"
#include "trust.h"

#include <glib/gi18n-lib.h>

static char *
get_peer (XtlsSession *session)
{
    return xtls_contact_name_jid (xtls_session_get_peer (session));
}

void
xtls_system_messages_attempting (PurpleAccount *account, const char *who)
{
    g_autofree char *name = xtls_contact_name_jid (who);
    g_autofree char *text = g_strdup_printf (
        /* Translators: %s is the address of a contact. */
        _ ("Attempting to start a private conversation with %s…"),
        name);

    xtls_conversation_line (account, who, text);
}

static const char *
logging_sentence (PurpleAccount *account, const char *who)
{
    const PurpleConversation *conv = xtls_conversation_find (account, who);

    /* If the conversation is not logged, neither is this. */
    return conv && purple_conversation_is_logging (conv)
               ? _ ("This conversation is being logged.")
               : _ ("This conversation is not being logged.");
}

static char *
new_key_sentence (PurpleAccount *account, const char *who)
{
    g_autofree char *name = xtls_contact_name_jid (who);
    g_autofree char *text = g_strdup_printf (
        /* Translators: %s is the address of a contact. */
        _ ("%s uses an unknown key. Nothing is sent until you have "
           "decided whether to accept it."),
        name);

    return g_strconcat (text, " ", logging_sentence (account, who), NULL);
}

static char *
state_sentence (PurpleAccount *account,
                const char *who,
                XtlsState state,
                XtlsSession *session,
                XtlsHoldReason reason)
{
    g_autofree char *name =
        session ? get_peer (session) : xtls_contact_name_jid (who);

    switch (state) {
    case XTLS_STATE_STARTING:
        return g_strdup_printf (
            _ ("Attempting to start a private conversation with %s…"), name);
    case XTLS_STATE_WAITING:
        return g_strdup_printf (
            /* Translators: the contact's JID; a sentence that says what becomes
             * of what is typed. */
            _ ("No private conversation with %s is open. %s"),
            name,
            xtls_hold_reason_to_outlook (reason));
    case XTLS_STATE_NEW_KEY:
        return new_key_sentence (account, who);
    case XTLS_STATE_UNVERIFIED:
        return g_strdup_printf (
            /* Translators: the contact's JID; "Verify this key."; a command;
             * whether the conversation is logged. The second and the last are
             * sentences. */
            _ ("Unverified conversation with %s started. %s %s %s"),
            name,
            _ (XTLS_TEXT_VERIFY),
            XTLS_TEXT_VERIFY_COMMAND,
            logging_sentence (account, who));
    case XTLS_STATE_PRIVATE:
        return g_strdup_printf (
            /* Translators: the contact's JID; a sentence on logging. */
            _ ("Private conversation with %s started. %s"),
            name,
            logging_sentence (account, who));
    case XTLS_STATE_FINISHED:
        return g_strdup_printf (
            /* Translators: the contact's JID; a sentence that says what becomes
             * of what is typed. */
            _ ("The private conversation with %s is finished. %s"),
            name,
            xtls_hold_reason_to_outlook (reason));
    case XTLS_STATE_NOT_PRIVATE:
        break;
    }
    return NULL;
}

void
xtls_system_messages_state (PurpleAccount *account,
                            const char *who,
                            XtlsState state,
                            XtlsSession *session,
                            XtlsHoldReason reason,
                            time_t since)
{
    g_autofree char *text =
        state_sentence (account, who, state, session, reason);

    if (text)
        xtls_conversation_line_at (account, who, text, since);
}

static void
add_sentence (GString *line, const char *sentence)
{
    g_string_append_printf (line, " %s", sentence);
}

static void
add_unconfirmed (GString *line, guint n)
{
    g_autofree char *sentence = g_strdup_printf (
        g_dngettext (
            GETTEXT_PACKAGE,
            /* Translators: %u is a number of messages. */
            "%u message was not confirmed yet; it is sent again in the next "
            "private conversation.",
            "%u messages were not confirmed yet; they are sent again in the "
            "next private conversation.",
            n),
        n);

    add_sentence (line, sentence);
}

void
xtls_system_messages_failed (PurpleAccount *account,
                             const char *who,
                             const char *why,
                             const GQueue *unconfirmed,
                             XtlsHoldReason reason)
{
    const char *outlook = xtls_hold_reason_to_outlook (reason);
    g_autofree char *text =
        outlook ? g_strdup_printf (
                      /* Translators: two sentences: why, and what becomes of
                       * what is typed. */
                      _ ("The private conversation could not be started: %s "
                         "%s"),
                      why,
                      outlook)
                : g_strdup_printf (
                      /* Translators: a sentence that says why. */
                      _ ("The private conversation could not be started: %s"),
                      why);
    g_autoptr (GString) line = g_string_new (text);
    guint n = xtls_message_count_texts (unconfirmed);

    if (n > 0)
        add_unconfirmed (line, n);
    xtls_conversation_line (account, who, line->str);
}

void
xtls_system_messages_lost (PurpleAccount *account,
                           const char *who,
                           XtlsEnd end,
                           XtlsSm *sm,
                           XtlsHoldReason reason)
{
    g_autofree char *name = xtls_contact_name_jid (who);
    g_autofree char *text = xtls_texts_ended (end, name);
    g_autoptr (GString) line = NULL;
    guint n = sm && xtls_sm_get_id (sm)
                  ? xtls_message_count_texts (xtls_sm_get_unacked (sm))
                  : 0;
    gboolean cut = end != XTLS_END_PEER && end != XTLS_END_ELSEWHERE &&
                   end != XTLS_END_KEY_REFUSED;

    if (!text)
        return;
    line = g_string_new (text);
    if (xtls_hold_reason_to_outlook (reason))
        add_sentence (line, xtls_hold_reason_to_outlook (reason));
    if (cut && (!sm || xtls_sm_has_dropped (sm)))
        add_sentence (line,
                      _ ("The last messages may not have arrived: this "
                         "contact’s client does not confirm them."));
    if (cut && n > 0)
        add_unconfirmed (line, n);
    xtls_conversation_line (account, who, line->str);
}

void
xtls_system_messages_end (PurpleAccount *account, const char *who)
{
    g_autofree char *name = xtls_contact_name_jid (who);
    g_autofree char *text = NULL;

    if (xtls_policy_effective (account, who) == XTLS_POLICY_REQUIRED)
        text = g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("You have ended the private conversation with %s. "
               "Encryption is required for this contact: what you type next "
               "starts it again."),
            name);
    else if (xtls_otr_is_running (account, who))
        text = g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("You have ended the private conversation with %s. What you "
               "type now is encrypted with OTR."),
            name);
    else
        text = g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("You have ended the private conversation with %s. What you "
               "type now is not encrypted."),
            name);
    xtls_conversation_line (account, who, text);
}

void
xtls_system_messages_unload (PurpleAccount *account, const char *who)
{
    g_autofree char *name = xtls_contact_name_jid (who);
    g_autofree char *text =
        xtls_otr_is_running (account, who)
            ? g_strdup_printf (
                  /* Translators: %s is the address of a contact. */
                  _ ("The XTLS plugin was unloaded: the private conversation "
                     "with %s has ended. What you type now is encrypted with "
                     "OTR."),
                  name)
            : g_strdup_printf (
                  /* Translators: %s is the address of a contact. */
                  _ ("The XTLS plugin was unloaded: the private conversation "
                     "with %s has ended. What you type now is not encrypted."),
                  name);

    xtls_conversation_line (account, who, text);
}

void
xtls_system_messages_verified (PurpleAccount *account,
                               const char *who,
                               gboolean verified)
{
    g_autofree char *name = xtls_contact_name_jid (who);
    g_autofree char *text =
        verified
            ? g_strdup_printf (
                  /* Translators: %s is the address of a contact. */
                  _ ("Private conversation with %s: the key is "
                     "verified now."),
                  name)
            /* Translators: %s is the address of a contact. */
            : g_strdup_printf (_ ("Unverified conversation with %s: the key "
                                  "is not verified any more."),
                               name);

    xtls_conversation_line (account, who, text);
}

void
xtls_system_messages_new_key (PurpleAccount *account, const char *who)
{
    g_autofree char *name = xtls_contact_name_jid (who);
    g_autofree char *text = g_strdup_printf (
        /* Translators: %s is the address of a contact. */
        _ ("%s uses an unknown key. Compare the fingerprints if you "
           "did not expect that."),
        name);

    xtls_conversation_line (account, who, text);
}

void
xtls_system_messages_trust_lost (PurpleAccount *account,
                                 const char *who,
                                 XtlsSession *session)
{
    g_autofree char *name = xtls_contact_name_jid (who);
    g_autofree char *key =
        xtls_fingerprint_to_groups (xtls_session_get_fingerprint (session));
    g_autofree char *before = xtls_trust_get_verified (account, who);
    g_autofree char *verified = xtls_texts_fingerprint (before);
    g_autofree char *text =
        before
            ? g_strdup_printf (
                  /* Translators: a contact and two fingerprints. */
                  _ ("This private conversation with %s uses another key than "
                     "the one that you verified. In use: %s. Verified: %s. "
                     "Nothing is sent until you have decided whether to "
                     "accept the key in use."),
                  name,
                  key,
                  verified)
            : g_strdup_printf (
                  /* Translators: a contact and a fingerprint. */
                  _ ("The key that this private conversation with %s uses is "
                     "not among the known keys any more: %s. Nothing is sent "
                     "until you have decided whether to accept it."),
                  name,
                  key);

    xtls_conversation_line (account, who, text);
}

void
xtls_system_messages_not_admitted (PurpleAccount *account,
                                   const char *who,
                                   XtlsSession *session)
{
    g_autofree char *peer = get_peer (session);
    g_autofree char *text = g_strdup_printf (
        /* Translators: %s is the address of a contact. */
        _ ("%s asked for a private conversation with another key and was "
           "turned away. To accept it, end this private conversation first."),
        peer);

    xtls_conversation_line (account, who, text);
}
