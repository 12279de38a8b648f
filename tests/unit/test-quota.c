/* SPDX-License-Identifier: GPL-2.0-or-later */
/* No file brings more than was offered. */
#include "quota.h"

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
came (XtlsQuota *quota, const char *from, const char *payload)
{
    xmlnode *iq = question (from, payload);
    gboolean passes = xtls_quota_came (quota, iq);

    xmlnode_free (iq);
    return passes;
}

static gboolean
offer (XtlsQuota *quota, const char *from, const char *sid, const char *size)
{
    g_autofree char *payload = g_strdup_printf (
        "<si xmlns='" SI "' id='%s'><file name='letter' size='%s' xmlns='" SI
        "/profile/file-transfer'/></si>",
        sid,
        size);

    return came (quota, from, payload);
}

static xmlnode *
block (const char *from, const char *sid, const char *text)
{
    g_autofree char *payload = g_strdup_printf (
        "<data xmlns='" IBB "' sid='%s' seq='0'>%s</data>", sid, text);

    return question (from, payload);
}

/* Passes as it is. */
static gboolean
is_taken (XtlsQuota *quota, const char *from, const char *sid, const char *text)
{
    xmlnode *iq = block (from, sid, text);
    gboolean taken = xtls_quota_came (quota, iq) &&
                     xmlnode_get_child_with_namespace (iq, "data", IBB);

    xmlnode_free (iq);
    return taken;
}

static void
assert_closed (XtlsQuota *quota,
               const char *from,
               const char *sid,
               const char *text)
{
    xmlnode *iq = block (from, sid, text);

    g_assert_true (xtls_quota_came (quota, iq));
    nodes_assert (iq,
                  "<iq xmlns='jabber:client' type='set'"
                  " from='" JULIET "' id='1'>"
                  "<close xmlns='" IBB "' sid='s1'/></iq>");
}

static void
test_to_the_last_byte (void)
{
    XtlsQuota *quota = xtls_quota_new ();

    g_assert_true (offer (quota, JULIET, "s1", "5"));
    g_assert_true (is_taken (quota, JULIET, "s1", "AAAA"));
    g_assert_true (is_taken (quota, JULIET, "s1", "AAA="));
    assert_closed (quota, JULIET, "s1", "AA==");
    g_assert_false (is_taken (quota, JULIET, "s1", "AA=="));

    g_assert_true (offer (quota, JULIET, "s1", "5"));
    g_assert_true (is_taken (quota, JULIET, "s1", "AAAA"));
    assert_closed (quota, JULIET, "s1", "AAAA");
    xtls_quota_free (quota);
}

/* What libpurple's decoder makes of it counts. */
static void
test_odd_base64 (void)
{
    XtlsQuota *quota = xtls_quota_new ();

    g_assert_true (offer (quota, JULIET, "s1", "2"));
    g_assert_true (is_taken (quota, JULIET, "s1", "!!!!"));
    assert_closed (quota, JULIET, "s1", "AA AA=");
    xtls_quota_free (quota);
}

static void
test_not_offered (void)
{
    XtlsQuota *quota = xtls_quota_new ();

    g_assert_true (offer (quota, JULIET, "s1", "5"));
    g_assert_false (is_taken (quota, JULIET, "s2", "AAAA"));
    g_assert_false (is_taken (quota, NURSE, "s1", "AAAA"));
    g_assert_true (offer (quota, NURSE, "s1", "5"));
    g_assert_true (is_taken (quota, NURSE, "s1", "AAAA"));
    xtls_quota_forget (quota, NURSE);
    g_assert_false (is_taken (quota, NURSE, "s1", "AA=="));
    g_assert_true (is_taken (quota, JULIET, "s1", "AAAA"));
    xtls_quota_free (quota);
}

static void
test_bad_offers (void)
{
    static const char *const sizes[] = {
        "", "-1", "5x", " 5", "0x5", "99999999999999999999"};
    XtlsQuota *quota = xtls_quota_new ();

    for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
        g_assert_false (offer (quota, JULIET, "s1", sizes[i]));
    g_assert_false (came (quota, JULIET, "<si xmlns='" SI "' id='s1'/>"));
    g_assert_true (offer (quota, JULIET, "s1", "5"));
    g_assert_false (offer (quota, JULIET, "s1", "500"));
    xtls_quota_free (quota);
}

static void
test_closed (void)
{
    XtlsQuota *quota = xtls_quota_new ();
    const char *close = "<close xmlns='" IBB "' sid='s1'/>";
    xmlnode *iq = nodes_printf (
        "<iq xmlns='jabber:client' type='set' to='" JULIET "' id='1'>%s</iq>",
        close);

    g_assert_true (offer (quota, JULIET, "s1", "5"));
    g_assert_true (came (quota, JULIET, close));
    g_assert_false (is_taken (quota, JULIET, "s1", "AA=="));
    g_assert_true (offer (quota, JULIET, "s1", "5"));
    xtls_quota_sent (quota, iq);
    g_assert_false (is_taken (quota, JULIET, "s1", "AA=="));
    xmlnode_free (iq);
    xtls_quota_free (quota);
}

static void
test_bound (void)
{
    XtlsQuota *quota = xtls_quota_new ();

    for (guint i = 0; i < XTLS_QUOTA_FILES_MAX; i++) {
        g_autofree char *sid = g_strdup_printf ("s%u", i);

        g_assert_true (offer (quota, JULIET, sid, "9"));
    }
    g_assert_true (is_taken (quota, JULIET, "s0", "AAAA"));
    g_assert_true (offer (quota, JULIET, "one-more", "9"));
    g_assert_false (is_taken (quota, JULIET, "s0", "AAAA"));
    g_assert_true (is_taken (quota, JULIET, "s1", "AAAA"));
    xtls_quota_free (quota);
}

static void
test_others (void)
{
    XtlsQuota *quota = xtls_quota_new ();

    g_assert_true (came (quota, JULIET, ""));
    g_assert_true (came (quota, JULIET, "<ping xmlns='urn:xmpp:ping'/>"));
    g_assert_true (came (
        quota, JULIET, "<open xmlns='" IBB "' sid='s1' block-size='4096'/>"));
    g_assert_true (
        came (quota, JULIET, "<data xmlns='urn:xmpp:bob' cid='c'>AAAA</data>"));
    xtls_quota_free (quota);
}

int
main (int argc, char **argv)
{
    nodes_init ();
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/quota/to-the-last-byte", test_to_the_last_byte);
    g_test_add_func ("/quota/odd-base64", test_odd_base64);
    g_test_add_func ("/quota/not-offered", test_not_offered);
    g_test_add_func ("/quota/bad-offers", test_bad_offers);
    g_test_add_func ("/quota/closed", test_closed);
    g_test_add_func ("/quota/bound", test_bound);
    g_test_add_func ("/quota/others", test_others);
    return g_test_run ();
}
