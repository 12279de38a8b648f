/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of trust/fingerprint.c. */
#include "fingerprint.h"

#include <glib.h>
#include <string.h>

/* SHA-256 of "abc", FIPS 180-2. */
#define ABC                                                                    \
    "BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:"                         \
    "B0:03:61:A3:96:17:7A:9C:B4:10:FF:61:F2:00:15:AD"

static void
test_of (void)
{
    XtlsFingerprint fingerprint;
    g_autofree char *text = NULL;

    xtls_fingerprint_of ((const guint8 *)"abc", 3, &fingerprint);
    text = xtls_fingerprint_to_string (&fingerprint);
    g_assert_cmpstr (text, ==, ABC);
}

static void
test_groups (void)
{
    XtlsFingerprint fingerprint, again;
    g_autofree char *text = NULL;

    xtls_fingerprint_of ((const guint8 *)"abc", 3, &fingerprint);
    text = xtls_fingerprint_to_groups (&fingerprint);
    g_assert_cmpstr (text,
                     ==,
                     "BA7816BF 8F01CFEA 414140DE 5DAE2223 "
                     "B00361A3 96177A9C B410FF61 F20015AD");
    g_assert_true (xtls_fingerprint_parse (text, &again));
    g_assert_true (xtls_fingerprint_equal (&fingerprint, &again));
}

static void
test_lines (void)
{
    XtlsFingerprint fingerprint;
    g_autofree char *text = NULL;

    xtls_fingerprint_of ((const guint8 *)"abc", 3, &fingerprint);
    text = xtls_fingerprint_to_lines (&fingerprint);
    g_assert_cmpstr (text,
                     ==,
                     "BA:78:16:BF 8F:01:CF:EA 41:41:40:DE 5D:AE:22:23\n"
                     "B0:03:61:A3 96:17:7A:9C B4:10:FF:61 F2:00:15:AD");
}

static void
test_parse_good (void)
{
    static const char *const forms[] = {
        ABC,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        " Ba7816bF8f01cfea414140de5dae2223:b00361a396177a9cb410ff61f20015ad ",
        "b a7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    };
    XtlsFingerprint want, got;

    xtls_fingerprint_of ((const guint8 *)"abc", 3, &want);
    for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
        memset (&got, 0, sizeof got);
        g_assert_true (xtls_fingerprint_parse (forms[i], &got));
        g_assert_true (xtls_fingerprint_equal (&want, &got));
    }
}

static void
test_parse_bad (void)
{
    static const char *const forms[] = {
        NULL,
        "",
        ":",
        "ba",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad0",
        "ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "ba-7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n",
        "\xff\xfe",
    };
    XtlsFingerprint kept, got;

    memset (&kept, 0x5a, sizeof kept);
    got = kept;
    for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
        g_assert_false (xtls_fingerprint_parse (forms[i], &got));
    g_assert_true (xtls_fingerprint_equal (&kept, &got));
}

static void
test_equal (void)
{
    XtlsFingerprint a, b;

    memset (&a, 0, sizeof a);
    for (guint i = 0; i < XTLS_FINGERPRINT_LEN; i++) {
        b = a;
        g_assert_true (xtls_fingerprint_equal (&a, &b));
        b.bytes[i] ^= 0x80;
        g_assert_false (xtls_fingerprint_equal (&a, &b));
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/fingerprint/of", test_of);
    g_test_add_func ("/fingerprint/groups", test_groups);
    g_test_add_func ("/fingerprint/lines", test_lines);
    g_test_add_func ("/fingerprint/parse/good", test_parse_good);
    g_test_add_func ("/fingerprint/parse/bad", test_parse_bad);
    g_test_add_func ("/fingerprint/equal", test_equal);
    return g_test_run ();
}
