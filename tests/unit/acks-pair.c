/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "acks-pair.h"

#include "nodes.h"

#include <string.h>

static XtlsSm *
acks_find_cb (const char *previd, gpointer data)
{
    AcksStore *store = data;

    store->asked++;
    if (store->sm == NULL ||
        g_strcmp0 (xtls_sm_get_id (store->sm), previd) != 0)
        return NULL;
    return g_steal_pointer (&store->sm);
}

void
acks_clear (XtlsStream *stream)
{
    xtls_stream_clear_output (stream);
}

void
acks_assert_output (XtlsStream *stream, const char *wanted)
{
    g_assert_cmpstr (xtls_stream_get_output (stream)->str, ==, wanted);
    acks_clear (stream);
}

XtlsStream *
acks_initiator_new (XtlsSm *resume)
{
    XtlsStream *stream = xtls_stream_new (TRUE, ROMEO, JULIET, NULL, NULL);

    if (resume != NULL)
        xtls_stream_resume_with (stream, resume);
    xtls_stream_start (stream);
    return stream;
}

XtlsStream *
acks_responder_new (AcksStore *store)
{
    XtlsStream *stream = xtls_stream_new (
        FALSE, JULIET, ROMEO, store != NULL ? acks_find_cb : NULL, store);

    xtls_stream_start (stream);
    return stream;
}

gboolean
acks_feed (XtlsStream *stream, const char *text)
{
    return xtls_stream_feed (stream, (const guint8 *)text, strlen (text), NULL);
}

void
acks_carry (XtlsStream *a, XtlsStream *b, gsize max)
{
    GString *out = xtls_stream_get_output (a);
    gsize len = MIN (max, out->len);
    char *text = g_strndup (out->str, len);

    xtls_stream_clear_output (a);
    g_assert_true (acks_feed (b, text));
    g_free (text);
}

void
acks_shuttle (XtlsStream *a, XtlsStream *b)
{
    while (xtls_stream_get_output (a)->len > 0 ||
           xtls_stream_get_output (b)->len > 0) {
        acks_carry (a, b, G_MAXSIZE);
        acks_carry (b, a, G_MAXSIZE);
    }
}

void
acks_write_id (XtlsStream *stream, guint id)
{
    xmlnode *node = nodes_printf ("<message id='%u'/>", id);

    g_assert_true (xtls_stream_write (stream, node, NULL));
}

guint
acks_take_id (XtlsStream *stream)
{
    xmlnode *node = xtls_stream_take (stream);
    guint id;

    if (node == NULL)
        return G_MAXUINT;
    id = (guint)g_ascii_strtoull (xmlnode_get_attrib (node, "id"), NULL, 10);
    xmlnode_free (node);
    return id;
}

guint
acks_take_all (XtlsStream *stream, guint next)
{
    guint id;

    while ((id = acks_take_id (stream)) != G_MAXUINT)
        g_assert_cmpuint (id, ==, next++);
    return next;
}

guint
acks_unacked (XtlsSm *sm)
{
    return xtls_sm_get_unacked (sm)->length;
}
