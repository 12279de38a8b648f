/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The exchange of a verification by shared secret between two users in one
 * process. The session, the dialogs and the trust are fakes of the test; the
 * arithmetic is real. */
#include "secret.h"

#include "conversation.h"
#include "core.h"
#include "dialog-ops.h"
#include "finch.h"
#include "nodes.h"
#include "smp.h"
#include "trust.h"

#include <blist.h>
#include <notify.h>
#include <poll.h>
#include <string.h>

typedef struct {
    const char *who; /* the other one */
    XtlsSecretExchange *talk;
    GQueue inbox; /* of xmlnode, owned: stanzas that the other one has sent */
    GPtrArray *lines; /* in the conversation */
    guint asked;      /* dialogs that were shown */
    guint closed;     /* dialogs that were closed */
    gboolean verified;
    XtlsVerifiedBy how;
    gboolean deaf; /* its client does not support the exchange */
    guint room;    /* how many more stanzas its session takes */
} Side;

/* The address of a side stands for its account and its session. */
static Side sides[2];
static Side *const romeo = &sides[0];
static Side *const juliet = &sides[1];
static XtlsSmpJobs *jobs;

static Side *
side_of (gconstpointer address)
{
    return address == romeo ? romeo : juliet;
}

static Side *
other (const Side *side)
{
    return side == romeo ? juliet : romeo;
}

static XtlsSession *
session_of (Side *side)
{
    return (XtlsSession *)side;
}

/* --- the session --- */

XtlsSession *
xtls_session_ref (XtlsSession *session)
{
    return session;
}

void
xtls_session_unref (XtlsSession *session)
{
}

const char *
xtls_session_get_peer (XtlsSession *session)
{
    return side_of (session)->who;
}

static const XtlsFingerprint *
key_of (const Side *side)
{
    static const XtlsFingerprint keys[] = {{.bytes = {1}}, {.bytes = {2}}};

    return &keys[side == juliet];
}

const XtlsFingerprint *
xtls_session_get_fingerprint (XtlsSession *session)
{
    return key_of (other (side_of (session)));
}

const XtlsFingerprint *
xtls_session_get_own_fingerprint (XtlsSession *session)
{
    return key_of (side_of (session));
}

gboolean
xtls_session_is_outgoing (XtlsSession *session)
{
    return side_of (session) == romeo;
}

gboolean
xtls_session_get_binding (XtlsSession *session, guint8 binding[32])
{
    memset (binding, 7, 32);
    return TRUE;
}

gboolean
xtls_session_send (XtlsSession *session, xmlnode *stanza, GError **error)
{
    Side *side = side_of (session);

    if (side->room == 0)
        return FALSE;
    side->room--;
    g_queue_push_tail (&other (side)->inbox, stanza);
    return TRUE;
}

/* --- the core --- */

PurplePlugin *
xtls_core_get_plugin (void)
{
    return (PurplePlugin *)sides;
}

gboolean
xtls_finch_is_client (void)
{
    return FALSE;
}

XtlsSmpJobs *
xtls_core_get_smp_jobs (void)
{
    return jobs;
}

void
xtls_core_emit (const char *signal, PurpleAccount *account, const char *who)
{
}

PurpleBuddy *
purple_find_buddy (PurpleAccount *account, const char *name)
{
    return NULL;
}

void
xtls_conversation_line (PurpleAccount *account,
                        const char *who,
                        const char *text)
{
    g_ptr_array_add (side_of (account)->lines, g_strdup (text));
}

void
xtls_conversation_report_as (PurpleAccount *account,
                             const char *who,
                             const char *text,
                             const char *notice)
{
    g_ptr_array_add (side_of (account)->lines, g_strdup (text));
}

void
xtls_dialog_ops_show (XtlsDialog dialog,
                      PurpleAccount *account,
                      const char *who)
{
    g_assert_cmpint (dialog, ==, XTLS_DIALOG_SECRET);
    side_of (account)->asked++;
}

void
xtls_dialog_ops_close_secret (PurpleAccount *account, const char *who)
{
    side_of (account)->closed++;
}

void
xtls_trust_note_seen (PurpleAccount *account,
                      const char *who,
                      const XtlsFingerprint *fingerprint)
{
}

gboolean
xtls_trust_set (PurpleAccount *account,
                const char *who,
                const XtlsFingerprint *fingerprint,
                XtlsTrust trust,
                XtlsVerifiedBy how)
{
    Side *side = side_of (account);

    g_assert_cmpint (trust, ==, XTLS_TRUST_VERIFIED);
    g_assert_true (xtls_fingerprint_equal (fingerprint, key_of (other (side))));
    side->verified = TRUE;
    side->how = how;
    return TRUE;
}

/* --- the exchange --- */

static void
begin (void)
{
    static const char *const names[] = {"juliet@capulet.lit/balcony",
                                        "romeo@montague.lit/orchard"};

    for (gsize i = 0; i < G_N_ELEMENTS (sides); i++) {
        memset (&sides[i], 0, sizeof sides[i]);
        sides[i].who = names[i];
        sides[i].room = G_MAXUINT;
        sides[i].lines = g_ptr_array_new_with_free_func (g_free);
        sides[i].talk =
            xtls_secret_exchange_new ((PurpleAccount *)&sides[i], names[i]);
    }
}

static void
end (void)
{
    for (gsize i = 0; i < G_N_ELEMENTS (sides); i++) {
        xtls_secret_exchange_free (sides[i].talk);
        g_queue_clear_full (&sides[i].inbox, (GDestroyNotify)xmlnode_free);
        g_ptr_array_unref (sides[i].lines);
    }
}

/* Returns: %FALSE if no stanza had arrived. */
static gboolean
take_one (Side *side)
{
    xmlnode *stanza = g_queue_pop_head (&side->inbox);

    if (!stanza)
        return FALSE;
    xmlnode_set_attrib (stanza, "from", side->who);
    if (!side->deaf)
        xtls_secret_exchange_take (side->talk, session_of (side), TRUE, stanza);
    else if (strcmp (xmlnode_get_attrib (stanza, "type"), "set") == 0)
        xtls_session_send (session_of (side),
                           nodes_printf ("<iq type='error' id='%s'><error>"
                                         "<service-unavailable xmlns='"
                                         "urn:ietf:params:xml:ns:xmpp-stanzas'"
                                         "/></error></iq>",
                                         xmlnode_get_attrib (stanza, "id")),
                           NULL);
    xmlnode_free (stanza);
    return TRUE;
}

/* The worker cannot be asked whether it is still busy; a step takes some
 * milliseconds. */
static gboolean
calculates (int ms)
{
    struct pollfd poll_fd = {.fd = xtls_smp_jobs_get_fd (jobs),
                             .events = POLLIN};

    if (poll (&poll_fd, 1, ms) == 0)
        return FALSE;
    xtls_smp_jobs_dispatch (jobs);
    return TRUE;
}

static XtlsSecretStep
step_of (Side *side)
{
    XtlsSecret *secret = xtls_secret_exchange_get (side->talk);
    XtlsSecretStep step = secret->step;

    xtls_secret_free (secret);
    return step;
}

/* Runs until @side is at @step. */
static void
run_until (Side *side, XtlsSecretStep step)
{
    gint64 until = g_get_monotonic_time () + 30 * G_TIME_SPAN_SECOND;

    while (step_of (side) != step) {
        g_assert_cmpint (g_get_monotonic_time (), <, until);
        if (!take_one (romeo) && !take_one (juliet))
            calculates (1000);
    }
}

/* Handles everything that has been sent. */
static void
settle (void)
{
    while (take_one (romeo) || take_one (juliet) || calculates (100))
        ;
}

static void
start (Side *side, const char *question, const char *secret)
{
    char *why = NULL;

    if (!xtls_secret_exchange_start (
            side->talk, session_of (side), question, secret, &why))
        g_error ("not started: %s", why);
}

static void
answer (Side *side, const char *secret)
{
    run_until (side, XTLS_SECRET_ASKED);
    g_assert_true (xtls_secret_exchange_answer (side->talk, secret, NULL));
}

static gboolean
was_said (Side *side, const char *part)
{
    for (guint i = 0; i < side->lines->len; i++)
        if (strstr (side->lines->pdata[i], part))
            return TRUE;
    return FALSE;
}

static void
test_results (void)
{
    static const struct {
        const char *question; /* of Romeo's */
        const char *his;
        const char *hers;
        XtlsSecretStep his_step;
        XtlsSecretStep her_step;
        gboolean he_verified;
        gboolean she_verified;
    } rows[] = {
        {NULL, "a", "a", XTLS_SECRET_SAME, XTLS_SECRET_SAME, TRUE, TRUE},
        {NULL,
         "a",
         "b",
         XTLS_SECRET_DIFFERENT,
         XTLS_SECRET_DIFFERENT,
         FALSE,
         FALSE},
        /* Giving the right answer does not verify the one who asked. */
        {"Where?",
         "a",
         "a",
         XTLS_SECRET_SAME,
         XTLS_SECRET_ANSWERED,
         TRUE,
         FALSE},
        {"Where?",
         "a",
         "A",
         XTLS_SECRET_DIFFERENT,
         XTLS_SECRET_DIFFERENT,
         FALSE,
         FALSE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
        XtlsSecret *secret;

        g_test_message ("row %zu", i);
        begin ();
        start (romeo, rows[i].question, rows[i].his);
        run_until (juliet, XTLS_SECRET_ASKED);
        secret = xtls_secret_exchange_get (juliet->talk);
        g_assert_cmpstr (secret->question, ==, rows[i].question);
        g_assert_cmpuint (secret->attempts, ==, 1);
        xtls_secret_free (secret);
        g_assert_cmpuint (juliet->asked, ==, 1);
        answer (juliet, rows[i].hers);
        run_until (romeo, rows[i].his_step);
        run_until (juliet, rows[i].her_step);
        g_assert_cmpint (romeo->verified, ==, rows[i].he_verified);
        g_assert_cmpint (juliet->verified, ==, rows[i].she_verified);
        if (romeo->verified)
            g_assert_cmpint (romeo->how, ==, XTLS_VERIFIED_BY_SECRET);
        g_assert_cmpuint (juliet->closed, >, 0);
        end ();
    }
}

static void
assert_not_started (Side *side,
                    XtlsSession *session,
                    const char *question,
                    const char *secret)
{
    g_autofree char *why = NULL;

    g_assert_false (xtls_secret_exchange_start (
        side->talk, session, question, secret, &why));
    g_assert_nonnull (why);
    g_assert_cmpuint (other (side)->inbox.length, ==, 0);
}

static void
test_not_started (void)
{
    g_autofree char *question = g_strnfill (XTLS_SECRET_QUESTION_MAX + 1, 'x');
    g_autofree char *why = NULL;

    begin ();
    assert_not_started (romeo, NULL, NULL, "a");
    assert_not_started (romeo, session_of (romeo), NULL, "");
    assert_not_started (romeo, session_of (romeo), question, "a");
    assert_not_started (romeo, session_of (romeo), "\xff", "a");
    g_assert_false (xtls_secret_exchange_answer (romeo->talk, "a", &why));
    g_assert_nonnull (why);
    start (romeo, NULL, "a");
    g_clear_pointer (&why, g_free);
    /* Only one attempt at a time is possible. */
    g_assert_false (xtls_secret_exchange_start (
        romeo->talk, session_of (romeo), NULL, "a", &why));
    g_assert_nonnull (why);
    end ();
}

static void
test_cancelled (void)
{
    begin ();
    start (romeo, NULL, "a");
    run_until (juliet, XTLS_SECRET_ASKED);
    xtls_secret_exchange_abort (juliet->talk);
    g_assert_cmpint (step_of (juliet), ==, XTLS_SECRET_ABORTED);
    run_until (romeo, XTLS_SECRET_ABORTED);
    g_assert_true (was_said (romeo, "was cancelled"));
    g_assert_true (was_said (juliet, "You cancelled"));
    g_assert_false (romeo->verified || juliet->verified);

    /* A new attempt can begin. */
    start (romeo, NULL, "a");
    run_until (juliet, XTLS_SECRET_ASKED);
    xtls_secret_exchange_abort (romeo->talk);
    run_until (juliet, XTLS_SECRET_ABORTED);
    g_assert_false (romeo->verified || juliet->verified);
    end ();
}

/* The lower attempt continues, with the secrets that both have typed. */
static void
test_both_begin (void)
{
    for (int i = 0; i < 4; i++) {
        begin ();
        start (romeo, NULL, "a");
        start (juliet, NULL, "a");
        run_until (romeo, XTLS_SECRET_SAME);
        run_until (juliet, XTLS_SECRET_SAME);
        g_assert_true (romeo->verified && juliet->verified);
        g_assert_cmpuint (romeo->asked + juliet->asked, ==, 0);
        end ();
    }
}

static void
test_session_gone (void)
{
    begin ();
    start (romeo, NULL, "a");
    run_until (juliet, XTLS_SECRET_ASKED);
    xtls_secret_exchange_session_gone (romeo->talk);
    xtls_secret_exchange_session_gone (juliet->talk);
    g_assert_cmpint (step_of (romeo), ==, XTLS_SECRET_ABORTED);
    g_assert_cmpint (step_of (juliet), ==, XTLS_SECRET_ABORTED);
    g_assert_false (xtls_secret_exchange_answer (juliet->talk, "a", NULL));
    settle ();
    g_assert_false (romeo->verified || juliet->verified);
    end ();
}

/* A side that cannot send a step does not wait for the next one. (No step
 * follows the last one.) */
static void
test_not_sent (void)
{
    for (guint room = 0; room < 3; room++) {
        Side *side = room % 2 ? juliet : romeo;

        begin ();
        side->room = room; /* for earlier steps and for responses */
        start (romeo, NULL, "a");
        if (room > 0)
            answer (juliet, "a");
        run_until (side, XTLS_SECRET_ABORTED);
        g_assert_true (was_said (side, "was cancelled"));
        g_assert_cmpuint (side->room, ==, 0);
        side->room = G_MAXUINT;
        xtls_secret_exchange_abort (other (side)->talk);
        settle ();
        start (romeo, NULL, "a");
        answer (juliet, "a");
        run_until (romeo, XTLS_SECRET_SAME);
        end ();
    }
}

static void
test_unsupported (void)
{
    begin ();
    juliet->deaf = TRUE;
    start (romeo, NULL, "a");
    run_until (romeo, XTLS_SECRET_UNSUPPORTED);
    g_assert_true (was_said (romeo, "cannot verify by a shared secret"));
    end ();
}

/* A contact cannot open dialogs without end. */
static void
test_ignored (void)
{
    begin ();
    for (guint i = 0; i < XTLS_SECRET_IGNORED_MAX; i++) {
        start (romeo, NULL, "a");
        run_until (juliet, XTLS_SECRET_ASKED);
        xtls_secret_exchange_abort (romeo->talk);
        run_until (juliet, XTLS_SECRET_ABORTED);
    }
    for (guint i = 0; i < 3; i++) {
        start (romeo, NULL, "a");
        run_until (romeo, XTLS_SECRET_ABORTED);
    }
    g_assert_cmpuint (juliet->asked, ==, XTLS_SECRET_IGNORED_MAX);
    end ();
}

static void
test_another_session (void)
{
    xmlnode *stanza =
        nodes_parse ("<iq type='set' id='i' from='x@y/z'>"
                     "<smp xmlns='" XTLS_NS_SMP "' attempt='a' step='1'>"
                     "<data>AAAA</data></smp></iq>");

    begin ();
    g_assert_true (xtls_secret_exchange_take (
        juliet->talk, session_of (juliet), FALSE, stanza));
    g_assert_cmpint (step_of (juliet), ==, XTLS_SECRET_NONE);
    g_assert_cmpuint (juliet->asked, ==, 0);
    xmlnode_free (stanza);
    end ();
}

int
main (int argc, char *argv[])
{
    int result;

    g_test_init (&argc, &argv, NULL);
    nodes_init ();
    jobs = xtls_smp_jobs_new ();
    g_test_add_func ("/secret/results", test_results);
    g_test_add_func ("/secret/not-started", test_not_started);
    g_test_add_func ("/secret/cancelled", test_cancelled);
    g_test_add_func ("/secret/both-begin", test_both_begin);
    g_test_add_func ("/secret/session-gone", test_session_gone);
    g_test_add_func ("/secret/not-sent", test_not_sent);
    g_test_add_func ("/secret/unsupported", test_unsupported);
    g_test_add_func ("/secret/ignored", test_ignored);
    g_test_add_func ("/secret/another-session", test_another_session);
    result = g_test_run ();
    xtls_smp_jobs_free (jobs);
    return result;
}
