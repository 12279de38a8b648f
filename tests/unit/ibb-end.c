/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One end of a bytestream for tests; the test itself is the other end. */
#include "ibb-end.h"

#include "node.h"
#include "nodes.h"

#include <string.h>

static void
collect_cb (xmlnode *stanza, gpointer user_data)
{
    g_queue_push_tail (&((End *)user_data)->out, stanza);
}

End *
end_new (guint block_size)
{
    return end_new_of (XTLS_CARRIER_IBB, block_size);
}

End *
end_new_of (XtlsCarrier carrier, guint block_size)
{
    End *end = g_new0 (End, 1);

    g_queue_init (&end->out);
    end->ibb = xtls_ibb_new (carrier, PEER, SID, block_size, collect_cb, end);
    end->now = START;
    return end;
}

/* Asserts that nothing was sent that the test has not seen. */
void
end_free (End *end)
{
    g_assert_cmpuint (end->out.length, ==, 0);
    xtls_ibb_free (end->ibb);
    g_free (end);
}

xmlnode *
end_pop (End *end)
{
    xmlnode *node = g_queue_pop_head (&end->out);

    g_assert_nonnull (node);
    return node;
}

gboolean
end_feed_xml (End *end, const char *xml)
{
    xmlnode *iq = nodes_parse (xml);
    gboolean ours = xtls_ibb_handle (end->ibb, iq, end->now);

    xmlnode_free (iq);
    return ours;
}

gboolean
end_feed (End *end, const char *type, const char *payload)
{
    char *xml = g_strdup_printf ("<iq xmlns='jabber:client' type='%s' id='p1' "
                                 "from='" PEER "' to='" OWN "'>%s</iq>",
                                 type,
                                 payload);
    gboolean ours = end_feed_xml (end, xml);

    g_free (xml);
    return ours;
}

void
end_assert_result (End *end)
{
    nodes_assert (end_pop (end),
                  "<iq xmlns='jabber:client' type='result' to='" PEER "' "
                  "id='p1'/>");
}

void
end_assert_refused (End *end, const char *type, const char *condition)
{
    char *xml = g_strdup_printf (
        "<iq xmlns='jabber:client' type='error' to='" PEER "' id='p1'>"
        "<error type='%s'><%s xmlns='" XTLS_NS_STANZA_ERRORS "'/></error></iq>",
        type,
        condition);

    nodes_assert (end_pop (end), xml);
    g_free (xml);
}

char *
end_expect_request (End *end,
                    const char *name,
                    const char *attribs,
                    const char *text)
{
    xmlnode *iq = end_pop (end);
    char *id = g_strdup (xtls_node_attrib (iq, "id"));
    char *xml = g_strdup_printf ("<iq xmlns='jabber:client' type='set' "
                                 "to='" PEER "' id='%s'><%s xmlns='" XTLS_NS_IBB
                                 "' sid='" SID "' %s>%s</%s></iq>",
                                 id,
                                 name,
                                 attribs,
                                 text,
                                 name);

    g_assert_nonnull (id);
    nodes_assert (iq, xml);
    g_free (xml);
    return id;
}

char *
end_expect_block (End *end, guint seq, const char *text)
{
    char *attribs = g_strdup_printf ("seq='%u'", seq);
    char *id = end_expect_request (end, "data", attribs, text);

    g_free (attribs);
    return id;
}

void
end_expect_close (End *end)
{
    g_free (end_expect_request (end, "close", "", ""));
}

gboolean
end_answer_from (End *end, const char *from, const char *id, const char *error)
{
    char *xml = g_strdup_printf ("<iq xmlns='jabber:client' type='%s' id='%s' "
                                 "from='%s'>%s</iq>",
                                 error ? "error" : "result",
                                 id,
                                 from,
                                 error ? error : "");
    gboolean ours = end_feed_xml (end, xml);

    g_free (xml);
    return ours;
}

void
end_answer (End *end, const char *id)
{
    g_assert_true (end_answer_from (end, PEER, id, NULL));
}

void
end_bounce (End *end, const char *id, const char *type, const char *condition)
{
    char *error = g_strdup_printf (
        "<error type='%s'><%s xmlns='" XTLS_NS_STANZA_ERRORS "'/></error>",
        type,
        condition);

    g_assert_true (end_answer_from (end, PEER, id, error));
    g_free (error);
}

void
end_assert_up (End *end)
{
    g_assert_cmpint (xtls_ibb_get_state (end->ibb), ==, XTLS_IBB_OPEN);
    g_assert_null (xtls_ibb_get_error (end->ibb));
}

void
end_assert_failed (End *end, XtlsIbbError code)
{
    g_assert_cmpint (xtls_ibb_get_state (end->ibb), ==, XTLS_IBB_CLOSED);
    g_assert_error (
        (GError *)xtls_ibb_get_error (end->ibb), XTLS_IBB_ERROR, (int)code);
    g_assert_cmpint (xtls_ibb_get_deadline (end->ibb), ==, -1);
}

void
end_assert_closed (End *end)
{
    g_assert_cmpint (xtls_ibb_get_state (end->ibb), ==, XTLS_IBB_CLOSED);
    g_assert_null (xtls_ibb_get_error (end->ibb));
    g_assert_cmpint (xtls_ibb_get_deadline (end->ibb), ==, -1);
}

void
end_assert_received (End *end, const char *bytes)
{
    GByteArray *got = xtls_ibb_take (end->ibb);

    g_assert_true (got || !*bytes);
    if (!got)
        return;
    g_assert_cmpmem (got->data, got->len, bytes, strlen (bytes));
    g_byte_array_unref (got);
}

void
end_queue_text (End *end, const char *text)
{
    g_assert_true (
        xtls_ibb_write (end->ibb, (const guint8 *)text, strlen (text), NULL));
}

void
end_flush (End *end)
{
    xtls_ibb_flush (end->ibb, 0, end->now);
}

End *
end_opened (guint block_size)
{
    End *end = end_new (block_size);
    char *open = g_strdup_printf ("<open xmlns='" XTLS_NS_IBB "' sid='" SID
                                  "' block-size='%u'/>",
                                  block_size);

    g_assert_true (end_feed (end, "set", open));
    end_assert_result (end);
    end_assert_up (end);
    g_free (open);
    return end;
}

gboolean
end_feed_data (End *end, const char *attribs, const char *text)
{
    char *data = g_strdup_printf ("<data xmlns='" XTLS_NS_IBB "' sid='" SID
                                  "' %s>%s</data>",
                                  attribs,
                                  text);
    gboolean ours = end_feed (end, "set", data);

    g_free (data);
    return ours;
}
