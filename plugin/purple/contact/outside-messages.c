/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System messages about what goes around a private conversation. */
#include "outside-messages.h"

#include "contact-name.h"
#include "conversation.h"
#include "jabber.h"
#include "origin.h"
#include "otr.h"
#include "policy.h"
#include "texts.h"

#include <glib/gi18n-lib.h>
#include <server.h>

void
xtls_outside_messages_refused_invitation (PurpleAccount *account,
                                          const char *who)
{
    xtls_conversation_report (
        account,
        who,
        _ ("The invitation to the room was not sent: its words would "
           "go around the private conversation. Invite without words, "
           "and say them here."));
}

void
xtls_outside_messages_dropped (PurpleAccount *account, const char *who)
{
    xtls_conversation_report (
        account,
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

    xtls_conversation_report (account, who, text);
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

    xtls_conversation_report (account, who, text);
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

    xtls_conversation_report (account, who, text);
}

static gboolean
is_required (PurpleAccount *account, const char *who)
{
    return xtls_policy_effective (account, who) == XTLS_POLICY_REQUIRED;
}

void
xtls_outside_messages_refused_file (PurpleAccount *account,
                                    const char *who,
                                    gboolean outgoing)
{
    const char *text;

    if (!outgoing)
        text = _ ("A file offered outside the private conversation was "
                  "refused. Ask for it to be sent inside.");
    else if (is_required (account, who))
        text = _ ("The file was not sent: it could not go through the private "
                  "conversation. Wait until it is open.");
    else
        text = _ ("The file was not sent: it could not go through the private "
                  "conversation. Wait until it is open, or end it.");
    xtls_conversation_report (account, who, text);
}

void
xtls_outside_messages_refused_voice (PurpleAccount *account,
                                     const char *who,
                                     gboolean outgoing)
{
    const char *text;

    if (!outgoing)
        text = _ ("A voice or video call was refused: it would go around the "
                  "private conversation.");
    else if (is_required (account, who))
        text = _ ("Voice and video were not started: they would not be "
                  "encrypted, and encryption is required for this contact.");
    else
        text = _ ("Voice and video would go around the private conversation "
                  "and were not started. End the private conversation to use "
                  "them.");
    xtls_conversation_line (account, who, text);
}

void
xtls_outside_messages_refused_upload (PurpleAccount *account, const char *who)
{
    xtls_conversation_report (
        account,
        who,
        _ ("The file was not sent: another plugin would have sent it "
           "around the private conversation. “Send File…” sends it "
           "inside."));
}

static char *
otr_data_line (const char *name, gboolean open)
{
    if (!open)
        return g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("%s sent a message with OTR. It cannot be read: OTR is not used "
               "until you end the private conversation here. End it, and ask "
               "for the message to be sent again."),
            name);
    return g_strdup_printf (
        /* Translators: %s is the address of a contact. */
        _ ("%s sent a message with OTR, outside the private conversation. It "
           "cannot be read while the private conversation is on: ask for it "
           "to be sent inside, or end the private conversation to use OTR."),
        name);
}

static char *
otr_query_line (const char *name, gboolean open)
{
    if (!open)
        return g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("%s’s OTR asked for a conversation. It got no answer: OTR is "
               "not used until you end the private conversation here."),
            name);
    return g_strdup_printf (
        /* Translators: %s is the address of a contact. */
        _ ("%s’s OTR asked for a conversation, outside the private "
           "conversation. It got no answer: OTR is not used while the private "
           "conversation is on."),
        name);
}

/* Ending the private conversation would not help. */
static char *
otr_required_line (const char *name)
{
    return g_strdup_printf (
        /* Translators: %s is the address of a contact. */
        _ ("%s used OTR. It got no answer: private conversations are required "
           "for this contact. Ask for messages to be sent inside one."),
        name);
}

/* OTR does not see the message, because its reply would have to be sent in
 * clear. */
void
xtls_outside_messages_otr (PurpleAccount *account,
                           const char *who,
                           const char *text,
                           gboolean open)
{
    g_autofree char *name = xtls_contact_name_jid (who);
    g_autofree char *line = NULL;

    if (!xtls_otr_is_data (text) && !xtls_otr_is_query (text))
        return;
    if (is_required (account, who))
        line = otr_required_line (name);
    else if (xtls_otr_is_data (text))
        line = otr_data_line (name, open);
    else
        line = otr_query_line (name, open);
    xtls_conversation_line (account, who, line);
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
    xtls_conversation_line (account, who, text);
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
