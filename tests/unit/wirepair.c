/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two endpoints with a fake server and a fake clock. */
#include "wirepair.h"

#include "wirefault.h"

#include "base64.h"
#include "iq.h"
#include "jid.h"
#include "nodes.h"
#include "ns.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
    guint id;
    gint64 due;
    guint ms;
    GSourceFunc function;
    gpointer data;
} WireTimer;

static WirePair *current;

/* --- clock -----------------------------------------------------------------*/

gint64
wire_now (void)
{
    return current->now;
}

static gint
compare_timers (gconstpointer a, gconstpointer b)
{
    const WireTimer *first = a, *second = b;

    if (first->due != second->due)
        return first->due < second->due ? -1 : 1;
    return first->id < second->id ? -1 : 1;
}

guint
wire_timer_add (guint ms, GSourceFunc function, gpointer data)
{
    WireTimer *timer = g_new0 (WireTimer, 1);

    timer->id = ++current->last_timer;
    timer->due = current->now + (gint64)ms * 1000;
    timer->ms = ms;
    if (ms > 0 && ms == current->lost_timer)
        timer->due = G_MAXINT64;
    timer->function = function;
    timer->data = data;
    current->timers =
        g_slist_insert_sorted (current->timers, timer, compare_timers);
    return timer->id;
}

void
wire_timer_remove (guint id)
{
    for (GSList *l = current->timers; l; l = l->next) {
        WireTimer *timer = l->data;

        if (timer->id == id) {
            current->timers = g_slist_delete_link (current->timers, l);
            g_free (timer);
            return;
        }
    }
    g_assert_not_reached ();
}

static void
fire (WirePair *pair, WireTimer *timer)
{
    pair->timers = g_slist_remove (pair->timers, timer);
    pair->now = MAX (pair->now, timer->due);
    g_assert_false (timer->function (timer->data));
    g_free (timer);
}

guint
wire_pair_count_timers (WirePair *pair)
{
    return g_slist_length (pair->timers);
}

/* --- server ----------------------------------------------------------------*/

static void
item_free (WireItem *item)
{
    if (item->stanza)
        xmlnode_free (item->stanza);
    g_free (item->text);
    g_free (item->from);
    g_free (item);
}

static WireItem *
post (WirePair *pair, guint to, const char *from, gint64 delay)
{
    WireItem *item = g_new0 (WireItem, 1);
    const WireItem *last = g_queue_peek_tail (&pair->items);

    item->to = to;
    item->from = g_strdup (from);
    item->due = pair->now + delay;
    if (last)
        item->due = MAX (item->due, last->due);
    g_queue_push_tail (&pair->items, item);
    return item;
}

void
wire_post (WirePair *pair, guint to, const char *from, char *text, gint64 delay)
{
    post (pair, to, from, delay)->text = text;
}

void
wire_post_node (
    WirePair *pair, guint to, const char *from, xmlnode *stanza, gint64 delay)
{
    post (pair, to, from, delay)->stanza = stanza;
}

void
wire_forge (WirePair *pair, guint to, const char *from, const char *text)
{
    wire_post (pair, to, from, g_strdup (text), 0);
}

void
wire_forge_node (WirePair *pair, guint to, const char *from, xmlnode *stanza)
{
    wire_post_node (pair, to, from, stanza, 0);
}

static void
record_block (WirePair *pair, const char *block, gsize len)
{
    GByteArray *bytes = g_byte_array_new ();

    if (xtls_base64_decode (block, len, 70000, bytes))
        g_string_append_len (pair->wire, (const char *)bytes->data, bytes->len);
    g_byte_array_unref (bytes);
}

static void
record (WirePair *pair, const char *text)
{
    const char *block = wire_fault_block (text);

    pair->wire_bytes += strlen (text);
    g_string_append (pair->wire, text);
    if (block)
        record_block (pair, block, (gsize)(strchr (block, '<') - block));
}

/* Makes a node what it would be after it was written and read. */
static void
record_node (WirePair *pair, xmlnode *node)
{
    gboolean is_block = strcmp (node->name, "data") == 0;

    for (xmlnode *child = node->child; child; child = child->next) {
        if (child->type == XMLNODE_TYPE_TAG) {
            if (!xmlnode_get_namespace (child))
                xmlnode_set_namespace (child, xmlnode_get_namespace (node));
            record_node (pair, child);
            continue;
        }
        if (child->type == XMLNODE_TYPE_DATA && is_block)
            record_block (pair, child->data, child->data_sz);
        if (child->type == XMLNODE_TYPE_DATA)
            g_string_append_len (
                pair->wire, child->data, (gssize)child->data_sz);
        else
            g_string_append (pair->wire, child->data);
        g_string_append_c (pair->wire, ' ');
    }
}

/* Some plugins replace a stanza that is being sent by a copy. */
static void
check_copy (WireSide *side, const xmlnode *stanza)
{
    xmlnode *copy = xmlnode_copy (stanza);

    g_assert_true (xtls_endpoint_owns (side->endpoint, copy));
    xmlnode_set_attrib (copy, "id", "purple1");
    g_assert_false (xtls_endpoint_owns (side->endpoint, copy));
    xmlnode_free (copy);
}

/* Takes @stanza unless its text is needed. */
static gboolean
pass_node (WirePair *pair, guint to, xmlnode *stanza)
{
    const char *addressee = xmlnode_get_attrib (stanza, "to");

    if (g_strcmp0 (addressee, pair->side[to].jid) != 0 ||
        !wire_fault_spares (pair, to, stanza))
        return FALSE;
    record_node (pair, stanza);
    wire_fault_pass_node (pair, to, stanza);
    return TRUE;
}

static void
send_cb (xmlnode *stanza, gpointer data)
{
    WireSide *side = data;
    WirePair *pair = side->pair;
    guint to = side == &pair->side[0];
    const char *addressee = xmlnode_get_attrib (stanza, "to");
    char *text;

    g_assert_true (xtls_endpoint_owns (side->endpoint, stanza));
    if (pair->quick && pass_node (pair, to, stanza))
        return;
    if (!pair->quick)
        check_copy (side, stanza);
    text = xmlnode_to_str (stanza, NULL);
    record (pair, text);
    if (pair->rewrite)
        text = pair->rewrite (text);
    /* Stanzas to senders that a test has invented are dropped. */
    if (text && g_strcmp0 (addressee, pair->side[to].jid) == 0)
        wire_fault_pass (pair, to, text);
    else if (text && pair->bounces)
        wire_fault_bounce (
            pair, to, addressee, text, XTLS_IQ_ERROR_SERVICE_UNAVAILABLE);
    else
        g_free (text);
    xmlnode_free (stanza);
}

static void
set_address (xmlnode *stanza, const char *name, const char *jid)
{
    if (g_strcmp0 (xmlnode_get_attrib (stanza, name), jid) != 0)
        xmlnode_set_attrib (stanza, name, jid);
}

static void
arrive (WirePair *pair, WireItem *item)
{
    WireSide *side = &pair->side[item->to];
    xmlnode *stanza = item->stanza ? g_steal_pointer (&item->stanza)
                                   : xmlnode_from_str (item->text, -1);

    pair->now = MAX (pair->now, item->due);
    pair->arrived++;
    g_assert_nonnull (stanza);
    if (item->from)
        set_address (stanza, "from", item->from);
    set_address (stanza, "to", side->jid);
    if (!xtls_endpoint_handle (side->endpoint, stanza))
        side->unhandled++;
    xmlnode_free (stanza);
    item_free (item);
}

/* --- clients ---------------------------------------------------------------*/

static gboolean
allow_cb (XtlsSession *session,
          const XtlsFingerprint *fingerprint,
          gpointer data)
{
    WireSide *side = data;

    if (side->on_allow)
        side->on_allow (session);
    return side->allow;
}

static gboolean
admit_cb (XtlsSession *session, gpointer data)
{
    WireSide *side = data;

    g_assert_cmpint (
        xtls_session_get_state (session), ==, XTLS_SESSION_HANDSHAKING);
    if (side->on_admit)
        side->on_admit (session);
    return side->admit;
}

static void
early_cb (XtlsSession *session, gpointer data)
{
    WireSide *side = data;

    g_assert_cmpint (
        xtls_session_get_state (session), ==, XTLS_SESSION_HANDSHAKING);
    if (side->on_early)
        side->on_early (session);
}

static void
changed_cb (XtlsSession *session, gpointer data)
{
    WireSide *side = data;
    XtlsSessionState state = xtls_session_get_state (session);

    if (!g_ptr_array_find (side->sessions, session, NULL))
        g_ptr_array_add (side->sessions, xtls_session_ref (session));
    if (state == XTLS_SESSION_OPEN) {
        side->open++;
        g_string_append_c (side->states, '+');
    } else if (state == XTLS_SESSION_CLOSED) {
        g_string_append_printf (
            side->states,
            "-%s",
            xtls_end_to_string (xtls_session_get_end (session)));
    }
    if (side->on_changed)
        side->on_changed (session);
}

static void
deliver_cb (XtlsSession *session, xmlnode *stanza, gpointer data)
{
    WireSide *side = data;
    xmlnode *body = xmlnode_get_child (stanza, "body");
    char *text = body ? xmlnode_get_data (body) : g_strdup ("(none)");

    g_assert_cmpstr (xmlnode_get_attrib (stanza, "from"),
                     ==,
                     xtls_session_get_peer (session));
    g_assert_cmpstr (xmlnode_get_attrib (stanza, "to"), ==, side->jid);
    g_ptr_array_add (side->delivered, text);
    xmlnode_free (stanza);
    if (side->echo) {
        char *answer = g_strdup_printf ("re: %s", text);

        wire_say (session, answer);
        g_free (answer);
    }
    if (side->on_deliver)
        side->on_deliver (session);
}

static XtlsSm *
find_sm_cb (XtlsSession *session, const char *previd, gpointer data)
{
    WireSide *side = data;

    if (side->find_sm)
        return side->find_sm (session, previd);
    if (g_strcmp0 (previd, side->sm ? xtls_sm_get_id (side->sm) : NULL) != 0)
        return NULL;
    return g_steal_pointer (&side->sm);
}

static void
settled_cb (XtlsSession *session, gpointer data)
{
    WireSide *side = data;

    g_assert_cmpint (xtls_session_get_state (session), ==, XTLS_SESSION_OPEN);
    g_assert_true (xtls_session_is_settled (session));
    side->settled++;
    if (side->on_settled)
        side->on_settled (session);
}

static XtlsCaller
caller_cb (const char *peer, gpointer data)
{
    WireSide *side = data;

    return side->caller;
}

static gboolean
takes_hello_cb (const char *peer, gpointer data)
{
    WireSide *side = data;
    WirePair *pair = side->pair;

    return pair->side[side == &pair->side[0]].takes_hello;
}

static gboolean
takes_carrier_cb (const char *peer, XtlsCarrier carrier, gpointer data)
{
    WireSide *side = data;
    WirePair *pair = side->pair;

    const WireSide *other = &pair->side[side == &pair->side[0]];

    return carrier == XTLS_CARRIER_IBB ? other->takes_ibb : other->takes_data;
}

static void
tie_break_cb (XtlsSession *outgoing, XtlsSession *incoming, gpointer data)
{
    WireSide *side = data;

    g_assert_cmpint (
        xtls_session_get_state (outgoing), ==, XTLS_SESSION_REQUESTED);
    g_assert_false (xtls_session_is_outgoing (incoming));
    side->tie_breaks++;
    if (side->on_tie_break)
        side->on_tie_break (outgoing, incoming);
}

static const XtlsEndpointOps ops = {
    .session = {.send = send_cb,
                .allow = allow_cb,
                .admit = admit_cb,
                .changed = changed_cb,
                .settled = settled_cb,
                .deliver = deliver_cb,
                .early = early_cb,
                .find_sm = find_sm_cb,
                .timer_add = wire_timer_add,
                .timer_remove = wire_timer_remove,
                .now = wire_now},
    .caller = caller_cb,
    .takes_hello = takes_hello_cb,
    .takes_carrier = takes_carrier_cb,
    .tie_break = tie_break_cb,
};

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
wire_identity (const char *bare_jid)
{
    GError *error = NULL;
    char *dir = g_dir_make_tmp ("xtls-test-XXXXXX", &error);
    XtlsIdentity *identity;

    g_assert_no_error (error);
    identity = xtls_identity_load (dir, bare_jid, NULL, &error);
    g_assert_no_error (error);
    remove_tree (dir);
    g_free (dir);
    return identity;
}

/* Making keys takes longer than most tests. */
static XtlsIdentity *
kept_identity (guint i)
{
    static XtlsIdentity *kept[2];
    static const char *const names[] = {"romeo@montague.lit",
                                        "juliet@capulet.lit"};

    if (!kept[i])
        kept[i] = wire_identity (names[i]);
    return xtls_identity_ref (kept[i]);
}

static void
side_init (WirePair *pair, guint i, const char *jid)
{
    WireSide *side = &pair->side[i];

    side->pair = pair;
    side->jid = g_strdup (jid);
    side->identity = kept_identity (i);
    side->allow = TRUE;
    side->takes_hello = TRUE;
    side->takes_ibb = TRUE;
    side->takes_data = TRUE;
    side->admit = TRUE;
    side->sessions =
        g_ptr_array_new_with_free_func ((GDestroyNotify)xtls_session_unref);
    side->delivered = g_ptr_array_new_with_free_func (g_free);
    side->states = g_string_new (NULL);
    side->endpoint = xtls_endpoint_new (jid, side->identity, &ops, side);
}

static void
side_clear (WireSide *side)
{
    xtls_endpoint_abort (side->endpoint, XTLS_END_OFFLINE);
    xtls_endpoint_free (side->endpoint);
    xtls_sm_free (side->sm);
    g_ptr_array_unref (side->sessions);
    g_ptr_array_unref (side->delivered);
    g_string_free (side->states, TRUE);
    xtls_identity_unref (side->identity);
    g_free (side->jid);
}

void
wire_side_login (WireSide *side, const char *jid)
{
    char *old = side->jid;
    XtlsSids *sids;

    xtls_endpoint_abort (side->endpoint, XTLS_END_OFFLINE);
    sids = xtls_endpoint_take_sids (side->endpoint);
    xtls_endpoint_free (side->endpoint);
    side->jid = g_strdup (jid);
    side->endpoint = xtls_endpoint_new (side->jid, side->identity, &ops, side);
    xtls_endpoint_give_sids (side->endpoint, sids);
    g_free (old);
}

WirePair *
wire_pair_new (void)
{
    WirePair *pair = g_new0 (WirePair, 1);

    g_assert_null (current);
    nodes_init ();
    current = pair;
    pair->now = G_USEC_PER_SEC;
    pair->wire = g_string_new (NULL);
    pair->random = g_rand_new_with_seed (1);
    side_init (pair, 0, WIRE_ROMEO);
    side_init (pair, 1, WIRE_JULIET);
    return pair;
}

void
wire_pair_free (WirePair *pair)
{
    side_clear (&pair->side[0]);
    side_clear (&pair->side[1]);
    g_assert_null (pair->timers);
    g_queue_clear_full (&pair->items, (GDestroyNotify)item_free);
    g_string_free (pair->wire, TRUE);
    g_rand_free (pair->random);
    g_free (pair);
    current = NULL;
}

/* --- driving ---------------------------------------------------------------*/

void
wire_pair_set_fault (WirePair *pair, WireFault fault, guint at, guint value)
{
    pair->fault = fault;
    pair->at = at;
    pair->value = value;
    pair->passed = 0;
    pair->carried = 0;
    pair->struck = FALSE;
}

void
wire_pair_run (WirePair *pair, guint ms)
{
    gint64 end = pair->now + (gint64)ms * 1000;

    for (;;) {
        const WireItem *item = g_queue_peek_head (&pair->items);
        const WireTimer *timer = pair->timers ? pair->timers->data : NULL;
        gint64 due = MIN (item ? item->due : G_MAXINT64,
                          timer ? timer->due : G_MAXINT64);

        if (due > end)
            break;
        /* Like a main loop, it handles everything that has arrived before idle
         * timers run. */
        if (item && item->due == due)
            arrive (pair, g_queue_pop_head (&pair->items));
        else
            fire (pair, pair->timers->data);
    }
    pair->now = MAX (pair->now, end);
}

static gboolean
is_due (WirePair *pair)
{
    return pair->timers && ((WireTimer *)pair->timers->data)->due <= pair->now;
}

void
wire_pair_turn (WirePair *pair)
{
    while (is_due (pair))
        fire (pair, pair->timers->data);
}

void
wire_pair_deliver (WirePair *pair, gpointer item)
{
    g_assert_true (g_queue_remove (&pair->items, item));
    arrive (pair, item);
}

void
wire_pair_drop (WirePair *pair, gpointer item)
{
    g_assert_true (g_queue_remove (&pair->items, item));
    item_free (item);
}

/* As if it were due now: the clock does not move. */
void
wire_pair_fire (WirePair *pair, guint ms, gconstpointer data)
{
    for (GSList *l = pair->timers; l; l = l->next) {
        WireTimer *timer = l->data;

        if (timer->ms == ms && timer->data == data) {
            timer->due = pair->now;
            fire (pair, timer);
            return;
        }
    }
    g_assert_not_reached ();
}

void
wire_pair_settle (WirePair *pair)
{
    do
        wire_pair_run (pair, 1000);
    while (!g_queue_is_empty (&pair->items));
}

XtlsSession *
wire_pair_call (WirePair *pair, guint from)
{
    XtlsSession *session = xtls_endpoint_call (
        pair->side[from].endpoint, pair->side[!from].jid, NULL);

    wire_pair_settle (pair);
    return session;
}

xmlnode *
wire_message (const char *body)
{
    xmlnode *message = xmlnode_new ("message");
    xmlnode *child;

    xmlnode_set_namespace (message, XTLS_NS_CLIENT);
    xmlnode_set_attrib (message, "type", "chat");
    child = xmlnode_new_child (message, "body");
    xmlnode_set_namespace (child, XTLS_NS_CLIENT);
    xmlnode_insert_data (child, body, -1);
    return message;
}

gboolean
wire_say (XtlsSession *session, const char *body)
{
    xmlnode *message = wire_message (body);

    if (xtls_session_send (session, message, NULL))
        return TRUE;
    xmlnode_free (message);
    return FALSE;
}

guint
wire_count (WireSide *side)
{
    GPtrArray *sessions =
        xtls_registry_list (xtls_endpoint_get_registry (side->endpoint), NULL);
    guint count = sessions->len;

    g_ptr_array_unref (sessions);
    return count;
}

XtlsSession *
wire_session (WireSide *side)
{
    return side->sessions->len
               ? g_ptr_array_index (side->sessions, side->sessions->len - 1)
               : NULL;
}

WirePair *
wire_pair_new_open (void)
{
    WirePair *pair = wire_pair_new ();

    wire_pair_call (pair, 0);
    wire_assert_state (&pair->side[0], XTLS_SESSION_OPEN);
    wire_assert_state (&pair->side[1], XTLS_SESSION_OPEN);
    return pair;
}
