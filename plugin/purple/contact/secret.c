/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Verification by shared secret, as stanzas inside the private stream:
 *
 *   <iq type='set' id='…'>
 *     <smp xmlns='urn:xmpp:xtls:smp:0' attempt='…' step='1'>
 *       <question>…</question><data>base64</data>
 *     </smp>
 *   </iq>
 *
 * Steps 1 to 4 alternate; each is answered by an empty result. `step='abort'`
 * ends an attempt. If both begin, the lower attempt id goes on, with the secret
 * that each side has typed.
 */
#include "secret.h"

#include "base64.h"
#include "contact-name.h"
#include "conversation.h"
#include "core.h"
#include "dialog-ops.h"
#include "iq.h"
#include "message.h"
#include "node.h"
#include "smp-jobs.h"
#include "stanza.h"
#include "trust.h"

#include <glib/gi18n-lib.h>
#include <gnutls/gnutls.h>
#include <notify.h>
#include <string.h>

#define ATTEMPT_ID_MAX 64

struct XtlsSecretTalk {
    PurpleAccount *account; /* borrowed from the contact, like the next */
    const char *who;
    XtlsSecretStep step;
    char *question; /* from the peer, plain text */
    guint attempts; /* in this session */
    guint ignored;  /* from the peer, in a row, that the user did not answer */

    XtlsSession *session;    /* a reference, while an attempt is under way */
    XtlsSmpAttempt *attempt; /* (nullable) */
    char *id;                /* of the attempt */
    char *request;           /* id of our last unanswered request */
    gboolean answers;        /* the peer asked: this verifies us to it only */
    gboolean yields;         /* we began, and the peer has not continued yet */

    /* The secret typed here, kept while our step 1 is unanswered, in case the
     * peer begins at the same time. */
    guint8 secret[XTLS_SMP_SECRET_LEN];

    /* The peer's step 1, until the user has typed the secret. */
    GByteArray *first;
};

XtlsSecretTalk *
xtls_secret_talk_new (PurpleAccount *account, const char *who)
{
    XtlsSecretTalk *talk = g_new0 (XtlsSecretTalk, 1);

    talk->account = account;
    talk->who = who;
    return talk;
}

/* Ends the attempt, but keeps what is shown of it. */
static void
clear (XtlsSecretTalk *talk)
{
    if (talk->first)
        talk->ignored++;
    g_clear_pointer (&talk->attempt, xtls_smp_jobs_attempt_drop);
    g_clear_pointer (&talk->session, xtls_session_unref);
    g_clear_pointer (&talk->id, g_free);
    g_clear_pointer (&talk->request, g_free);
    g_clear_pointer (&talk->first, g_byte_array_unref);
    gnutls_memset (talk->secret, 0, sizeof talk->secret);
}

void
xtls_secret_talk_free (XtlsSecretTalk *talk)
{
    clear (talk);
    g_free (talk->question);
    g_free (talk);
}

static gboolean
is_under_way (XtlsSecretTalk *talk)
{
    return talk->session != NULL;
}

static char *
with_name (const char *format, const char *name)
{
    g_auto (GStrv) parts = g_strsplit (format, "%s", 2);

    return g_strjoinv (name, parts);
}

static gboolean
say (XtlsSecretTalk *talk, const char *format)
{
    g_autofree char *name = xtls_contact_name_jid (talk->who);
    g_autofree char *text = with_name (format, name);

    return xtls_conversation_line (talk->account, talk->who, text, FALSE);
}

/* The result must not be missed, even if the window is closed. */
static void
say_surely (XtlsSecretTalk *talk, const char *format)
{
    g_autofree char *name = NULL;
    g_autofree char *text = NULL;

    if (say (talk, format))
        return;
    name = xtls_contact_name_get (talk->account, talk->who);
    text = with_name (format, name);
    purple_notify_info (
        xtls_core_get_plugin (), _ ("Private conversation"), text, NULL);
}

static void
set_step (XtlsSecretTalk *talk, XtlsSecretStep step)
{
    talk->step = step;
    if (step == XTLS_SECRET_ASKED)
        xtls_dialog_ops_show (XTLS_DIALOG_SECRET, talk->account, talk->who);
    else
        xtls_core_emit (XTLS_SIGNAL_SECRET, talk->account, talk->who);
}

/* --- the end of an attempt ------------------------------------------------ */

static void
finish (XtlsSecretTalk *talk, XtlsSecretStep step, const char *line)
{
    gboolean typed = !talk->first;

    clear (talk);
    g_clear_pointer (&talk->question, g_free);
    xtls_dialog_ops_close_secret (talk->account, talk->who);
    /* A peer that asks and cancels repeatedly must not open windows. */
    if (typed)
        say_surely (talk, line);
    else
        say (talk, line);
    set_step (talk, step);
}

static void
succeed (XtlsSecretTalk *talk)
{
    XtlsFingerprint fingerprint = *xtls_session_get_fingerprint (talk->session);

    if (talk->answers) {
        finish (talk,
                XTLS_SECRET_ANSWERED,
                _ ("Your answer was right: %s knows now that it is you. To "
                   "verify this contact, ask a question of your own."));
        return;
    }
    finish (talk, XTLS_SECRET_SAME, _ ("You and %s know the same secret."));
    xtls_trust_note_seen (talk->account, talk->who, &fingerprint);
    xtls_trust_set (talk->account,
                    talk->who,
                    &fingerprint,
                    XTLS_TRUST_VERIFIED,
                    XTLS_VERIFIED_BY_SECRET);
}

static void
fail (XtlsSecretTalk *talk)
{
    finish (talk,
            XTLS_SECRET_DIFFERENT,
            _ ("You and %s typed different secrets. Try again; if it happens "
               "again, somebody may sit between you."));
}

static void
abort_by_peer (XtlsSecretTalk *talk)
{
    finish (talk,
            XTLS_SECRET_ABORTED,
            _ ("The verification with %s was cancelled."));
}

/* --- stanzas -------------------------------------------------------------- */

static void
send (XtlsSecretTalk *talk, xmlnode *iq)
{
    if (!xtls_session_send (talk->session, iq, NULL))
        xmlnode_free (iq);
}

static xmlnode *
new_request (XtlsSecretTalk *talk, const char *step, xmlnode **smp)
{
    xmlnode *iq =
        xtls_iq_new ("set", xtls_session_get_peer (talk->session), NULL);

    *smp = xmlnode_new_child (iq, "smp");
    xmlnode_set_namespace (*smp, XTLS_NS_SMP);
    xmlnode_set_attrib (*smp, "attempt", talk->id);
    xmlnode_set_attrib (*smp, "step", step);
    g_free (talk->request);
    talk->request = g_strdup (xtls_node_attrib (iq, "id"));
    return iq;
}

static void
add_text (xmlnode *smp, const char *name, const char *text)
{
    xmlnode *child = xmlnode_new_child (smp, name);

    xmlnode_set_namespace (child, XTLS_NS_SMP);
    xmlnode_insert_data (child, text, -1);
}

static void
send_step (XtlsSecretTalk *talk, guint step, const GByteArray *message)
{
    g_autofree char *data = xtls_base64_encode (message->data, message->len);
    char number[] = {(char)('0' + step), '\0'};
    xmlnode *smp;
    xmlnode *iq = new_request (talk, number, &smp);

    if (step == 1 && talk->question)
        add_text (smp, "question", talk->question);
    add_text (smp, "data", data);
    send (talk, iq);
}

static void
send_abort (XtlsSecretTalk *talk)
{
    xmlnode *smp;
    xmlnode *iq = new_request (talk, "abort", &smp);

    send (talk, iq);
}

/* --- the worker's results ------------------------------------------------- */

static void
step_done_cb (XtlsSmpResult result,
              guint step,
              const GByteArray *reply,
              gpointer data)
{
    XtlsSecretTalk *talk = data;

    if (reply)
        send_step (talk, step, reply);
    /* The connection may have failed during the call, and the attempt with
     * it. */
    if (!is_under_way (talk))
        return;
    switch (result) {
    case XTLS_SMP_GOES_ON:
        break;
    case XTLS_SMP_SAME:
        succeed (talk);
        break;
    case XTLS_SMP_DIFFERENT:
        fail (talk);
        break;
    case XTLS_SMP_FAILED:
        send_abort (talk);
        abort_by_peer (talk);
        break;
    }
}

/* --- the user ------------------------------------------------------------- */

static gboolean
make_secret (XtlsSession *session,
             const char *text,
             guint8 secret[XTLS_SMP_SECRET_LEN],
             char **why)
{
    gboolean client = xtls_session_is_outgoing (session);
    const XtlsFingerprint *own = xtls_session_get_own_fingerprint (session);
    const XtlsFingerprint *peer = xtls_session_get_fingerprint (session);
    guint8 binding[32];

    if (xtls_session_get_binding (session, binding) &&
        xtls_smp_secret (
            binding, client ? own : peer, client ? peer : own, text, secret))
        return TRUE;
    if (why)
        *why = g_strdup (_ ("Type a secret that is not empty."));
    return FALSE;
}

static void
begin (XtlsSecretTalk *talk, XtlsSession *session, const char *id)
{
    clear (talk);
    talk->answers = FALSE;
    talk->session = xtls_session_ref (session);
    talk->id = g_strdup (id);
    talk->attempt = xtls_smp_jobs_attempt_new (
        xtls_core_get_smp_jobs (), step_done_cb, talk);
}

gboolean
xtls_secret_talk_start (XtlsSecretTalk *talk,
                        XtlsSession *session,
                        const char *question,
                        const char *text,
                        char **why)
{
    guint8 secret[XTLS_SMP_SECRET_LEN];
    g_autofree char *id = NULL;

    if (!session || is_under_way (talk)) {
        if (why)
            *why = g_strdup (
                session ? _ ("A verification is under way already.")
                        : _ ("Start a private conversation with this contact "
                             "first."));
        return FALSE;
    }
    if (question && (strlen (question) > XTLS_SECRET_QUESTION_MAX ||
                     !g_utf8_validate (question, -1, NULL))) {
        if (why)
            *why = g_strdup (_ ("The question is too long."));
        return FALSE;
    }
    if (!make_secret (session, text, secret, why))
        return FALSE;

    id = xtls_stanza_random_id ();
    begin (talk, session, id);
    talk->yields = TRUE;
    talk->ignored = 0;
    talk->attempts++;
    g_free (talk->question);
    talk->question = question && *question ? g_strdup (question) : NULL;
    memcpy (talk->secret, secret, sizeof secret);
    xtls_smp_jobs_attempt_begin (talk->attempt, secret);
    gnutls_memset (secret, 0, sizeof secret);
    say (talk, _ ("Waiting for %s to type the shared secret…"));
    set_step (talk, XTLS_SECRET_WAITING);
    return TRUE;
}

gboolean
xtls_secret_talk_answer (XtlsSecretTalk *talk, const char *text, char **why)
{
    guint8 secret[XTLS_SMP_SECRET_LEN];

    if (!talk->first) {
        if (why)
            *why = g_strdup (_ ("Nobody waits for an answer any more."));
        return FALSE;
    }
    if (!make_secret (talk->session, text, secret, why))
        return FALSE;
    xtls_smp_jobs_attempt_receive (
        talk->attempt, 1, talk->first->data, talk->first->len, secret);
    gnutls_memset (secret, 0, sizeof secret);
    g_clear_pointer (&talk->first, g_byte_array_unref);
    talk->ignored = 0;
    set_step (talk, XTLS_SECRET_WAITING);
    return TRUE;
}

void
xtls_secret_talk_abort (XtlsSecretTalk *talk)
{
    if (!is_under_way (talk))
        return;
    send_abort (talk);
    finish (talk,
            XTLS_SECRET_ABORTED,
            _ ("You cancelled the verification with %s."));
}

XtlsSecret *
xtls_secret_talk_get (XtlsSecretTalk *talk)
{
    XtlsSecret *secret = g_new0 (XtlsSecret, 1);

    secret->step = talk->step;
    secret->question = g_strdup (talk->question);
    secret->attempts = talk->attempts;
    return secret;
}

void
xtls_secret_free (XtlsSecret *secret)
{
    if (!secret)
        return;
    g_free (secret->question);
    g_free (secret);
}

void
xtls_secret_talk_session_gone (XtlsSecretTalk *talk)
{
    gboolean under_way = is_under_way (talk);

    talk->attempts = 0;
    if (under_way)
        abort_by_peer (talk);
    else
        talk->step = XTLS_SECRET_NONE;
    talk->ignored = 0;
}

/* --- the peer ------------------------------------------------------------- */

static GByteArray *
get_data (const xmlnode *smp)
{
    xmlnode *node = xmlnode_get_child_with_namespace (smp, "data", XTLS_NS_SMP);
    g_autofree char *text = node ? xmlnode_get_data (node) : NULL;
    GByteArray *data = g_byte_array_new ();

    if (text &&
        xtls_base64_decode (text, strlen (text), XTLS_SMP_MESSAGE_MAX, data) &&
        data->len > 0)
        return data;
    g_byte_array_unref (data);
    return NULL;
}

/* Returns: (nullable): the question in one line, because it is quoted in a text
 * of ours. */
static char *
get_question (const xmlnode *smp)
{
    xmlnode *node =
        xmlnode_get_child_with_namespace (smp, "question", XTLS_NS_SMP);
    g_autofree char *text = node ? xmlnode_get_data (node) : NULL;

    return text ? xtls_message_one_line (text) : NULL;
}

/* Both sides began: the lower id continues. The secret was already typed here,
 * so the peer's attempt can be answered with it, unless the peer has already
 * had a guess in our attempt. */
static gboolean
yields (XtlsSecretTalk *talk, const char *id)
{
    return talk->yields && talk->id && strcmp (id, talk->id) < 0;
}

/* How the peer's step fits. */
typedef enum { IN_ORDER, CONFLICT, TOO_MANY, WRONG } Verdict;

static Verdict
take_first (XtlsSecretTalk *talk,
            XtlsSession *session,
            const char *id,
            const xmlnode *smp,
            GByteArray *data)
{
    guint8 secret[XTLS_SMP_SECRET_LEN];
    g_autofree char *question = get_question (smp);
    gboolean typed = is_under_way (talk);

    if (question && strlen (question) > XTLS_SECRET_QUESTION_MAX)
        return WRONG;
    if (typed && !yields (talk, id))
        return CONFLICT;
    if (talk->ignored >= XTLS_SECRET_IGNORED_MAX)
        return TOO_MANY;
    memcpy (secret, talk->secret, sizeof secret);
    begin (talk, session, id);
    talk->yields = FALSE;
    if (typed) {
        xtls_smp_jobs_attempt_receive (
            talk->attempt, 1, data->data, data->len, secret);
    } else {
        talk->attempts++;
        talk->first = g_byte_array_ref (data);
        g_free (talk->question);
        talk->question = g_steal_pointer (&question);
        talk->answers = talk->question != NULL;
        say (talk,
             _ ("%s wants to verify you by a shared secret. Answer in the "
                "dialog."));
        set_step (talk, XTLS_SECRET_ASKED);
    }
    gnutls_memset (secret, 0, sizeof secret);
    return IN_ORDER;
}

static gboolean
is_current (XtlsSecretTalk *talk, XtlsSession *session, const xmlnode *smp)
{
    return talk->id && talk->session == session &&
           g_strcmp0 (xtls_node_attrib (smp, "attempt"), talk->id) == 0;
}

static Verdict
take_step (XtlsSecretTalk *talk, XtlsSession *session, const xmlnode *smp)
{
    const char *id = xtls_node_attrib (smp, "attempt");
    const char *step = xtls_node_attrib (smp, "step");
    g_autoptr (GByteArray) data = get_data (smp);
    gboolean current = is_current (talk, session, smp);

    if (!id || !*id || strlen (id) > ATTEMPT_ID_MAX || !step)
        return WRONG;
    if (strcmp (step, "abort") == 0) {
        if (current)
            abort_by_peer (talk);
        return IN_ORDER;
    }
    if (!data || step[0] < '1' || step[0] > '4' || step[1])
        return WRONG;
    if (step[0] == '1')
        return take_first (talk, session, id, smp, data);
    if (!current || talk->first)
        return WRONG;
    talk->yields = FALSE;
    gnutls_memset (talk->secret, 0, sizeof talk->secret);
    return xtls_smp_jobs_attempt_receive (talk->attempt,
                                          (guint)(step[0] - '0'),
                                          data->data,
                                          data->len,
                                          NULL)
               ? IN_ORDER
               : WRONG;
}

static gboolean
take_answer (XtlsSecretTalk *talk, XtlsSession *session, const xmlnode *iq)
{
    const char *type = xtls_node_attrib (iq, "type");
    const char *id = xtls_node_attrib (iq, "id");
    const char *condition;

    if (!talk->request || talk->session != session ||
        g_strcmp0 (id, talk->request) != 0 ||
        (g_strcmp0 (type, "result") != 0 && g_strcmp0 (type, "error") != 0))
        return FALSE;
    g_clear_pointer (&talk->request, g_free);
    if (g_strcmp0 (type, "error") != 0)
        return TRUE;
    condition = xtls_iq_error_condition (iq, NULL);
    if (g_strcmp0 (condition, "conflict") == 0)
        return TRUE; /* the peer's own attempt continues */
    if (g_strcmp0 (condition, "bad-request") == 0 ||
        g_strcmp0 (condition, "resource-constraint") == 0)
        abort_by_peer (talk);
    else
        finish (talk,
                XTLS_SECRET_UNSUPPORTED,
                _ ("The client of %s cannot verify by a shared secret. "
                   "Compare the fingerprints instead."));
    return TRUE;
}

gboolean
xtls_secret_talk_take (XtlsSecretTalk *talk,
                       XtlsSession *session,
                       gboolean open,
                       xmlnode *stanza)
{
    xmlnode *smp =
        xmlnode_get_child_with_namespace (stanza, "smp", XTLS_NS_SMP);
    static const XtlsIqError errors[] = {
        [CONFLICT] = XTLS_IQ_ERROR_CONFLICT,
        [TOO_MANY] = XTLS_IQ_ERROR_RESOURCE_CONSTRAINT,
        [WRONG] = XTLS_IQ_ERROR_BAD_REQUEST,
    };
    Verdict verdict = WRONG;
    xmlnode *answer;

    if (g_strcmp0 (stanza->name, "iq") != 0)
        return FALSE;
    if (take_answer (talk, session, stanza))
        return TRUE;
    if (!smp || g_strcmp0 (xtls_node_attrib (stanza, "type"), "set") != 0)
        return FALSE;
    if (open)
        verdict = take_step (talk, session, smp);
    answer = verdict == IN_ORDER ? xtls_iq_result (stanza)
                                 : xtls_iq_error (stanza, errors[verdict]);
    if (!xtls_session_send (session, answer, NULL))
        xmlnode_free (answer);
    if (verdict == WRONG && is_current (talk, session, smp))
        abort_by_peer (talk);
    return TRUE;
}
