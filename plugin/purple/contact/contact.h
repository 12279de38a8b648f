/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The private mode of one contact (account and bare JID): what a user sees
 * and decides. It outlives sessions, conversations and connections; only End,
 * quitting or unloading ends it.
 */
#pragma once

#include "api.h"
#include "contact-state.h"
#include "secret.h"
#include "session.h"
#include "status.h"

#include <account.h>
#include <glib.h>
#include <xmlnode.h>

/* Private mode with a contact, which is off. */
XtlsContact *xtls_contact_new (PurpleAccount *account, const char *who);
void xtls_contact_free (XtlsContact *contact);

/* (transfer none): the account it belongs to. */
PurpleAccount *xtls_contact_get_account (XtlsContact *contact);
/* (transfer none): the bare JID, normalised. */
const char *xtls_contact_get_who (XtlsContact *contact);

/* --- the user --- */

/* As the functions of XtlsApi with the same names; start(), resend() and
 * decide_key() are in contact-start.h, contact-outbox.h and contact-sessions.h.
 */
gboolean xtls_contact_end (XtlsContact *contact, char **why);
/**
 * xtls_contact_ask_choice:
 * @why: (out) (optional) (transfer full): a translated sentence
 *
 * Asks the user what becomes of the messages that are held, however often that
 * was asked before; or about the new key that they wait for.
 *
 * Returns: %FALSE if there is nothing to decide
 */
gboolean xtls_contact_ask_choice (XtlsContact *contact, char **why);

/* As the function of XtlsApi with the same name. */
gboolean
xtls_contact_choose (XtlsContact *contact, XtlsChoice choice, char **why);

/* What the user sees of the contact. */
XtlsState xtls_contact_get_state (XtlsContact *contact);

/* (transfer full): free with xtls_status_free(). */
XtlsStatus *xtls_contact_get_status (XtlsContact *contact);

/* (transfer none): the verification by shared secret, secret.h. */
XtlsSecretTalk *xtls_contact_get_secret_talk (XtlsContact *contact);

/* The trust of a key, our own key, or a setting has changed. */
void xtls_contact_refresh (XtlsContact *contact);

/* The user has chosen a policy: automatic starts rest no longer after End. */
void xtls_contact_policy_changed (XtlsContact *contact);

/* --- the router --- */

/**
 * xtls_contact_is_private:
 *
 * Returns: %TRUE from Starting until End: nothing may leave in clear.
 */
gboolean xtls_contact_is_private (XtlsContact *contact);

/**
 * xtls_contact_get_session:
 *
 * Returns: (nullable) (transfer none): the open session that may be sent on
 * now. %NULL also while its key waits for the user's decision.
 */
XtlsSession *xtls_contact_get_session (XtlsContact *contact);

/* (nullable) (transfer none): the open session, also while a key waits. */
XtlsSession *xtls_contact_get_open_session (XtlsContact *contact);

/**
 * xtls_contact_may_show:
 * @session: one of the contact's
 *
 * Returns: %FALSE if nothing that comes inside @session may be shown any more.
 */
gboolean xtls_contact_may_show (XtlsContact *contact, XtlsSession *session);

/* Words that were to go with an invitation to a room were kept back. */
void xtls_contact_refused_invitation (XtlsContact *contact);

/* Something that is no text (a buzz, an invitation) was dropped because there
 * is no session. */
void xtls_contact_dropped (XtlsContact *contact);

/* A stanza was refused: a line in the conversation, once for each kind.
 * @outgoing: whether the user sent it. */
void xtls_contact_refused_file (XtlsContact *contact, gboolean outgoing);
void xtls_contact_refused_voice (XtlsContact *contact, gboolean outgoing);

/* Text came in clear from @from (a full JID) while private: shown, marked.
 * @when: seconds since 1970. @text: one line. */
void xtls_contact_show_clear (XtlsContact *contact,
                              const char *from,
                              const char *text,
                              time_t when);

/* The same of an invitation to @room, with @reason (nullable), and of a buzz.
 * @from: the full JID that sent it. */
void xtls_contact_show_clear_invitation (XtlsContact *contact,
                                         const char *from,
                                         const char *room,
                                         const char *reason);
void xtls_contact_show_clear_attention (XtlsContact *contact, const char *from);

/**
 * xtls_contact_take_inside:
 * @stanza: (transfer none): a stanza that came inside @session
 *
 * Returns: %TRUE if it was meant for us (verification by shared secret) and
 * libpurple must not see it.
 */
gboolean xtls_contact_take_inside (XtlsContact *contact,
                                   XtlsSession *session,
                                   xmlnode *stanza);

/* Around what came inside being shown: after End it may still come, and is not
 * logged either. */
void xtls_contact_before_delivery (XtlsContact *contact);
void xtls_contact_after_delivery (XtlsContact *contact);

/* --- events of the client --- */

/* The plugin is being unloaded: what follows is not encrypted. */
void xtls_contact_unload (XtlsContact *contact);
/* The account was deleted and is offline: what did not arrive is told. */
void xtls_contact_account_removed (XtlsContact *contact);
