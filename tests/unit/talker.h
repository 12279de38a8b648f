/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A user on one side of a pair who sends numbered messages, whatever happens to
 * the connection. As in contact.c, but without an account, messages that cannot
 * be sent are held, and a session that was cut is set up again and resumed.
 */
#pragma once

#include "wirepair.h"

typedef struct Talker Talker;

/* For both sides of a pair: talkers[0] and talkers[1]. */
extern Talker *talkers[2];

void talkers_new (WirePair *pair);
void talkers_free (void);

/* Sends or holds the next message, which is @filler bytes longer than
 * necessary. */
void talker_say (Talker *talker, guint filler);

/* Calls, unless there already is a session or a call. */
void talker_call (Talker *talker);

/* The connection was lost, and there is a new one. */
void talker_login (Talker *talker, const char *jid);

/* The talker is told that the other side has gone offline. */
void talker_peer_gone (Talker *talker);

/* Ends the session properly. */
void talker_end (Talker *talker);

/* Returns: whether a session is open and nothing waits. */
gboolean talker_is_calm (Talker *talker);

/* Returns: whether a session that is cut now can be resumed from this side. */
gboolean talker_is_resumable (Talker *talker);

/* Returns: whether an open session ended before it could be resumed, for
 * example because both called and each kept the other's session. */
gboolean talker_has_ended_early (Talker *talker);

/* From now on messages that were held leave in one block. */
void talker_send_together (Talker *talker);

/* A contact that called did not say in time whether it resumes. */
void talker_expire (Talker *talker);

/* Returns: whether a session is open, whether it waits for that, and whether
 * the next one is to resume something. */
gboolean talker_has_session (Talker *talker);
gboolean talker_waits (Talker *talker);
gboolean talker_keeps (Talker *talker);

guint talker_get_said (Talker *talker);
/* Returns: how many messages were not sent yet. */
guint talker_get_held (Talker *talker);
/* Returns: whether that message was never acknowledged and is not sent again.
 */
gboolean talker_was_told (Talker *talker, guint number);
/* Returns: how many messages left before the other side's header had come. */
guint talker_get_first_words (Talker *talker);
/* Returns: how many sessions resumed another one. */
guint talker_get_resumed (Talker *talker);
/* Returns: how many messages were never acknowledged and are not sent again. */
guint talker_get_unconfirmed (Talker *talker);

/* Counts the other side's messages that did not arrive and were not reported as
 * unconfirmed, that arrived again, or that arrived after a later one.
 */
typedef struct {
    guint lost;
    guint doubled;
    guint displaced;
} TalkerCount;

TalkerCount talker_count (Talker *talker);
