/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Somebody on a side of a pair who says numbered messages, whatever happens to
 * the connection: what cannot be sent waits, a session that was cut is set up
 * again and resumed. As contact.c, without an account.
 */
#pragma once

#include "wirepair.h"

typedef struct Talker Talker;

/* For both sides of a pair: talkers[0] and talkers[1]. */
extern Talker *talkers[2];

void talkers_new (WirePair *pair);
void talkers_free (void);

/* Says the next message, @filler bytes longer than necessary, or keeps it. */
void talker_say (Talker *talker, guint filler);

/* Calls, unless there already is a session or a call. */
void talker_call (Talker *talker);

/* Its connection was lost, and there is a new one. */
void talker_login (Talker *talker, const char *jid);

/* It learns that the other side has gone offline. */
void talker_peer_gone (Talker *talker);

/* Ends the session properly. */
void talker_end (Talker *talker);

/* Returns: whether a session is open and nothing waits. */
gboolean talker_is_calm (Talker *talker);

/* Returns: whether a session that is cut now can be resumed from this side. */
gboolean talker_is_resumable (Talker *talker);

/* Returns: whether an open session ended before it could be resumed: when both
 * call and each keeps the other's session, say. */
gboolean talker_has_ended_early (Talker *talker);

guint talker_get_said (Talker *talker);
/* Returns: how many sessions resumed another one. */
guint talker_get_resumed (Talker *talker);
/* Returns: how many messages were never acknowledged and are not sent again. */
guint talker_get_unconfirmed (Talker *talker);

/* Of what the other side said: messages that did not come and were not told as
 * unconfirmed there, that came again, or came behind one that was said later.
 */
typedef struct {
    guint lost;
    guint doubled;
    guint displaced;
} TalkerCount;

TalkerCount talker_count (Talker *talker);
