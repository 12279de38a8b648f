/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file offer keeps in-band bytestreams and loses every other method. */
#include "nodes.h"
#include "offer.h"

#define SI "http://jabber.org/protocol/si"
#define IBB "http://jabber.org/protocol/ibb"
#define S5B "urn:xmpp:xtls:s5b:0"
#define SOCKS5 "http://jabber.org/protocol/bytestreams"

#define OPTION(method) "<option><value>" method "</value></option>"
#define FIELD(inner)                                                           \
    "<iq xmlns='jabber:client' type='set'><si xmlns='" SI "'>"                 \
    "<feature xmlns='http://jabber.org/protocol/feature-neg'>"                 \
    "<x xmlns='jabber:x:data'>"                                                \
    "<field var='stream-method'>" inner "</field>"                             \
    "<field var='other'><value>" SOCKS5 "</value></field>"                     \
    "</x></feature></si></iq>"
#define VALUE(method) "<value>" method "</value>"

static void
test_strip (void)
{
    static const struct {
        const char *before;
        const char *after;
        gboolean left;
    } cases[] = {
        {OPTION (SOCKS5) OPTION (IBB), OPTION (IBB), TRUE},
        {OPTION (IBB) OPTION ("jabber:iq:oob"), OPTION (IBB), TRUE},
        {OPTION (SOCKS5), "", FALSE},
        {OPTION ("unheard-of"), "", FALSE},
        {"<option/>", "", FALSE},
        {"<option>" VALUE (SOCKS5) VALUE (IBB) "</option>", OPTION (IBB), TRUE},
        {VALUE (IBB), VALUE (IBB), TRUE},
        {VALUE (SOCKS5), "", FALSE},
        {VALUE (SOCKS5) VALUE (IBB), VALUE (IBB), TRUE},
        {"", "", FALSE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        char *before = g_strdup_printf (FIELD ("%s"), cases[i].before);
        char *after = g_strdup_printf (FIELD ("%s"), cases[i].after);
        xmlnode *node = nodes_parse (before);

        g_assert_cmpint (xtls_offer_strip (node, NULL), ==, cases[i].left);
        nodes_assert (node, after);
        g_free (before);
        g_free (after);
    }
}

static void
test_strip_others (void)
{
    xmlnode *iq = nodes_parse (
        "<iq xmlns='jabber:client'><x xmlns='jabber:x:data'><field "
        "var='stream-method'><value>" SOCKS5 "</value></field></x></iq>");

    g_assert_true (xtls_offer_strip (iq, NULL));
    g_assert_nonnull (xmlnode_get_child (iq, "x/field/value"));
    xmlnode_free (iq);
}

/* Our method takes the place of libpurple's, in an offer and in an answer, and
 * in nothing else. */
static void
test_translate (void)
{
    static const struct {
        const char *before;
        const char *after;
        gboolean found;
    } cases[] = {
        {OPTION (SOCKS5) OPTION (IBB), OPTION (S5B) OPTION (IBB), TRUE},
        {VALUE (SOCKS5), VALUE (S5B), TRUE},
        {OPTION (IBB), OPTION (IBB), FALSE},
        {OPTION (SOCKS5) OPTION ("jabber:iq:oob"), OPTION (S5B), TRUE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *before =
            g_strdup_printf (FIELD ("%s"), cases[i].before);
        g_autofree char *after = g_strdup_printf (FIELD ("%s"), cases[i].after);
        xmlnode *node = nodes_parse (before);

        g_assert_cmpint (
            xtls_offer_translate (node, SOCKS5, S5B), ==, cases[i].found);
        g_assert_true (xtls_offer_strip (node, S5B));
        nodes_assert (node, after);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    g_test_add_func ("/offer/strip/methods", test_strip);
    g_test_add_func ("/offer/strip/other-stanzas", test_strip_others);
    g_test_add_func ("/offer/translate", test_translate);
    return g_test_run ();
}
