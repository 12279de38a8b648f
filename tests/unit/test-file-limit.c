/* SPDX-License-Identifier: GPL-2.0-or-later */
/* No file brings more than was offered. */
#include "file-limit.h"

#include "nodes.h"

#define JULIET "juliet@capulet.lit/balcony"
#define NURSE "nurse@capulet.lit/chamber"
#define IBB "http://jabber.org/protocol/ibb"
#define SI "http://jabber.org/protocol/si"

static xmlnode *
question (const char *from, const char *payload)
{
    return nodes_printf (
        "<iq xmlns='jabber:client' type='set' from='%s' id='1'>%s</iq>",
        from,
        payload);
}

static gboolean
read_and_came (XtlsFileLimit *limit, xmlnode *iq)
{
    XtlsEnvelope envelope;
    gboolean passes;

    xtls_envelope_read (&envelope, iq, NULL);
    passes = xtls_file_limit_came (limit, &envelope);
    xtls_envelope_clear (&envelope);
    return passes;
}

static void
read_and_sent (XtlsFileLimit *limit, xmlnode *iq)
{
    XtlsEnvelope envelope;

    xtls_envelope_read (&envelope, iq, NULL);
    xtls_file_limit_sent (limit, &envelope);
    xtls_envelope_clear (&envelope);
}

static gboolean
came (XtlsFileLimit *limit, const char *from, const char *payload)
{
    xmlnode *iq = question (from, payload);
    gboolean passes = read_and_came (limit, iq);

    xmlnode_free (iq);
    return passes;
}

static gboolean
offer (XtlsFileLimit *limit,
       const char *from,
       const char *sid,
       const char *size)
{
    g_autofree char *payload = g_strdup_printf (
        "<si xmlns='" SI "' id='%s'><file name='letter' size='%s' xmlns='" SI
        "/profile/file-transfer'/></si>",
        sid,
        size);

    return came (limit, from, payload);
}

static xmlnode *
block (const char *from, const char *sid, const char *text)
{
    g_autofree char *payload = g_strdup_printf (
        "<data xmlns='" IBB "' sid='%s' seq='0'>%s</data>", sid, text);

    return question (from, payload);
}

/* Asserts that it passes unchanged. */
static gboolean
is_taken (XtlsFileLimit *limit,
          const char *from,
          const char *sid,
          const char *text)
{
    xmlnode *iq = block (from, sid, text);
    gboolean taken = read_and_came (limit, iq) &&
                     xmlnode_get_child_with_namespace (iq, "data", IBB);

    xmlnode_free (iq);
    return taken;
}

static void
assert_closed (XtlsFileLimit *limit,
               const char *from,
               const char *sid,
               const char *text)
{
    xmlnode *iq = block (from, sid, text);

    g_assert_true (read_and_came (limit, iq));
    nodes_assert (iq,
                  "<iq xmlns='jabber:client' type='set'"
                  " from='" JULIET "' id='1'>"
                  "<close xmlns='" IBB "' sid='s1'/></iq>");
}

static void
test_to_the_last_byte (void)
{
    XtlsFileLimit *limit = xtls_file_limit_new ();

    g_assert_true (offer (limit, JULIET, "s1", "5"));
    g_assert_true (is_taken (limit, JULIET, "s1", "AAAA"));
    g_assert_true (is_taken (limit, JULIET, "s1", "AAA="));
    assert_closed (limit, JULIET, "s1", "AA==");
    g_assert_false (is_taken (limit, JULIET, "s1", "AA=="));

    g_assert_true (offer (limit, JULIET, "s1", "5"));
    g_assert_true (is_taken (limit, JULIET, "s1", "AAAA"));
    assert_closed (limit, JULIET, "s1", "AAAA");
    xtls_file_limit_free (limit);
}

/* The bytes that libpurple's decoder makes of it count. */
static void
test_odd_base64 (void)
{
    XtlsFileLimit *limit = xtls_file_limit_new ();

    g_assert_true (offer (limit, JULIET, "s1", "2"));
    g_assert_true (is_taken (limit, JULIET, "s1", "!!!!"));
    assert_closed (limit, JULIET, "s1", "AA AA=");
    xtls_file_limit_free (limit);
}

static void
test_not_offered (void)
{
    XtlsFileLimit *limit = xtls_file_limit_new ();

    g_assert_true (offer (limit, JULIET, "s1", "5"));
    g_assert_false (is_taken (limit, JULIET, "s2", "AAAA"));
    g_assert_false (is_taken (limit, NURSE, "s1", "AAAA"));
    g_assert_true (offer (limit, NURSE, "s1", "5"));
    g_assert_true (is_taken (limit, NURSE, "s1", "AAAA"));
    xtls_file_limit_forget (limit, NURSE);
    g_assert_false (is_taken (limit, NURSE, "s1", "AA=="));
    g_assert_true (is_taken (limit, JULIET, "s1", "AAAA"));
    xtls_file_limit_free (limit);
}

static void
test_bad_offers (void)
{
    static const char *const sizes[] = {
        "", "-1", "5x", " 5", "0x5", "99999999999999999999"};
    XtlsFileLimit *limit = xtls_file_limit_new ();

    for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
        g_assert_false (offer (limit, JULIET, "s1", sizes[i]));
    g_assert_false (came (limit, JULIET, "<si xmlns='" SI "' id='s1'/>"));
    g_assert_true (offer (limit, JULIET, "s1", "5"));
    g_assert_false (offer (limit, JULIET, "s1", "500"));
    xtls_file_limit_free (limit);
}

static void
test_closed (void)
{
    XtlsFileLimit *limit = xtls_file_limit_new ();
    const char *close = "<close xmlns='" IBB "' sid='s1'/>";
    xmlnode *iq = nodes_printf (
        "<iq xmlns='jabber:client' type='set' to='" JULIET "' id='1'>%s</iq>",
        close);

    g_assert_true (offer (limit, JULIET, "s1", "5"));
    g_assert_true (came (limit, JULIET, close));
    g_assert_false (is_taken (limit, JULIET, "s1", "AA=="));
    g_assert_true (offer (limit, JULIET, "s1", "5"));
    read_and_sent (limit, iq);
    g_assert_false (is_taken (limit, JULIET, "s1", "AA=="));
    xmlnode_free (iq);
    xtls_file_limit_free (limit);
}

static void
test_bound (void)
{
    XtlsFileLimit *limit = xtls_file_limit_new ();

    for (guint i = 0; i < XTLS_FILE_LIMIT_FILES_MAX; i++) {
        g_autofree char *sid = g_strdup_printf ("s%u", i);

        g_assert_true (offer (limit, JULIET, sid, "9"));
    }
    g_assert_true (is_taken (limit, JULIET, "s0", "AAAA"));
    g_assert_true (offer (limit, JULIET, "one-more", "9"));
    g_assert_false (is_taken (limit, JULIET, "s0", "AAAA"));
    g_assert_true (is_taken (limit, JULIET, "s1", "AAAA"));
    xtls_file_limit_free (limit);
}

static void
test_others (void)
{
    XtlsFileLimit *limit = xtls_file_limit_new ();

    g_assert_true (came (limit, JULIET, ""));
    g_assert_true (came (limit, JULIET, "<ping xmlns='urn:xmpp:ping'/>"));
    g_assert_true (came (
        limit, JULIET, "<open xmlns='" IBB "' sid='s1' block-size='4096'/>"));
    g_assert_true (
        came (limit, JULIET, "<data xmlns='urn:xmpp:bob' cid='c'>AAAA</data>"));
    xtls_file_limit_free (limit);
}

int
main (int argc, char **argv)
{
    nodes_init ();
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/file-limit/to-the-last-byte", test_to_the_last_byte);
    g_test_add_func ("/file-limit/odd-base64", test_odd_base64);
    g_test_add_func ("/file-limit/not-offered", test_not_offered);
    g_test_add_func ("/file-limit/bad-offers", test_bad_offers);
    g_test_add_func ("/file-limit/closed", test_closed);
    g_test_add_func ("/file-limit/bound", test_bound);
    g_test_add_func ("/file-limit/others", test_others);
    return g_test_run ();
}
