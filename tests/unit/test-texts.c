/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every reason that a user reads names its cause. The tables list the text for
 * each cause. */
#include "texts.h"

#include "ibb.h"
#include "manual.h"
#include "stream.h"
#include "tls.h"

#include <string.h>

#define NAME "juliet@capulet.lit"

/* The texts for an end before and after the session was open. NULL: no text is
 * shown. */
static const struct {
    const char *failed, *ended;
} ends[] = {
    [XTLS_END_NONE] = {"was cut off", NULL},
    [XTLS_END_LOCAL] = {"was cut off", "your account went offline, or another"},
    [XTLS_END_PEER] = {"was cut off", "has ended the private conversation"},
    [XTLS_END_QUIT] = {"was cut off",
                       "went offline, or switched the plugin off"},
    [XTLS_END_CUT] = {"was cut off", "was cut off."},
    [XTLS_END_GONE] = {"cannot be reached: it went offline", "went offline"},
    [XTLS_END_OFFLINE] = {"Your account is offline", "your account went off"},
    [XTLS_END_DEAD] = {"did not answer in time", "was cut off."},
    [XTLS_END_TIMEOUT] = {"did not answer in time", "was cut off."},
    [XTLS_END_ELSEWHERE] = {"already talking privately with another of your",
                            "goes on talking privately with another of your"},
    [XTLS_END_DECLINED] = {"declined it", "was cut off."},
    [XTLS_END_BUSY] = {"cannot take a request now", "was cut off."},
    [XTLS_END_UNSUPPORTED] = {"does not know XTLS", "was cut off."},
    [XTLS_END_TIE_BREAK] = {"was cut off", NULL},
    [XTLS_END_REPLACED] = {"was cut off", NULL},
    [XTLS_END_NOT_ADMITTED] = {"is not the one in use", "was cut off."},
    [XTLS_END_FORBIDDEN] = {"is “never”", "was cut off."},
    [XTLS_END_CERTIFICATE] = {"is not acceptable", "was cut off."},
    [XTLS_END_KEY_REFUSED] = {"that you have refused", "You refused the key"},
    [XTLS_END_KEY_RENEWED] = {"Your key was replaced", "was cut off."},
    [XTLS_END_REFUSED] = {"refused your key", "was cut off."},
    [XTLS_END_UNABLE] = {"crypto policy", "was cut off."},
    [XTLS_END_INCOMPATIBLE] = {"no encryption in common", "was cut off."},
    [XTLS_END_SECURITY] = {"may have tampered", "damaged or forged"},
    [XTLS_END_OBJECTED] = {"was cut off", "was cut off."},
    [XTLS_END_PROTOCOL] = {"makes no sense", "damaged or forged"},
};

static void
assert_says (const char *text, const char *part, const char *cause)
{
    if (!part) {
        g_assert_null (text);
        return;
    }
    if (!text || !strstr (text, part))
        g_error ("%s reads as: %s", cause, text ? text : "nothing");
    g_assert_null (strstr (text, "%s"));
    g_assert_true (g_str_has_suffix (text, "."));
}

static void
test_ends (void)
{
    g_assert_cmpstr (xtls_end_to_string (G_N_ELEMENTS (ends)), ==, "unknown");
    for (guint end = 0; end < G_N_ELEMENTS (ends); end++) {
        g_autofree char *failed = xtls_texts_failed (end, NAME);
        g_autofree char *ended = xtls_texts_ended (end, NAME);

        g_assert_nonnull (ends[end].failed);
        assert_says (failed, ends[end].failed, xtls_end_to_string (end));
        assert_says (ended, ends[end].ended, xtls_end_to_string (end));
    }
}

/* Only ends that may be due to tampering or a man in the middle are called
 * that. */
static void
test_suspicion (void)
{
    for (guint end = 0; end < G_N_ELEMENTS (ends); end++) {
        g_autofree char *failed = xtls_texts_failed (end, NAME);
        gboolean suspects =
            strstr (failed, "tampered") || strstr (failed, "in between");

        g_assert_cmpint (suspects,
                         ==,
                         end == XTLS_END_SECURITY ||
                             end == XTLS_END_CERTIFICATE);
    }
}

/* What the user reads of an error before and after the session was open. */
static void
test_errors (void)
{
    const struct {
        GQuark domain;
        guint code;
        const char *failed, *ended;
    } rows[] = {
        {XTLS_IBB_ERROR, XTLS_IBB_ERROR_DEAD, "in time", "was cut off."},
        {XTLS_IBB_ERROR, XTLS_IBB_ERROR_REFUSED, "cut off", "was cut off."},
        {XTLS_IBB_ERROR, XTLS_IBB_ERROR_BOUNCED, "cut off", "was cut off."},
        {XTLS_TLS_ERROR, XTLS_TLS_ERROR_CERTIFICATE, "not acceptable", NULL},
        {XTLS_TLS_ERROR, XTLS_TLS_ERROR_REFUSED, "refused your key", NULL},
        {XTLS_TLS_ERROR, XTLS_TLS_ERROR_UNABLE, "crypto policy", NULL},
        {XTLS_TLS_ERROR, XTLS_TLS_ERROR_INCOMPATIBLE, "in common", NULL},
        {XTLS_TLS_ERROR, XTLS_TLS_ERROR_RECORD, "tampered", "forged"},
        {XTLS_STREAM_ERROR, XTLS_STREAM_ERROR_JID, "tampered", "forged"},
        {XTLS_STREAM_ERROR, XTLS_STREAM_ERROR_PEER, "no sense", "forged"},
        {XTLS_STREAM_ERROR,
         XTLS_STREAM_ERROR_FROM_PEER,
         "was cut off",
         "was cut off."},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GError) error =
            g_error_new_literal (rows[i].domain, (int)rows[i].code, "why");
        XtlsEnd end = xtls_end_from_error (error);
        g_autofree char *failed = xtls_texts_failed (end, NAME);
        g_autofree char *ended = xtls_texts_ended (end, NAME);

        assert_says (failed, rows[i].failed, xtls_end_to_string (end));
        if (rows[i].ended)
            assert_says (ended, rows[i].ended, xtls_end_to_string (end));
    }
}

/* What the user reads when the peer ends a session that is not open yet, before
 * and after its certificate was accepted here. */
static const struct {
    const char *early, *late;
} reasons[] = {
    [XTLS_JINGLE_REASON_SUCCESS] = {"declined it", "declined it"},
    [XTLS_JINGLE_REASON_DECLINE] = {"declined it", "declined it"},
    [XTLS_JINGLE_REASON_SECURITY_ERROR] = {"may have tampered",
                                           "refused your key"},
    [XTLS_JINGLE_REASON_FAILED_TRANSPORT] = {"was cut off", "was cut off"},
    [XTLS_JINGLE_REASON_TIMEOUT] = {"in time", "in time"},
    [XTLS_JINGLE_REASON_GONE] = {"went offline", "went offline"},
    [XTLS_JINGLE_REASON_ALTERNATIVE_SESSION] = {"another of your devices",
                                                "another of your devices"},
    [XTLS_JINGLE_REASON_INCOMPATIBLE] = {"no encryption in common",
                                         "no encryption in common"},
    [XTLS_JINGLE_REASON_UNSUPPORTED_APPLICATIONS] = {"does not know XTLS",
                                                     "does not know XTLS"},
    [XTLS_JINGLE_REASON_UNSUPPORTED_TRANSPORTS] = {"does not know XTLS",
                                                   "does not know XTLS"},
    [XTLS_JINGLE_REASON_OTHER] = {"cannot take a request now",
                                  "cannot take a request now"},
};

static void
test_reasons (void)
{
    for (guint reason = 0; reason < G_N_ELEMENTS (reasons); reason++) {
        for (guint late = 0; late < 2; late++) {
            XtlsEnd end = xtls_end_from_reason (reason, late);
            g_autofree char *text = xtls_texts_failed (end, NAME);

            assert_says (text,
                         late ? reasons[reason].late : reasons[reason].early,
                         xtls_end_to_string (end));
        }
    }
}

/* What the peer's user reads of an end here. @here: what the user reads. */
static void
test_both_sides (void)
{
    static const struct {
        XtlsEnd end;
        const char *here, *early, *late;
    } rows[] = {
        {XTLS_END_NOT_ADMITTED, "not the one in use", "declined", "declined"},
        {XTLS_END_FORBIDDEN, "is “never”", "declined it", "declined it"},
        {XTLS_END_ELSEWHERE, NULL, "your devices", "your devices"},
        {XTLS_END_TIMEOUT, "in time", "in time", "in time"},
        {XTLS_END_UNABLE, "crypto policy", "in common", "in common"},
        {XTLS_END_INCOMPATIBLE, "in common", "in common", "in common"},
        {XTLS_END_CERTIFICATE, "not acceptable", "tampered", "refused your"},
        {XTLS_END_KEY_REFUSED, "you have refused", NULL, "refused your key"},
        {XTLS_END_KEY_RENEWED, "Your key was replaced", "now", "now"},
        {XTLS_END_SECURITY, "may have tampered", "tampered", "refused your"},
        {XTLS_END_DEAD, "in time", "was cut off", "was cut off"},
        {XTLS_END_OBJECTED, "was cut off", "was cut off", "was cut off"},
        {XTLS_END_PROTOCOL, "makes no sense", "was cut off", "was cut off"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
        const char *name = xtls_end_to_string (rows[i].end);
        g_autofree char *here = xtls_texts_failed (rows[i].end, NAME);
        XtlsJingleReason reason;

        g_assert_true (xtls_end_to_reason (rows[i].end, &reason));
        if (rows[i].here)
            assert_says (here, rows[i].here, name);
        for (guint late = 0; late < 2; late++) {
            const char *part = late ? rows[i].late : rows[i].early;
            g_autofree char *there =
                xtls_texts_failed (xtls_end_from_reason (reason, late), NAME);

            if (part)
                assert_says (there, part, name);
        }
    }
}

static void
test_not_sent (void)
{
    static const struct {
        XtlsStreamError code;
        const char *text;
    } table[] = {
        {XTLS_STREAM_ERROR_TOO_BIG, "too long"},
        {XTLS_STREAM_ERROR_TOO_COMPLEX, "less formatting"},
        {XTLS_STREAM_ERROR_INVALID, "a form that cannot be sent"},
        {XTLS_STREAM_ERROR_FULL, "has not confirmed"},
        {XTLS_STREAM_ERROR_CLOSED, "is not open"},
    };
    g_autoptr (GError) full =
        g_error_new_literal (XTLS_IBB_ERROR, XTLS_IBB_ERROR_QUEUE_FULL, "full");

    for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
        g_autoptr (GError) error =
            g_error_new_literal (XTLS_STREAM_ERROR, (int)table[i].code, "why");

        assert_says (xtls_texts_not_sent (error), table[i].text, "an error");
    }
    assert_says (xtls_texts_not_sent (full), "waiting to be sent", "full");
}

/* The help says the same of a state as the lock does. */
static void
test_states (void)
{
    const XtlsHelpPage *page = xtls_manual_find ("states");
    guint entry = 0;

    for (XtlsState state = XTLS_STATE_NOT_PRIVATE; state <= XTLS_STATE_FINISHED;
         state++) {
        while (entry < page->n_parts && !page->parts[entry].term)
            entry++;
        g_assert_cmpuint (entry, <, page->n_parts);
        g_assert_cmpstr (page->parts[entry].term, ==, xtls_texts_state (state));
        g_assert_cmpstr (
            page->parts[entry++].text, ==, xtls_texts_meaning (state));
    }
    g_assert_cmpuint (entry, ==, page->n_parts);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/texts/ends", test_ends);
    g_test_add_func ("/texts/suspicion", test_suspicion);
    g_test_add_func ("/texts/errors", test_errors);
    g_test_add_func ("/texts/reasons", test_reasons);
    g_test_add_func ("/texts/both-sides", test_both_sides);
    g_test_add_func ("/texts/not-sent", test_not_sent);
    g_test_add_func ("/texts/states", test_states);
    return g_test_run ();
}
