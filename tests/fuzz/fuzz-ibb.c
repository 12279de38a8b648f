/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bytestream under a script. The first line is the block size, behind a `+`
 * if it is not to be an In-Band Bytestream; then:
 *
 *   <iq …/>   a stanza of the peer        x<iq …/>  … of somebody else
 *   d TEXT    a block of the peer in sequence
 *   r  w  e   our oldest request is answered: result, `wait`, `cancel`
 *   R  W  E   our newest one is
 *   o  c      we open, we close           q N       we queue N bytes
 *   Q         we queue more than is allowed
 *   f  F      we flush, we flush all      t N       N ms pass
 *   X         the other carrier replaces this one, which gets stanzas, too
 */
#include "base64.h"
#include "fuzz.h"
#include "ibb.h"
#include "node.h"
#include "nodes.h"
#include "ns.h"
#include "window.h"

#include <string.h>

#define PEER "juliet@capulet.lit/balcony"
#define SID "s"
#define LINES_MAX 64
#define QUEUED_MAX 5000
/* As many as that of ours in one script, because they are slow. */
#define BLOCKS_MAX 100

typedef struct {
    XtlsIbb *ibb;
    XtlsIbb *before; /* what it has replaced */
    gint64 now;
    guint block_size;
    XtlsIbbState state;
    gboolean asked_open; /* by us */
    gboolean heard;      /* a block has arrived */
    gboolean proved;     /* one of ours was acknowledged, perhaps */
    gboolean all;        /* blocks were sent without regard to the window */
    GQueue questions;    /* ids of our requests, oldest first */
    char *id;            /* of the request that is being handled */
    guint answers;       /* to it */
    gboolean accepted;   /* it, with a result */
    guint seq_in;
    guint blocks_out;
    gsize queued, sent, received;
} Run;

static void
check_block (Run *run, const xmlnode *data)
{
    char *text = xmlnode_get_data (data);
    GByteArray *bytes = g_byte_array_new ();
    guint seq;

    g_assert_true (
        xtls_node_parse_decimal (xtls_node_attrib (data, "seq"), 65535, &seq));
    g_assert_true (
        xtls_base64_decode (text, strlen (text), run->block_size, bytes));
    g_assert_cmpuint (bytes->len, >, 0);
    if (run->blocks_out > 0 && seq == (run->blocks_out - 1) % 65536) {
        /* Sent again after it bounced. */
    } else {
        g_assert_cmpuint (seq, ==, run->blocks_out % 65536);
        run->blocks_out++;
        run->sent += bytes->len;
    }
    g_byte_array_unref (bytes);
    g_free (text);
}

static void
send_cb (xmlnode *stanza, gpointer data)
{
    Run *run = data;
    const char *type = xtls_node_attrib (stanza, "type");
    const char *id = xtls_node_attrib (stanza, "id");
    const xmlnode *payload = xtls_node_first_child (stanza);

    g_assert_cmpstr (xtls_node_attrib (stanza, "to"), ==, PEER);
    if (strcmp (type, "set") == 0) {
        g_queue_push_tail (&run->questions, g_strdup (id));
        if (xtls_node_is (
                payload,
                "data",
                xtls_carrier_get_namespace (xtls_ibb_get_carrier (run->ibb)))) {
            g_assert_cmpint (xtls_ibb_get_state (run->ibb), ==, XTLS_IBB_OPEN);
            check_block (run, payload);
        }
    } else {
        g_assert_cmpstr (id, ==, run->id);
        run->answers++;
        run->accepted = strcmp (type, "result") == 0;
    }
    xmlnode_free (stanza);
}

static void
handle (Run *run, xmlnode *iq, const char *from)
{
    const char *type = xtls_node_attrib (iq, "type");
    gboolean request =
        g_strcmp0 (type, "set") == 0 || g_strcmp0 (type, "get") == 0;
    const xmlnode *payload = xtls_node_first_child (iq);
    gboolean taken;

    xmlnode_set_attrib (iq, "from", from);
    run->id = g_strdup (xtls_node_attrib (iq, "id"));
    run->answers = 0;
    run->accepted = FALSE;
    taken = xtls_ibb_handle (run->ibb, iq, run->now);
    if (!taken && run->before)
        taken = xtls_ibb_handle (run->before, iq, run->now);
    g_assert_true (!taken || strcmp (from, PEER) == 0);
    g_assert_cmpuint (run->answers, ==, taken && request ? 1 : 0);
    /* An empty block has arrived, too. */
    if (run->accepted && strcmp (payload->name, "data") == 0)
        run->heard = TRUE;
    g_clear_pointer (&run->id, g_free);
    xmlnode_free (iq);
}

static void
handle_text (Run *run, const char *text, const char *from)
{
    xmlnode *iq = fuzz_iq (text);

    if (iq)
        handle (run, iq, from);
}

/* The next correct block, so that a script need not count. */
static void
handle_next_block (Run *run, const char *text)
{
    char *escaped = g_markup_escape_text (text, -1);
    char *xml = g_strdup_printf (
        "<iq xmlns='jabber:client' type='set' id='n'><data xmlns='%s' "
        "sid='" SID "' seq='%u'>%s</data></iq>",
        xtls_carrier_get_namespace (xtls_ibb_get_carrier (run->ibb)),
        run->seq_in % 65536,
        escaped);

    handle_text (run, xml, PEER);
    if (xtls_ibb_get_state (run->ibb) == XTLS_IBB_OPEN)
        run->seq_in++;
    g_free (xml);
    g_free (escaped);
}

static void
answer (Run *run, char how)
{
    char *id = g_ascii_isupper (how) ? g_queue_pop_tail (&run->questions)
                                     : g_queue_pop_head (&run->questions);
    char *text;

    if (!id)
        return;
    how = g_ascii_tolower (how);
    run->proved = run->proved || how == 'r';
    if (how == 'r')
        text = g_strdup_printf ("<iq xmlns='jabber:client' type='result' "
                                "id='%s'><proceed xmlns='%s'/></iq>",
                                id,
                                XTLS_NS_DATA);
    else
        text = g_strdup_printf (
            "<iq xmlns='jabber:client' type='error' id='%s'><error type='%s'>"
            "<recipient-unavailable xmlns='%s'/></error></iq>",
            id,
            how == 'w' ? "wait" : "cancel",
            XTLS_NS_STANZA_ERRORS);
    handle_text (run, text, PEER);
    g_free (text);
    g_free (id);
}

static void
queue (Run *run, gsize len)
{
    guint8 *bytes = g_malloc0 (len);

    len =
        MIN (len, MIN (QUEUED_MAX, BLOCKS_MAX * run->block_size) - run->queued);
    if (xtls_ibb_write (run->ibb, bytes, len, NULL))
        run->queued += len;
    g_free (bytes);
}

static void
queue_too_much (Run *run)
{
    static const guint8 byte;
    gsize room = XTLS_IBB_QUEUE_MAX - xtls_ibb_get_unsent (run->ibb);
    GError *error = NULL;

    g_assert_false (xtls_ibb_write (run->ibb, &byte, room + 1, &error));
    g_assert_error (error, XTLS_IBB_ERROR, XTLS_IBB_ERROR_QUEUE_FULL);
    g_error_free (error);
}

static void
pass_time (Run *run, guint ms)
{
    gint64 deadline = xtls_ibb_get_deadline (run->ibb);

    run->now += (gint64)ms * 1000;
    if (deadline < 0 || deadline > run->now)
        return;
    xtls_ibb_check (run->ibb, run->now);
    /* Otherwise a main loop would spin. */
    deadline = xtls_ibb_get_deadline (run->ibb);
    g_assert_true (deadline < 0 || deadline > run->now);
}

/* Nothing that has arrived is sent again, and nothing else is lost. */
static void
replace (Run *run)
{
    XtlsIbb *other;

    if (run->before)
        return;
    other = xtls_ibb_replace (
        run->ibb, xtls_carrier_get_other (xtls_ibb_get_carrier (run->ibb)));
    if (!other) {
        g_assert_true (run->heard || run->proved);
        return;
    }
    g_assert_false (run->heard);
    g_assert_cmpint (xtls_ibb_get_state (run->ibb), ==, XTLS_IBB_CLOSED);
    g_assert_cmpuint (xtls_ibb_get_unsent (run->ibb), ==, 0);
    run->before = run->ibb;
    run->ibb = other;
    run->state = XTLS_IBB_WAITING;
    run->asked_open = FALSE;
    run->seq_in = run->blocks_out = 0;
    run->sent = 0;
}

static void
act (Run *run, const char *line)
{
    const char *rest = line + (*line != '\0');

    switch (*line) {
    case '<':
        handle_text (run, line, PEER);
        break;
    case 'x':
        handle_text (run, rest, "mallory@example.org/x");
        break;
    case 'd':
        handle_next_block (run, *rest ? rest + 1 : rest);
        break;
    case 'r':
    case 'w':
    case 'e':
    case 'R':
    case 'W':
    case 'E':
        answer (run, *line);
        break;
    case 'o':
        if (!run->asked_open && run->state == XTLS_IBB_WAITING)
            xtls_ibb_open (run->ibb, run->now);
        run->asked_open = TRUE;
        break;
    case 'c':
        xtls_ibb_close (run->ibb);
        break;
    case 'q':
        queue (run, fuzz_number (rest, 3000));
        break;
    case 'Q':
        queue_too_much (run);
        break;
    case 'f':
        xtls_ibb_flush (run->ibb, 0, run->now);
        break;
    case 'F':
        run->all = TRUE;
        xtls_ibb_flush (run->ibb, G_MAXUINT, run->now);
        break;
    case 'X':
        replace (run);
        break;
    case 't':
        pass_time (run, fuzz_number (rest, 100000));
        break;
    default:
        break;
    }
}

static void
check (Run *run)
{
    XtlsIbbState state = xtls_ibb_get_state (run->ibb);
    GByteArray *got;

    g_assert_cmpint (state, >=, run->state);
    run->state = state;
    g_assert_true (!xtls_ibb_get_error (run->ibb) || state == XTLS_IBB_CLOSED);
    g_assert_cmpuint (
        run->sent + xtls_ibb_get_unsent (run->ibb), ==, run->queued);
    g_assert_cmpuint (xtls_ibb_get_unsent (run->ibb), <=, XTLS_IBB_QUEUE_MAX);
    if (!run->all)
        g_assert_cmpuint (
            xtls_ibb_get_in_flight (run->ibb), <=, XTLS_WINDOW_MAX);
    if (state == XTLS_IBB_CLOSED)
        g_assert_cmpint (xtls_ibb_get_deadline (run->ibb), ==, -1);
    got = xtls_ibb_take (run->ibb);
    /* One action delivers at most one block. */
    g_assert_true (!got || got->len <= run->block_size);
    g_clear_pointer (&got, g_byte_array_unref);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    Run run = {.now = 777 * G_USEC_PER_SEC};
    char *line = fuzz_line (&data, &size);
    gboolean plus = line && *line == '+';

    nodes_init ();
    run.block_size = MAX (
        fuzz_number (line ? line + plus : NULL, XTLS_IBB_BLOCK_SIZE_MAX), 1);
    g_free (line);
    run.ibb = xtls_ibb_new (plus ? XTLS_CARRIER_XTLS : XTLS_CARRIER_IBB,
                            PEER,
                            SID,
                            run.block_size,
                            send_cb,
                            &run);
    for (guint i = 0; i < LINES_MAX && (line = fuzz_line (&data, &size)); i++) {
        act (&run, line);
        check (&run);
        g_free (line);
    }
    xtls_ibb_free (run.ibb);
    xtls_ibb_free (run.before);
    g_queue_clear_full (&run.questions, g_free);
    return 0;
}
