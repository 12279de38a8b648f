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

/* Says the next message, @filler bytes longer than necessary; or keeps it. */
void talker_say (Talker *talker, guint filler);

/* Calls, unless there is a session or a call already. */
void talker_call (Talker *talker);

/* Its connection is gone, and there is a new one. */
void talker_login (Talker *talker, const char *jid);

/* It is told that the other side has gone. */
void talker_peer_gone (Talker *talker);

/* Ends the session properly. */
void talker_end (Talker *talker);

/* Whether a session is open and nothing waits. */
gboolean talker_is_calm (Talker *talker);

/* Whether a session that is cut now can be resumed from this side. */
gboolean talker_is_resumable (Talker *talker);

guint talker_get_said (Talker *talker);
/* Sessions that went on where another one was cut. */
guint talker_get_resumed (Talker *talker);
/* Messages that were never acknowledged and are not sent again. */
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
