/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The private mode of one contact (account and bare JID): what a person sees
 * and decides. It outlives sessions, conversations and connections; only End,
 * quitting or unloading ends it.
 */
#pragma once

#include "api.h"
#include "login.h"
#include "session.h"

#include <account.h>
#include <glib.h>
#include <xmlnode.h>

/* Messages and bytes that are held for one contact; more are refused. */
#define XTLS_HELD_MAX 250
#define XTLS_HELD_BYTES_MAX (4 * 1024 * 1024)
/* How long unknown capabilities are waited for, seconds. */
#define XTLS_CAPABILITY_WAIT 5

typedef enum {
    XTLS_MATTER_CONTENT, /* text, a file: private mode is started for it */
    XTLS_MATTER_TYPING,  /* a notice: not where the text would wait */
    XTLS_MATTER_OTHER    /* voice, other stanzas: as ever, unless required */
} XtlsMatter;

typedef struct XtlsContact XtlsContact;
typedef struct XtlsSecretTalk XtlsSecretTalk;

XtlsContact *xtls_contact_new (PurpleAccount *account, const char *who);
void xtls_contact_free (XtlsContact *contact);

PurpleAccount *xtls_contact_get_account (XtlsContact *contact);
/* (transfer none): the bare JID, normalised. */
const char *xtls_contact_get_who (XtlsContact *contact);

/* --- the person --- */

/* As the functions of XtlsApi with the same names. */
gboolean xtls_contact_start (XtlsContact *contact, char **why);
gboolean xtls_contact_end (XtlsContact *contact, char **why);
gboolean xtls_contact_decide_key (XtlsContact *contact,
                                  const XtlsFingerprint *fingerprint,
                                  XtlsKeyDecision decision,
                                  char **why);
gboolean
xtls_contact_choose (XtlsContact *contact, XtlsChoice choice, char **why);

/* Sends inside, once more, what was told as never confirmed. The same. */
gboolean xtls_contact_resend (XtlsContact *contact, char **why);

XtlsState xtls_contact_get_state (XtlsContact *contact);

/* (transfer full): free with xtls_status_free(). */
XtlsStatus *xtls_contact_get_status (XtlsContact *contact);

/* (transfer none): the verification by shared secret, secret.h. */
XtlsSecretTalk *xtls_contact_get_secret_talk (XtlsContact *contact);

/* The trust of the session's key, or a setting, was changed from outside. */
void xtls_contact_refresh (XtlsContact *contact);

/* The person has chosen a policy: automatic starts rest no longer after End. */
void xtls_contact_policy_changed (XtlsContact *contact);

/* --- the router --- */

/**
 * xtls_contact_is_private:
 *
 * Returns: %TRUE from Starting until End: nothing may leave in clear.
 */
gboolean xtls_contact_is_private (XtlsContact *contact);

/**
 * xtls_contact_withholds:
 * @matter: what is about to leave; it would go inside or nowhere while private
 *
 * Asked while the contact is not private. A lookup: for content that is
 * withheld, xtls_contact_start_by_policy() is to be called.
 *
 * Returns: %TRUE if the policy keeps it from leaving in clear.
 */
gboolean xtls_contact_withholds (XtlsContact *contact, XtlsMatter matter);

/* Starts private mode, which is off, for what was typed or offered. */
void xtls_contact_start_by_policy (XtlsContact *contact);

/**
 * xtls_contact_get_session:
 *
 * Returns: (nullable) (transfer none): the open session that may be sent on
 * now. %NULL also while a key waits for the person's decision.
 */
XtlsSession *xtls_contact_get_session (XtlsContact *contact);

/* Whether nothing is sent until the person has decided about the key. */
gboolean xtls_contact_is_key_waiting (XtlsContact *contact);

/* (nullable) (transfer none): the open session, also while a key waits. */
XtlsSession *xtls_contact_get_open_session (XtlsContact *contact);

/**
 * xtls_contact_hold:
 * @message: (transfer full): a `<message/>` with a body
 */
void xtls_contact_hold (XtlsContact *contact, xmlnode *message);

/* A message with text could not be sent inside, for @why (translated). */
void xtls_contact_not_sent (XtlsContact *contact,
                            const xmlnode *message,
                            const char *why);

/* Words that were to go with an invitation to a room were kept back. */
void xtls_contact_refused_invitation (XtlsContact *contact);

/* Something that is no text (a buzz, an invitation) was dropped because there
 * is no session. */
void xtls_contact_dropped (XtlsContact *contact);

/* A stanza was refused: a line in the conversation, once for each kind. */
void xtls_contact_refused_file (XtlsContact *contact, gboolean outgoing);
void xtls_contact_refused_voice (XtlsContact *contact, gboolean outgoing);

/* Text came in clear from @from (a full JID) while private: shown, marked. */
void xtls_contact_show_clear (XtlsContact *contact,
                              const char *from,
                              const char *text,
                              time_t when);

/* The same of an invitation to @room, with @reason (nullable), and of a buzz.
 */
void xtls_contact_show_clear_invitation (XtlsContact *contact,
                                         const char *from,
                                         const char *room,
                                         const char *reason);
void xtls_contact_show_clear_attention (XtlsContact *contact, const char *from);

/* --- the sessions: as XtlsSessionOps and XtlsEndpointOps --- */

gboolean xtls_contact_judge (XtlsContact *contact,
                             const XtlsFingerprint *fingerprint);
gboolean xtls_contact_admit (XtlsContact *contact, XtlsSession *session);
void xtls_contact_session_changed (XtlsContact *contact, XtlsSession *session);
void xtls_contact_session_settled (XtlsContact *contact, XtlsSession *session);
void xtls_contact_tie_break (XtlsContact *contact,
                             XtlsSession *outgoing,
                             XtlsSession *incoming);
XtlsSm *xtls_contact_find_sm (XtlsContact *contact,
                              XtlsSession *session,
                              const char *previd);
/* Whether requests of this contact are answered at all (policy `never`). */
gboolean xtls_contact_may_call (XtlsContact *contact);

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

void xtls_contact_presence_changed (XtlsContact *contact);
void xtls_contact_conversation_created (XtlsContact *contact);
void xtls_contact_conversation_closed (XtlsContact *contact);
void xtls_contact_login_gone (XtlsContact *contact);
/* The plugin is being unloaded: what follows is not encrypted. */
void xtls_contact_unload (XtlsContact *contact);
/* The account was deleted and is offline: what did not arrive is told. */
void xtls_contact_account_removed (XtlsContact *contact);
