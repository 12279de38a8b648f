/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a session may become open, and what both sides read if not. */
#include "admission.h"

#include "texts.h"

#include <string.h>

#define NEW XTLS_TRUST_NEW
#define KNOWN XTLS_TRUST_KNOWN
#define VERIFIED XTLS_TRUST_VERIFIED
#define REFUSED XTLS_TRUST_REFUSED

static void
test_by_trust (void)
{
    /* The key of the new session, and that of the open one. */
    static const struct {
        XtlsTrust trust;
        XtlsTrust beside;
        gboolean admitted;
    } rows[] = {
        {NEW, NEW, FALSE},
        {NEW, KNOWN, FALSE},
        {NEW, VERIFIED, FALSE},
        {NEW, REFUSED, FALSE},
        {KNOWN, NEW, TRUE},
        {KNOWN, KNOWN, TRUE},
        {KNOWN, VERIFIED, FALSE},
        {KNOWN, REFUSED, TRUE},
        {VERIFIED, NEW, TRUE},
        {VERIFIED, KNOWN, TRUE},
        {VERIFIED, VERIFIED, TRUE},
        {VERIFIED, REFUSED, TRUE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
        XtlsAdmissionFacts facts = {.allows_calls = TRUE,
                                    .trust = rows[i].trust,
                                    .trust_beside = rows[i].beside};

        g_assert_cmpint (xtls_admission_decide (&facts), ==, XTLS_END_NONE);
        facts.beside = TRUE;
        g_assert_cmpint (xtls_admission_decide (&facts),
                         ==,
                         rows[i].admitted ? XTLS_END_NONE : XTLS_END_ELSEWHERE);
        facts.same_client = TRUE;
        g_assert_cmpint (xtls_admission_decide (&facts),
                         ==,
                         rows[i].admitted ? XTLS_END_NONE
                                          : XTLS_END_NOT_ADMITTED);
    }
}

/* Returns: what the side that was turned away reads. */
static char *
text_there (XtlsEnd end)
{
    XtlsJingleReason reason;

    g_assert_true (xtls_end_to_reason (end, &reason));
    return xtls_texts_failed (xtls_end_from_reason (reason, TRUE), "NAME");
}

static void
test_causes (void)
{
    /* What the side reads that turned the other one away, if it has called, and
     * what that one reads. */
    static const struct {
        XtlsAdmissionFacts facts;
        const char *here;
        const char *there;
    } rows[] = {
        {{.allows_calls = FALSE, .trust = VERIFIED},
         "is “never”",
         "NAME declined it."},
        {{.allows_calls = TRUE, .trust = REFUSED},
         "a key that you have refused",
         "NAME refused your key."},
        {{.allows_calls = TRUE,
          .trust = NEW,
          .beside = TRUE,
          .same_client = TRUE,
          .trust_beside = KNOWN},
         "is not the one in use",
         "NAME declined it."},
        {{.allows_calls = TRUE,
          .trust = NEW,
          .beside = TRUE,
          .same_client = FALSE,
          .trust_beside = KNOWN},
         NULL, /* our own call to another client is called off by then */
         "NAME is already talking privately with another of your devices."},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
        XtlsEnd end = xtls_admission_decide (&rows[i].facts);
        g_autofree char *here = xtls_texts_failed (end, "NAME");
        g_autofree char *there = text_there (end);

        g_assert_cmpint (end, !=, XTLS_END_NONE);
        if (rows[i].here)
            g_assert_nonnull (strstr (here, rows[i].here));
        if (!strstr (there, rows[i].there))
            g_error ("row %" G_GSIZE_FORMAT ": %s", i, there);
    }
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/admission/by-trust", test_by_trust);
    g_test_add_func ("/admission/causes", test_causes);
    return g_test_run ();
}
