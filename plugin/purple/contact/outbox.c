/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages that wait: a bounded queue. */
#include "outbox.h"

typedef struct {
    xmlnode *message;
    gsize bytes;
} Item;

struct XtlsOutbox {
    GQueue items; /* of Item, owned */
    gsize bytes;
};

XtlsOutbox *
xtls_outbox_new (void)
{
    XtlsOutbox *held = g_new0 (XtlsOutbox, 1);

    g_queue_init (&held->items);
    return held;
}

void
xtls_outbox_free (XtlsOutbox *held)
{
    xmlnode *message;

    while ((message = xtls_outbox_pop (held)))
        xmlnode_free (message);
    g_free (held);
}

/* (nullable): there is no room. */
static Item *
item_new (XtlsOutbox *held, xmlnode *message)
{
    Item *item;
    int len = 0;

    g_free (xmlnode_to_str (message, &len));
    if (held->items.length >= XTLS_OUTBOX_MAX ||
        held->bytes + (gsize)len > XTLS_OUTBOX_BYTES_MAX)
        return NULL;

    item = g_new (Item, 1);
    item->message = message;
    item->bytes = (gsize)len;
    held->bytes += item->bytes;
    return item;
}

gboolean
xtls_outbox_push (XtlsOutbox *held, xmlnode *message)
{
    Item *item = item_new (held, message);

    if (item)
        g_queue_push_tail (&held->items, item);
    return item != NULL;
}

gboolean
xtls_outbox_push_front (XtlsOutbox *held, xmlnode *message)
{
    Item *item = item_new (held, message);

    if (item)
        g_queue_push_head (&held->items, item);
    return item != NULL;
}

xmlnode *
xtls_outbox_pop (XtlsOutbox *held)
{
    Item *item = g_queue_pop_head (&held->items);
    xmlnode *message;

    if (!item)
        return NULL;
    message = item->message;
    held->bytes -= item->bytes;
    g_free (item);
    return message;
}

guint
xtls_outbox_get_length (XtlsOutbox *held)
{
    return held->items.length;
}
