/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The memory of questions: ways kept apart, bounded, forgotten in order. */
#include "answers.h"

#include <string.h>

#define JULIET "juliet@capulet.lit/balcony"
#define NURSE "nurse@capulet.lit/chamber"

static void
test_take (void)
{
    XtlsAnswers *answers = xtls_answers_new ();

    xtls_answers_remember (answers, XTLS_ASKED_OUTSIDE, JULIET, "1");
    g_assert_true (xtls_answers_has (answers, XTLS_ASKED_OUTSIDE, JULIET, "1"));
    g_assert_false (xtls_answers_has (answers, XTLS_ASKED_INSIDE, JULIET, "1"));
    g_assert_false (xtls_answers_has (answers, XTLS_ASKED_BY_US, JULIET, "1"));
    g_assert_false (
        xtls_answers_take (answers, XTLS_ASKED_OUTSIDE, NURSE, "1"));
    g_assert_false (
        xtls_answers_take (answers, XTLS_ASKED_OUTSIDE, JULIET, "2"));
    g_assert_true (
        xtls_answers_take (answers, XTLS_ASKED_OUTSIDE, JULIET, "1"));
    g_assert_false (
        xtls_answers_take (answers, XTLS_ASKED_OUTSIDE, JULIET, "1"));
    xtls_answers_free (answers);
}

static void
test_twice (void)
{
    XtlsAnswers *answers = xtls_answers_new ();

    xtls_answers_remember (answers, XTLS_ASKED_BY_US, JULIET, "1");
    xtls_answers_remember (answers, XTLS_ASKED_BY_US, JULIET, "1");
    g_assert_true (xtls_answers_take (answers, XTLS_ASKED_BY_US, JULIET, "1"));
    g_assert_false (xtls_answers_has (answers, XTLS_ASKED_BY_US, JULIET, "1"));
    xtls_answers_free (answers);
}

static void
test_nothing (void)
{
    XtlsAnswers *answers = xtls_answers_new ();

    xtls_answers_remember (answers, XTLS_ASKED_BY_US, JULIET, NULL);
    xtls_answers_remember (answers, XTLS_ASKED_BY_US, NULL, "1");
    g_assert_false (xtls_answers_has (answers, XTLS_ASKED_BY_US, JULIET, NULL));
    g_assert_false (xtls_answers_has (answers, XTLS_ASKED_BY_US, NULL, "1"));
    /* No two pairs look alike. */
    xtls_answers_remember (answers, XTLS_ASKED_BY_US, "ab", "c");
    g_assert_false (xtls_answers_has (answers, XTLS_ASKED_BY_US, "a", "bc"));
    xtls_answers_free (answers);
}

static void
test_bound (void)
{
    XtlsAnswers *answers = xtls_answers_new ();
    char id[16];

    for (int i = 0; i <= XTLS_ANSWERS_MAX; i++) {
        g_snprintf (id, sizeof id, "%d", i);
        xtls_answers_remember (answers, XTLS_ASKED_OUTSIDE, JULIET, id);
        g_assert_cmpint (
            xtls_answers_has (answers, XTLS_ASKED_OUTSIDE, JULIET, "0"),
            ==,
            i < XTLS_ANSWERS_MAX);
    }
    g_assert_true (xtls_answers_has (answers, XTLS_ASKED_OUTSIDE, JULIET, "1"));
    g_assert_true (xtls_answers_has (answers, XTLS_ASKED_OUTSIDE, JULIET, id));
    xtls_answers_free (answers);
}

static void
test_length (void)
{
    XtlsAnswers *answers = xtls_answers_new ();
    char *id = g_strnfill (XTLS_ANSWERS_KEY_MAX - strlen (JULIET) + 1, 'x');

    xtls_answers_remember (answers, XTLS_ASKED_INSIDE, JULIET, id);
    g_assert_false (xtls_answers_has (answers, XTLS_ASKED_INSIDE, JULIET, id));
    id[strlen (id) - 1] = '\0';
    xtls_answers_remember (answers, XTLS_ASKED_INSIDE, JULIET, id);
    g_assert_true (xtls_answers_has (answers, XTLS_ASKED_INSIDE, JULIET, id));
    g_free (id);
    xtls_answers_free (answers);
}

static void
test_has_of_any (void)
{
    XtlsAnswers *answers = xtls_answers_new ();
    const XtlsAsked asked = XTLS_ASKED_BY_US;

    xtls_answers_remember (answers, asked, "a@b/c", "12");
    xtls_answers_remember (answers, asked, "a@b/d", "3");
    g_assert_true (xtls_answers_has_of_any (answers, asked, "a@b", "12"));
    g_assert_true (xtls_answers_has_of_any (answers, asked, "a@b", "3"));
    g_assert_false (xtls_answers_has_of_any (answers, asked, "a@b", "2"));
    g_assert_false (xtls_answers_has_of_any (answers, asked, "a@b", NULL));
    g_assert_false (xtls_answers_has_of_any (answers, asked, "a@", "12"));
    g_assert_false (
        xtls_answers_has_of_any (answers, XTLS_ASKED_INSIDE, "a@b", "12"));
    xtls_answers_free (answers);
}

static void
test_take_all (void)
{
    XtlsAnswers *answers = xtls_answers_new ();
    GPtrArray *ids;

    xtls_answers_remember (answers, XTLS_ASKED_BY_US, JULIET, "1");
    xtls_answers_remember (answers, XTLS_ASKED_BY_US, NURSE, "2");
    xtls_answers_remember (answers, XTLS_ASKED_BY_US, JULIET, "3");
    xtls_answers_remember (answers, XTLS_ASKED_BY_US, JULIET "s", "4");
    xtls_answers_remember (answers, XTLS_ASKED_INSIDE, JULIET, "5");
    ids = xtls_answers_take_all (answers, XTLS_ASKED_BY_US, JULIET);
    g_assert_cmpuint (ids->len, ==, 2);
    g_assert_cmpstr (g_ptr_array_index (ids, 0), ==, "1");
    g_assert_cmpstr (g_ptr_array_index (ids, 1), ==, "3");
    g_ptr_array_unref (ids);
    g_assert_false (xtls_answers_has (answers, XTLS_ASKED_BY_US, JULIET, "1"));
    g_assert_true (xtls_answers_has (answers, XTLS_ASKED_BY_US, NURSE, "2"));
    g_assert_true (
        xtls_answers_has (answers, XTLS_ASKED_BY_US, JULIET "s", "4"));
    g_assert_true (xtls_answers_has (answers, XTLS_ASKED_INSIDE, JULIET, "5"));
    xtls_answers_free (answers);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/answers/take", test_take);
    g_test_add_func ("/answers/twice", test_twice);
    g_test_add_func ("/answers/nothing", test_nothing);
    g_test_add_func ("/answers/bound", test_bound);
    g_test_add_func ("/answers/length", test_length);
    g_test_add_func ("/answers/has-of-any", test_has_of_any);
    g_test_add_func ("/answers/take-all", test_take_all);
    return g_test_run ();
}
