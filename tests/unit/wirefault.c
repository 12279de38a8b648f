/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The faults of the fake server. */
#include "wirefault.h"

#include "base64.h"
#include "iq.h"
#include "node.h"
#include "ns.h"

#include <string.h>

#define LATENCY (5 * 1000)

const char *
wire_fault_block (const char *text)
{
    const char *data = strstr (text, "<data ");

    return data ? strchr (data, '>') + 1 : NULL;
}

static gint64
delay_of (WirePair *pair)
{
    gint64 step = (gint64)pair->value * 1000;

    switch (pair->fault) {
    case WIRE_FAULT_JOIN:
        return step - pair->now % step;
    case WIRE_FAULT_DELAY:
        return (gint64)g_rand_int_range (
                   pair->random, 0, (gint32)pair->value + 1) *
               1000;
    default:
        return LATENCY;
    }
}

/* Changes a character in the middle of the block's base64 text. */
static void
damage (char *text, gboolean outside)
{
    char *block = text + (wire_fault_block (text) - text);
    char *middle = block + (strchr (block, '<') - block) / 2;

    if (outside)
        *middle = '!';
    else
        *middle = *middle == 'A' ? 'B' : 'A';
}

static gboolean
is_question (const char *text)
{
    return !strstr (text, "type='result'") && !strstr (text, "type='error'");
}

void
wire_fault_bounce (
    WirePair *pair, guint to, const char *whom, char *text, XtlsIqError error)
{
    xmlnode *iq, *reply;

    if (is_question (text)) {
        iq = xmlnode_from_str (text, -1);
        xmlnode_set_attrib (iq, "from", whom);
        reply = xtls_iq_error (iq, error);
        wire_post (pair, !to, whom, xmlnode_to_str (reply, NULL), LATENCY);
        xmlnode_free (reply);
        xmlnode_free (iq);
    }
    g_free (text);
}

/* Sends everything with which a server could make a cut look like a proper
 * end. */
static void
forge_end (WirePair *pair)
{
    XtlsSession *session = wire_session (&pair->side[0]);
    char *text = g_strdup_printf (
        "<iq xmlns='jabber:client' type='set' id='f1'>"
        "<close xmlns='http://jabber.org/protocol/ibb' sid='%s'/></iq>",
        xtls_session_get_transport_sid (session));

    wire_post (pair, 1, pair->side[0].jid, text, LATENCY);
    text = g_strdup_printf (
        "<iq xmlns='jabber:client' type='set' id='f2'>"
        "<jingle xmlns='urn:xmpp:jingle:1' action='session-terminate' "
        "sid='%s'><reason><success/></reason></jingle></iq>",
        xtls_session_get_sid (session));
    wire_post (pair, 1, pair->side[0].jid, text, LATENCY);
}

/* Returns: (transfer full): the block up to the byte where it is to stop. */
static char *
truncate_block (WirePair *pair, char *text)
{
    GByteArray *bytes = g_byte_array_new ();
    const char *block = wire_fault_block (text);
    const char *rest = strchr (block, '<');
    char *base64, *shorter;

    xtls_base64_decode (block, (gsize)(rest - block), 70000, bytes);
    if (pair->streamed + bytes->len <= pair->at) {
        pair->streamed += bytes->len;
        g_byte_array_unref (bytes);
        return text;
    }
    pair->struck = TRUE;
    base64 = xtls_base64_encode (bytes->data, pair->at - pair->streamed);
    shorter =
        g_strdup_printf ("%.*s%s%s", (int)(block - text), text, base64, rest);
    g_free (base64);
    g_free (text);
    g_byte_array_unref (bytes);
    return shorter;
}

/* Only the first part of what is under way to @to arrives. */
static void
lose_in_flight (WirePair *pair, guint to)
{
    gint keep = g_rand_int_range (
        pair->random, 0, (gint32)g_queue_get_length (&pair->items) + 1);
    GList *l = pair->items.head;

    while (l) {
        GList *next = l->next;
        WireItem *item = l->data;

        if (item->to == to && keep-- <= 0) {
            g_queue_delete_link (&pair->items, l);
            g_free (item->text);
            g_free (item->from);
            g_free (item);
        }
        l = next;
    }
}

/* Delivers the part of a block that had passed, in whole base64 groups. */
static void
post_part (WirePair *pair, guint to, const char *text, gsize passed)
{
    const char *block = wire_fault_block (text);
    gsize head = (gsize)(block - text);
    gsize len = (gsize)(strchr (block, '<') - block);
    gsize part = passed > head ? MIN (passed - head, len) : 0;

    wire_post (pair,
               to,
               pair->side[!to].jid,
               g_strdup_printf (
                   "%.*s%s", (int)(head + part / 4 * 4), text, block + len),
               LATENCY);
}

/* Takes ownership of @text if the connection broke in it or before it. */
static gboolean
break_off (WirePair *pair, guint to, char *text)
{
    gsize before = pair->carried;

    pair->carried += strlen (text);
    if (pair->carried <= pair->at)
        return FALSE;
    if (!pair->struck) {
        pair->struck = TRUE;
        lose_in_flight (pair, 0);
        lose_in_flight (pair, 1);
        if (pair->value && wire_fault_block (text))
            post_part (pair, to, text, pair->at - before);
        g_free (text);
    } else if (pair->bounces && to == pair->broken) {
        wire_fault_bounce (pair,
                           to,
                           pair->side[to].jid,
                           text,
                           XTLS_IQ_ERROR_SERVICE_UNAVAILABLE);
    } else {
        g_free (text);
    }
    return TRUE;
}

static char *
split (WirePair *pair, char *text)
{
    GRegex *regex = g_regex_new ("block-size='[0-9]+'", 0, 0, NULL);
    char *size = g_strdup_printf ("block-size='%u'", pair->value);
    char *result = g_regex_replace_literal (regex, text, -1, 0, size, 0, NULL);

    g_regex_unref (regex);
    g_free (size);
    g_free (text);
    return result;
}

/* The stanza is too large for the server: it bounces, or the connection is
 * closed. */
static void
refuse (WirePair *pair, guint to, char *text)
{
    if (pair->bounces) {
        wire_fault_bounce (
            pair, to, pair->side[to].jid, text, XTLS_IQ_ERROR_NOT_ACCEPTABLE);
    } else {
        pair->broken = !to;
        pair->struck = TRUE;
        g_free (text);
    }
}

/* Takes @text if it does not pass. */
static gboolean
is_refused (WirePair *pair, guint to, char *text)
{
    if (pair->struck)
        g_free (text);
    else if (strlen (text) > pair->value)
        refuse (pair, to, text);
    else
        return FALSE;
    return TRUE;
}

static gboolean
is_cut_off (WirePair *pair)
{
    return (pair->struck && (pair->fault == WIRE_FAULT_BREAK ||
                             pair->fault == WIRE_FAULT_REFUSE ||
                             pair->fault == WIRE_FAULT_TRUNCATE)) ||
           (pair->fault == WIRE_FAULT_CUT && pair->passed >= pair->at);
}

/* Takes @text if it does not pass. */
static gboolean
is_filtered (WirePair *pair, guint to, char *text)
{
    const char *whom = pair->side[to].jid;

    if (pair->ibb == WIRE_IBB_PASSES || is_cut_off (pair) ||
        (pair->ibb_to != WIRE_BOTH && pair->ibb_to != to) ||
        !is_question (text) || !strstr (text, XTLS_NS_IBB) ||
        (pair->ibb == WIRE_IBB_BLOCKED && !wire_fault_block (text)))
        return FALSE;
    pair->filtered++;
    if (pair->ibb == WIRE_IBB_LOST) {
        g_free (text);
        return TRUE;
    }
    if (pair->ibb == WIRE_IBB_LYING)
        wire_post (pair, to, pair->side[!to].jid, g_strdup (text), LATENCY);
    wire_fault_bounce (pair, to, whom, text, XTLS_IQ_ERROR_SERVICE_UNAVAILABLE);
    return TRUE;
}

void
wire_fault_pass (WirePair *pair, guint to, char *text)
{
    const char *from = pair->side[!to].jid;
    gint64 delay = delay_of (pair);
    guint number;
    gboolean hit;

    if (is_filtered (pair, to, text))
        return;
    number = pair->passed++;
    hit = number == pair->at;

    switch (pair->fault) {
    case WIRE_FAULT_SPLIT:
        if (strstr (text, "session-initiate"))
            text = split (pair, text);
        break;
    case WIRE_FAULT_DOUBLE:
        if (hit)
            wire_post (pair, to, from, g_strdup (text), delay);
        break;
    case WIRE_FAULT_CORRUPT:
    case WIRE_FAULT_GARBAGE:
        if (number >= pair->at && !pair->struck && wire_fault_block (text)) {
            pair->struck = TRUE;
            damage (text, pair->fault == WIRE_FAULT_GARBAGE);
        }
        break;
    case WIRE_FAULT_REORDER:
        if (hit) {
            wire_post (pair, to, from, text, delay);
            return;
        }
        if (number == pair->at + 1 && !g_queue_is_empty (&pair->items)) {
            WireItem *before = g_queue_pop_tail (&pair->items);

            wire_post (pair, to, from, text, delay);
            before->due =
                MAX (before->due,
                     ((WireItem *)g_queue_peek_tail (&pair->items))->due);
            g_queue_push_tail (&pair->items, before);
            return;
        }
        break;
    case WIRE_FAULT_BOUNCE:
        if (hit && is_question (text)) {
            wire_fault_bounce (pair,
                               to,
                               pair->side[to].jid,
                               text,
                               XTLS_IQ_ERROR_SERVICE_UNAVAILABLE);
            return;
        }
        break;
    case WIRE_FAULT_TRUNCATE:
        if (pair->struck) {
            g_free (text);
            return;
        }
        if (to == 1 && wire_fault_block (text)) {
            text = truncate_block (pair, text);
            if (pair->struck) {
                wire_post (pair, to, from, text, delay);
                forge_end (pair);
                return;
            }
        }
        break;
    case WIRE_FAULT_REFUSE:
        if (is_refused (pair, to, text))
            return;
        break;
    case WIRE_FAULT_BREAK:
        if (break_off (pair, to, text))
            return;
        break;
    default:
        break;
    }
    if ((pair->fault == WIRE_FAULT_DROP && hit) ||
        (pair->fault == WIRE_FAULT_CUT && number >= pair->at))
        g_free (text);
    else
        wire_post (pair, to, from, text, delay);
}

/* The same question as is_filtered(), before the stanza is written. */
static gboolean
may_be_filtered (WirePair *pair,
                 guint to,
                 const xmlnode *stanza,
                 gboolean is_block)
{
    const xmlnode *payload = xtls_node_first_child (stanza);

    return pair->ibb != WIRE_IBB_PASSES &&
           (pair->ibb_to == WIRE_BOTH || pair->ibb_to == to) &&
           !xtls_iq_is_response (stanza) && payload &&
           g_strcmp0 (xmlnode_get_namespace ((xmlnode *)payload),
                      XTLS_NS_IBB) == 0 &&
           (pair->ibb != WIRE_IBB_BLOCKED || is_block);
}

gboolean
wire_fault_spares (WirePair *pair, guint to, const xmlnode *stanza)
{
    const xmlnode *payload = xtls_node_first_child (stanza);
    gboolean is_block = payload && strcmp (payload->name, "data") == 0;

    if (may_be_filtered (pair, to, stanza, is_block))
        return FALSE;
    switch (pair->fault) {
    case WIRE_FAULT_NONE:
    case WIRE_FAULT_JOIN:
    case WIRE_FAULT_DELAY:
        return TRUE;
    case WIRE_FAULT_SPLIT:
        return g_strcmp0 (xtls_node_attrib (payload, "action"),
                          "session-initiate") != 0;
    case WIRE_FAULT_DROP:
    case WIRE_FAULT_DOUBLE:
    case WIRE_FAULT_BOUNCE:
        return pair->passed != pair->at;
    case WIRE_FAULT_CUT:
        return pair->passed < pair->at;
    case WIRE_FAULT_CORRUPT:
    case WIRE_FAULT_GARBAGE:
        return pair->passed < pair->at || pair->struck || !is_block;
    case WIRE_FAULT_REORDER:
        return pair->passed < pair->at || pair->passed > pair->at + 1;
    case WIRE_FAULT_TRUNCATE:
        return !pair->struck && !(to == 1 && is_block);
    default:
        return FALSE;
    }
}

void
wire_fault_pass_node (WirePair *pair, guint to, xmlnode *stanza)
{
    pair->passed++;
    wire_post_node (pair, to, pair->side[!to].jid, stanza, delay_of (pair));
}
