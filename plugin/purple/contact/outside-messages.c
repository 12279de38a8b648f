/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System messages about what goes around a private conversation. */
#include "outside-messages.h"

#include "contact-name.h"
#include "conversation.h"
#include "core.h"
#include "jabber.h"
#include "origin.h"
#include "otr.h"
#include "texts.h"

#include <glib/gi18n-lib.h>
#include <notify.h>
#include <server.h>

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
xtls_outside_messages_refused_invitation (PurpleAccount *account,
                                          const char *who)
{
    say_surely (account,
                who,
                _ ("The invitation to the room was not sent: its words would "
                   "go around the private conversation. Invite without words, "
                   "and say them here."));
}

void
xtls_outside_messages_dropped (PurpleAccount *account, const char *who)
{
    say_surely (account,
                who,
                _ ("A signal that is not text, for example a buzz, was not "
                   "sent: the private conversation is not open. Send it again "
                   "when it is."));
}

void
xtls_outside_messages_not_sent (PurpleAccount *account,
                                const char *who,
                                const char *why)
{
    const char *what =
        _ ("A signal that is not text, for example a buzz, was not sent.");
    g_autofree char *text =
        why ? g_strconcat (what, " ", why, NULL) : g_strdup (what);

    say_surely (account, who, text);
}

void
xtls_outside_messages_clear_invitation (PurpleAccount *account,
                                        const char *who,
                                        const char *from,
                                        const char *room,
                                        const char *reason)
{
    g_autofree char *peer = xtls_contact_name_jid (from);
    g_autofree char *place = xtls_contact_name_jid (room);
    g_autofree char *words = xtls_contact_name_quotable (reason ? reason : "");
    g_autofree char *text =
        *words ? g_strdup_printf (
                     /* Translators: the address of a contact, the address of a
                        room, and what the contact wrote. */
                     _ ("This invitation was not encrypted: %s "
                        "invites you to the room %s (\u201c%s\u201d)."),
                     peer,
                     place,
                     words)
               /* Translators: the addresses of a contact and of a room. */
               : g_strdup_printf (_ ("This invitation was not encrypted: %s "
                                     "invites you to the room %s."),
                                  peer,
                                  place);

    say_surely (account, who, text);
}

void
xtls_outside_messages_clear_attention (PurpleAccount *account,
                                       const char *who,
                                       const char *from)
{
    g_autofree char *peer = xtls_contact_name_jid (from);
    g_autofree char *text = g_strdup_printf (
        /* Translators: %s is the address of a contact. */
        _ ("This signal was not encrypted: %s asks for your attention."),
        peer);

    say_surely (account, who, text);
}

void
xtls_outside_messages_refused_file (PurpleAccount *account,
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
xtls_outside_messages_refused_voice (PurpleAccount *account,
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
xtls_outside_messages_refused_upload (PurpleAccount *account, const char *who)
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
xtls_outside_messages_otr (PurpleAccount *account,
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
xtls_outside_messages_elsewhere (PurpleAccount *account,
                                 const char *who,
                                 XtlsSession *session,
                                 const char *from)
{
    g_autofree char *peer =
        xtls_contact_name_jid (xtls_session_get_peer (session));
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
xtls_outside_messages_clear (PurpleAccount *account,
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
    html = g_strdup_printf (
        "<b>%s</b> %s", xtls_texts_unencrypted (FALSE), escaped);
    if (!xtls_jabber_is_jid (account, from))
        from = who;
    xtls_origin_begin (account, who);
    serv_got_im (gc, from, html, PURPLE_MESSAGE_RECV, when);
    xtls_origin_end ();
}
