/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The three routing tables. In each, the first matching row counts, and a
 * stanza that matches no row does not pass.
 */
#include "route.h"

#include "offer.h"

#define BIT(n) (1u << (n))
#define ANY (~0u)

#define MESSAGE BIT (XTLS_ENVELOPE_MESSAGE)
#define PRESENCE BIT (XTLS_ENVELOPE_PRESENCE)
#define REQUEST BIT (XTLS_ENVELOPE_REQUEST)
#define RESPONSE BIT (XTLS_ENVELOPE_RESPONSE)

#define TEXT BIT (XTLS_PAYLOAD_TEXT)
#define INVITATION BIT (XTLS_PAYLOAD_INVITATION)
#define ATTENTION BIT (XTLS_PAYLOAD_ATTENTION)
#define OFFER BIT (XTLS_PAYLOAD_OFFER)
#define OTHER_FILE BIT (XTLS_PAYLOAD_OTHER_FILE)
#define STREAMHOSTS BIT (XTLS_PAYLOAD_STREAMHOSTS)
#define BLOCK BIT (XTLS_PAYLOAD_BLOCK)
#define BITS BIT (XTLS_PAYLOAD_BITS)
#define VOICE BIT (XTLS_PAYLOAD_VOICE)
#define JINGLE BIT (XTLS_PAYLOAD_JINGLE)
#define DISCOVERY BIT (XTLS_PAYLOAD_DISCOVERY)
#define PUBLIC BIT (XTLS_PAYLOAD_PUBLIC)
#define EVENT BIT (XTLS_PAYLOAD_EVENT)
#define TYPING BIT (XTLS_PAYLOAD_TYPING)
#define STATE BIT (XTLS_PAYLOAD_STATE)
#define NONE BIT (XTLS_PAYLOAD_NONE)

/* Further conditions: bits of what is true of a stanza. */
enum {
    IF_ANYHOW = 0,
    IF_SESSION = 1 << 0,    /* a session may be used to send now */
    IF_FOR_PEER = 1 << 1,   /* … and it is addressed to its resource */
    IF_TO_BARE = 1 << 2,    /* it is addressed to no resource */
    IF_OUTSIDE = 1 << 3,    /* a response to a request that came from outside */
    IF_ERROR = 1 << 4,      /* it is of type `error` */
    IF_STRIPPABLE = 1 << 5, /* a file offer that names in-band bytestreams */
    IF_INSIDE = 1 << 6,     /* a response to a request that went inside */
    IF_OWN_STATUS = 1 << 7, /* presence with the account's status text */
    IF_EMPTY = 1 << 8,      /* a block of a bytestream without data */
    IF_BESIDE = 1 << 9      /* for a file beside the stream */
};

typedef struct {
    guint kinds;
    guint payloads;
    guint conditions; /* all must hold */
    int way;          /* XtlsWay or XtlsIncoming */
} Row;

static const Row outgoing[] = {
    /* It says no more than everybody is told: a subscription, a probe,
     * availability. */
    {PRESENCE, NONE, IF_ANYHOW, XTLS_WAY_OUTSIDE},
    {PRESENCE, TEXT, IF_OWN_STATUS, XTLS_WAY_OUTSIDE},
    {PRESENCE, ANY, IF_ANYHOW, XTLS_WAY_DROP_REPORTED},

    {MESSAGE, ANY, IF_SESSION, XTLS_WAY_INSIDE},
    {MESSAGE, TEXT, IF_ANYHOW, XTLS_WAY_HOLD},
    {MESSAGE, TYPING | STATE | NONE, IF_ANYHOW, XTLS_WAY_DROP},
    {MESSAGE, ANY, IF_ANYHOW, XTLS_WAY_DROP_REPORTED},

    /* A response goes the way that its request came. */
    {RESPONSE, DISCOVERY | NONE, IF_OUTSIDE, XTLS_WAY_OUTSIDE},
    {RESPONSE, ANY, IF_OUTSIDE | IF_ERROR, XTLS_WAY_OUTSIDE},
    {RESPONSE, ANY, IF_OUTSIDE, XTLS_WAY_DROP},
    {RESPONSE, ANY, IF_FOR_PEER, XTLS_WAY_INSIDE},
    {RESPONSE, ANY, IF_ANYHOW, XTLS_WAY_DROP},

    {REQUEST, VOICE, IF_ANYHOW, XTLS_WAY_REFUSE_VOICE},
    {REQUEST, JINGLE, IF_ANYHOW, XTLS_WAY_REFUSE},
    {REQUEST, OTHER_FILE, IF_FOR_PEER | IF_BESIDE, XTLS_WAY_INSIDE},
    {REQUEST, OTHER_FILE, IF_ANYHOW, XTLS_WAY_REFUSE_FILE},
    {REQUEST, STREAMHOSTS, IF_ANYHOW, XTLS_WAY_REFUSE_FILE},
    {REQUEST, OFFER, IF_FOR_PEER | IF_STRIPPABLE, XTLS_WAY_INSIDE},
    {REQUEST, OFFER, IF_ANYHOW, XTLS_WAY_REFUSE_FILE},
    /* Withholding lookups would break discovery. */
    {REQUEST, DISCOVERY, IF_ANYHOW, XTLS_WAY_OUTSIDE},
    /* The contact's server answers them. */
    {REQUEST, PUBLIC, IF_TO_BARE, XTLS_WAY_OUTSIDE},
    {REQUEST, ANY, IF_FOR_PEER, XTLS_WAY_INSIDE},
    {REQUEST, ANY, IF_ANYHOW, XTLS_WAY_REFUSE},
};

static const Row incoming[] = {
    {PRESENCE, ANY, IF_ANYHOW, XTLS_IN_PASS},

    {MESSAGE, TEXT, IF_ANYHOW, XTLS_IN_MARK},
    {MESSAGE, INVITATION, IF_ANYHOW, XTLS_IN_REPORT_ROOM},
    {MESSAGE, ATTENTION, IF_ANYHOW, XTLS_IN_REPORT_ATTENTION},
    {MESSAGE, EVENT, IF_ANYHOW, XTLS_IN_PASS},
    {MESSAGE, ANY, IF_ANYHOW, XTLS_IN_IGNORE},

    /* Ids can be guessed: a response counts only if it came the way that its
     * request went. */
    {RESPONSE, ANY, IF_INSIDE, XTLS_IN_IGNORE},
    {RESPONSE, ANY, IF_ANYHOW, XTLS_IN_PASS},

    {REQUEST, OFFER | OTHER_FILE | STREAMHOSTS, IF_ANYHOW, XTLS_IN_REFUSE_FILE},
    {REQUEST, VOICE, IF_ANYHOW, XTLS_IN_REFUSE_VOICE},
    {REQUEST, DISCOVERY, IF_ANYHOW, XTLS_IN_PASS},
    {REQUEST, ANY, IF_ANYHOW, XTLS_IN_REFUSE},
};

static const Row inside[] = {
    {MESSAGE, ANY, IF_ANYHOW, XTLS_IN_PASS},

    {RESPONSE, ANY, IF_INSIDE, XTLS_IN_PASS},
    {RESPONSE, ANY, IF_ANYHOW, XTLS_IN_IGNORE},

    {REQUEST, OFFER, IF_STRIPPABLE, XTLS_IN_PASS},
    {REQUEST, OFFER | OTHER_FILE, IF_ANYHOW, XTLS_IN_REFUSE_FILE},
    {REQUEST, STREAMHOSTS, IF_BESIDE, XTLS_IN_PASS},
    {REQUEST, STREAMHOSTS, IF_ANYHOW, XTLS_IN_REFUSE},
    {REQUEST, VOICE, IF_ANYHOW, XTLS_IN_REFUSE_VOICE},
    {REQUEST, JINGLE, IF_ANYHOW, XTLS_IN_REFUSE},
    /* libpurple decodes the missing data, which is a CRITICAL. */
    {REQUEST, BLOCK, IF_EMPTY, XTLS_IN_REFUSE},
    {REQUEST, ANY, IF_ANYHOW, XTLS_IN_PASS},
};

static gboolean
is_empty_block (const XtlsEnvelope *envelope)
{
    g_autofree char *data = envelope->block == XTLS_BLOCK_DATA
                                ? xmlnode_get_data (envelope->child)
                                : NULL;

    return envelope->block == XTLS_BLOCK_DATA && !data;
}

static guint
conditions_of (const XtlsEnvelope *envelope)
{
    guint conditions = 0;

    if (envelope->is_error)
        conditions |= IF_ERROR;
    if (!envelope->to.resource)
        conditions |= IF_TO_BARE;
    if (envelope->payload == XTLS_PAYLOAD_OFFER &&
        xtls_offer_can_strip (envelope->stanza))
        conditions |= IF_STRIPPABLE;
    if (is_empty_block (envelope))
        conditions |= IF_EMPTY;
    return conditions;
}

static int
find_way (const Row *rows,
          gsize n,
          const XtlsEnvelope *envelope,
          guint conditions,
          int otherwise)
{
    for (gsize i = 0; i < n; i++)
        if (rows[i].kinds & BIT (envelope->kind) &&
            rows[i].payloads & BIT (envelope->payload) &&
            (rows[i].conditions & ~conditions) == 0)
            return rows[i].way;
    return otherwise;
}

XtlsWay
xtls_route_outgoing (const XtlsEnvelope *envelope, const XtlsRouteFacts *facts)
{
    guint conditions = conditions_of (envelope);

    if (facts->transport == XTLS_TRANSPORT_OURS)
        return XTLS_WAY_OUTSIDE;
    if (facts->transport == XTLS_TRANSPORT_ENDED)
        return XTLS_WAY_WITHHOLD;
    if (facts->peer)
        conditions |= IF_SESSION;
    if (facts->peer && g_strcmp0 (envelope->to.full, facts->peer) == 0)
        conditions |= IF_FOR_PEER;
    if (facts->responds_outside)
        conditions |= IF_OUTSIDE;
    if (facts->is_own_status)
        conditions |= IF_OWN_STATUS;
    if (facts->is_beside)
        conditions |= IF_BESIDE;
    return find_way (
        outgoing, G_N_ELEMENTS (outgoing), envelope, conditions, XTLS_WAY_DROP);
}

XtlsIncoming
xtls_route_incoming (const XtlsEnvelope *envelope, gboolean responds_inside)
{
    guint conditions =
        conditions_of (envelope) | (responds_inside ? IF_INSIDE : 0);

    return find_way (incoming,
                     G_N_ELEMENTS (incoming),
                     envelope,
                     conditions,
                     XTLS_IN_IGNORE);
}

XtlsIncoming
xtls_route_inside (const XtlsEnvelope *envelope,
                   gboolean responds_inside,
                   gboolean is_beside)
{
    guint conditions = conditions_of (envelope) |
                       (responds_inside ? IF_INSIDE : 0) |
                       (is_beside ? IF_BESIDE : 0);

    return find_way (
        inside, G_N_ELEMENTS (inside), envelope, conditions, XTLS_IN_IGNORE);
}
