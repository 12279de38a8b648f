/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two endpoints do what the model in tests/model/sessions.pml does, step by
 * step, and are compared with it after each: what is sent, delivered, kept to
 * be resumed, and what a writer is told. Spin makes up the runs.
 */
#include "block-size.h"
#include "ibb.h"
#include "jid.h"
#include "registry.h"
#include "talker.h"
#include "wirefault.h"

#include <glib/gstdio.h>
#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MODEL "tests/model/sessions.pml"
#define RUNS 200
#define SESSIONS_MAX 8
/* Stanzas with a shorter distance might be gathered, microseconds. */
#define STEP_TIME 3000

/* The names of stanzas in the model. */
enum {
    INITIATE = 1,
    ACCEPT,
    TIE_BREAK,
    BUSY,
    FIRST,
    HEADER,
    DATA,
    TERMINATE,
    ENDED
};

/* What happens in the model's random runs. */
enum {
    OVERTAKEN = 1,
    NOTHING_FOUND,
    TIME_OVER,
    TOLD_IN_VAIN,
    HAPPENS_MAX = TOLD_IN_VAIN
};

/* What is known here of a session. */
typedef struct {
    char *sid;
    char *transport_sid;
    char *initiate; /* the ids of these stanzas */
    char *accept;
    gboolean before_cut;
} Known;

typedef struct {
    WirePair *wire;
    Known sessions[SESSIONS_MAX];
    guint count;
    gboolean down;
    GQueue losing; /* WireItem, from the oldest, while it is read which of them
                      arrive in spite of the cut; not owned */
    GString *log;
} Run;

static Run run;
static GRand *ids;
static guint8 rank; /* the first byte of ids */
static guint steps, runs;
static guint happened; /* what the model's list HAPPENS names, bit by bit */

/* In place of GnuTLS's random numbers, for the sids that decide who wins. */
int
gnutls_rnd (gnutls_rnd_level_t level, void *data, size_t len)
{
    for (size_t i = 0; i < len; i++)
        ((guint8 *)data)[i] = i ? (guint8)g_rand_int (ids) : rank;
    return 0;
}

/* --- stanzas ---------------------------------------------------------------*/

static gboolean
is_of (const char *text, const Known *known)
{
    return strstr (text, known->sid) || strstr (text, known->transport_sid);
}

/* Returns: (transfer full): the id of the stanza. */
static char *
id_of (const char *text)
{
    xmlnode *node = xmlnode_from_str (text, -1);
    char *id = g_strdup (xmlnode_get_attrib (node, "id"));

    xmlnode_free (node);
    return id;
}

static void
note_ids (const char *text)
{
    for (guint i = 0; i < run.count; i++) {
        Known *known = &run.sessions[i];

        if (!is_of (text, known))
            continue;
        if (strstr (text, "session-initiate") && !known->initiate)
            known->initiate = id_of (text);
        else if (strstr (text, "session-accept") && !known->accept)
            known->accept = id_of (text);
    }
}

/* What is sent while the connection is cut, or later in a session that began
 * before the cut, is lost: a stanza without meaning takes its place. */
static char *
lose_cb (char *text)
{
    gboolean lost = run.down;

    note_ids (text);
    for (guint i = 0; i < run.count; i++)
        lost |= run.sessions[i].before_cut && is_of (text, &run.sessions[i]);
    if (!lost)
        return text;
    g_free (text);
    return g_strdup ("<iq xmlns='jabber:client' type='result' id='lost'/>");
}

static gboolean
is_error_to (const char *text, const char *id)
{
    char *own;
    gboolean same;

    if (!id || !strstr (text, "type='error'"))
        return FALSE;
    own = id_of (text);
    same = g_strcmp0 (own, id) == 0;
    g_free (own);
    return same;
}

static gboolean
is_kind (const char *text, guint kind, const Known *known)
{
    switch (kind) {
    case INITIATE:
        return strstr (text, "session-initiate") && is_of (text, known);
    case ACCEPT:
        return strstr (text, "session-accept") && is_of (text, known);
    case TIE_BREAK:
    case BUSY:
        return is_error_to (text, known->initiate);
    case TERMINATE:
        return (strstr (text, "session-terminate") && is_of (text, known)) ||
               is_error_to (text, known->accept);
    case ENDED:
        return strstr (text, "session-terminate") && is_of (text, known);
    default:
        return wire_fault_block (text) && is_of (text, known);
    }
}

/* --- steps -----------------------------------------------------------------*/

static void
fail (const char *what, const char *line)
{
    g_error ("%s at: %s\nin this run:\n%s", what, line, run.log->str);
}

static WireSide *
side_of (guint client)
{
    return &run.wire->side[client];
}

static XtlsSession *
session_of (guint client, guint number)
{
    WireSide *side = side_of (client);

    for (guint i = 0; i < side->sessions->len; i++) {
        XtlsSession *session = side->sessions->pdata[i];

        if (g_strcmp0 (xtls_session_get_sid (session),
                       run.sessions[number].sid) == 0)
            return session;
    }
    g_assert_not_reached ();
}

/* Returns: (nullable): the oldest stanza for this client. */
static WireItem *
next_for (guint client)
{
    for (GList *l = run.wire->items.head; l; l = l->next)
        if (((WireItem *)l->data)->to == client)
            return l->data;
    return NULL;
}

/* The stanzas of which the model knows nothing, such as the result of an <iq/>,
 * arrive with the next one that it knows. */
static void
arrive (guint client, guint kind, guint number, const char *line)
{
    WireItem *item;
    gboolean found = FALSE;

    while (!found) {
        item = next_for (client);
        if (!item)
            fail ("nothing like that was sent", line);
        found = is_kind (item->text, kind, &run.sessions[number]);
        wire_pair_deliver (run.wire, item);
    }
}

static void
call (guint client, guint number, guint lower)
{
    XtlsSession *session;

    g_assert_cmpuint (number, ==, run.count);
    g_assert_cmpuint (number, <, SESSIONS_MAX);
    rank = (guint8)((client == 0 ? 1 : lower ? 0 : 2) << 3);
    talker_call (talkers[client]);
    session = wire_session (side_of (client));
    g_assert_true (xtls_session_is_outgoing (session));
    run.sessions[number].sid = g_strdup (xtls_session_get_sid (session));
    run.sessions[number].transport_sid =
        g_strdup (xtls_session_get_transport_sid (session));
    run.count++;
    /* It left before its sids were known here. */
    note_ids (((WireItem *)g_queue_peek_tail (&run.wire->items))->text);
}

/* Which of this client's stanzas arrive in spite of the cut follows. */
static void
cut (guint client)
{
    WireItem *item;

    while ((item = next_for (client)))
        wire_pair_drop (run.wire, item);
    for (GList *l = run.wire->items.head; l; l = l->next)
        g_queue_push_tail (&run.losing, l->data);
    for (guint i = 0; i < run.count; i++)
        run.sessions[i].before_cut = TRUE;
    run.down = TRUE;
}

static void
keep (guint kind, guint number, const char *line)
{
    const WireItem *item;

    do {
        item = g_queue_pop_head (&run.losing);
        if (!item)
            fail ("nothing like that was under way", line);
    } while (!is_kind (item->text, kind, &run.sessions[number]));
}

static void
lose_rest (void)
{
    WireItem *item;

    while ((item = g_queue_pop_head (&run.losing)))
        wire_pair_drop (run.wire, item);
}

static void
refuse (guint client)
{
    side_of (client)->allow = FALSE;
    xtls_endpoint_check_keys (side_of (client)->endpoint, NULL);
}

static guint
delivered_to (guint client)
{
    GPtrArray *bodies = side_of (client)->delivered;
    guint bits = 0;

    for (guint i = 0; i < bodies->len; i++) {
        guint bit = 1U << strtoul (bodies->pdata[i], NULL, 10);

        if (bits & bit)
            fail ("delivered twice", bodies->pdata[i]);
        bits |= bit;
    }
    return bits;
}

static guint
told (guint client)
{
    guint bits = 0;

    for (guint i = 0; i < talker_get_said (talkers[client]); i++)
        bits |= (guint)talker_was_told (talkers[client], i) << i;
    return bits;
}

static void
compare (guint client, const char *line)
{
    Talker *talker = talkers[client];
    char *real = g_strdup_printf (
        "state %u session %d waits %d kept %d sent %u delivered %u told %u",
        client,
        talker_has_session (talker),
        talker_waits (talker),
        talker_keeps (talker),
        talker_get_said (talker) - talker_get_held (talker),
        delivered_to (client),
        told (client));

    if (strcmp (real, line) != 0) {
        char *what = g_strdup_printf ("the endpoints are in %s", real);

        fail (what, line);
    }
    g_free (real);
}

/* A session whose large first block was lost is followed by one with smaller
 * blocks, unless larger ones have passed before. The model's blocks are never
 * split. */
static void
let_blocks_be_large (guint client)
{
    XtlsRegistry *registry =
        xtls_endpoint_get_registry (side_of (client)->endpoint);
    char *contact = xtls_jid_bare (side_of (!client)->jid);

    xtls_block_size_learn (
        xtls_sids_get_block_size (xtls_registry_get_sids (registry)),
        contact,
        XTLS_END_LOCAL,
        XTLS_IBB_BLOCK_SIZE_DEFAULT,
        0);
    g_free (contact);
}

static void
begin (void)
{
    memset (&run, 0, sizeof run);
    g_queue_init (&run.losing);
    run.log = g_string_new (NULL);
    run.wire = wire_pair_new ();
    run.wire->rewrite = lose_cb;
    talkers_new (run.wire);
    for (guint i = 0; i < 2; i++) {
        talker_send_together (talkers[i]);
        let_blocks_be_large (i);
    }
}

static void
end (void)
{
    talkers_free ();
    wire_pair_free (run.wire);
    for (guint i = 0; i < run.count; i++) {
        g_free (run.sessions[i].sid);
        g_free (run.sessions[i].transport_sid);
        g_free (run.sessions[i].initiate);
        g_free (run.sessions[i].accept);
    }
    g_string_free (run.log, TRUE);
    runs++;
}

/* Returns: FALSE if @word names no step. */
static gboolean
act (const char *word, const guint n[3], const char *line)
{
    if (strcmp (word, "type") == 0)
        talker_say (talkers[n[0]], 0);
    else if (strcmp (word, "call") == 0)
        call (n[0], n[1], n[2]);
    else if (strcmp (word, "join") == 0)
        talker_call (talkers[n[0]]);
    else if (strcmp (word, "arrive") == 0)
        arrive (n[0], n[1], n[2], line);
    else if (strcmp (word, "acknowledge") == 0)
        wire_pair_fire (
            run.wire, XTLS_SESSION_ACK_DELAY, session_of (n[0], n[1]));
    else if (strcmp (word, "notice") == 0)
        xtls_session_abort (session_of (n[0], n[1]), XTLS_END_DEAD);
    else if (strcmp (word, "expire") == 0)
        talker_expire (talkers[n[0]]);
    else if (strcmp (word, "refuse") == 0)
        refuse (n[0]);
    else if (strcmp (word, "cut") == 0)
        cut (n[0]);
    else if (strcmp (word, "keep") == 0)
        keep (n[1], n[2], line);
    else if (strcmp (word, "login") == 0) {
        talker_login (talkers[n[0]], side_of (n[0])->jid);
        run.down = FALSE;
    } else
        return FALSE;
    return TRUE;
}

static void
do_line (const char *line)
{
    guint n[3] = {0};
    char word[16];

    if (sscanf (line, "%15s %9u %9u %9u", word, &n[0], &n[1], &n[2]) < 1)
        return;
    g_string_append_printf (run.log, "%s\n", line);
    if (strcmp (word, "keep") != 0)
        lose_rest ();
    if (strcmp (word, "again") == 0) {
        end ();
        begin ();
    } else if (strcmp (word, "happens") == 0) {
        happened |= 1U << n[0];
    } else if (strcmp (word, "state") == 0) {
        compare (n[0], line);
    } else if (act (word, n, line)) {
        steps++;
        wire_pair_turn (run.wire);
        run.wire->now += STEP_TIME;
        wire_pair_turn (run.wire);
    }
}

/* Returns: (transfer full): the lines that the model prints. */
static char *
make_runs (const char *seed)
{
    char *folder = g_dir_make_tmp ("xtls-model-XXXXXX", NULL);
    char *model = g_canonicalize_filename (MODEL, NULL);
    const char *arguments[] = {"spin",
                               "-T",
                               seed,
                               "-DRUNS=" G_STRINGIFY (RUNS),
                               "-DCALLS=4",
                               "-DCUTS=2",
                               model,
                               NULL};
    char *output;
    int status;
    GError *error = NULL;

    /* It writes into its folder. */
    g_spawn_sync (folder,
                  (char **)arguments,
                  NULL,
                  G_SPAWN_SEARCH_PATH,
                  NULL,
                  NULL,
                  &output,
                  NULL,
                  &status,
                  &error);
    g_assert_no_error (error);
    g_assert_cmpint (status, ==, 0);
    g_assert_cmpint (g_rmdir (folder), ==, 0);
    g_free (model);
    g_free (folder);
    return output;
}

static void
replay (char *output)
{
    char **lines = g_strsplit (output, "\n", -1);

    steps = runs = 0;
    begin ();
    for (guint i = 0; lines[i]; i++)
        do_line (g_strstrip (lines[i]));
    lose_rest ();
    end ();
    g_test_message ("%u runs, %u steps", runs, steps);
    g_strfreev (lines);
    g_free (output);
}

static void
test_random_runs (void)
{
    static const char *const seeds[] = {"-n1", "-n2", "-n3"};

    for (guint i = 0; i < G_N_ELEMENTS (seeds); i++) {
        replay (make_runs (seeds[i]));
        g_assert_cmpuint (runs, >=, RUNS);
        g_assert_cmpuint (steps, >=, 10 * RUNS);
    }
    for (guint i = 1; i <= HAPPENS_MAX; i++)
        g_assert_true (i == TIME_OVER || (happened & 1U << i));
}

/* XTLS_MODEL_RUN is the name of a file with such lines. */
static void
test_given_run (void)
{
    const char *path = g_getenv ("XTLS_MODEL_RUN");
    char *output;
    GError *error = NULL;

    g_file_get_contents (path, &output, NULL, &error);
    g_assert_no_error (error);
    replay (output);
    g_assert_cmpuint (steps, >, 0);
}

int
main (int argc, char **argv)
{
    ids = g_rand_new_with_seed (1);
    g_test_init (&argc, &argv, NULL);
    if (g_getenv ("XTLS_MODEL_RUN"))
        g_test_add_func ("/model/given-run", test_given_run);
    else
        g_test_add_func ("/model/random-runs", test_random_runs);
    return g_test_run ();
}
