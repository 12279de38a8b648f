/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A bounded queue of bytes: an array, which takes no memory while it is empty,
 * and a read position. */
#include "inbox.h"

struct XtlsInbox {
    GByteArray *bytes;
    gsize read; /* bytes before this have been read */
    gsize max;
};

XtlsInbox *
xtls_inbox_new (gsize max)
{
    XtlsInbox *inbox = g_new0 (XtlsInbox, 1);

    inbox->bytes = g_byte_array_new ();
    inbox->max = max;
    return inbox;
}

void
xtls_inbox_free (XtlsInbox *inbox)
{
    if (!inbox)
        return;
    g_byte_array_unref (inbox->bytes);
    g_free (inbox);
}

gboolean
xtls_inbox_add (XtlsInbox *inbox, const guint8 *data, gsize len)
{
    gsize held = inbox->bytes->len - inbox->read;

    if (len > inbox->max - held)
        return FALSE;

    /* Moving no more than was read since the last move keeps the cost linear;
     * close to the maximum the array is kept within it. */
    if (inbox->read > held || inbox->bytes->len + len > inbox->max) {
        g_byte_array_remove_range (inbox->bytes, 0, inbox->read);
        inbox->read = 0;
    }
    g_byte_array_append (inbox->bytes, data, len);
    return TRUE;
}

const guint8 *
xtls_inbox_peek (XtlsInbox *inbox, gsize *len)
{
    *len = inbox->bytes->len - inbox->read;
    /* An empty array has no data to point to. */
    return *len > 0 ? inbox->bytes->data + inbox->read : NULL;
}

void
xtls_inbox_skip (XtlsInbox *inbox, gsize len)
{
    inbox->read += len;
    if (inbox->read < inbox->bytes->len)
        return;

    inbox->read = 0;
    g_free (g_byte_array_steal (inbox->bytes, NULL));
}
