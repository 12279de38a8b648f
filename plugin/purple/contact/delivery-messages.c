/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System messages about what becomes of the user's messages. */
#include "delivery-messages.h"

#include "contact-name.h"
#include "conversation.h"
#include "core.h"
#include "lost.h"
#include "message.h"
#include "otr.h"

#include <glib/gi18n-lib.h>

static gboolean
say (PurpleAccount *account, const char *who, const char *text)
{
    return xtls_conversation_line (account, who, text, FALSE);
}

void
xtls_delivery_messages_held (PurpleAccount *account,
                             const char *who,
                             XtlsHoldReason reason,
                             guint n)
{
    const char *text = xtls_hold_reason_to_text (reason, n);

    if (text)
        say (account, who, text);
}

void
xtls_delivery_messages_held_more (PurpleAccount *account,
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
xtls_delivery_messages_held_sent (PurpleAccount *account,
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
xtls_delivery_messages_sent_in_clear (PurpleAccount *account, const char *who)
{
    g_autofree char *name = xtls_contact_name_jid (who);
    g_autofree char *text =
        xtls_otr_is_running (account, who)
            ? g_strdup_printf (
                  /* Translators: %s is the address of a contact. */
                  _ ("The held messages for %s were sent unencrypted. What you "
                     "type now is encrypted with OTR."),
                  name)
            : g_strdup_printf (
                  /* Translators: %s is the address of a contact. */
                  _ ("The held messages for %s were sent unencrypted. What you "
                     "type now is not encrypted."),
                  name);

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
        xtls_conversation_notify (account, who, html->str);
}

void
xtls_delivery_messages_not_delivered (PurpleAccount *account,
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
xtls_delivery_messages_not_sent (PurpleAccount *account,
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
xtls_delivery_messages_unconfirmed (PurpleAccount *account,
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
xtls_delivery_messages_resend (PurpleAccount *account, const char *who, guint n)
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
xtls_delivery_messages_resent (PurpleAccount *account, const char *who, guint n)
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
