/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System messages in the conversation. */
#include "system-messages.h"

#include "contact-name.h"
#include "conversation.h"
#include "core.h"
#include "jabber.h"
#include "lost.h"
#include "message.h"
#include "origin.h"
#include "otr.h"
#include "policy.h"
#include "texts.h"
#include "trust.h"

#include <glib/gi18n-lib.h>
#include <notify.h>
#include <server.h>
#include <util.h>

static char *
get_peer (XtlsSession *session)
{
    return xtls_contact_name_jid (xtls_session_get_peer (session));
}

static gboolean
say (PurpleAccount *account, const char *who, const char *text)
{
    return xtls_conversation_line (account, who, text, FALSE);
}

/* What must not be missed is shown even if the window is closed. */
static void
say_surely (PurpleAccount *account, const char *who, const char *text)
{
    g_autofree char *name = xtls_contact_name_get (account, who);

    if (!say (account, who, text))
        purple_notify_warning (
            xtls_core_get_plugin (), _ ("Private conversation"), name, text);
}

void
xtls_system_messages_attempting (PurpleAccount *account, const char *who)
{
    g_autofree char *name = xtls_contact_name_jid (who);
    g_autofree char *text = g_strdup_printf (
        /* Translators: %s is the address of a contact. */
        _ ("Attempting to start a private conversation with %s…"),
        name);

    say (account, who, text);
}

void
xtls_system_messages_failed (PurpleAccount *account,
                             const char *who,
                             const char *why,
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

    say (account, who, text);
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
                            XtlsHoldReason reason)
{
    g_autofree char *text =
        state_sentence (account, who, state, session, reason);

    if (text)
        say (account, who, text);
}

static guint
count_texts (XtlsSm *sm)
{
    guint n = 0;

    for (GList *l = xtls_sm_get_unacked (sm)->head; l; l = l->next) {
        g_autofree char *text = xtls_message_get_text (l->data);

        n += text != NULL;
    }
    return n;
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
xtls_system_messages_lost (PurpleAccount *account,
                           const char *who,
                           XtlsEnd end,
                           XtlsSm *sm,
                           XtlsHoldReason reason)
{
    g_autofree char *name = xtls_contact_name_jid (who);
    g_autofree char *text = xtls_texts_ended (end, name);
    g_autoptr (GString) line = NULL;
    guint n = sm && xtls_sm_get_id (sm) ? count_texts (sm) : 0;
    gboolean cut = end != XTLS_END_PEER && end != XTLS_END_KEY_REFUSED;

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
    say (account, who, line->str);
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
    else
        text = g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("You have ended the private conversation with %s. What you "
               "type now is not encrypted."),
            name);
    say (account, who, text);
}

void
xtls_system_messages_unload (PurpleAccount *account, const char *who)
{
    g_autofree char *name = xtls_contact_name_jid (who);
    g_autofree char *text = g_strdup_printf (
        /* Translators: %s is the address of a contact. */
        _ ("The XTLS plugin was unloaded: the private conversation with %s "
           "has ended. What you type now is not encrypted."),
        name);

    say (account, who, text);
}

void
xtls_system_messages_held (PurpleAccount *account,
                           const char *who,
                           XtlsHoldReason reason,
                           guint n)
{
    const char *text = xtls_hold_reason_to_text (reason, n);

    if (text)
        say (account, who, text);
}

void
xtls_system_messages_held_more (PurpleAccount *account,
                                const char *who,
                                guint n)
{
    g_autofree char *text = g_strdup_printf (
        g_dngettext (
            GETTEXT_PACKAGE, "%u message is held.", "%u messages are held.", n),
        n);

    say (account, who, text);
}

void
xtls_system_messages_held_sent (PurpleAccount *account,
                                const char *who,
                                guint n)
{
    g_autofree char *text = g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE,
                     /* Translators: %u is a number of messages. */
                     "%u held message was sent.",
                     "%u held messages were sent.",
                     n),
        n);

    say (account, who, text);
}

void
xtls_system_messages_sent_in_clear (PurpleAccount *account, const char *who)
{
    g_autofree char *name = xtls_contact_name_jid (who);
    g_autofree char *text = g_strdup_printf (
        /* Translators: %s is the address of a contact. */
        _ ("The held messages for %s were sent unencrypted. What you type now "
           "is not encrypted."),
        name);

    say (account, who, text);
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

    say (account, who, text);
}

void
xtls_system_messages_new_key (PurpleAccount *account,
                              const char *who,
                              gboolean waits)
{
    g_autofree char *name = xtls_contact_name_jid (who);
    g_autofree char *text =
        waits
            ? g_strdup_printf (
                  /* Translators: %s is the address of a contact. */
                  _ ("%s uses an unknown key. Nothing is sent until you have "
                     "decided whether to accept it."),
                  name)
            : g_strdup_printf (
                  /* Translators: %s is the address of a contact. */
                  _ ("%s uses an unknown key. Compare the fingerprints if you "
                     "did not expect that."),
                  name);

    say (account, who, text);
}

void
xtls_system_messages_trust_lost (PurpleAccount *account,
                                 const char *who,
                                 XtlsSession *session)
{
    g_autofree char *name = xtls_contact_name_jid (who);
    g_autofree char *key =
        xtls_fingerprint_to_string (xtls_session_get_fingerprint (session));
    g_autofree char *verified = xtls_trust_get_verified (account, who);
    g_autofree char *text =
        verified
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

    say (account, who, text);
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

    say (account, who, text);
}

/* Returns: (nullable): NULL for a stanza without text. */
static char *
quote (const char *format, const xmlnode *message)
{
    g_autofree char *body = xtls_message_get_text (message);
    g_auto (GStrv) parts = g_strsplit (format, "%s", 2);

    return body ? g_strjoinv (body, parts) : NULL;
}

/* The notice does not belong to the plugin, or it would be closed when that is
 * unloaded. */
static void
notify_quotes (PurpleAccount *account, const char *who, const char *html)
{
    g_autofree char *name = xtls_contact_name_get (account, who);

    purple_notify_formatted (
        account, _ ("Private conversation"), name, NULL, html, NULL, NULL);
}

/* Text that quotes a message is never logged. While the client is quitting, UI
 * output is invisible. */
static void
say_quotes (PurpleAccount *account,
            const char *who,
            const char *format,
            const GQueue *messages,
            const char *why)
{
    gboolean quitting = xtls_core_is_quitting ();
    g_autoptr (GString) html = g_string_new (NULL);

    for (const GList *l = messages->head; l; l = l->next) {
        g_autofree char *text = quote (format, l->data);
        g_autofree char *line =
            why && text ? g_strconcat (text, " ", why, NULL) : g_strdup (text);
        g_autofree char *escaped = NULL;

        if (line && quitting)
            xtls_lost_add (xtls_core_get_lost (), who);
        if (!line || quitting ||
            xtls_conversation_line (account, who, line, TRUE))
            continue;
        escaped = g_markup_escape_text (line, -1);
        g_string_append_printf (html, "%s<br>", escaped);
    }
    if (html->len > 0)
        notify_quotes (account, who, html->str);
}

void
xtls_system_messages_not_delivered (PurpleAccount *account,
                                    const char *who,
                                    const xmlnode *message,
                                    const char *why)
{
    GQueue one = G_QUEUE_INIT;

    g_queue_push_tail (&one, (gpointer)message);
    say_quotes (account,
                who,
                /* Translators: %s is the text of a message. */
                _ ("The message “%s” could not be delivered."),
                &one,
                why);
    g_queue_clear (&one);
}

void
xtls_system_messages_not_sent (PurpleAccount *account,
                               const char *who,
                               const GQueue *messages)
{
    say_quotes (account,
                who,
                /* Translators: %s is the text of a message. */
                _ ("The message “%s” was not sent."),
                messages,
                NULL);
}

void
xtls_system_messages_unconfirmed (PurpleAccount *account,
                                  const char *who,
                                  const GQueue *stanzas)
{
    say_quotes (account,
                who,
                /* Translators: %s is the text of a message. */
                _ ("The message “%s” may not have been delivered: it was "
                   "never confirmed. Send it again if it matters."),
                stanzas,
                NULL);
}

void
xtls_system_messages_resend (PurpleAccount *account, const char *who, guint n)
{
    g_autofree char *text = g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE,
                     /* Translators: %u is a number of messages. */
                     "To send %u unconfirmed message again, type "
                     "/xtls resend, or choose that in the menu XTLS.",
                     "To send %u unconfirmed messages again, type "
                     "/xtls resend, or choose that in the menu XTLS.",
                     n),
        n);

    say (account, who, text);
}

void
xtls_system_messages_resent (PurpleAccount *account, const char *who, guint n)
{
    g_autofree char *text = g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE,
                     /* Translators: %u is a number of messages. */
                     "%u unconfirmed message is sent again.",
                     "%u unconfirmed messages are sent again.",
                     n),
        n);

    say (account, who, text);
}

void
xtls_system_messages_refused_invitation (PurpleAccount *account,
                                         const char *who)
{
    say_surely (account,
                who,
                _ ("The invitation to the room was not sent: its words would "
                   "go around the private conversation. Invite without words, "
                   "and say them here."));
}

void
xtls_system_messages_dropped (PurpleAccount *account, const char *who)
{
    say_surely (account,
                who,
                _ ("A signal that is not text, for example a buzz, was not "
                   "sent: the private conversation is not open. Send it again "
                   "when it is."));
}

void
xtls_system_messages_clear_invitation (PurpleAccount *account,
                                       const char *who,
                                       const char *from,
                                       const char *room,
                                       const char *reason)
{
    g_autofree char *text =
        reason && *reason
            ? g_strdup_printf (
                  /* Translators: the address of a contact, the address of a
                     room, and what the contact wrote. */
                  _ ("This invitation was not encrypted: %s "
                     "invites you to the room %s (\u201c%s\u201d)."),
                  from,
                  room,
                  reason)
            /* Translators: the addresses of a contact and of a room. */
            : g_strdup_printf (_ ("This invitation was not encrypted: %s "
                                  "invites you to the room %s."),
                               from,
                               room);

    say_surely (account, who, text);
}

void
xtls_system_messages_clear_attention (PurpleAccount *account,
                                      const char *who,
                                      const char *from)
{
    g_autofree char *text = g_strdup_printf (
        /* Translators: %s is the address of a contact. */
        _ ("This signal was not encrypted: %s asks for your attention."),
        from);

    say_surely (account, who, text);
}

void
xtls_system_messages_refused_file (PurpleAccount *account,
                                   const char *who,
                                   gboolean outgoing)
{
    say_surely (account,
                who,
                outgoing
                    ? _ ("The file was not sent: it could not go through the "
                         "private conversation. Wait until it is open, or end "
                         "it.")
                    : _ ("A file offered outside the private conversation was "
                         "refused. Ask for it to be sent inside."));
}

void
xtls_system_messages_refused_voice (PurpleAccount *account,
                                    const char *who,
                                    gboolean outgoing)
{
    say (account,
         who,
         outgoing ? _ ("Voice and video would go around the private "
                       "conversation and were not started. End the private "
                       "conversation to use them.")
                  : _ ("A voice or video call was refused: it would go around "
                       "the private conversation."));
}

void
xtls_system_messages_refused_upload (PurpleAccount *account, const char *who)
{
    say_surely (account,
                who,
                _ ("The file was not sent: another plugin would have sent it "
                   "around the private conversation. “Send File…” sends it "
                   "inside."));
}

/* OTR does not see the message, because its reply would have to be sent in
 * clear. */
void
xtls_system_messages_otr (PurpleAccount *account,
                          const char *who,
                          const char *text)
{
    g_autofree char *name = xtls_contact_name_jid (who);
    g_autofree char *data = g_strdup_printf (
        /* Translators: %s is the address of a contact. */
        _ ("%s sent a message with OTR, outside the private conversation. It "
           "cannot be read while the private conversation is on: ask for it "
           "to be sent inside, or end the private conversation to use OTR."),
        name);
    g_autofree char *query = g_strdup_printf (
        /* Translators: %s is the address of a contact. */
        _ ("%s’s OTR asked for a conversation, outside the private "
           "conversation. It got no answer: OTR is not used while the private "
           "conversation is on."),
        name);

    if (xtls_otr_is_data (text))
        say (account, who, data);
    else if (xtls_otr_is_query (text))
        say (account, who, query);
}

void
xtls_system_messages_elsewhere (PurpleAccount *account,
                                const char *who,
                                XtlsSession *session,
                                const char *from)
{
    g_autofree char *peer = get_peer (session);
    g_autofree char *other = xtls_contact_name_jid (from);
    g_autofree char *text = NULL;

    if (xtls_jabber_is_capable (account, from))
        text = g_strdup_printf (
            /* Translators: %s are addresses of one contact. */
            _ ("That came from %s; the private conversation is with %s. To "
               "talk privately there, end this one and start again (/xtls end, "
               "/xtls start)."),
            other,
            peer);
    else
        text = g_strdup_printf (
            /* Translators: %s are addresses of one contact. */
            _ ("That came from %s, which cannot talk privately as far as is "
               "known; the private conversation is with %s."),
            other,
            peer);
    say (account, who, text);
}

/* Written through libpurple's server functions, so that windows, sounds and
 * other plugins treat it as a message. The mark comes first, where the text
 * cannot imitate it. */
void
xtls_system_messages_clear (PurpleAccount *account,
                            const char *who,
                            const char *from,
                            const char *text,
                            time_t when)
{
    PurpleConnection *gc = purple_account_get_connection (account);
    g_autofree char *escaped = g_markup_escape_text (text, -1);
    g_autofree char *html = NULL;

    if (!gc)
        return;
    purple_util_chrreplace (escaped, '\n', ' ');
    html = g_strdup_printf (
        "<b>%s</b> %s", xtls_texts_unencrypted (FALSE), escaped);
    if (!xtls_jabber_is_jid (account, from))
        from = who;
    xtls_origin_begin (account, who);
    serv_got_im (gc, from, html, PURPLE_MESSAGE_RECV, when);
    xtls_origin_end ();
}
