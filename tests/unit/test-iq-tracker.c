/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Remembering requests: the ways are kept apart, the number is bounded, and the
 * oldest are forgotten first. */
#include "iq-tracker.h"
#include "iq.h"

#include <string.h>

#define JULIET "juliet@capulet.lit/balcony"
#define NURSE "nurse@capulet.lit/chamber"

static void
test_take (void)
{
    XtlsIqTracker *tracker = xtls_iq_tracker_new ();

    xtls_iq_tracker_remember (tracker, XTLS_IQ_FROM_OUTSIDE, JULIET, "1");
    g_assert_true (
        xtls_iq_tracker_has (tracker, XTLS_IQ_FROM_OUTSIDE, JULIET, "1"));
    g_assert_false (
        xtls_iq_tracker_has (tracker, XTLS_IQ_FROM_INSIDE, JULIET, "1"));
    g_assert_false (
        xtls_iq_tracker_has (tracker, XTLS_IQ_FROM_US, JULIET, "1"));
    g_assert_false (
        xtls_iq_tracker_take (tracker, XTLS_IQ_FROM_OUTSIDE, NURSE, "1"));
    g_assert_false (
        xtls_iq_tracker_take (tracker, XTLS_IQ_FROM_OUTSIDE, JULIET, "2"));
    g_assert_true (
        xtls_iq_tracker_take (tracker, XTLS_IQ_FROM_OUTSIDE, JULIET, "1"));
    g_assert_false (
        xtls_iq_tracker_take (tracker, XTLS_IQ_FROM_OUTSIDE, JULIET, "1"));
    xtls_iq_tracker_free (tracker);
}

static void
test_twice (void)
{
    XtlsIqTracker *tracker = xtls_iq_tracker_new ();

    xtls_iq_tracker_remember (tracker, XTLS_IQ_FROM_US, JULIET, "1");
    xtls_iq_tracker_remember (tracker, XTLS_IQ_FROM_US, JULIET, "1");
    g_assert_true (
        xtls_iq_tracker_take (tracker, XTLS_IQ_FROM_US, JULIET, "1"));
    g_assert_false (
        xtls_iq_tracker_has (tracker, XTLS_IQ_FROM_US, JULIET, "1"));
    xtls_iq_tracker_free (tracker);
}

static void
test_nothing (void)
{
    XtlsIqTracker *tracker = xtls_iq_tracker_new ();

    xtls_iq_tracker_remember (tracker, XTLS_IQ_FROM_US, JULIET, NULL);
    xtls_iq_tracker_remember (tracker, XTLS_IQ_FROM_US, NULL, "1");
    g_assert_false (
        xtls_iq_tracker_has (tracker, XTLS_IQ_FROM_US, JULIET, NULL));
    g_assert_false (xtls_iq_tracker_has (tracker, XTLS_IQ_FROM_US, NULL, "1"));
    /* No two pairs have the same key. */
    xtls_iq_tracker_remember (tracker, XTLS_IQ_FROM_US, "ab", "c");
    g_assert_false (xtls_iq_tracker_has (tracker, XTLS_IQ_FROM_US, "a", "bc"));
    xtls_iq_tracker_free (tracker);
}

static void
test_bound (void)
{
    XtlsIqTracker *tracker = xtls_iq_tracker_new ();
    char id[16];

    for (int i = 0; i <= XTLS_IQ_TRACKER_MAX; i++) {
        g_snprintf (id, sizeof id, "%d", i);
        xtls_iq_tracker_remember (tracker, XTLS_IQ_FROM_OUTSIDE, JULIET, id);
        g_assert_cmpint (
            xtls_iq_tracker_has (tracker, XTLS_IQ_FROM_OUTSIDE, JULIET, "0"),
            ==,
            i < XTLS_IQ_TRACKER_MAX);
    }
    g_assert_true (
        xtls_iq_tracker_has (tracker, XTLS_IQ_FROM_OUTSIDE, JULIET, "1"));
    g_assert_true (
        xtls_iq_tracker_has (tracker, XTLS_IQ_FROM_OUTSIDE, JULIET, id));
    xtls_iq_tracker_free (tracker);
}

static void
test_length (void)
{
    XtlsIqTracker *tracker = xtls_iq_tracker_new ();
    char *id = g_strnfill (XTLS_IQ_TRACKER_KEY_MAX - strlen (JULIET) + 1, 'x');

    xtls_iq_tracker_remember (tracker, XTLS_IQ_FROM_INSIDE, JULIET, id);
    g_assert_false (
        xtls_iq_tracker_has (tracker, XTLS_IQ_FROM_INSIDE, JULIET, id));
    id[strlen (id) - 1] = '\0';
    xtls_iq_tracker_remember (tracker, XTLS_IQ_FROM_INSIDE, JULIET, id);
    g_assert_true (
        xtls_iq_tracker_has (tracker, XTLS_IQ_FROM_INSIDE, JULIET, id));
    g_free (id);
    xtls_iq_tracker_free (tracker);
}

static void
test_has_of_any (void)
{
    XtlsIqTracker *tracker = xtls_iq_tracker_new ();
    const XtlsIqOrigin origin = XTLS_IQ_FROM_US;

    xtls_iq_tracker_remember (tracker, origin, "a@b/c", "12");
    xtls_iq_tracker_remember (tracker, origin, "a@b/d", "3");
    g_assert_true (xtls_iq_tracker_has_of_any (tracker, origin, "a@b", "12"));
    g_assert_true (xtls_iq_tracker_has_of_any (tracker, origin, "a@b", "3"));
    g_assert_false (xtls_iq_tracker_has_of_any (tracker, origin, "a@b", "2"));
    g_assert_false (xtls_iq_tracker_has_of_any (tracker, origin, "a@b", NULL));
    g_assert_false (xtls_iq_tracker_has_of_any (tracker, origin, "a@", "12"));
    g_assert_false (
        xtls_iq_tracker_has_of_any (tracker, XTLS_IQ_FROM_INSIDE, "a@b", "12"));
    xtls_iq_tracker_free (tracker);
}

static void
test_take_all (void)
{
    XtlsIqTracker *tracker = xtls_iq_tracker_new ();
    GPtrArray *ids;

    xtls_iq_tracker_remember (tracker, XTLS_IQ_FROM_US, JULIET, "1");
    xtls_iq_tracker_remember (tracker, XTLS_IQ_FROM_US, NURSE, "2");
    xtls_iq_tracker_remember (tracker, XTLS_IQ_FROM_US, JULIET, "3");
    xtls_iq_tracker_remember (tracker, XTLS_IQ_FROM_US, JULIET "s", "4");
    xtls_iq_tracker_remember (tracker, XTLS_IQ_FROM_INSIDE, JULIET, "5");
    ids = xtls_iq_tracker_take_all (tracker, XTLS_IQ_FROM_US, JULIET);
    g_assert_cmpuint (ids->len, ==, 2);
    g_assert_cmpstr (g_ptr_array_index (ids, 0), ==, "1");
    g_assert_cmpstr (g_ptr_array_index (ids, 1), ==, "3");
    g_ptr_array_unref (ids);
    g_assert_false (
        xtls_iq_tracker_has (tracker, XTLS_IQ_FROM_US, JULIET, "1"));
    g_assert_true (xtls_iq_tracker_has (tracker, XTLS_IQ_FROM_US, NURSE, "2"));
    g_assert_true (
        xtls_iq_tracker_has (tracker, XTLS_IQ_FROM_US, JULIET "s", "4"));
    g_assert_true (
        xtls_iq_tracker_has (tracker, XTLS_IQ_FROM_INSIDE, JULIET, "5"));
    xtls_iq_tracker_free (tracker);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/iq-tracker/take", test_take);
    g_test_add_func ("/iq-tracker/twice", test_twice);
    g_test_add_func ("/iq-tracker/nothing", test_nothing);
    g_test_add_func ("/iq-tracker/bound", test_bound);
    g_test_add_func ("/iq-tracker/length", test_length);
    g_test_add_func ("/iq-tracker/has-of-any", test_has_of_any);
    g_test_add_func ("/iq-tracker/take-all", test_take_all);
    return g_test_run ();
}
