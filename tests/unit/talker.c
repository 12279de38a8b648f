/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "talker.h"

#include "resumption.h"

#include <stdlib.h>
#include <string.h>

struct Talker {
    WireSide *side;
    XtlsSession *session; /* the open one; a reference */
    XtlsSession *attempt; /* a call that is not open yet; a reference */
    XtlsResumption *resumption;
    GQueue waiting; /* texts */
    guint said;
    guint resumed;
    gboolean ended_early;
    gboolean together;
    guint first_words;
    GHashTable *unconfirmed; /* numbers */
};

Talker *talkers[2];

/* The resource may change; the bare JID stays the same. */
static Talker *
talker_of (XtlsSession *session)
{
    return talkers[xtls_session_get_peer (session)[0] == 'r' ? 1 : 0];
}

static gboolean
may_send (Talker *talker)
{
    return talker->session &&
           !xtls_resumption_is_waiting (talker->resumption) &&
           xtls_session_get_state (talker->session) == XTLS_SESSION_OPEN;
}

static void
flush_waiting (Talker *talker)
{
    XtlsSession *corked = talker->together ? talker->session : NULL;

    if (corked)
        xtls_session_cork (xtls_session_ref (corked));
    while (may_send (talker) && talker->waiting.length > 0) {
        char *text = g_queue_pop_head (&talker->waiting);

        g_assert_true (wire_say (talker->session, text));
        g_free (text);
    }
    if (corked)
        xtls_session_uncork (corked);
    xtls_session_unref (corked);
}

static void
given_up_cb (XtlsSm *sm, gpointer data)
{
    Talker *talker = data;
    for (GList *l = xtls_sm_get_unacked (sm)->head; l; l = l->next) {
        char *text = xmlnode_get_data (xmlnode_get_child (l->data, "body"));

        g_hash_table_add (talker->unconfirmed,
                          GUINT_TO_POINTER (strtoul (text, NULL, 10)));
        g_free (text);
    }
}

static void
settled_cb (gpointer data)
{
    flush_waiting (data);
}

static void
set_session (XtlsSession **place, XtlsSession *session)
{
    if (session)
        xtls_session_ref (session);
    xtls_session_unref (*place);
    *place = session;
}

static void
opened (Talker *talker, XtlsSession *session)
{
    XtlsSession *old = talker->session;
    XtlsSession *attempt = g_steal_pointer (&talker->attempt);

    talker->session = xtls_session_ref (session);
    if (attempt && attempt != session)
        xtls_session_close (attempt, FALSE);
    talker->resumed += xtls_session_was_resumed (session);
    xtls_resumption_opened (talker->resumption, session, old);
    /* The endpoint itself ends the older session with the same full JID. */
    if (old && strcmp (xtls_session_get_peer (old),
                       xtls_session_get_peer (session)) != 0)
        xtls_session_close (old, FALSE);
    xtls_session_unref (old);
    xtls_session_unref (attempt);
}

/* What the user or the contact has ended is not resumed. */
static gboolean
is_resumed_after (XtlsEnd end)
{
    return end != XTLS_END_PEER && end != XTLS_END_KEY_REFUSED;
}

static void
changed_cb (XtlsSession *session)
{
    Talker *talker = talker_of (session);
    switch (xtls_session_get_state (session)) {
    case XTLS_SESSION_OPEN:
        opened (talker, session);
        break;
    case XTLS_SESSION_CLOSED:
        if (talker->attempt == session)
            set_session (&talker->attempt, NULL);
        if (talker->session == session) {
            talker->ended_early |= !xtls_session_get_sm_id (session);
            set_session (&talker->session, NULL);
            xtls_resumption_lost (
                talker->resumption,
                xtls_session_take_sm (session),
                is_resumed_after (xtls_session_get_end (session)));
        } else {
            xtls_resumption_closed (talker->resumption, session);
        }
        break;
    default:
        break;
    }
}

static void
session_settled_cb (XtlsSession *session)
{
    Talker *talker = talker_of (session);

    if (session == talker->session) {
        talker->resumed += !xtls_session_is_outgoing (session) &&
                           xtls_session_was_resumed (session);
        xtls_resumption_settled (talker->resumption);
    }
}

/* The first words leave behind the header. */
static void
first_words_cb (XtlsSession *session)
{
    Talker *talker = talker_of (session);

    if (talker->session || xtls_resumption_get_unacked (talker->resumption))
        return;
    while (talker->waiting.length > 0 &&
           xtls_session_takes_first_words (session)) {
        char *text = g_queue_pop_head (&talker->waiting);

        g_assert_true (wire_say (session, text));
        g_free (text);
        talker->first_words++;
    }
}

static void
tie_break_cb (XtlsSession *outgoing, XtlsSession *incoming)
{
    Talker *talker = talker_of (outgoing);

    if (talker->attempt == outgoing)
        set_session (&talker->attempt, incoming);
}

static XtlsSm *
find_sm_cb (XtlsSession *session, const char *previd)
{
    return xtls_resumption_find (
        talker_of (session)->resumption, session, previd);
}

static Talker *
talker_new (WireSide *side)
{
    static const XtlsResumptionOps ops = {
        .given_up = given_up_cb,
        .settled = settled_cb,
        .timer_add = wire_timer_add,
        .timer_remove = wire_timer_remove,
    };
    Talker *talker = g_new0 (Talker, 1);

    talker->side = side;
    talker->resumption = xtls_resumption_new (&ops, talker);
    talker->unconfirmed = g_hash_table_new (NULL, NULL);
    g_queue_init (&talker->waiting);
    side->on_changed = changed_cb;
    side->on_settled = session_settled_cb;
    side->on_first_words = first_words_cb;
    side->on_tie_break = tie_break_cb;
    side->find_sm = find_sm_cb;
    return talker;
}

void
talkers_new (WirePair *pair)
{
    for (guint i = 0; i < 2; i++)
        talkers[i] = talker_new (&pair->side[i]);
}

void
talkers_free (void)
{
    for (guint i = 0; i < 2; i++) {
        Talker *talker = talkers[i];

        xtls_endpoint_abort (talker->side->endpoint, XTLS_END_OFFLINE);
        talker->side->on_changed = NULL;
        set_session (&talker->session, NULL);
        set_session (&talker->attempt, NULL);
        xtls_resumption_free (talker->resumption);
        g_hash_table_unref (talker->unconfirmed);
        g_queue_clear_full (&talker->waiting, g_free);
        g_free (talker);
        talkers[i] = NULL;
    }
}

void
talker_say (Talker *talker, guint filler)
{
    char *rest = g_strnfill (filler, 'x');
    char *text = g_strdup_printf ("%u " WIRE_SECRET " %s", talker->said, rest);

    talker->said++;
    g_queue_push_tail (&talker->waiting, text);
    g_free (rest);
    flush_waiting (talker);
}

void
talker_call (Talker *talker)
{
    WirePair *pair = talker->side->pair;
    const char *peer = pair->side[talker->side == &pair->side[0]].jid;

    if (talker->session || talker->attempt)
        return;
    set_session (
        &talker->attempt,
        xtls_endpoint_call (talker->side->endpoint,
                            peer,
                            xtls_resumption_take (talker->resumption)));
}

void
talker_login (Talker *talker, const char *jid)
{
    wire_side_login (talker->side, jid);
}

void
talker_peer_gone (Talker *talker)
{
    char *peer = NULL;

    if (talker->session)
        peer = g_strdup (xtls_session_get_peer (talker->session));
    else if (talker->attempt)
        peer = g_strdup (xtls_session_get_peer (talker->attempt));
    if (peer)
        xtls_endpoint_peer_gone (talker->side->endpoint, peer);
    g_free (peer);
}

void
talker_end (Talker *talker)
{
    xtls_session_close (talker->session, FALSE);
}

gboolean
talker_is_calm (Talker *talker)
{
    return may_send (talker) && !talker->attempt && !talker->waiting.length;
}

gboolean
talker_is_resumable (Talker *talker)
{
    return talker->session && xtls_session_get_sm_id (talker->session);
}

gboolean
talker_has_ended_early (Talker *talker)
{
    return talker->ended_early;
}

void
talker_send_together (Talker *talker)
{
    talker->together = TRUE;
}

void
talker_expire (Talker *talker)
{
    wire_pair_fire (
        talker->side->pair, XTLS_RESUMPTION_WAIT * 1000, talker->resumption);
}

gboolean
talker_has_session (Talker *talker)
{
    return talker->session != NULL;
}

gboolean
talker_waits (Talker *talker)
{
    return xtls_resumption_is_waiting (talker->resumption);
}

gboolean
talker_keeps (Talker *talker)
{
    return xtls_resumption_get_unacked (talker->resumption) != NULL;
}

guint
talker_get_held (Talker *talker)
{
    return talker->waiting.length;
}

gboolean
talker_was_told (Talker *talker, guint number)
{
    return g_hash_table_contains (talker->unconfirmed,
                                  GUINT_TO_POINTER (number));
}

guint
talker_get_said (Talker *talker)
{
    return talker->said;
}

guint
talker_get_first_words (Talker *talker)
{
    return talker->first_words;
}

guint
talker_get_resumed (Talker *talker)
{
    return talker->resumed;
}

guint
talker_get_unconfirmed (Talker *talker)
{
    return g_hash_table_size (talker->unconfirmed);
}

TalkerCount
talker_count (Talker *talker)
{
    GPtrArray *came = talker->side->delivered;
    Talker *other = talkers[talker == talkers[0]];
    guint said = other->said;
    guint *times = g_new0 (guint, said);
    TalkerCount count = {0};
    gint64 last = -1;

    for (guint i = 0; i < came->len; i++) {
        guint64 number =
            g_ascii_strtoull (g_ptr_array_index (came, i), NULL, 10);

        g_assert_cmpuint (number, <, said);
        count.doubled += times[number]++ > 0;
        count.displaced += (gint64)number < last;
        last = (gint64)number;
    }
    for (guint i = 0; i < said; i++)
        count.lost +=
            times[i] == 0 &&
            !g_hash_table_contains (other->unconfirmed, GUINT_TO_POINTER (i));
    g_free (times);
    return count;
}
