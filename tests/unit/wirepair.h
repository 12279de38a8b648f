/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two endpoints joined in memory by a fake server, which adds `from` and
 * misbehaves on request, with a fake clock and fake timers. Everything that
 * passes the server is recorded.
 */
#pragma once

#include "wireside.h"

#include <glib.h>

#define WIRE_ROMEO "romeo@montague.lit/orchard"
#define WIRE_JULIET "juliet@capulet.lit/balcony"

typedef enum {
    WIRE_FAULT_NONE,
    WIRE_FAULT_SPLIT,   /* blocks of `value` bytes */
    WIRE_FAULT_JOIN,    /* stanzas arrive together every `value` ms */
    WIRE_FAULT_DELAY,   /* each takes up to `value` ms, in order */
    WIRE_FAULT_DROP,    /* number `at` is lost */
    WIRE_FAULT_DOUBLE,  /* number `at` arrives twice */
    WIRE_FAULT_CORRUPT, /* a byte in the first block from number `at` on */
    WIRE_FAULT_GARBAGE, /* the same, by a character outside base64 */
    WIRE_FAULT_CUT,     /* everything from number `at` on is lost */
    WIRE_FAULT_REORDER, /* number `at` arrives after its successor */
    WIRE_FAULT_BOUNCE,  /* number `at` is returned as an error */
    /* The ciphertext from side 0 stops after `at` bytes, and the server closes
     * bytestream and Jingle session as if that were the end. */
    WIRE_FAULT_TRUNCATE,
    /* One side's connection breaks when `at` bytes have passed in both
     * directions together. The stanza around that byte is lost; if it is a
     * block and `value` is not 0, it arrives truncated. Some of what is under
     * way and everything after it is lost as well. */
    WIRE_FAULT_BREAK,
    /* Stanzas of more than `value` bytes are returned as an error if `bounces`
     * is set; otherwise they break their sender's connection. */
    WIRE_FAULT_REFUSE
} WireFault;

/* What happens to requests of In-Band Bytestreams, beside any fault. */
typedef enum {
    WIRE_IBB_PASSES,
    WIRE_IBB_REFUSED, /* they are returned as an error */
    WIRE_IBB_LOST,
    WIRE_IBB_LYING,  /* they are returned and delivered */
    WIRE_IBB_BLOCKED /* only blocks are returned as an error */
} WireIbb;

/* Both directions. */
#define WIRE_BOTH 2

struct WirePair {
    WireSide side[2];
    gint64 now;
    guint64 order;
    GQueue items;   /* WireItem, in the order of their time */
    GSList *timers; /* WireTimer, in the order of their time */
    guint last_timer;
    guint lost_timer; /* timers of so many milliseconds never fire; 0: none */

    WireFault fault;
    guint at;
    guint value;
    guint arrived;   /* stanzas on both sides, in all */
    guint passed;    /* stanzas since the fault was set */
    guint streamed;  /* bytes of ciphertext from side 0 since then */
    gsize carried;   /* bytes of both sides since then */
    gboolean struck; /* the fault has happened */
    guint broken;    /* the side whose connection breaks */
    /* Requests to a side that is offline are returned as an error. */
    gboolean bounces;

    WireIbb ibb;
    guint ibb_to;   /* only on the way to this side, or WIRE_BOTH */
    guint filtered; /* how many did not just pass */

    /* (transfer full): the stanza as the server passes it on; NULL drops it. */
    char *(*rewrite) (char *text);

    /* For fuzzing: stanzas are neither written nor read again, unless a fault
     * needs their text. */
    gboolean quick;
    GString *wire; /* text of every stanza, and of every block decoded; with
                    * `quick`, their values without markup */
    gsize wire_bytes;
    GRand *random;
};

/* The process has one pair at a time: timers come without user data. */
WirePair *wire_pair_new (void);
void wire_pair_free (WirePair *pair);

/* For fuzzing: makes @pair the pair of the process, after its memory has been
 * brought back from a copy. Identities, which are kept for all pairs, are held
 * once more. Every session that exists must be in `sessions`. */
void wire_pair_resume (WirePair *pair);

void
wire_pair_set_fault (WirePair *pair, WireFault fault, guint at, guint value);

/* Runs everything that is due within @ms. */
void wire_pair_run (WirePair *pair, guint ms);

/* Runs until nothing is under way, and for at least a second. */
void wire_pair_settle (WirePair *pair);

/* One step at a time. Runs the timers that are due now. */
void wire_pair_turn (WirePair *pair);

/* Delivers, or loses, this WireItem (wirefault.h) now. */
void wire_pair_deliver (WirePair *pair, gpointer item);
void wire_pair_drop (WirePair *pair, gpointer item);

/* Fires the timer of @ms milliseconds with this @data, which must be armed. */
void wire_pair_fire (WirePair *pair, guint ms, gconstpointer data);

/* A new pair with an open session from side 0. */
WirePair *wire_pair_new_open (void);

/* Opens a new session from side @from to the other, and lets it settle. */
XtlsSession *wire_pair_call (WirePair *pair, guint from);

/* Sends a stanza of the other side through the server, to side @to. Takes
 * @stanza. */
void wire_pair_pass (WirePair *pair, guint to, xmlnode *stanza);

/* Deliver a stanza that the server has forged. @from: its sender. @stanza:
 * (transfer full). */
void wire_forge (WirePair *pair, guint to, const char *from, const char *text);
void
wire_forge_node (WirePair *pair, guint to, const char *from, xmlnode *stanza);

/* The same for a Jingle stanza of side @to's newest session, as if the other
 * side had sent it. */
void wire_forge_jingle (WirePair *pair,
                        guint to,
                        const char *action,
                        const char *content);
void wire_forge_terminate (WirePair *pair, guint to, const char *reason);

/* Properties of a side's newest session. */
void wire_assert_state (WireSide *side, XtlsSessionState state);
void wire_assert_end (WireSide *side, XtlsEnd end);
void wire_assert_not_end (WireSide *side, XtlsEnd end);

/* Returns: whether @word was in a stanza or in a decoded block. */
gboolean wire_saw (WirePair *pair, const char *word);

/* Every message of the tests contains this word. */
#define WIRE_SECRET "thequickbrownfox"

/* Asserts that neither messages nor anything else of the inner stream was
 * visible. */
void wire_assert_private (WirePair *pair);

/* Returns: the delivered texts, joined with `|`. */
#define g_assert_delivered(side, expected)                                     \
    G_STMT_START                                                               \
    {                                                                          \
        char *joined_ = wire_delivered (side);                                 \
        g_assert_cmpstr (joined_, ==, expected);                               \
        g_free (joined_);                                                      \
    }                                                                          \
    G_STMT_END
char *wire_delivered (WireSide *side);

/* In microseconds of the fake clock. */
gint64 wire_now (void);
guint wire_timer_add (guint ms, GSourceFunc function, gpointer data);
void wire_timer_remove (guint id);

/* Returns: how many timers are armed now. */
guint wire_pair_count_timers (WirePair *pair);
