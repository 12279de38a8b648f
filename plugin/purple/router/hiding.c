/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An emission is identified by the address of the variable that it carries,
 * because some plugins emit the same signal again from inside a handler.
 *
 * If the second handler is not reached for a received text, another plugin has
 * kept the text, which it could not even read: the text is shown nevertheless.
 */
#include "hiding.h"

#include "contact-start.h"
#include "contact.h"
#include "envelope.h"
#include "jabber.h"
#include "message.h"
#include "origin.h"
#include "otr.h"
#include "protected.h"

#include <conversation.h>
#include <eventloop.h>
#include <signals.h>
#include <time.h>

/* Only the handlers that send what they find, and the gate, come after ours. */
#define FIRST PURPLE_SIGNAL_PRIORITY_LOWEST
#define LAST (PURPLE_SIGNAL_PRIORITY_HIGHEST - 2)

typedef struct {
    gpointer slot; /* the variable of the emission */
    char *text;
    xmlnode *stanza;      /* owned by the emitter */
    xmlnode *placeholder; /* what the variable holds meanwhile */

    /* For received text: */
    PurpleAccount *account;
    char *from;
    PurpleMessageFlags flags;
    char *known; /* (nullable): the contact, if it came from inside, or is
                    marked */
} Hidden;

static int handle;
static GSList *typed;    /* of Hidden, innermost first */
static GSList *sent;     /* likewise */
static GSList *received; /* likewise */
static guint settle_timer;

/* The account whose typed text is between two signals. */
static PurpleAccount *typing_account;
static char *typing_who;

static Hidden *
push (GSList **list, gpointer slot)
{
    Hidden *hidden = g_new0 (Hidden, 1);

    hidden->slot = slot;
    *list = g_slist_prepend (*list, hidden);
    return hidden;
}

/* (nullable) (transfer full) */
static Hidden *
pop (GSList **list, gpointer slot)
{
    for (GSList *l = *list; l; l = l->next) {
        Hidden *hidden = l->data;

        if (hidden->slot != slot)
            continue;
        *list = g_slist_delete_link (*list, l);
        return hidden;
    }
    return NULL;
}

static void
hidden_free (gpointer data)
{
    Hidden *hidden = data;

    g_free (hidden->text);
    g_free (hidden->from);
    g_free (hidden->known);
    g_free (hidden);
}

/* --- what is typed -------------------------------------------------------- */

static void
forget_typing (void)
{
    typing_account = NULL;
    g_clear_pointer (&typing_who, g_free);
}

static gboolean
is_typed (PurpleAccount *account, const char *who)
{
    g_autofree char *bare = xtls_jabber_normalize (account, who);

    return typing_account == account && bare &&
           g_strcmp0 (typing_who, bare) == 0;
}

gboolean
xtls_hiding_is_of_otr (PurpleAccount *account,
                       const char *who,
                       const char *text)
{
    return text && xtls_otr_is_protocol (text) && !is_typed (account, who);
}

gboolean
xtls_hiding_is_otr_message (PurpleAccount *account,
                            const char *who,
                            const xmlnode *message)
{
    g_autofree char *text = xtls_message_get_text (message);

    return xtls_hiding_is_of_otr (account, who, text);
}

static void
typed_first_cb (PurpleAccount *account,
                const char *who,
                char **text,
                gpointer data)
{
    forget_typing ();
    if (!text || !*text ||
        !xtls_protected_find (account, who, XTLS_MATTER_CONTENT))
        return;
    push (&typed, text)->text = *text;
    *text = NULL;
}

static void
typed_last_cb (PurpleAccount *account,
               const char *who,
               char **text,
               gpointer data)
{
    Hidden *hidden = text ? pop (&typed, text) : NULL;

    if (!hidden)
        return;
    /* No handler has read what was typed, so nothing else may replace it. */
    g_free (*text);
    *text = g_steal_pointer (&hidden->text);
    hidden_free (hidden);
    forget_typing ();
    typing_account = account;
    typing_who = xtls_jabber_normalize (account, who);
}

static void
typed_sent_cb (PurpleAccount *account,
               const char *who,
               const char *text,
               gpointer data)
{
    forget_typing ();
}

/* --- what is sent: plugins that encrypt stanzas --------------------------- */

/* Text for which the gate will start private mode must be hidden, too: what a
 * plugin has made of it could not be read at the other end. */
static gboolean
is_to_be_hidden (PurpleConnection *gc, xmlnode *stanza)
{
    PurpleAccount *account = purple_connection_get_account (gc);
    g_autofree char *own = NULL;
    g_auto (XtlsEnvelope) envelope = {0};

    if (xtls_jabber_is_own (stanza))
        return FALSE;
    own = xtls_jabber_get_account_jid (account);
    xtls_envelope_read (&envelope, stanza, own);
    return envelope.kind == XTLS_ENVELOPE_MESSAGE &&
           envelope.payload == XTLS_PAYLOAD_TEXT &&
           xtls_protected_find (
               account,
               envelope.to.bare,
               xtls_hiding_is_otr_message (account, envelope.to.bare, stanza)
                   ? XTLS_MATTER_OTHER
                   : XTLS_MATTER_CONTENT) != NULL;
}

static void
sent_first_cb (PurpleConnection *gc, xmlnode **stanza, gpointer data)
{
    Hidden *hidden;

    if (!stanza || !*stanza || !is_to_be_hidden (gc, *stanza))
        return;
    hidden = push (&sent, stanza);
    hidden->stanza = *stanza;
    hidden->placeholder = xmlnode_new ("xtls-hidden");
    *stanza = hidden->placeholder;
}

static void
sent_last_cb (PurpleConnection *gc, xmlnode **stanza, gpointer data)
{
    Hidden *hidden = stanza ? pop (&sent, stanza) : NULL;

    if (!hidden)
        return;
    /* A handler that replaced the placeholder may have freed it. */
    if (*stanza == hidden->placeholder)
        xmlnode_free (hidden->placeholder);
    *stanza = hidden->stanza;
    hidden_free (hidden);
}

/* --- what is received ----------------------------------------------------- */

static void
show (const Hidden *hidden)
{
    PurpleConversation *conv;

    if (!g_list_find (purple_accounts_get_all (), hidden->account))
        return;
    conv = purple_find_conversation_with_account (
        PURPLE_CONV_TYPE_IM, hidden->from, hidden->account);
    if (!conv && purple_account_is_connected (hidden->account))
        conv = purple_conversation_new (
            PURPLE_CONV_TYPE_IM, hidden->account, hidden->from);
    if (!conv)
        return;
    if (hidden->known)
        xtls_origin_begin (hidden->account, hidden->known);
    purple_conv_im_write (PURPLE_CONV_IM (conv),
                          hidden->from,
                          hidden->text,
                          hidden->flags | PURPLE_MESSAGE_RECV,
                          time (NULL));
    if (hidden->known)
        xtls_origin_end ();
}

static gboolean
settle_cb (gpointer data)
{
    GSList *left = g_slist_reverse (g_steal_pointer (&received));

    settle_timer = 0;
    for (GSList *l = left; l; l = l->next)
        show (l->data);
    g_slist_free_full (left, hidden_free);
    return FALSE;
}

/* Where the policy alone protects the contact, only text that has been marked
 * is hidden, so that no plugin can remove the mark. What has no mark is for OTR
 * to see. */
static XtlsContact *
find_of_received (PurpleAccount *account, const char *from)
{
    XtlsContact *contact = xtls_protected_find_private (account, from);
    g_autofree char *bare = NULL;

    if (contact)
        return contact;
    bare = xtls_jabber_normalize (account, from);
    return bare && xtls_origin_is_known (account, bare)
               ? xtls_protected_find (account, bare, XTLS_MATTER_OTHER)
               : NULL;
}

static gboolean
received_first_cb (PurpleAccount *account,
                   char **from,
                   char **text,
                   PurpleConversation *conv,
                   PurpleMessageFlags *flags,
                   gpointer data)
{
    XtlsContact *contact =
        from && *from ? find_of_received (account, *from) : NULL;
    const char *who;
    Hidden *hidden;

    if (!text || !*text || !contact)
        return FALSE;
    hidden = push (&received, text);
    hidden->text = *text;
    hidden->account = account;
    hidden->from = g_strdup (*from);
    hidden->flags = flags ? *flags : 0;
    who = xtls_contact_get_who (contact);
    if (xtls_origin_is_known (account, who))
        hidden->known = g_strdup (who);
    *text = NULL;
    if (!settle_timer)
        settle_timer = purple_timeout_add (0, settle_cb, NULL);
    return FALSE;
}

static gboolean
received_last_cb (PurpleAccount *account,
                  char **from,
                  char **text,
                  PurpleConversation *conv,
                  PurpleMessageFlags *flags,
                  gpointer data)
{
    Hidden *hidden = text ? pop (&received, text) : NULL;

    if (!hidden)
        return FALSE;
    g_free (*text);
    *text = g_steal_pointer (&hidden->text);
    hidden_free (hidden);
    return FALSE;
}

/* --- setup ---------------------------------------------------------------- */

static void
connect_pair (void *instance,
              const char *signal,
              PurpleCallback first,
              PurpleCallback last)
{
    purple_signal_connect_priority (
        instance, signal, &handle, first, NULL, FIRST);
    purple_signal_connect_priority (
        instance, signal, &handle, last, NULL, LAST);
}

void
xtls_hiding_init (void)
{
    void *conversations = purple_conversations_get_handle ();

    connect_pair (conversations,
                  "sending-im-msg",
                  PURPLE_CALLBACK (typed_first_cb),
                  PURPLE_CALLBACK (typed_last_cb));
    purple_signal_connect (conversations,
                           "sent-im-msg",
                           &handle,
                           PURPLE_CALLBACK (typed_sent_cb),
                           NULL);
    connect_pair (xtls_jabber_get_plugin (),
                  "jabber-sending-xmlnode",
                  PURPLE_CALLBACK (sent_first_cb),
                  PURPLE_CALLBACK (sent_last_cb));
    connect_pair (conversations,
                  "receiving-im-msg",
                  PURPLE_CALLBACK (received_first_cb),
                  PURPLE_CALLBACK (received_last_cb));
}

void
xtls_hiding_uninit (void)
{
    purple_signals_disconnect_by_handle (&handle);
    if (settle_timer) {
        purple_timeout_remove (settle_timer);
        settle_cb (NULL);
    }
    forget_typing ();
}
