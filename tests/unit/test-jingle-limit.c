/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The limit of the requests that libpurple keeps for strangers. Dropping one is
 * a fake of the test. */
#include "jabber.h"
#include "jingle-limit.h"

static GString *dropped; /* the sids, each with a space behind it */

void
xtls_jabber_drop_jingle_session (PurpleConnection *gc, const char *sid)
{
    g_string_append_printf (dropped, "%s ", sid);
}

static XtlsJingleLimit *
limit_new (void)
{
    dropped = g_string_new (NULL);
    return xtls_jingle_limit_new (NULL);
}

/* Returns: how many were dropped when it was freed. */
static guint
limit_free (XtlsJingleLimit *limit)
{
    guint n = 0;

    g_string_truncate (dropped, 0);
    xtls_jingle_limit_free (limit);
    for (const char *c = dropped->str; *c; c++)
        n += *c == ' ';
    g_string_free (dropped, TRUE);
    return n;
}

static void
add (XtlsJingleLimit *limit, guint from, guint to)
{
    for (guint i = from; i < to; i++) {
        g_autofree char *sid = g_strdup_printf ("%u", i);

        xtls_jingle_limit_add (limit, sid);
    }
}

static void
test_oldest (void)
{
    XtlsJingleLimit *limit = limit_new ();

    add (limit, 0, XTLS_JINGLE_LIMIT_MAX);
    g_assert_cmpstr (dropped->str, ==, "");
    add (limit, XTLS_JINGLE_LIMIT_MAX, XTLS_JINGLE_LIMIT_MAX + 2);
    g_assert_cmpstr (dropped->str, ==, "0 1 ");
    g_assert_cmpuint (limit_free (limit), ==, XTLS_JINGLE_LIMIT_MAX);
}

/* What has ended takes no place, and is not dropped. */
static void
test_forget (void)
{
    XtlsJingleLimit *limit = limit_new ();

    add (limit, 0, XTLS_JINGLE_LIMIT_MAX);
    xtls_jingle_limit_forget (limit, "0");
    xtls_jingle_limit_forget (limit, "7");
    xtls_jingle_limit_forget (limit, "7");
    xtls_jingle_limit_forget (limit, "unknown");
    add (limit, XTLS_JINGLE_LIMIT_MAX, XTLS_JINGLE_LIMIT_MAX + 2);
    g_assert_cmpstr (dropped->str, ==, "");
    add (limit, XTLS_JINGLE_LIMIT_MAX + 2, XTLS_JINGLE_LIMIT_MAX + 3);
    g_assert_cmpstr (dropped->str, ==, "1 ");
    g_assert_cmpuint (limit_free (limit), ==, XTLS_JINGLE_LIMIT_MAX);
}

static void
test_empty (void)
{
    g_assert_cmpuint (limit_free (limit_new ()), ==, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/jingle-limit/oldest", test_oldest);
    g_test_add_func ("/jingle-limit/forget", test_forget);
    g_test_add_func ("/jingle-limit/empty", test_empty);
    return g_test_run ();
}
