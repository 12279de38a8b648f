/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two endpoints with a fake server and a fake clock. */
#include "wirepair.h"

#include "wirefault.h"

#include "base64.h"
#include "iq.h"
#include "nodes.h"

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
    gboolean invented = g_strcmp0 (addressee, pair->side[to].jid) != 0;

    if (invented ? pair->bounces : !wire_fault_spares (pair, to, stanza))
        return FALSE;
    record_node (pair, stanza);
    if (invented)
        xmlnode_free (stanza);
    else
        wire_fault_pass_node (pair, to, stanza);
    return TRUE;
}

void
wire_pair_pass (WirePair *pair, guint to, xmlnode *stanza)
{
    const char *addressee = xmlnode_get_attrib (stanza, "to");
    char *text;

    if (pair->quick && pass_node (pair, to, stanza))
        return;
    if (!pair->quick)
        check_copy (&pair->side[!to], stanza);
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

/* --- life ------------------------------------------------------------------*/

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
    wire_side_init (&pair->side[0], pair, WIRE_ROMEO);
    wire_side_init (&pair->side[1], pair, WIRE_JULIET);
    return pair;
}

void
wire_pair_resume (WirePair *pair)
{
    g_assert_null (current);
    current = pair;
    for (guint i = 0; i < 2; i++) {
        const WireSide *side = &pair->side[i];

        /* The side's, the endpoint's, and one for each session. */
        for (guint n = 0; n < 2 + side->sessions->len; n++)
            xtls_identity_ref (side->identity);
    }
}

void
wire_pair_free (WirePair *pair)
{
    wire_side_clear (&pair->side[0]);
    wire_side_clear (&pair->side[1]);
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
    pair->streamed = 0;
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

WirePair *
wire_pair_new_open (void)
{
    WirePair *pair = wire_pair_new ();

    wire_pair_call (pair, 0);
    wire_assert_state (&pair->side[0], XTLS_SESSION_OPEN);
    wire_assert_state (&pair->side[1], XTLS_SESSION_OPEN);
    return pair;
}
