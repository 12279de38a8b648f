/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why messages are held, and the texts for it. */
#include "hold-reason.h"

#include <string.h>

static const struct {
    XtlsContactState state;
    XtlsRestart restart;
    XtlsPermission permission;
    XtlsSessionState session;
    gboolean settled;
    XtlsHoldReason reason;
} rows[] = {
    {XTLS_CONTACT_NOT_PRIVATE,
     XTLS_RESTART_BY_USER,
     XTLS_PERMISSION_NONE,
     XTLS_SESSION_CLOSED,
     TRUE,
     XTLS_HOLD_NOTHING},
    {XTLS_CONTACT_STARTING,
     XTLS_RESTART_BY_USER,
     XTLS_PERMISSION_NONE,
     XTLS_SESSION_CLOSED,
     TRUE,
     XTLS_HOLD_STARTING},
    {XTLS_CONTACT_FINISHED,
     XTLS_RESTART_BY_USER,
     XTLS_PERMISSION_NONE,
     XTLS_SESSION_CLOSED,
     TRUE,
     XTLS_HOLD_FINISHED},
    {XTLS_CONTACT_FINISHED,
     XTLS_RESTART_WHEN_ONLINE,
     XTLS_PERMISSION_NONE,
     XTLS_SESSION_CLOSED,
     TRUE,
     XTLS_HOLD_OFFLINE},
    {XTLS_CONTACT_FINISHED,
     XTLS_RESTART_SOON,
     XTLS_PERMISSION_NONE,
     XTLS_SESSION_CLOSED,
     TRUE,
     XTLS_HOLD_RETRY},
    {XTLS_CONTACT_OPEN,
     XTLS_RESTART_BY_USER,
     XTLS_PERMISSION_ALL,
     XTLS_SESSION_OPEN,
     TRUE,
     XTLS_HOLD_NOTHING},
    {XTLS_CONTACT_OPEN,
     XTLS_RESTART_BY_USER,
     XTLS_PERMISSION_ALL,
     XTLS_SESSION_OPEN,
     FALSE,
     XTLS_HOLD_UNSETTLED},
    /* Waiting for a decision about the key is reported before waiting for the
     * contact's count. */
    {XTLS_CONTACT_OPEN,
     XTLS_RESTART_BY_USER,
     XTLS_PERMISSION_SHOW,
     XTLS_SESSION_OPEN,
     TRUE,
     XTLS_HOLD_KEY},
    {XTLS_CONTACT_OPEN,
     XTLS_RESTART_BY_USER,
     XTLS_PERMISSION_SHOW,
     XTLS_SESSION_OPEN,
     FALSE,
     XTLS_HOLD_KEY},
    /* There is nothing to decide about the key of a session that is closing. */
    {XTLS_CONTACT_OPEN,
     XTLS_RESTART_BY_USER,
     XTLS_PERMISSION_SHOW,
     XTLS_SESSION_CLOSING,
     TRUE,
     XTLS_HOLD_CLOSING},
    {XTLS_CONTACT_OPEN,
     XTLS_RESTART_BY_USER,
     XTLS_PERMISSION_ALL,
     XTLS_SESSION_CLOSING,
     TRUE,
     XTLS_HOLD_CLOSING},
    {XTLS_CONTACT_OPEN,
     XTLS_RESTART_BY_USER,
     XTLS_PERMISSION_NONE,
     XTLS_SESSION_OPEN,
     TRUE,
     XTLS_HOLD_CLOSING},
};

static void
test_reasons (void)
{
    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_test_message ("row %zu", i);
        g_assert_cmpint (xtls_hold_reason_get (rows[i].state,
                                               rows[i].restart,
                                               rows[i].permission,
                                               rows[i].session,
                                               rows[i].settled),
                         ==,
                         rows[i].reason);
    }
}

/* Nothing is ever sent in a session whose key the user has refused or has not
 * decided about. */
static void
test_nothing_without_permission (void)
{
    for (XtlsContactState state = XTLS_CONTACT_STARTING;
         state <= XTLS_CONTACT_FINISHED;
         state++)
        for (XtlsSessionState session = XTLS_SESSION_IDLE;
             session <= XTLS_SESSION_CLOSED;
             session++)
            for (XtlsPermission permission = XTLS_PERMISSION_NONE;
                 permission <= XTLS_PERMISSION_SHOW;
                 permission++)
                for (XtlsRestart restart = XTLS_RESTART_BY_USER;
                     restart <= XTLS_RESTART_SOON;
                     restart++)
                    g_assert_cmpint (
                        xtls_hold_reason_get (
                            state, restart, permission, session, TRUE),
                        !=,
                        XTLS_HOLD_NOTHING);
}

/* "Restart" is said only where nothing else would send it. */
static void
check_words (XtlsHoldReason reason, const char *text)
{
    gboolean by_user = reason == XTLS_HOLD_FINISHED;

    g_assert_cmpint (strstr (text, "you restart") != NULL, ==, by_user);
}

static void
test_texts (void)
{
    g_assert_null (xtls_hold_reason_to_text (XTLS_HOLD_NOTHING, 1));
    for (XtlsHoldReason one = XTLS_HOLD_STARTING; one <= XTLS_HOLD_UNSETTLED;
         one++) {
        const char *text = xtls_hold_reason_to_text (one, 1);

        check_words (one, text);
        g_assert_true (g_str_has_prefix (text, "Your message is held"));
        g_assert_true (g_str_has_prefix (xtls_hold_reason_to_text (one, 2),
                                         "Your messages are held"));
        for (XtlsHoldReason other = XTLS_HOLD_STARTING; other < one; other++)
            g_assert_cmpstr (text, !=, xtls_hold_reason_to_text (other, 1));
    }
}

static void
test_outlooks (void)
{
    for (XtlsHoldReason one = XTLS_HOLD_NOTHING; one <= XTLS_HOLD_UNSETTLED;
         one++) {
        const char *text = xtls_hold_reason_to_outlook (one);

        g_assert_cmpint (text != NULL,
                         ==,
                         one == XTLS_HOLD_FINISHED ||
                             one == XTLS_HOLD_OFFLINE ||
                             one == XTLS_HOLD_RETRY);
        if (text)
            check_words (one, text);
    }
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/hold-reason/reasons", test_reasons);
    g_test_add_func ("/hold-reason/nothing-without-permission",
                     test_nothing_without_permission);
    g_test_add_func ("/hold-reason/texts", test_texts);
    g_test_add_func ("/hold-reason/outlooks", test_outlooks);
    return g_test_run ();
}
