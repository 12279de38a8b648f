/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "inbox.h"
#include "memory.h"

#include <string.h>

static void
test_limit (void)
{
    XtlsInbox *inbox = xtls_inbox_new (4);
    gsize len;

    /* An empty inbox has no bytes. */
    g_assert_null (xtls_inbox_peek (inbox, &len));
    g_assert_cmpuint (len, ==, 0);
    g_assert_true (xtls_inbox_add (inbox, (const guint8 *)"abc", 3));
    g_assert_false (xtls_inbox_add (inbox, (const guint8 *)"de", 2));
    g_assert_true (xtls_inbox_add (inbox, (const guint8 *)"d", 1));
    g_assert_true (xtls_inbox_add (inbox, (const guint8 *)"", 0));
    g_assert_cmpmem (xtls_inbox_peek (inbox, &len), 4, "abcd", 4);
    g_assert_cmpuint (len, ==, 4);
    xtls_inbox_skip (inbox, 1);
    g_assert_true (xtls_inbox_add (inbox, (const guint8 *)"e", 1));
    g_assert_false (xtls_inbox_add (inbox, (const guint8 *)"f", 1));
    g_assert_cmpmem (xtls_inbox_peek (inbox, &len), 4, "bcde", 4);
    xtls_inbox_skip (inbox, 4);
    xtls_inbox_peek (inbox, &len);
    g_assert_cmpuint (len, ==, 0);
    xtls_inbox_free (inbox);
}

/* Bytes come out as they went in, whatever the pieces. */
static void
test_order (void)
{
    static const gsize in[] = {1, 3, 1024, 70000, 5};
    static const gsize out[] = {2, 1, 40000, 7, 1000};
    XtlsInbox *inbox = xtls_inbox_new (1 << 20);
    guint8 *piece = g_malloc (70000);
    guint8 next_in = 0, next_out = 0;

    for (guint i = 0; i < 200; i++) {
        gsize len, size = in[i % G_N_ELEMENTS (in)];
        const guint8 *data;

        for (gsize j = 0; j < size; j++)
            piece[j] = next_in++;
        if (!xtls_inbox_add (inbox, piece, size))
            next_in = (guint8)(next_in - size);
        data = xtls_inbox_peek (inbox, &len);
        len = MIN (len, out[i % G_N_ELEMENTS (out)] + i * 700);
        for (gsize j = 0; j < len; j++)
            g_assert_cmpuint (data[j], ==, next_out++);
        xtls_inbox_skip (inbox, len);
    }
    g_free (piece);
    xtls_inbox_free (inbox);
}

/* Bytes that were read are not kept in addition to all that may wait. */
static void
test_memory (void)
{
    const gsize max = 8 * 1024 * 1024;
    gsize before = memory_used ();
    XtlsInbox *inbox = xtls_inbox_new (max);
    guint8 *piece = g_malloc0 (max / 2);

    g_assert_true (xtls_inbox_add (inbox, piece, max / 2));
    g_assert_true (xtls_inbox_add (inbox, piece, max / 2));
    xtls_inbox_skip (inbox, max / 2);
    g_assert_true (xtls_inbox_add (inbox, piece, max / 2));
    g_assert_false (xtls_inbox_add (inbox, piece, 1));
    g_free (piece);
    g_assert_cmpuint (memory_used () - before, <, max + 64 * 1024);
    xtls_inbox_skip (inbox, max);
    g_assert_cmpuint (memory_used () - before, <, 64 * 1024);
    xtls_inbox_free (inbox);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/inbox/limit", test_limit);
    g_test_add_func ("/inbox/order", test_order);
    g_test_add_func ("/inbox/memory", test_memory);
    return g_test_run ();
}
