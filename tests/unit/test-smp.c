/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of trust/smp.c. */
#include "smp.h"

#include <string.h>

static const guint8 same[XTLS_SMP_SECRET_LEN] =
    "the same secret of 32 bytes....";
static const guint8 other[XTLS_SMP_SECRET_LEN] =
    "the same secret of 32 bytes...,";

typedef struct {
    XtlsSmp *alice, *bob;
    GByteArray *message[5]; /* by step */
    XtlsSmpResult result[5];
} Talk;

/* Runs the exchange up to message @steps, which is made and not received. */
static Talk *
talk_new (guint steps, const guint8 *alice, const guint8 *bob)
{
    Talk *talk = g_new0 (Talk, 1);

    talk->alice = xtls_smp_new ();
    talk->bob = xtls_smp_new ();
    talk->message[1] = xtls_smp_begin (talk->alice, alice);
    for (guint step = 1; step < steps; step++)
        talk->result[step] =
            xtls_smp_receive (step % 2 ? talk->bob : talk->alice,
                              step,
                              talk->message[step]->data,
                              talk->message[step]->len,
                              step == 1 ? bob : NULL,
                              &talk->message[step + 1]);
    return talk;
}

static void
talk_free (Talk *talk)
{
    xtls_smp_free (talk->alice);
    xtls_smp_free (talk->bob);
    for (guint i = 0; i < G_N_ELEMENTS (talk->message); i++)
        if (talk->message[i] != NULL)
            g_byte_array_unref (talk->message[i]);
    g_free (talk);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Talk, talk_free)

/* Passes a message to the side that waits for it. */
static XtlsSmpResult
deliver (Talk *talk, guint step, const guint8 *data, gsize len)
{
    GByteArray *reply = NULL;
    XtlsSmpResult result = xtls_smp_receive (
        step % 2 ? talk->bob : talk->alice, step, data, len, same, &reply);

    if (result == XTLS_SMP_FAILED || step == 4)
        g_assert_null (reply);
    else
        g_assert_nonnull (reply);
    if (reply != NULL)
        g_byte_array_unref (reply);
    return result;
}

static void
check_result (const guint8 *alice, const guint8 *bob, XtlsSmpResult want)
{
    g_autoptr (Talk) talk = talk_new (4, alice, bob);

    g_assert_cmpint (talk->result[1], ==, XTLS_SMP_GOES_ON);
    g_assert_cmpint (talk->result[2], ==, XTLS_SMP_GOES_ON);
    g_assert_cmpint (talk->result[3], ==, want);
    for (guint step = 1; step <= 4; step++)
        g_assert_cmpuint (talk->message[step]->len, <, XTLS_SMP_MESSAGE_MAX);
    g_assert_cmpint (
        deliver (talk, 4, talk->message[4]->data, talk->message[4]->len),
        ==,
        want);
    /* It is over, and nothing more is accepted. */
    g_assert_cmpint (
        deliver (talk, 4, talk->message[4]->data, talk->message[4]->len),
        ==,
        XTLS_SMP_FAILED);
    g_assert_cmpint (
        deliver (talk, 1, talk->message[1]->data, talk->message[1]->len),
        ==,
        XTLS_SMP_FAILED);
}

static void
test_same (void)
{
    check_result (same, same, XTLS_SMP_SAME);
}

static void
test_different (void)
{
    check_result (same, other, XTLS_SMP_DIFFERENT);
}

static void
test_out_of_order (void)
{
    for (guint waiting = 1; waiting <= 4; waiting++)
        for (guint step = 0; step <= 6; step++) {
            g_autoptr (Talk) talk = NULL;
            GByteArray *reply = NULL, *message;

            if (step == waiting)
                continue;
            talk = talk_new (waiting, same, same);
            message = talk->message[step >= 1 && step <= waiting ? step : 1];
            g_assert_cmpint (
                xtls_smp_receive (waiting % 2 ? talk->bob : talk->alice,
                                  step,
                                  message->data,
                                  message->len,
                                  same,
                                  &reply),
                ==,
                XTLS_SMP_FAILED);
            g_assert_null (reply);
            /* The right message arrives too late. */
            g_assert_cmpint (deliver (talk,
                                      waiting,
                                      talk->message[waiting]->data,
                                      talk->message[waiting]->len),
                             ==,
                             XTLS_SMP_FAILED);
        }
}

/* Message 1 arrives before the user has typed the secret. */
static void
test_no_secret (void)
{
    g_autoptr (Talk) talk = talk_new (1, same, same);

    g_assert_cmpint (xtls_smp_receive (talk->bob,
                                       1,
                                       talk->message[1]->data,
                                       talk->message[1]->len,
                                       NULL,
                                       &talk->message[2]),
                     ==,
                     XTLS_SMP_FAILED);
    g_assert_null (talk->message[2]);
}

/* Our own messages are sent back to us. */
static void
test_reflected (void)
{
    g_autoptr (Talk) talk = talk_new (1, same, same);

    g_assert_cmpint (xtls_smp_receive (talk->alice,
                                       1,
                                       talk->message[1]->data,
                                       talk->message[1]->len,
                                       same,
                                       &talk->message[2]),
                     ==,
                     XTLS_SMP_FAILED);
}

static XtlsSmpResult
deliver_fresh (guint step,
               void (*spoil) (GByteArray *message, guint how),
               guint how)
{
    g_autoptr (Talk) talk = talk_new (step, same, same);

    spoil (talk->message[step], how);
    return deliver (
        talk, step, talk->message[step]->data, talk->message[step]->len);
}

static void
spoil_bit (GByteArray *message, guint how)
{
    message->data[how % message->len] ^=
        (guint8)(1 << g_test_rand_int_range (0, 8));
}

static void
spoil_length (GByteArray *message, guint how)
{
    if (how % 2)
        g_byte_array_append (message, (const guint8 *)"x", 1);
    else
        g_byte_array_set_size (message, message->len - 1 - how);
}

/* The numbers are replaced by ones that only an attacker would send. */
static void
spoil_numbers (GByteArray *message, guint how)
{
    guint at = 4;

    while (at < message->len) {
        guint size = message->data[at + 3];

        memset (message->data + at + 4, how == 2 ? 0xff : 0, size);
        if (how == 1)
            message->data[at + 3 + size] = 1;
        at += 4 + size;
    }
}

static void
test_spoiled (void)
{
    for (guint step = 1; step <= 4; step++) {
        for (guint i = 0; i < 5; i++)
            g_assert_cmpint (
                deliver_fresh (
                    step, spoil_bit, (guint)g_test_rand_int_range (0, 10000)),
                ==,
                XTLS_SMP_FAILED);
        for (guint i = 0; i < 2; i++)
            g_assert_cmpint (
                deliver_fresh (step, spoil_length, i), ==, XTLS_SMP_FAILED);
        for (guint i = 0; i < 3; i++)
            g_assert_cmpint (
                deliver_fresh (step, spoil_numbers, i), ==, XTLS_SMP_FAILED);
    }
}

/* Numbers as long as a message may be, which would cost seconds of computation,
 * and counts and lengths that point outside the message. */
static void
test_malformed (void)
{
    static const struct {
        const char *data;
        gsize len;
    } cases[] = {
        {"", 0},
        {"\0\0\0", 3},
        {"\0\0\0\6", 4},
        {"\0\0\0\7\0\0\0\1x", 9},
        {"\0\0\0\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 28},
        {"\0\0\0\6\xff\xff\xff\xff", 8},
        {"\xff\xff\xff\xff\0\0\0\1", 8},
        {"\0\0\0\6\0\0\0\1", 8},
    };
    g_autofree guint8 *huge = g_malloc (XTLS_SMP_MESSAGE_MAX + 1);

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (Talk) talk = talk_new (1, same, same);

        g_assert_cmpint (
            deliver (talk, 1, (const guint8 *)cases[i].data, cases[i].len),
            ==,
            XTLS_SMP_FAILED);
    }
    memset (huge, 0xff, XTLS_SMP_MESSAGE_MAX + 1);
    memcpy (huge, "\0\0\0\6", 4);
    for (guint i = 0; i < 6; i++)
        memcpy (huge + 4 + i * 1364, "\0\0\5\x50", 4);
    for (gsize len = XTLS_SMP_MESSAGE_MAX - 4; len <= XTLS_SMP_MESSAGE_MAX + 1;
         len++) {
        g_autoptr (Talk) talk = talk_new (1, same, same);

        g_assert_cmpint (deliver (talk, 1, huge, len), ==, XTLS_SMP_FAILED);
    }
}

/* --- the secret --------------------------------------------------------- */

static gboolean
secret_of (const char *text, guint8 secret[32])
{
    static const guint8 binding[32] = "binding";
    static const XtlsFingerprint client = {{1}}, server = {{2}};

    return xtls_smp_secret (binding, &client, &server, text, secret);
}

static void
test_secret_text (void)
{
    static const char *const equal[][2] = {
        {"swordfish", " \tswordfish\n"},
        {"swordfish", "\u00a0\u2003swordfish\u3000"},
        {"two words", "two\u00a0words"},
        {"\u00e9", "e\u0301"},
        {"\ufb01sh", "fish"},
        {"\uff11\uff12", "12"},
    };
    static const char *const differ[][2] = {
        {"swordfish", "Swordfish"},
        {"two words", "two  words"},
        {"e", "\u00e9"},
        {"a", "aa"},
    };
    guint8 a[32], b[32];

    for (guint i = 0; i < G_N_ELEMENTS (equal); i++) {
        g_assert_true (secret_of (equal[i][0], a));
        g_assert_true (secret_of (equal[i][1], b));
        g_assert_cmpmem (a, 32, b, 32);
    }
    for (guint i = 0; i < G_N_ELEMENTS (differ); i++) {
        g_assert_true (secret_of (differ[i][0], a));
        g_assert_true (secret_of (differ[i][1], b));
        g_assert_true (memcmp (a, b, 32) != 0);
    }
    g_assert_false (secret_of ("", a));
    g_assert_false (secret_of (" \u2003\n", a));
    g_assert_false (secret_of ("\xff", a));
    g_assert_false (secret_of ("a\xc3", a));
}

/* The formula of smp.h, computed in another way. */
static void
test_secret_formula (void)
{
    GByteArray *input = g_byte_array_new ();
    guint8 part[32] = "binding", got[32], want[32];
    gsize len = 32;
    GChecksum *checksum = g_checksum_new (G_CHECKSUM_SHA256);

    g_byte_array_append (input, (const guint8 *)"xtls-smp-1\0", 11);
    g_byte_array_append (input, part, 32);
    memset (part, 0, 32);
    part[0] = 1;
    g_byte_array_append (input, part, 32);
    part[0] = 2;
    g_byte_array_append (input, part, 32);
    g_byte_array_append (input, (const guint8 *)"swordfish", 9);
    g_checksum_update (checksum, input->data, input->len);
    g_checksum_get_digest (checksum, want, &len);
    g_assert_true (secret_of ("swordfish", got));
    g_assert_cmpmem (got, 32, want, 32);
    g_checksum_free (checksum);
    g_byte_array_unref (input);
}

/* The values that a man in the middle cannot make equal on both sides. */
static void
test_secret_bound (void)
{
    guint8 binding[32] = {0}, first[32], second[32];
    XtlsFingerprint client = {{1}}, server = {{2}};

    g_assert_true (xtls_smp_secret (binding, &client, &server, "x", first));
    g_assert_true (xtls_smp_secret (binding, &server, &client, "x", second));
    g_assert_true (memcmp (first, second, 32) != 0);
    binding[31] = 1;
    g_assert_true (xtls_smp_secret (binding, &client, &server, "x", second));
    g_assert_true (memcmp (first, second, 32) != 0);
}

/* A man in the middle has a session with each side and passes every message on.
 * Both have typed the same secret, but the comparison fails. */
static void
test_relayed (void)
{
    guint8 binding[2][32] = {{1}, {2}}, alice[32], bob[32];
    XtlsFingerprint a = {{1}}, b = {{2}}, between = {{3}};

    g_assert_true (xtls_smp_secret (binding[0], &a, &between, "x", alice));
    g_assert_true (xtls_smp_secret (binding[1], &between, &b, "x", bob));
    check_result (alice, bob, XTLS_SMP_DIFFERENT);
    /* Even an attacker with both keys has two different sessions. */
    g_assert_true (xtls_smp_secret (binding[0], &a, &b, "x", alice));
    g_assert_true (xtls_smp_secret (binding[1], &a, &b, "x", bob));
    check_result (alice, bob, XTLS_SMP_DIFFERENT);
    g_assert_true (xtls_smp_secret (binding[0], &a, &b, "x", bob));
    check_result (alice, bob, XTLS_SMP_SAME);
}

static gpointer
talk_in_thread (gpointer unused)
{
    check_result (same, same, XTLS_SMP_SAME);
    check_result (same, other, XTLS_SMP_DIFFERENT);
    return NULL;
}

static void
test_threads (void)
{
    GThread *threads[4];

    for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
        threads[i] = g_thread_new ("talk", talk_in_thread, NULL);
    for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
        g_thread_join (threads[i]);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/smp/same", test_same);
    g_test_add_func ("/smp/different", test_different);
    g_test_add_func ("/smp/out-of-order", test_out_of_order);
    g_test_add_func ("/smp/no-secret", test_no_secret);
    g_test_add_func ("/smp/reflected", test_reflected);
    g_test_add_func ("/smp/spoiled", test_spoiled);
    g_test_add_func ("/smp/malformed", test_malformed);
    g_test_add_func ("/smp/secret/text", test_secret_text);
    g_test_add_func ("/smp/secret/formula", test_secret_formula);
    g_test_add_func ("/smp/secret/bound", test_secret_bound);
    g_test_add_func ("/smp/relayed", test_relayed);
    g_test_add_func ("/smp/threads", test_threads);
    return g_test_run ();
}
