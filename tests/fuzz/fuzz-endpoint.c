/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two endpoints under a script: everything that a hostile server and a hostile
 * peer can do, inside TLS too. S is the side that acts, 0 or 1.
 *
 *   O                                     side 0 has opened a session
 *   D                                     …, without In-Band Bytestreams
 *   c S        calls                       u S        resumes what was cut
 *   s S        says something              r N        N ms pass
 *   e S  E S   closes, closes at once      a S        aborts
 *   g S        hears that the peer is gone
 *   o S        goes on answering messages
 *   F K A V    the server's fault K       b K        what becomes of In-Band
 *                                         Bytestreams, WireIbb
 *   f S <iq/>  is sent a stanza as if by its peer, h S by somebody else; $J
 *              and $I in it are the sids of its newest session
 *   i S TEXT   says TEXT inside TLS        y S TEXT   … in the bytestream
 *   v S N      N & 1: takes any key, N & 2: admits, N & 4: a stranger
 */
#define _GNU_SOURCE
#include "fuzz.h"
#include "incoming-request.h"
#include "pump.h"
#include "session-private.h"
#include "wirepair.h"

#include <stdio.h>
#include <string.h>

#define ACTIONS_MAX 32
/* After so many stanzas, most scripts have shown what they do: they have opened
 * a session, or something has happened to it. The rest is not run, so that more
 * scripts are. */
#define STANZAS_MAX 6
/* Scripts whose length is a multiple of LONG_EVERY, and these are all of the
 * corpus in tests/, may go on for so many. */
#define STANZAS_MAX_LONG 24
#define LONG_EVERY 8
/* Each of them takes ten stanzas or more. */
#define CALLS_MAX 2
/* Smaller blocks make hundreds of stanzas of a handshake. */
#define BLOCKS_MIN 50
#define MALLORY "mallory@example.org/x"
/* Texts that are sent inside and must not be visible outside. Neither a script
 * nor a random id has them, nor base64. */
#define SECRET "pss-sst."

typedef struct {
    WirePair *pair;
    guint called;
    guint said;
    gboolean forged; /* bodies may be anything, any number of times */
} Run;

/* --- what always holds -----------------------------------------------------*/

static void
check_session (XtlsSession *session)
{
    if (session->state == XTLS_SESSION_OPEN) {
        g_assert_true (session->authenticated);
        g_assert_true (session->stream &&
                       xtls_stream_is_open (session->stream));
        g_assert_true (xtls_tls_is_ready (session->tls));
    }
    g_assert_true ((session->state == XTLS_SESSION_CLOSED) ==
                   (xtls_session_get_end (session) != XTLS_END_NONE));
    g_assert_cmpuint (
        xtls_session_get_unsent (session), <=, XTLS_IBB_QUEUE_MAX);
}

static void
check_side (WireSide *side)
{
    XtlsRegistry *registry = xtls_endpoint_get_registry (side->endpoint);

    g_assert_true (xtls_registry_is_sound (registry));
    g_assert_cmpuint (xtls_registry_count_requests (registry, NULL),
                      <=,
                      XTLS_INCOMING_REQUEST_MAX);
    for (guint i = 0; i < side->sessions->len; i++)
        check_session (g_ptr_array_index (side->sessions, i));
}

static gboolean
is_said (const Run *run, const char *body)
{
    guint number;

    if (!g_str_has_prefix (body, SECRET))
        return FALSE;
    number = fuzz_number (body + strlen (SECRET), G_MAXINT);
    return number < run->said;
}

/* Each message is delivered at most once, and only if it was sent. */
static void
check_delivered (const Run *run, WireSide *side)
{
    GHashTable *seen;

    if (side->delivered->len == 0)
        return;
    seen = g_hash_table_new (g_str_hash, g_str_equal);
    for (guint i = 0; i < side->delivered->len; i++) {
        char *body = g_ptr_array_index (side->delivered, i);

        if (g_str_has_prefix (body, "re: "))
            continue;
        g_assert_true (is_said (run, body));
        g_assert_true (g_hash_table_add (seen, body));
    }
    g_hash_table_unref (seen);
}

static void
check (const Run *run)
{
    for (guint i = 0; i < 2; i++)
        check_side (&run->pair->side[i]);
}

static void
check_texts (const Run *run)
{
    if (run->forged)
        return;
    for (guint i = 0; i < 2; i++)
        check_delivered (run, &run->pair->side[i]);
    g_assert_false (wire_saw (run->pair, SECRET));
}

/* --- actions ---------------------------------------------------------------*/

static void
say (Run *run, XtlsSession *session)
{
    char body[32];

    if (!session || session->state != XTLS_SESSION_OPEN)
        return;
    g_snprintf (body, sizeof body, SECRET "%u", run->said++);
    wire_say (session, body);
}

/* Both sides keep the state for resuming, and @from resumes. */
static void
resume (Run *run, guint from)
{
    XtlsSm *sm[2] = {NULL, NULL};

    for (guint i = 0; i < 2; i++) {
        XtlsSession *session = wire_session (&run->pair->side[i]);

        if (session && session->state == XTLS_SESSION_CLOSED)
            sm[i] = xtls_session_take_sm (session);
    }
    if (sm[!from]) {
        xtls_sm_free (run->pair->side[!from].sm);
        run->pair->side[!from].sm = sm[!from];
    }
    xtls_endpoint_call (
        run->pair->side[from].endpoint, run->pair->side[!from].jid, sm[from]);
}

static char *
insert_sids (const char *text, XtlsSession *session)
{
    GString *out = g_string_new (NULL);

    for (; *text; text++) {
        if (!session || *text != '$' || (text[1] != 'J' && text[1] != 'I')) {
            g_string_append_c (out, *text);
        } else if (*++text == 'J') {
            g_string_append (out, xtls_session_get_sid (session));
        } else {
            g_string_append (out, xtls_session_get_transport_sid (session));
        }
    }
    return g_string_free (out, FALSE);
}

static void
forge (Run *run, guint to, const char *from, const char *line)
{
    WireSide *side = &run->pair->side[to];
    char *text = insert_sids (line, wire_session (side));
    xmlnode *iq = fuzz_iq (text);

    if (iq)
        wire_forge_node (
            run->pair, to, from ? from : run->pair->side[!to].jid, iq);
    g_free (text);
}

static gboolean
can_speak (const XtlsSession *session)
{
    return session && session->state < XTLS_SESSION_CLOSED &&
           !session->closing.stopped && session->tls &&
           xtls_tls_is_ready (session->tls) &&
           !session->closing.close_notify_sent && !session->failed_tls;
}

static void
say_inside (Run *run, XtlsSession *session, const char *text)
{
    if (!can_speak (session))
        return;
    check_texts (run);
    run->forged = TRUE;
    xtls_session_ref (session);
    xtls_tls_write (session->tls, (const guint8 *)text, strlen (text), NULL);
    xtls_pump_run (session);
    xtls_session_unref (session);
}

static void
say_in_bytestream (XtlsSession *session, const char *text)
{
    if (!session || session->state == XTLS_SESSION_CLOSED || !session->ibb)
        return;
    xtls_session_ref (session);
    xtls_ibb_write (session->ibb, (const guint8 *)text, strlen (text), NULL);
    xtls_pump_run (session);
    xtls_session_unref (session);
}

static void
set_fault (Run *run, const char *rest)
{
    guint fault = 0, at = 0, value = 0, min;

    sscanf (rest, "%3u %5u %5u", &fault, &at, &value);
    min = fault == WIRE_FAULT_SPLIT ? BLOCKS_MIN : 1;
    if (fault <= WIRE_FAULT_TRUNCATE)
        wire_pair_set_fault (
            run->pair, (WireFault)fault, at, CLAMP (value, min, 5000));
}

static void
set_ibb (Run *run, guint how)
{
    run->pair->ibb = (WireIbb)MIN (how, WIRE_IBB_BLOCKED);
    run->pair->ibb_to = WIRE_BOTH;
}

static void
set_answers (WireSide *side, guint number)
{
    side->allow = number & 1;
    side->admit = (number & 2) != 0;
    side->caller = number & 4 ? XTLS_CALLER_STRANGER : XTLS_CALLER_WELCOME;
}

static void
act_on_session (Run *run, char what, WireSide *side, XtlsSession *session)
{
    switch (what) {
    case 's':
        say (run, session);
        break;
    case 'e':
    case 'E':
        if (session)
            xtls_session_close (session, what == 'E');
        break;
    case 'a':
        if (session)
            xtls_session_abort (session, XTLS_END_OFFLINE);
        break;
    case 'g':
        xtls_endpoint_peer_gone (side->endpoint,
                                 run->pair->side[side == run->pair->side].jid);
        break;
    default:
        break;
    }
}

static void
act (Run *run, const char *line)
{
    guint from = line[0] && line[1] && line[2] == '1';
    const char *rest = strlen (line) > 4 ? line + 4 : "";
    WireSide *side = &run->pair->side[from];

    switch (*line) {
    case 'c':
        if (run->called++ < CALLS_MAX)
            xtls_endpoint_call (
                side->endpoint, run->pair->side[!from].jid, NULL);
        break;
    case 'u':
        if (run->called++ < CALLS_MAX)
            resume (run, from);
        break;
    case 'r':
        wire_pair_run (run->pair, fuzz_number (line + 1, 70000));
        break;
    case 'F':
        set_fault (run, line + 1);
        break;
    case 'b':
        set_ibb (run, fuzz_number (line + 1, 4));
        break;
    case 'o':
        run->pair->side[0].echo = !from;
        run->pair->side[1].echo = from;
        break;
    case 'f':
        forge (run, from, NULL, rest);
        break;
    case 'h':
        forge (run, from, MALLORY, rest);
        break;
    case 'i':
        say_inside (run, wire_session (side), rest);
        break;
    case 'y':
        say_in_bytestream (wire_session (side), rest);
        break;
    case 'v':
        set_answers (side, fuzz_number (rest, 11));
        break;
    default:
        act_on_session (run, *line, side, wire_session (side));
        break;
    }
}

/* --- runs ------------------------------------------------------------------*/

static WirePair *
make_pair (void)
{
    WirePair *pair = wire_pair_new ();

    pair->quick = TRUE;
    return pair;
}

static gpointer
make_open (WireIbb how)
{
    WirePair *pair = make_pair ();

    pair->ibb = how;
    pair->ibb_to = WIRE_BOTH;
    wire_pair_call (pair, 0);
    wire_assert_state (&pair->side[0], XTLS_SESSION_OPEN);
    wire_assert_state (&pair->side[1], XTLS_SESSION_OPEN);
    pair->arrived = 0;
    return pair;
}

static gpointer
make_direct (void)
{
    return make_open (WIRE_IBB_PASSES);
}

static gpointer
make_detour (void)
{
    return make_open (WIRE_IBB_REFUSED);
}

static void
resume_pair (gpointer made)
{
    wire_pair_resume (made);
}

static WirePair *
start (const guint8 **data, gsize *size)
{
    char first = *size > 1 && (*data)[1] == '\n' ? (char)**data : '\0';

    if (first != 'O' && first != 'D')
        return make_pair ();
    *data += 2;
    *size -= 2;
    return fuzz_prepare (first == 'O' ? make_direct : make_detour, resume_pair);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    const guint stanzas_max =
        size % LONG_EVERY == 0 ? STANZAS_MAX_LONG : STANZAS_MAX;
    Run run = {0};
    char *line;

    if (memmem (data, size, SECRET, strlen (SECRET)))
        return 0;
    run.pair = start (&data, &size);
    for (guint i = 0; i < ACTIONS_MAX && run.pair->arrived < stanzas_max &&
                      (line = fuzz_line (&data, &size));
         i++) {
        act (&run, line);
        check (&run);
        g_free (line);
    }
    wire_pair_run (run.pair, 200000);
    check (&run);
    check_texts (&run);
    wire_pair_free (run.pair);
    return 0;
}
