/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stream inside TLS, with what XEP-0198 adds. The first line is `i` or `r`
 * (we are initiator or responder), with `s` if there is a stream to be resumed.
 * Then lines of the peer's text; those that begin with `!` are what we do:
 *
 *   !s start   !w write   !t take   !k acknowledge   !c close
 */
#include "fuzz.h"
#include "node.h"
#include "nodes.h"
#include "ns.h"
#include "reader.h"
#include "stream.h"

#include <string.h>

#define OWN "romeo@montague.lit/orchard"
#define PEER "juliet@capulet.lit/balcony"

typedef struct {
    XtlsStream *stream;
    XtlsSm *sm; /* (nullable): to be resumed by the peer */
    XtlsReader *output;
    GString *fed;
    gboolean open;
    gboolean failed;
    guint written, taken;
} Run;

static xmlnode *
message_new (guint number)
{
    xmlnode *message = xmlnode_new ("message");
    char id[16];

    g_snprintf (id, sizeof id, "%u", number);
    xmlnode_set_namespace (message, XTLS_NS_CLIENT);
    xmlnode_set_attrib (message, "id", id);
    return message;
}

/* The state of a stream that was cut with three stanzas under way. */
static XtlsSm *
sm_new (void)
{
    XtlsSm *sm = xtls_sm_new ("prev");

    xtls_sm_begin (sm);
    xtls_sm_set_counts (sm, G_MAXUINT32, 7);
    for (guint i = 0; i < 3; i++)
        xtls_sm_sent (sm, message_new (i), 40);
    return sm;
}

static XtlsSm *
find_sm_cb (const char *previd, gpointer data)
{
    Run *run = data;

    if (strcmp (previd, "prev") != 0)
        return NULL;
    return g_steal_pointer (&run->sm);
}

/* Our output is always valid, whatever the peer sends. */
static void
check_output (Run *run)
{
    GString *out = xtls_stream_get_output (run->stream);
    GError *error = NULL;
    xmlnode *node;

    xtls_reader_feed (run->output, out->str, out->len, &error);
    g_assert_no_error (error);
    xtls_stream_clear_output (run->stream);
    while ((node = xtls_reader_take (run->output)))
        xmlnode_free (node);
}

static void
check_state (Run *run)
{
    gboolean open = xtls_stream_is_open (run->stream);

    g_assert_true (open || !run->open);
    if (open && !run->open) {
        g_assert_nonnull (strstr (run->fed->str, "from"));
        g_assert_nonnull (strstr (run->fed->str, "juliet"));
        g_assert_nonnull (strstr (run->fed->str, "version"));
    }
    run->open = open;
    g_assert_false (run->failed && xtls_stream_has_ended (run->stream));
}

static void
feed (Run *run, const guint8 *data, gsize len)
{
    GError *error = NULL;
    gboolean good = xtls_stream_feed (run->stream, data, len, &error);

    g_string_append_len (run->fed, (const char *)data, (gssize)len);
    g_assert_true (good == !error);
    g_assert_false (run->failed && good);
    if (error)
        g_assert_true (error->domain == XTLS_STREAM_ERROR && *error->message);
    g_clear_error (&error);
    run->failed = !good;
}

/* Like a session: what comes before the stream is open waits. */
static void
take (Run *run)
{
    xmlnode *stanza = run->open ? xtls_stream_take (run->stream) : NULL;

    if (!stanza)
        return;
    run->taken++;
    g_assert_cmpstr (xmlnode_get_attrib (stanza, "from"), ==, PEER);
    g_assert_cmpstr (xmlnode_get_attrib (stanza, "to"), ==, OWN);
    g_assert_true (xtls_node_is (stanza, "message", XTLS_NS_CLIENT) ||
                   xtls_node_is (stanza, "iq", XTLS_NS_CLIENT));
    xmlnode_free (stanza);
}

static void
write_one (Run *run)
{
    xmlnode *stanza = message_new (run->written);

    if (xtls_stream_write (run->stream, stanza, NULL)) {
        g_assert_true (run->open && !run->failed);
        run->written++;
    } else {
        xmlnode_free (stanza);
    }
}

static void
act (Run *run, char what)
{
    switch (what) {
    case 's':
        xtls_stream_start (run->stream);
        break;
    case 'w':
        write_one (run);
        break;
    case 't':
        take (run);
        break;
    case 'k':
        xtls_stream_ack (run->stream);
        break;
    case 'c':
        xtls_stream_close (run->stream);
        break;
    default:
        break;
    }
}

static void
finish (Run *run, gboolean resuming)
{
    guint taken;
    XtlsSm *sm;

    do {
        taken = run->taken;
        take (run);
    } while (run->taken > taken);
    sm = xtls_stream_take_sm (run->stream);
    if (sm) {
        g_assert_cmpuint (xtls_sm_get_unacked (sm)->length,
                          <=,
                          run->written + (resuming ? 3 : 0));
        if (!resuming)
            g_assert_cmpuint (xtls_sm_get_received (sm), <=, run->taken);
    }
    xtls_sm_free (sm);
    xtls_sm_free (xtls_stream_take_sm_failed (run->stream));
}

static void
play (Run *run, const guint8 *data, gsize size)
{
    while (size > 0) {
        const guint8 *end = memchr (data, '\n', size);
        gsize len = end ? (gsize)(end - data) + 1 : size;

        if (len >= 2 && data[0] == '!')
            act (run, (char)data[1]);
        else
            feed (run, data, len);
        check_output (run);
        check_state (run);
        data += len;
        size -= len;
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    Run run = {0};
    char *options = fuzz_line (&data, &size);
    gboolean initiator, resuming;

    if (!options)
        return 0;
    nodes_init ();
    initiator = *options == 'i';
    resuming = strchr (options, 's') != NULL;
    g_free (options);
    run.stream = xtls_stream_new (initiator, OWN, PEER, find_sm_cb, &run);
    run.output = xtls_reader_new ();
    run.fed = g_string_new (NULL);
    if (resuming && initiator)
        xtls_stream_resume_with (run.stream, sm_new ());
    else if (resuming)
        run.sm = sm_new ();
    play (&run, data, size);
    finish (&run, resuming);
    xtls_sm_free (run.sm);
    xtls_stream_free (run.stream);
    xtls_reader_free (run.output);
    g_string_free (run.fed, TRUE);
    return 0;
}
