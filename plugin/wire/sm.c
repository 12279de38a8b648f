/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The counters and the queue of XEP-0198; all arithmetic is modulo 2^32. */
#include "sm.h"
#include "iq.h"

#include <string.h>

struct XtlsSm {
    char *id;
    GQueue unacked;   /* of xmlnode, oldest first */
    GQueue sizes;     /* their sizes, as GSIZE_TO_POINTER */
    gsize bytes;      /* the sum of the sizes … */
    gsize responses;  /* … and of those that are responses */
    guint base;       /* how many at the head were sent before counting began */
    gboolean dropped; /* whether more of these were sent and dropped */
    gboolean begun;
    gboolean final; /* the peer counts no more */
    guint32 sent;   /* counted stanzas only */
    guint32 acked;  /* the peer's last count */
    guint32 received;
    gboolean bound;
    guint8 own[32];
    guint8 peer[32];
};

XtlsSm *
xtls_sm_new (const char *id)
{
    XtlsSm *sm = g_new0 (XtlsSm, 1);

    sm->id = g_strdup (id);
    g_queue_init (&sm->unacked);
    g_queue_init (&sm->sizes);
    return sm;
}

static void
node_free (gpointer node)
{
    xmlnode_free (node);
}

void
xtls_sm_free (XtlsSm *sm)
{
    if (sm == NULL)
        return;
    g_queue_clear_full (&sm->unacked, node_free);
    g_queue_clear (&sm->sizes);
    g_free (sm->id);
    g_free (sm);
}

const char *
xtls_sm_get_id (XtlsSm *sm)
{
    return sm->id;
}

void
xtls_sm_set_id (XtlsSm *sm, const char *id)
{
    g_free (sm->id);
    sm->id = g_strdup (id);
}

void
xtls_sm_bind (XtlsSm *sm, const guint8 own[32], const guint8 peer[32])
{
    sm->bound = TRUE;
    memcpy (sm->own, own, sizeof sm->own);
    memcpy (sm->peer, peer, sizeof sm->peer);
}

gboolean
xtls_sm_is_bound_to (const XtlsSm *sm,
                     const guint8 own[32],
                     const guint8 peer[32])
{
    return sm->bound && memcmp (sm->own, own, sizeof sm->own) == 0 &&
           memcmp (sm->peer, peer, sizeof sm->peer) == 0;
}

void
xtls_sm_begin (XtlsSm *sm)
{
    sm->begun = TRUE;
}

void
xtls_sm_count_all (XtlsSm *sm)
{
    sm->sent += sm->base;
    sm->base = 0;
}

void
xtls_sm_uncount_received (XtlsSm *sm)
{
    sm->received = 0;
}

gboolean
xtls_sm_has_dropped (const XtlsSm *sm)
{
    return sm->dropped;
}

static void
drop_oldest (XtlsSm *sm)
{
    xmlnode *stanza = g_queue_pop_head (&sm->unacked);
    gsize bytes = GPOINTER_TO_SIZE (g_queue_pop_head (&sm->sizes));

    sm->bytes -= bytes;
    if (xtls_iq_is_response (stanza))
        sm->responses -= bytes;
    xmlnode_free (stanza);
}

void
xtls_sm_adopt (XtlsSm *sm, XtlsSm *base)
{
    while (base->unacked.length > 0) {
        gpointer size = g_queue_pop_tail (&base->sizes);

        g_queue_push_head (&sm->unacked, g_queue_pop_tail (&base->unacked));
        g_queue_push_head (&sm->sizes, size);
        sm->bytes += GPOINTER_TO_SIZE (size);
        sm->base++;
    }
    sm->responses += base->responses;
    sm->dropped = sm->dropped || base->dropped;
    xtls_sm_free (base);
}

void
xtls_sm_set_counts (XtlsSm *sm, guint32 sent, guint32 received)
{
    sm->sent = sent;
    sm->acked = sent;
    sm->received = received;
}

gboolean
xtls_sm_has_room (XtlsSm *sm, gsize bytes)
{
    return !sm->begun || (sm->unacked.length < XTLS_SM_UNACKED_MAX &&
                          bytes <= XTLS_SM_UNACKED_BYTES_MAX &&
                          sm->bytes <= XTLS_SM_UNACKED_BYTES_MAX - bytes);
}

gboolean
xtls_sm_has_room_for_response (XtlsSm *sm, gsize bytes)
{
    return xtls_sm_has_room (sm, bytes) &&
           (!sm->begun || sm->responses + bytes <= XTLS_SM_RESPONSES_BYTES_MAX);
}

void
xtls_sm_sent (XtlsSm *sm, xmlnode *stanza, gsize bytes)
{
    g_queue_push_tail (&sm->unacked, stanza);
    g_queue_push_tail (&sm->sizes, GSIZE_TO_POINTER (bytes));
    sm->bytes += bytes;
    if (xtls_iq_is_response (stanza))
        sm->responses += bytes;
    if (sm->begun) {
        sm->sent++;
    } else if (++sm->base > XTLS_SM_BASE_MAX) {
        drop_oldest (sm);
        sm->base--;
        sm->dropped = TRUE;
    }
}

void
xtls_sm_received (XtlsSm *sm)
{
    sm->received++;
}

xmlnode *
xtls_sm_ack (XtlsSm *sm)
{
    xmlnode *a = xmlnode_new ("a");
    char h[16];

    xmlnode_set_namespace (a, XTLS_NS_SM);
    g_snprintf (h, sizeof h, "%" G_GUINT32_FORMAT, sm->received);
    xmlnode_set_attrib (a, "h", h);
    return a;
}

guint32
xtls_sm_get_received (XtlsSm *sm)
{
    return sm->received;
}

guint32
xtls_sm_get_sent (XtlsSm *sm)
{
    return sm->sent;
}

gboolean
xtls_sm_acked (XtlsSm *sm, guint32 h)
{
    guint32 news = h - sm->acked;

    if (news > sm->sent - sm->acked)
        return FALSE;
    sm->acked = h;
    for (guint64 n = (guint64)sm->base + news; n > 0; n--)
        drop_oldest (sm);
    sm->base = 0;
    sm->dropped = FALSE;
    return TRUE;
}

void
xtls_sm_set_final (XtlsSm *sm, gboolean final)
{
    sm->final = final;
}

/* What was sent before counting began is known of with the first count only. */
gboolean
xtls_sm_is_final (const XtlsSm *sm)
{
    return sm->final && sm->begun && sm->base == 0;
}

gboolean
xtls_sm_parse_h (const char *text, guint32 *h)
{
    guint64 value;

    if (text == NULL ||
        !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &value, NULL))
        return FALSE;
    *h = (guint32)value;
    return TRUE;
}

GQueue *
xtls_sm_get_unacked (XtlsSm *sm)
{
    return &sm->unacked;
}
