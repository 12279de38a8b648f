/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that peers offer, oldest first. */
#include "file-limit.h"

#include "ns.h"

typedef struct {
    char *peer;
    char *sid;
    guint64 left; /* in bytes */
} Offer;

struct XtlsFileLimit {
    GQueue queue;
};

XtlsFileLimit *
xtls_file_limit_new (void)
{
    XtlsFileLimit *limit = g_new0 (XtlsFileLimit, 1);

    g_queue_init (&limit->queue);
    return limit;
}

static void
offer_free (gpointer data)
{
    Offer *offer = data;

    g_free (offer->peer);
    g_free (offer->sid);
    g_free (offer);
}

void
xtls_file_limit_free (XtlsFileLimit *limit)
{
    g_queue_clear_full (&limit->queue, offer_free);
    g_free (limit);
}

static Offer *
find (XtlsFileLimit *limit, const char *peer, const char *sid)
{
    for (GList *l = limit->queue.tail; l; l = l->prev) {
        Offer *offer = l->data;

        if (g_strcmp0 (offer->peer, peer) == 0 &&
            g_strcmp0 (offer->sid, sid) == 0)
            return offer;
    }
    return NULL;
}

static void
drop (XtlsFileLimit *limit, Offer *offer)
{
    if (!offer)
        return;
    g_queue_remove (&limit->queue, offer);
    offer_free (offer);
}

static gboolean
offered (XtlsFileLimit *limit, const XtlsEnvelope *iq)
{
    const char *peer = iq->from.full;
    guint64 left;
    Offer *offer;

    if (!peer || !iq->sid || !iq->size || find (limit, peer, iq->sid) ||
        !g_ascii_string_to_unsigned (iq->size, 10, 0, G_MAXINT64, &left, NULL))
        return FALSE;
    offer = g_new0 (Offer, 1);
    offer->peer = g_strdup (peer);
    offer->sid = g_strdup (iq->sid);
    offer->left = left;
    g_queue_push_tail (&limit->queue, offer);
    if (limit->queue.length > XTLS_FILE_LIMIT_FILES_MAX)
        offer_free (g_queue_pop_head (&limit->queue));
    return TRUE;
}

/* Returns: the number of bytes that libpurple decodes, however odd the text
 * is. */
static gsize
decoded_size (const xmlnode *data)
{
    g_autofree char *text = xmlnode_get_data (data);
    gsize size = 0;

    if (text)
        g_free (g_base64_decode (text, &size));
    return size;
}

static void
turn_into_close (xmlnode *iq, const char *sid)
{
    xmlnode *close, *next;

    for (xmlnode *child = iq->child; child; child = next) {
        next = child->next;
        if (child->type != XMLNODE_TYPE_ATTRIB)
            xmlnode_free (child);
    }
    close = xmlnode_new_child (iq, "close");
    xmlnode_set_namespace (close, XTLS_NS_IBB);
    xmlnode_set_attrib (close, "sid", sid);
}

static gboolean
block_came (XtlsFileLimit *limit, Offer *offer, const XtlsEnvelope *iq)
{
    gsize size = decoded_size (iq->child);

    if (!offer)
        return FALSE;
    if (size <= offer->left) {
        offer->left -= size;
    } else {
        turn_into_close (iq->stanza, offer->sid);
        drop (limit, offer);
    }
    return TRUE;
}

gboolean
xtls_file_limit_came (XtlsFileLimit *limit, const XtlsEnvelope *iq)
{
    Offer *offer;

    if (!iq->child)
        return TRUE;
    if (iq->payload == XTLS_PAYLOAD_OFFER)
        return offered (limit, iq);
    offer = find (limit, iq->from.full, iq->sid);
    if (iq->block == XTLS_BLOCK_DATA)
        return block_came (limit, offer, iq);
    if (iq->block == XTLS_BLOCK_CLOSE)
        drop (limit, offer);
    return TRUE;
}

void
xtls_file_limit_sent (XtlsFileLimit *limit, const XtlsEnvelope *iq)
{
    if (iq->block == XTLS_BLOCK_CLOSE)
        drop (limit, find (limit, iq->to.full, iq->sid));
}

void
xtls_file_limit_drop (XtlsFileLimit *limit, const char *peer, const char *sid)
{
    drop (limit, find (limit, peer, sid));
}

void
xtls_file_limit_forget (XtlsFileLimit *limit, const char *peer)
{
    GList *next;

    for (GList *l = limit->queue.head; l; l = next) {
        Offer *offer = l->data;

        next = l->next;
        if (g_str_equal (offer->peer, peer))
            drop (limit, offer);
    }
}
