/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The private mode of one contact (account and bare JID): what a user sees and
 * decides. It outlives sessions, conversations and connections; only End,
 * quitting or unloading end it.
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

/* Returns: a contact whose private mode is off. */
XtlsContact *xtls_contact_new (PurpleAccount *account, const char *who);
void xtls_contact_free (XtlsContact *contact);

/* Returns: (transfer none): the account it belongs to. */
PurpleAccount *xtls_contact_get_account (XtlsContact *contact);
/* Returns: (transfer none): the bare JID, normalised. */
const char *xtls_contact_get_who (XtlsContact *contact);

/* --- the user --- */

/* Like the functions of XtlsApi with the same names; start(), resend() and
 * decide_key() are in contact-start.h, contact-outbox.h and
 * contact-sessions.h. */
gboolean xtls_contact_end (XtlsContact *contact, char **why);
/**
 * xtls_contact_ask_choice:
 * @why: (out) (optional) (transfer full): a translated sentence
 *
 * Asks the user what to do with the held messages, however often that was asked
 * before, or about the new key that they wait for.
 *
 * Returns: %FALSE if there is nothing to decide
 */
gboolean xtls_contact_ask_choice (XtlsContact *contact, char **why);

/* Like the function of XtlsApi with the same name. */
gboolean
xtls_contact_choose (XtlsContact *contact, XtlsChoice choice, char **why);

/* Returns: the state that the user sees. */
XtlsState xtls_contact_get_state (XtlsContact *contact);

/* Returns: (transfer full): the status; free it with xtls_status_free(). */
XtlsStatus *xtls_contact_get_status (XtlsContact *contact);

/* Returns: (transfer none): the verification by shared secret, see secret.h. */
XtlsSecretExchange *xtls_contact_get_secret_exchange (XtlsContact *contact);

/* The trust of a key, our own key, or a setting has changed. */
void xtls_contact_refresh (XtlsContact *contact);

/* The user has chosen a policy: automatic starts, suspended by End, are allowed
 * again. */
void xtls_contact_policy_changed (XtlsContact *contact);

/* --- the router --- */

/**
 * xtls_contact_is_private:
 *
 * Returns: %TRUE from Starting until End, while nothing may be sent in clear.
 */
gboolean xtls_contact_is_private (XtlsContact *contact);

/**
 * xtls_contact_get_session:
 *
 * Returns: (nullable) (transfer none): the open session, if it may be used to
 * send now. %NULL also while its key waits for the user's decision.
 */
XtlsSession *xtls_contact_get_session (XtlsContact *contact);

/**
 * xtls_contact_has_held:
 *
 * Returns: whether messages are held. Even with a session that may be used,
 * text waits behind them: they are being sent.
 */
gboolean xtls_contact_has_held (XtlsContact *contact);

/* Returns: (nullable) (transfer none): the open session, even if its key waits
 * for a decision. */
XtlsSession *xtls_contact_get_open_session (XtlsContact *contact);

/**
 * xtls_contact_may_show:
 * @session: one of the contact's
 *
 * Returns: %FALSE if nothing from @session may be shown any more.
 */
gboolean xtls_contact_may_show (XtlsContact *contact, XtlsSession *session);

/* The text of an invitation to a room was withheld. */
void xtls_contact_refused_invitation (XtlsContact *contact);

/* Something other than text (a buzz, an invitation) was dropped because there
 * is no session. */
void xtls_contact_dropped (XtlsContact *contact);

/* Such a thing could not be sent in the session. @why (nullable): a sentence,
 * translated. */
void xtls_contact_could_not_send (XtlsContact *contact, const char *why);

/* A stanza was refused: the user is told in a system message, once for each
 * kind. @outgoing: whether the user sent it. */
void xtls_contact_refused_file (XtlsContact *contact, gboolean outgoing);
void xtls_contact_refused_voice (XtlsContact *contact, gboolean outgoing);

/* Text from @from (a full JID) came in clear while private: shows it marked.
 * @when: seconds since 1970. @text: one line. */
void xtls_contact_show_clear (XtlsContact *contact,
                              const char *from,
                              const char *text,
                              time_t when);

/* The same for an invitation to @room, with @reason (nullable), and for a buzz.
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
 * Returns: %TRUE if it was for us (verification by shared secret) and libpurple
 * must not see it.
 */
gboolean xtls_contact_take_inside (XtlsContact *contact,
                                   XtlsSession *session,
                                   xmlnode *stanza);

/* Call these around showing what came inside: it may still come after End, and
 * must not be logged then either. */
void xtls_contact_before_delivery (XtlsContact *contact);
void xtls_contact_after_delivery (XtlsContact *contact);

/* --- events of the client --- */

/* The plugin is being unloaded: what follows is not encrypted. */
void xtls_contact_unload (XtlsContact *contact);
/* The account was deleted and is offline: reports what did not arrive. */
void xtls_contact_account_removed (XtlsContact *contact);
