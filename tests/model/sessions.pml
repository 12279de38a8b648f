/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A model of how two clients set up sessions, send first words, are cut,
 * resume and replace sessions, as doc/PROTOCOL.md describes it. Spin visits
 * every state that two clients can reach with MESSAGES messages each, CALLS
 * calls, CUTS cuts and, with REFUSALS, a key that its user refuses, whatever
 * happens first, and fails if in any of them
 *
 *   - a message is delivered twice, or after a later one,
 *   - a message is lost and its writer is not told (check),
 *   - something is sent to, or delivered from, a key that was refused.
 *
 * tests/unit/test_model.py runs it, and MUTATION makes one deliberate mistake,
 * which must be found. test-model.c carries out the lines that a random run
 * prints with two real endpoints, and compares.
 *
 * What is left out: how bytes travel (a block arrives whole or not at all), the
 * handshake itself (TLS tells the peer's key, and nobody else can write), peers
 * without an early hello, and the end that a user asks for.
 *
 * One step of this model is what a program does in one turn of its main loop.
 */
#ifndef MESSAGES
#define MESSAGES 3
#endif
#ifndef CALLS
#define CALLS 3
#endif
#ifndef CUTS
#define CUTS 1
#endif
/* So many stanzas at most are under way in each direction before a step. */
#ifndef UNDER_WAY
#define UNDER_WAY 3
#endif
#ifndef REFUSALS
#define REFUSALS 1
#endif
#ifndef MUTATION
#define MUTATION 0
#endif

#define NONE CALLS      /* no session */
#define NO_COUNT 15     /* a block without <a/> */
#define ROOM 3          /* what one step may send in one direction */
#define LINK (UNDER_WAY + ROOM)

/* A session has two ends: that of client x is number (s * 2 + x). */
#define END(s, x) ((s) * 2 + (x))

/* What is on its way, a Jingle stanza or a block of the bytestream. */
#define INITIATE 1
#define ACCEPT 2
#define TIE_BREAK 3  /* the answer to INITIATE: the other request stays */
#define BUSY 4       /* the answer to INITIATE: not now */
#define FIRST 5      /* the caller's first block: its certificate and header */
#define HEADER 6     /* the responder's: its header and features */
#define DATA 7
#define TERMINATE 8  /* session-terminate without an end inside */
#define ENDED 9      /* the end of the stream, after a replacement */

/* The element of XEP-0198 at the beginning of a block. */
#define ENABLE 1
#define ENABLED 2
#define RESUME 3
#define RESUMED 4
#define FAILED 5

/* The state of an end. */
#define CLOSED 0
#define REQUESTED 1  /* INITIATE was sent */
#define ACCEPTED 2   /* ACCEPT was sent */
#define SHAKEN 3     /* FIRST was sent: this end knows the other's key */
#define OPEN 4       /* the other side's header has arrived */

/* What an end has agreed about counting. */
#define UNKNOWN 0
#define RESUMING 1
#define ENABLING 2
#define ON 3

/* Why an end was closed. */
#define BY_CUT 0     /* the stream can be resumed */
#define BY_REFUSAL 1
#define BY_PEER 2    /* properly */

/* The state of a stream, which outlives its session. */
typedef Stream {
    byte id;         /* 0: cannot be resumed */
    byte first;      /* messages `first` to `next - 1` are unacknowledged, */
    byte next;
    byte base;       /* and so many of them were sent before counting began */
    byte acked;      /* the last count that came */
    byte received    /* our own count */
};

/* To each client, in order. */
chan link[2] = [LINK] of { byte, byte, byte, byte, byte, byte };

/* Sessions. */
byte calls;
byte caller[CALLS];
bit lower[CALLS];    /* client 1 called with a sid lower than client 0's */
bit before_cut[CALLS];
byte state[2 * CALLS];
byte counting[2 * CALLS];
bit token[2 * CALLS]; /* the caller chose the id: counting began so early */
bit due[2 * CALLS];  /* something was delivered and is not acknowledged */
byte older[2 * CALLS]; /* what was open when it began, bit by bit */
Stream stream[2 * CALLS];

/* Clients. */
byte typed[2];
byte sent[2];        /* the others wait until they may be sent */
byte session[2] = NONE; /* where to send */
byte attempt[2] = NONE; /* what may become one */
Stream kept[2];      /* what the next session will ask to resume */
bit waits[2];        /* until a caller has said whether it resumes */
bit refused[2];      /* the key of the other side */
bit calm[2];         /* a caller with a refused key is turned away */
byte delivered[2];   /* what came to this client, bit by bit */
byte told[2];        /* what this client's user was told of */

byte cuts;
byte refusals;
byte down;           /* the connection of client (down - 1) was cut */

/* Used inside a step only. */
hidden byte o, i, n, losers, old, leaving;
hidden byte kind, s, ctl, first, count, h; /* what has arrived */
hidden byte out_ctl, out_first, out_count, out_h; /* what leaves */
Stream failed; /* empty between steps */

/* What a random run tells of what has happened in it. */
#define OVERTAKEN 1     /* what is resumed had not been found to be cut */
#define NOTHING_FOUND 2 /* nothing was found, and a new stream began */
#define TIME_OVER 3     /* a caller did not say whether it resumes */
#define TOLD_IN_VAIN 4  /* a message came of which its writer was told */
#ifdef RUNS
#define HAPPENS(a) printf ("happens %d\n", a)
#else
#define HAPPENS(a) skip
#endif

/* --- streams ---------------------------------------------------------------*/

inline stream_clear (x)
{
    x.id = 0; x.first = 0; x.next = 0; x.base = 0; x.acked = 0; x.received = 0
}

inline stream_move (to, from)
{
    to.id = from.id; to.first = from.first; to.next = from.next;
    to.base = from.base; to.acked = from.acked; to.received = from.received;
    stream_clear (from)
}

/* The writer is told that these messages may be lost. */
inline give_up (x)
{
    for (n : x.first + 1 .. x.next) {
        told[me] = told[me] | (1 << (n - 1))
    }
    stream_clear (x)
}

/* A client keeps one stream at most; it gives up what nobody can resume. */
inline keep (x)
{
    if
    :: x.id != 0 && kept[me].id == 0 -> stream_move (kept[me], x)
    :: else ->
#if MUTATION == 2
        stream_clear (x)
#else
        give_up (x)
#endif
    fi
}

/* The peer has delivered `a` of the messages that it counts, and everything
 * that was sent before. */
inline take_count (x, a)
{
    assert (a >= x.acked && a - x.acked <= x.next - x.first - x.base);
    x.first = x.first + x.base + (a - x.acked);
    x.base = 0;
    x.acked = a
}

/* --- blocks ----------------------------------------------------------------*/

/* What is sent in a session of before the cut does not arrive. */
inline post (e, what, c, a, b, d)
{
    if
    :: before_cut[e] -> skip
    :: else -> link[1 - me]!what,e,c,a,b,d
    fi
}

/* Begins a block: what is added to it leaves when the step ends. */
inline out_begin ()
{
    out_ctl = 0; out_first = 0; out_count = 0; out_h = NO_COUNT
}

inline out_end (e, what)
{
    post (e, what, out_ctl, out_first, out_count, out_h)
}

/* Adds messages that are sent again. */
inline out_again (x)
{
    assert (!refused[me]);
    out_first = x.first;
    out_count = x.next - x.first
}

/* Sends what waits, if it may be sent: the block takes a count along. */
inline flush ()
{
    o = session[me];
    if
    :: o != NONE && !waits[me] && sent[me] < typed[me] ->
        assert (state[END (o, me)] == OPEN);
        add_messages (o);
        if
        :: due[END (o, me)] && counting[END (o, me)] == ON ->
            due[END (o, me)] = 0;
            out_h = stream[END (o, me)].received
        :: else -> skip
        fi
    :: else -> skip
    fi
}

inline add_messages (e)
{
    assert (!refused[me]);
    if
    :: stream[END (e, me)].first == stream[END (e, me)].next ->
        stream[END (e, me)].first = sent[me];
        stream[END (e, me)].next = sent[me]
    :: else -> skip
    fi;
    assert (stream[END (e, me)].next == sent[me]);
    if
    :: out_count == 0 -> out_first = sent[me]
    :: else -> skip
    fi;
    assert (out_first + out_count == sent[me]);
    out_count = out_count + (typed[me] - sent[me]);
    stream[END (e, me)].next = typed[me];
    if
    :: counting[END (e, me)] < ENABLING ->
        stream[END (e, me)].base =
            stream[END (e, me)].base + (typed[me] - sent[me])
    :: else -> skip
    fi;
    sent[me] = typed[me]
}

/* Delivers messages `a` to `a + b - 1`. */
inline deliver (e, a, b)
{
    for (n : 1 .. b) {
        assert (!refused[me]);
        /* Neither this one nor a later one has come before. */
        assert (delivered[me] < (1 << (a + n - 1)));
        delivered[me] = delivered[me] | (1 << (a + n - 1));
        if
        :: counting[END (e, me)] == ON || token[END (e, me)] ->
            stream[END (e, me)].received++;
            due[END (e, me)] = 1
        /* The caller owes a count of what came before counting began. */
        :: else -> due[END (e, me)] = (caller[e] == me)
        fi
    }
}

/* --- the ends of a session -------------------------------------------------*/

inline settle ()
{
    waits[me] = 0;
    give_up (kept[me]);
    flush ()
}

inline end_clear (e)
{
    for (n : 0 .. CALLS - 1) {
        older[END (n, me)] = older[END (n, me)] & ~(1 << e)
    };
    counting[END (e, me)] = UNKNOWN;
    token[END (e, me)] = 0;
    due[END (e, me)] = 0;
    older[END (e, me)] = 0
}

/* An end closes, and leaves its stream. */
inline close (e, why)
{
    if
    :: attempt[me] == e -> attempt[me] = NONE
    :: else -> skip
    fi;
    if
    :: session[me] == e ->
        session[me] = NONE;
        waits[me] = 0;
        if
        :: why == BY_CUT -> keep (stream[END (e, me)])
        :: else -> give_up (stream[END (e, me)])
        fi
    /* It was not open yet: it may have taken a stream to resume, or first words
     * of its own have left. */
    :: session[me] != e && state[END (e, me)] < OPEN ->
        keep (stream[END (e, me)])
    /* It was replaced. If the new session may still resume it, it is kept. */
    :: else ->
        if
        :: waits[me] -> keep (stream[END (e, me)])
        :: else -> give_up (stream[END (e, me)])
        fi
    fi;
    state[END (e, me)] = CLOSED;
    end_clear (e)
}

/* Between the two requests the later one wins if the earlier one was open
 * before it was made, or if both have the same caller; else the lower sid. */
#if MUTATION == 5
/* This breaks no promise, but clients that do it do not fit together with
 * others. */
#define LOWER(a, b) (caller[a] == 1 -> !lower[a] : lower[b])
#else
#define LOWER(a, b) (caller[a] == 1 -> lower[a] : !lower[b])
#endif
#define HAS(set, a) (((set) >> (a)) & 1)
#define BEATS(a, b) ((caller[a] == caller[b] -> a > b : \
    (HAS (older[END (a, me)], b) -> 1 : \
    (HAS (older[END (b, me)], a) -> 0 : LOWER (a, b)))))

/* Sets `losers` to the open sessions that `e` replaces, and `old` to one that
 * replaces it. */
inline compare (e)
{
    losers = 0;
    old = NONE;
    for (i : 0 .. CALLS - 1) {
        if
        :: i != e && state[END (i, me)] == OPEN ->
            if
            :: BEATS (e, i) -> losers = losers | (1 << i)
            :: else -> old = i
            fi
        :: else -> skip
        fi
    }
}

/* The peer's header has arrived, and nothing beats the session. */
inline become_open (e)
{
    state[END (e, me)] = OPEN;
    leaving = session[me];
    session[me] = e;
    old = attempt[me];
    attempt[me] = NONE;
    if
    :: old != NONE && old != e ->
        post (old, TERMINATE, 0, 0, 0, 0);
        close (old, BY_CUT)
    :: else -> skip
    fi;
    if
    :: waits[me] -> leaving = NONE
    :: else -> skip
    fi;
    waits[me] = 0;
    keep (failed);
    if
    :: caller[e] != me && (kept[me].id != 0 || leaving != NONE) ->
        waits[me] = 1
    :: else -> settle ()
    fi
}

/* The side that called ends the sessions that the new one replaces, after its
 * own first block. The other side waits for that, or finds that they are dead.
 */
inline replace (e)
{
    for (i : 0 .. CALLS - 1) {
        if
        :: caller[e] == me && HAS (losers, i) && state[END (i, me)] == OPEN ->
            end_properly (i)
        :: else -> skip
        fi
    }
}

inline end_properly (e)
{
    h = NO_COUNT;
    if
    :: due[END (e, me)] && counting[END (e, me)] == ON ->
        h = stream[END (e, me)].received
    :: else -> skip
    fi;
    post (e, ENDED, 0, 0, 0, h);
    close (e, BY_CUT)
}

/* --- what arrives ----------------------------------------------------------*/

/* Sets `old` to this client's own request, and `losers` if a request of the
 * other side is not open yet. */
inline find_requests ()
{
    old = NONE;
    losers = 0;
    for (i : 0 .. CALLS - 1) {
        if
        :: state[END (i, me)] == REQUESTED -> old = i
        :: state[END (i, me)] == ACCEPTED -> losers = 1
        :: else -> skip
        fi
    }
}

inline be_born (e)
{
    for (i : 0 .. CALLS - 1) {
        if
        :: state[END (i, me)] == OPEN ->
            older[END (e, me)] = older[END (e, me)] | (1 << i)
        :: else -> skip
        fi
    }
}

inline initiated (e)
{
    find_requests ();
    if
    :: old != NONE && LOWER (old, e) -> post (e, TIE_BREAK, 0, 0, 0, 0)
    :: !(old != NONE && LOWER (old, e)) && (calm[me] || losers) ->
        post (e, BUSY, 0, 0, 0, 0)
    :: else ->
        if
        :: old != NONE ->
            if
            :: attempt[me] == old -> attempt[me] = e
            :: else -> skip
            fi;
            close (old, BY_CUT)
        :: else -> skip
        fi;
        state[END (e, me)] = ACCEPTED;
        be_born (e);
        post (e, ACCEPT, 0, 0, 0, 0)
    fi
}

/* The handshake ends here for the caller, which sends its first words unless
 * something is to be resumed, now or later. */
inline accepted (e)
{
    if
    :: state[END (e, me)] != REQUESTED -> post (e, TERMINATE, 0, 0, 0, 0)
    :: state[END (e, me)] == REQUESTED && refused[me] ->
        post (e, TERMINATE, 0, 0, 0, 0);
        close (e, BY_REFUSAL)
    :: else ->
        state[END (e, me)] = SHAKEN;
        out_begin ();
        if
        :: stream[END (e, me)].id != 0 ->
            counting[END (e, me)] = RESUMING;
            out_ctl = RESUME;
            out_first = stream[END (e, me)].id;
            out_h = stream[END (e, me)].received
        :: else ->
            counting[END (e, me)] = ENABLING;
            token[END (e, me)] = 1;
            stream[END (e, me)].id = e + 1;
            out_ctl = ENABLE;
            if
            :: session[me] == NONE && kept[me].id == 0 &&
               sent[me] < typed[me] -> add_messages (e)
            :: else -> skip
            fi
        fi;
        out_end (e, FIRST)
    fi
}

/* The caller's certificate, its header, and what is behind it. */
inline first_came (e)
{
    compare (e);
    if
    :: state[END (e, me)] != ACCEPTED -> skip
#if MUTATION == 3
    :: state[END (e, me)] == ACCEPTED && refused[me] ->
        deliver (e, first, count);
        post (e, TERMINATE, 0, 0, 0, 0);
        calm[me] = 1;
        close (e, BY_REFUSAL)
#else
    :: state[END (e, me)] == ACCEPTED && refused[me] ->
        post (e, TERMINATE, 0, 0, 0, 0);
        calm[me] = 1;
        close (e, BY_REFUSAL)
#endif
    :: state[END (e, me)] == ACCEPTED && !refused[me] && old != NONE ->
        post (e, TERMINATE, 0, 0, 0, 0);
        close (e, BY_CUT)
    :: else ->
        out_begin ();
        become_open (e);
        if
        :: ctl == ENABLE ->
            enabled_by_token (e);
            deliver (e, first, count);
            session_settled (e)
        :: else -> resume_asked (e)
        fi;
        out_end (e, HEADER);
        replace (e)
    fi
}

inline enabled_by_token (e)
{
    counting[END (e, me)] = ON;
    stream[END (e, me)].id = e + 1;
#if MUTATION != 4
    /* Counting begins with the header in both directions. */
    stream[END (e, me)].base = 0;
#endif
    out_ctl = ENABLED
}

/* The responder knows now that nothing is resumed, or what is. */
inline session_settled (e)
{
    if
    :: waits[me] && session[me] == e -> settle ()
    :: else -> skip
    fi
}

/* A peer that asks to resume a session has lost it, whatever it looks like
 * here. `first` is the id of the stream that it asks for. */
inline resume_asked (e)
{
    if
    :: leaving != NONE && stream[END (leaving, me)].id == first ->
        o = h;
        HAPPENS (OVERTAKEN);
        end_properly (leaving);
        h = o
    :: else -> skip
    fi;
    if
    :: kept[me].id == first ->
        assert (stream[END (e, me)].first == stream[END (e, me)].next);
        stream_move (stream[END (e, me)], kept[me]);
#if MUTATION != 1
        take_count (stream[END (e, me)], h);
#endif
        counting[END (e, me)] = ON;
        out_ctl = RESUMED;
        out_again (stream[END (e, me)]);
        out_h = stream[END (e, me)].received;
        session_settled (e)
    :: else -> out_ctl = FAILED
    fi
}

/* The responder's header and features, and what is behind them. */
inline header_came (e)
{
    compare (e);
    if
    :: state[END (e, me)] != SHAKEN -> skip
    :: else ->
        out_begin ();
        if
        :: ctl == RESUMED ->
            take_count (stream[END (e, me)], h);
            h = NO_COUNT;
            counting[END (e, me)] = ON;
            out_again (stream[END (e, me)])
        :: ctl == FAILED ->
            stream_move (failed, stream[END (e, me)]);
            counting[END (e, me)] = ENABLING;
            out_ctl = ENABLE
        :: else -> skip
        fi;
        if
        :: old != NONE ->
            if
            :: out_ctl != 0 || out_count != 0 -> out_end (e, DATA)
            :: else -> skip
            fi;
                post (e, TERMINATE, 0, 0, 0, 0);
            keep (failed);
            close (e, BY_CUT)
        :: else ->
            become_open (e);
            if
            :: out_ctl != 0 || out_count != 0 -> out_end (e, DATA)
            :: else -> skip
            fi;
            if
            :: ctl == ENABLED ->
                counting[END (e, me)] = ON
            :: else -> skip
            fi;
            deliver (e, first, count);
            if
            :: ctl == ENABLED -> token[END (e, me)] = 0
            :: else -> skip
            fi;
            if
            :: h != NO_COUNT -> take_count (stream[END (e, me)], h)
            :: else -> skip
            fi;
            replace (e)
        fi
    fi
}

inline data_came (e)
{
    if
    :: state[END (e, me)] != OPEN -> skip
    :: else ->
        out_begin ();
        if
        /* After FAILED: a new stream begins. Its id is not the caller'e, but as
         * there is only one for a session, the same number will do. */
        :: ctl == ENABLE ->
            counting[END (e, me)] = ON;
            stream[END (e, me)].id = e + 1;
            HAPPENS (NOTHING_FOUND);
            out_ctl = ENABLED
        :: ctl == ENABLED ->
            counting[END (e, me)] = ON;
            stream[END (e, me)].id = e + 1;
            stream[END (e, me)].received = 0
        :: else -> skip
        fi;
        if
        :: h != NO_COUNT -> take_count (stream[END (e, me)], h)
        :: else -> skip
        fi;
        deliver (e, first, count);
        if
        :: ctl == ENABLE -> session_settled (e)
        :: else -> skip
        fi;
        if
        :: out_ctl != 0 || out_count != 0 -> out_end (e, DATA)
        :: else -> skip
        fi
    fi
}

inline ended_came (e)
{
    if
    :: state[END (e, me)] == OPEN ->
        if
        :: h != NO_COUNT && counting[END (e, me)] == ON ->
            take_count (stream[END (e, me)], h)
        :: else -> skip
        fi;
        close (e, BY_PEER)
    :: state[END (e, me)] != OPEN && state[END (e, me)] != CLOSED ->
        close (e, BY_CUT)
    :: else -> skip
    fi
}

inline terminated (e)
{
    if
    :: state[END (e, me)] != CLOSED -> close (e, BY_CUT)
    :: else -> skip
    fi
}

inline turned_away (e)
{
    if
    :: state[END (e, me)] == REQUESTED -> close (e, BY_CUT)
    :: else -> skip
    fi
}

/* --- what always holds -----------------------------------------------------*/

#define IN(x, m) (x.first <= (m) && (m) < x.next)

/* Every message waits, may still be sent again, has been delivered, or its
 * writer was told. */
inline check (w)
{
    if
    :: sent[w] != 0 ->
        for (n : 1 .. sent[w]) {
            if
            :: HAS (delivered[1 - w] | told[w], n - 1) -> skip
            :: else ->
                o = IN (kept[w], n - 1);
                for (i : 0 .. CALLS - 1) {
                    o = o || IN (stream[END (i, w)], n - 1)
                };
                assert (o) /* else it was lost untold */
            fi
        }
    :: else -> skip
    fi
}

/* When both have the same session, and no other, and nothing is under way,
 * nothing waits. */
inline check_quiet ()
{
    o = session[0];
    n = 0;
    for (i : 0 .. 2 * CALLS - 1) {
        n = n + (state[i] != CLOSED)
    };
    if
    :: n == 2 && o != NONE && o == session[1] && !before_cut[o] &&
       len (link[0]) == 0 && len (link[1]) == 0 &&
       !due[END (o, 0)] && !due[END (o, 1)] ->
        assert (sent[0] == typed[0] && sent[1] == typed[1]);
        assert (counting[END (o, 0)] == ON && counting[END (o, 1)] == ON);
        assert (!waits[0] && !waits[1]);
        assert (kept[0].id == 0 && kept[1].id == 0);
        assert ((delivered[1] | told[0]) == (1 << typed[0]) - 1);
        assert ((delivered[0] | told[1]) == (1 << typed[1]) - 1)
    :: else -> skip
    fi
}

#define STATE(a) state[END (a, me)]
#if CALLS == 2
#define ANY(TEST) (TEST (0) || TEST (1))
#elif CALLS == 3
#define ANY(TEST) (TEST (0) || TEST (1) || TEST (2))
#else
#define ANY(TEST) (TEST (0) || TEST (1) || TEST (2) || TEST (3))
#endif
#define IS_ALIVE(a) (STATE (a) != CLOSED)
#define HAS_KEY(a) (STATE (a) >= SHAKEN)

/* For random runs, one after the other, which would cut and refuse at once. */
#ifdef RUNS
byte runs, steps;
#define CUT_AFTER (runs % 23)
#define REFUSE_AFTER (runs % 4 -> 255 : runs % 29)
#define IS_LATE(a) (steps >= (a))

inline stop ()
{
    printf ("again\n");
    assert (len (link[0]) == 0 && len (link[1]) == 0);
    calls = 0; cuts = 0; refusals = 0; down = 0; steps = 0;
    runs++;
    for (i : 0 .. CALLS - 1) {
        before_cut[i] = 0;
        caller[i] = 0;
        lower[i] = 0
    };
    for (i : 0 .. 2 * CALLS - 1) {
        state[i] = CLOSED;
        counting[i] = UNKNOWN;
        token[i] = 0;
        due[i] = 0;
        older[i] = 0;
        stream_clear (stream[i])
    };
    for (i : 0 .. 1) {
        typed[i] = 0;
        sent[i] = 0;
        session[i] = NONE;
        attempt[i] = NONE;
        stream_clear (kept[i]);
        waits[i] = 0;
        refused[i] = 0;
        calm[i] = 0;
        delivered[i] = 0;
        told[i] = 0
    }
}
#else
#define IS_LATE(a) true
#endif

/* --- steps -----------------------------------------------------------------*/

#define HAS_ROOM (len (link[1 - me]) + ROOM <= LINK)

inline tell_state (w)
{
    printf ("state %d session %d waits %d kept %d ", w, session[w] != NONE,
        waits[w], kept[w].id != 0);
    printf ("sent %d delivered %d told %d\n", sent[w], delivered[w], told[w])
}

/* Clears what has no influence any more, so that Spin visits fewer states. */
inline forget ()
{
    if
    :: len (link[0]) == 0 && len (link[1]) == 0 ->
        for (i : 0 .. CALLS - 1) {
            if
            :: state[END (i, 0)] == CLOSED && state[END (i, 1)] == CLOSED ->
                caller[i] = 0;
                lower[i] = 0
            :: else -> skip
            fi
        }
    :: else -> skip
    fi
}

inline end_step ()
{
    check (0);
    check (1);
    check_quiet ();
    forget ();
#ifdef RUNS
    steps++;
#endif
    tell_state (0);
    tell_state (1);
    if
    :: delivered[1] & told[0] -> HAPPENS (TOLD_IN_VAIN)
    :: else -> skip
    fi
}

/* The user types the next message. While it has to wait, when it was typed
 * makes no difference: just before something may change that is enough. */
#define MAY_TYPE (typed[me] < MESSAGES && HAS_ROOM && (waits[me] || \
    session[me] != NONE || COMES (ACCEPT) || COMES (FIRST) || \
    COMES (HEADER)))

inline type ()
{
    printf ("type %d\n", me);
    typed[me]++;
    out_begin ();
    flush ();
    if
    :: out_count != 0 -> out_end (session[me], DATA)
    :: else -> skip
    fi
}

/* It is client 0 that calls first: nothing else tells them apart.
 * A client calls only if it has neither a session nor an attempt; a request of
 * the other side that is not open yet will do, unless something is to be
 * resumed. */
#define MAY_CALL (session[me] == NONE && attempt[me] == NONE && \
    !refused[me] && !down && HAS_ROOM && (calls > 0 || me == 0))

inline call (l)
{
    find_requests ();
    if
    :: losers && kept[me].id == 0 ->
        printf ("join %d\n", me);
        for (i : 0 .. CALLS - 1) {
            if
            :: state[END (i, me)] == ACCEPTED -> attempt[me] = i
            :: else -> skip
            fi
        }
    :: else ->
        printf ("call %d %d %d\n", me, calls, l);
        s = calls;
        calls++;
        caller[s] = me;
        lower[s] = l;
        state[END (s, me)] = REQUESTED;
        be_born (s);
        stream_move (stream[END (s, me)], kept[me]);
        attempt[me] = s;
        post (s, INITIATE, 0, 0, 0, 0)
    fi
}

#define COMES(k) (HAS_ROOM && link[me]?[k,s,ctl,first,count,h])

inline take ()
{
    link[me]?kind,s,ctl,first,count,h;
    printf ("arrive %d %d %d\n", me, kind, s)
}

/* A client acknowledges what it has delivered, a second after that at the
 * latest. */
#define OWES(a) (due[END (a, me)] && counting[END (a, me)] == ON && \
    state[END (a, me)] == OPEN)

inline acknowledge (a)
{
    printf ("acknowledge %d %d\n", me, a);
    due[END (a, me)] = 0;
    post (a, DATA, 0, 0, 0, stream[END (a, me)].received)
}

/* The connection of this client breaks. Of what it has sent, only the oldest
 * `left` stanzas arrive; nothing comes to it any more. */
inline cut (left)
{
    printf ("cut %d\n", me);
    cuts++;
    down = me + 1;
    for (i : 1 .. calls) {
        before_cut[i - 1] = 1
    };
    n = len (link[1 - me]);
    for (i : 1 .. n) {
        link[1 - me]?kind,s,ctl,first,count,h;
        if
        :: i <= left ->
            printf ("keep %d %d %d\n", me, kind, s);
            link[1 - me]!kind,s,ctl,first,count,h
        :: else -> skip
        fi
    };
    n = len (link[me]);
    for (i : 1 .. n) { link[me]?kind,s,ctl,first,count,h }
}

#define MAY_CUT (cuts < CUTS && !down && calls > 0 && IS_LATE (CUT_AFTER))

/* A client finds that a session of before the cut is dead. */
#define IS_DEAD(a) (before_cut[a] && state[END (a, me)] != CLOSED)

inline notice (a)
{
    printf ("notice %d %d\n", me, a);
    close (a, BY_CUT)
}

/* It has a new connection, and has left every session of the old one. */
inline log_in ()
{
    printf ("login %d\n", me);
    calm[me] = 0;
    down = 0
}

/* A caller did not say in time whether it resumes. */
inline expire ()
{
    printf ("expire %d\n", me);
    out_begin ();
    HAPPENS (TIME_OVER);
    settle ();
    if
    :: out_count != 0 -> out_end (session[me], DATA)
    :: else -> skip
    fi
}

/* The user refuses the key of the other side. While nothing has it, when makes
 * no difference, either. */
#define MAY_REFUSE (refusals < REFUSALS && !refused[me] && HAS_ROOM && \
    IS_LATE (REFUSE_AFTER) && \
    (ANY (HAS_KEY) || COMES (ACCEPT) || COMES (FIRST)))

inline refuse ()
{
    printf ("refuse %d\n", me);
    refusals++;
    refused[me] = 1;
    for (i : 0 .. CALLS - 1) {
        if
        :: state[END (i, me)] >= SHAKEN ->
            post (i, TERMINATE, 0, 0, 0, 0);
            close (i, BY_REFUSAL)
        :: else -> skip
        fi
    }
}

active [2] proctype client ()
{
    byte me = _pid;

end:
    do
    :: d_step { MAY_TYPE -> type (); end_step () }
    :: d_step { MAY_CALL && calls < CALLS -> call (0); end_step () }
    :: d_step { MAY_CALL && calls < CALLS && me == 1 -> call (1); end_step () }
    :: d_step { COMES (INITIATE) -> take (); initiated (s); end_step () }
    :: d_step { COMES (ACCEPT) -> take (); accepted (s); end_step () }
    :: d_step { COMES (TIE_BREAK) -> take (); turned_away (s); end_step () }
    :: d_step { COMES (BUSY) -> take (); turned_away (s); end_step () }
    :: d_step { COMES (FIRST) -> take (); first_came (s); end_step () }
    :: d_step { COMES (HEADER) -> take (); header_came (s); end_step () }
    :: d_step { COMES (DATA) -> take (); data_came (s); end_step () }
    :: d_step { COMES (TERMINATE) -> take (); terminated (s); end_step () }
    :: d_step { COMES (ENDED) -> take (); ended_came (s); end_step () }
    :: d_step { waits[me] && HAS_ROOM -> expire (); end_step () }
    :: d_step { MAY_REFUSE ->
        refuse (); end_step () }
    :: d_step { MAY_CUT -> cut (0); end_step () }
    :: d_step { MAY_CUT && len (link[1 - me]) >= 1 -> cut (1); end_step () }
    :: d_step { MAY_CUT && len (link[1 - me]) >= 2 -> cut (2); end_step () }
    :: d_step { MAY_CUT && len (link[1 - me]) >= 3 -> cut (3); end_step () }
    :: d_step { MAY_CUT && len (link[1 - me]) >= 4 -> cut (4); end_step () }
    :: d_step { MAY_CUT && len (link[1 - me]) >= 5 -> cut (5); end_step () }
    :: d_step { MAY_CUT && len (link[1 - me]) >= 6 -> cut (6); end_step () }
    :: d_step { OWES (0) && HAS_ROOM -> acknowledge (0); end_step () }
    :: d_step { OWES (1) && HAS_ROOM -> acknowledge (1); end_step () }
    :: d_step { IS_DEAD (0) && HAS_ROOM -> notice (0); end_step () }
    :: d_step { IS_DEAD (1) && HAS_ROOM -> notice (1); end_step () }
#if CALLS > 2
    :: d_step { OWES (2) && HAS_ROOM -> acknowledge (2); end_step () }
    :: d_step { IS_DEAD (2) && HAS_ROOM -> notice (2); end_step () }
#endif
#if CALLS > 3
    :: d_step { OWES (3) && HAS_ROOM -> acknowledge (3); end_step () }
    :: d_step { IS_DEAD (3) && HAS_ROOM -> notice (3); end_step () }
#endif
    :: d_step { down == me + 1 && !ANY (IS_ALIVE) -> log_in (); end_step () }
#ifdef RUNS
    :: timeout && me == 0 && runs < RUNS -> d_step { stop () }
#endif
    od
}
