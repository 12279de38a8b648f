/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System messages about what becomes of the user's messages. */
#include "delivery-messages.h"

#include "contact-name.h"
#include "conversation.h"
#include "message.h"
#include "otr.h"

#include <glib/gi18n-lib.h>

void
xtls_delivery_messages_held (PurpleAccount *account,
                             const char *who,
                             XtlsHoldReason reason,
                             guint n)
{
    const char *text = xtls_hold_reason_to_text (reason, n);

    if (text)
        xtls_conversation_line (account, who, text);
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

    xtls_conversation_line (account, who, text);
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

    xtls_conversation_line (account, who, text);
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

    xtls_conversation_line (account, who, text);
}

/* Returns: (nullable): NULL for a stanza without text. */
static char *
quote (const char *format, const xmlnode *message)
{
    g_autofree char *body = xtls_message_get_text (message);
    g_auto (GStrv) parts = g_strsplit (format, "%s", 2);

    return body ? g_strjoinv (body, parts) : NULL;
}

void
xtls_delivery_messages_not_delivered (PurpleAccount *account,
                                      const char *who,
                                      const xmlnode *message,
                                      const char *why)
{
    g_autofree char *what =
        /* Translators: %s is the text of a message. */
        quote (_ ("The message “%s” could not be delivered."), message);
    g_autofree char *text =
        what && why ? g_strconcat (what, " ", why, NULL) : g_strdup (what);

    if (text)
        xtls_conversation_quote (account, who, text, NULL, 0);
}

void
xtls_delivery_messages_not_sent (PurpleAccount *account,
                                 const char *who,
                                 const xmlnode *message,
                                 XtlsConversationShown shown,
                                 guint number)
{
    g_autofree char *text =
        /* Translators: %s is the text of a message. */
        quote (_ ("The message “%s” was not sent."), message);

    if (text)
        xtls_conversation_quote (account, who, text, shown, number);
    else if (shown)
        shown (account, who, number);
}

void
xtls_delivery_messages_unconfirmed (PurpleAccount *account,
                                    const char *who,
                                    const GQueue *stanzas)
{
    for (const GList *l = stanzas->head; l; l = l->next) {
        g_autofree char *text =
            /* Translators: %s is the text of a message. */
            quote (_ ("The message “%s” may not have been delivered: it was "
                      "never confirmed. Send it again if it matters."),
                   l->data);

        if (text)
            xtls_conversation_quote (account, who, text, NULL, 0);
    }
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

    xtls_conversation_line (account, who, text);
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

    xtls_conversation_line (account, who, text);
}
