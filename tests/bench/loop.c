/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Endpoints joined in one process. */
#include "loop.h"

#include "ns.h"

#include <glib/gstdio.h>
#include <string.h>
#include <time.h>

typedef struct {
    Client *to;
    xmlnode *node; /* or … */
    char *text;    /* … with `from`, as the server passes it on */
    const char *from;
} Packet;

typedef struct {
    guint id;
    GSourceFunc function;
    gpointer data;
} Timer;

/* One process, one loop. */
static GQueue idles = G_QUEUE_INIT;
static GQueue acks = G_QUEUE_INIT;
static guint last_timer;

static guint
timer_add_cb (guint ms, GSourceFunc function, gpointer data)
{
    Timer *timer;

    last_timer++;
    if (ms > 0 && ms != XTLS_SESSION_ACK_DELAY)
        return last_timer;
    timer = g_new (Timer, 1);
    timer->id = last_timer;
    timer->function = function;
    timer->data = data;
    g_queue_push_tail (ms ? &acks : &idles, timer);
    return last_timer;
}

static gboolean
remove_from (GQueue *timers, guint id)
{
    for (GList *l = timers->head; l; l = l->next) {
        Timer *timer = l->data;

        if (timer->id == id) {
            g_free (timer);
            g_queue_delete_link (timers, l);
            return TRUE;
        }
    }
    return FALSE;
}

static void
timer_remove_cb (guint id)
{
    if (!remove_from (&idles, id))
        remove_from (&acks, id);
}

static void
send_cb (xmlnode *stanza, gpointer data)
{
    Client *from = data;
    Loop *loop = from->loop;
    Packet *packet = g_new0 (Packet, 1);
    int len;

    packet->to =
        g_hash_table_lookup (loop->clients, xmlnode_get_attrib (stanza, "to"));
    packet->from = from->jid;
    loop->stanzas++;
    if (loop->outer) {
        packet->text = xmlnode_to_str (stanza, &len);
        loop->bytes += (gsize)len;
        if (loop->kept)
            g_ptr_array_add (loop->kept, g_strdup (packet->text));
        xmlnode_free (stanza);
    } else {
        packet->node = stanza;
    }
    g_queue_push_tail (&loop->packets, packet);
}

static gboolean
allow_cb (XtlsSession *session,
          const XtlsFingerprint *fingerprint,
          gpointer data)
{
    return TRUE;
}

static XtlsEnd
admit_cb (XtlsSession *session, gpointer data)
{
    return XTLS_END_NONE;
}

static void
changed_cb (XtlsSession *session, gpointer data)
{
    Client *client = data;

    if (xtls_session_get_state (session) == XTLS_SESSION_OPEN)
        client->session = session;
}

static void
deliver_cb (XtlsSession *session, xmlnode *stanza, gpointer data)
{
    Client *client = data;

    client->delivered++;
    xmlnode_free (stanza);
}

static XtlsSm *
find_sm_cb (XtlsSession *session, const char *previd, gpointer data)
{
    return NULL;
}

static XtlsCaller
caller_cb (const char *peer, gpointer data)
{
    return XTLS_CALLER_WELCOME;
}

static void
tie_break_cb (XtlsSession *outgoing, XtlsSession *incoming, gpointer data)
{
}

static void
client_free (gpointer data)
{
    Client *client = data;

    xtls_endpoint_abort (client->endpoint, XTLS_END_OFFLINE);
    xtls_endpoint_free (client->endpoint);
    g_free (client->jid);
    g_free (client);
}

Loop *
loop_new (void)
{
    Loop *loop = g_new0 (Loop, 1);

    loop->clients =
        g_hash_table_new_full (g_str_hash, g_str_equal, NULL, client_free);
    loop->outer = TRUE;
    return loop;
}

static void
settled_cb (XtlsSession *session, gpointer data)
{
}

void
loop_free (Loop *loop)
{
    g_hash_table_unref (loop->clients);
    g_clear_pointer (&loop->kept, g_ptr_array_unref);
    g_free (loop);
}

Client *
loop_add (Loop *loop, const char *jid, XtlsIdentity *identity)
{
    static const XtlsEndpointOps ops = {
        .session = {.send = send_cb,
                    .allow = allow_cb,
                    .admit = admit_cb,
                    .changed = changed_cb,
                    .settled = settled_cb,
                    .deliver = deliver_cb,
                    .find_sm = find_sm_cb,
                    .timer_add = timer_add_cb,
                    .timer_remove = timer_remove_cb,
                    .now = g_get_monotonic_time},
        .caller = caller_cb,
        .tie_break = tie_break_cb,
    };
    Client *client = g_new0 (Client, 1);

    client->loop = loop;
    client->jid = g_strdup (jid);
    client->endpoint = xtls_endpoint_new (jid, identity, &ops, client);
    g_hash_table_insert (loop->clients, client->jid, client);
    return client;
}

/* Makes both ends use smaller blocks, as if the responder had asked for
 * them. */
static void
lower_block_size (xmlnode *node, guint block_size)
{
    xmlnode *jingle = xmlnode_get_child (node, "jingle");
    xmlnode *transport =
        jingle ? xmlnode_get_child (jingle, "content/transport") : NULL;
    char *text = g_strdup_printf ("%u", block_size);

    if (transport)
        xmlnode_set_attrib (transport, "block-size", text);
    g_free (text);
}

Client *
loop_get (Loop *loop, const char *jid)
{
    return g_hash_table_lookup (loop->clients, jid);
}

static void
pass_on (Loop *loop, Packet *packet)
{
    xmlnode *node = packet->node;

    if (packet->text)
        node = xmlnode_from_str (packet->text, -1);
    xmlnode_set_attrib (node, "from", packet->from);
    if (loop->block_size)
        lower_block_size (node, loop->block_size);
    xtls_endpoint_handle (packet->to->endpoint, node);
    xmlnode_free (node);
    g_free (packet->text);
    g_free (packet);
}

static void
fire (Timer *timer)
{
    timer->function (timer->data);
    g_free (timer);
}

double
loop_cpu (void)
{
    struct timespec time;

    clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void
loop_run (Loop *loop)
{
    for (;;) {
        Timer *idle = NULL;
        Packet *packet = NULL;
        double start = loop->watched ? loop_cpu () : 0;

        if (loop->eager || g_queue_is_empty (&loop->packets))
            idle = g_queue_pop_head (&idles);
        if (!idle)
            packet = g_queue_pop_head (&loop->packets);

        if (packet)
            pass_on (loop, packet);
        else if (idle)
            fire (idle);
        else
            return;
        if (loop->watched)
            loop->longest = MAX (loop->longest, loop_cpu () - start);
    }
}

void
loop_elapse (Loop *loop)
{
    Timer *timer;

    while ((timer = g_queue_pop_head (&acks)))
        fire (timer);
    loop_run (loop);
}

static void
remove_tree (const char *path)
{
    GDir *dir = g_dir_open (path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name (dir))) {
        char *child = g_build_filename (path, name, NULL);

        remove_tree (child);
        g_free (child);
    }
    if (dir)
        g_dir_close (dir);
    g_remove (path);
}

XtlsIdentity *
loop_identity (const char *bare_jid)
{
    GError *error = NULL;
    char *dir = g_dir_make_tmp ("xtls-bench-XXXXXX", &error);
    XtlsIdentity *identity = NULL;

    if (dir)
        identity = xtls_identity_load (dir, bare_jid, NULL, &error);
    if (!identity)
        g_error ("no identity: %s", error->message);
    remove_tree (dir);
    g_free (dir);
    return identity;
}
