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
#include "finch.h"
#include "iq.h"
#include "message.h"
#include "node.h"
#include "smp-jobs.h"
#include "stanza.h"
#include "trust.h"

#include <glib/gi18n-lib.h>
#include <gnutls/gnutls.h>
#include <string.h>

#define ATTEMPT_ID_MAX 64

struct XtlsSecretExchange {
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

XtlsSecretExchange *
xtls_secret_exchange_new (PurpleAccount *account, const char *who)
{
    XtlsSecretExchange *exchange = g_new0 (XtlsSecretExchange, 1);

    exchange->account = account;
    exchange->who = who;
    return exchange;
}

/* Ends the attempt, but keeps what is shown of it. */
static void
clear (XtlsSecretExchange *exchange)
{
    if (exchange->first)
        exchange->ignored++;
    g_clear_pointer (&exchange->attempt, xtls_smp_jobs_attempt_drop);
    g_clear_pointer (&exchange->session, xtls_session_unref);
    g_clear_pointer (&exchange->id, g_free);
    g_clear_pointer (&exchange->request, g_free);
    g_clear_pointer (&exchange->first, g_byte_array_unref);
    gnutls_memset (exchange->secret, 0, sizeof exchange->secret);
}

void
xtls_secret_exchange_free (XtlsSecretExchange *exchange)
{
    clear (exchange);
    g_free (exchange->question);
    g_free (exchange);
}

gboolean
xtls_secret_exchange_is_under_way (XtlsSecretExchange *exchange)
{
    return exchange->session != NULL;
}

static char *
with_name (const char *format, const char *name)
{
    g_auto (GStrv) parts = g_strsplit (format, "%s", 2);

    return g_strjoinv (name, parts);
}

static void
say (XtlsSecretExchange *exchange, const char *format)
{
    g_autofree char *name = xtls_contact_name_jid (exchange->who);
    g_autofree char *text = with_name (format, name);

    xtls_conversation_line (exchange->account, exchange->who, text);
}

/* The result must not be missed, even if the window is closed. */
static void
say_surely (XtlsSecretExchange *exchange, const char *format)
{
    g_autofree char *name = xtls_contact_name_jid (exchange->who);
    g_autofree char *text = with_name (format, name);
    g_autofree char *full =
        xtls_contact_name_get (exchange->account, exchange->who);
    g_autofree char *notice = with_name (format, full);

    xtls_conversation_report_as (
        exchange->account, exchange->who, text, notice);
}

static void
set_step (XtlsSecretExchange *exchange, XtlsSecretStep step)
{
    exchange->step = step;
    if (step == XTLS_SECRET_ASKED)
        xtls_dialog_ops_show (
            XTLS_DIALOG_SECRET, exchange->account, exchange->who);
    else
        xtls_core_emit (XTLS_SIGNAL_SECRET, exchange->account, exchange->who);
}

/* --- the end of an attempt ------------------------------------------------ */

static void
finish (XtlsSecretExchange *exchange, XtlsSecretStep step, const char *line)
{
    gboolean typed = !exchange->first;

    clear (exchange);
    g_clear_pointer (&exchange->question, g_free);
    xtls_dialog_ops_close_secret (exchange->account, exchange->who);
    /* A peer that asks and cancels repeatedly must not open windows. */
    if (typed)
        say_surely (exchange, line);
    else
        say (exchange, line);
    set_step (exchange, step);
}

static void
succeed (XtlsSecretExchange *exchange)
{
    XtlsFingerprint fingerprint =
        *xtls_session_get_fingerprint (exchange->session);

    if (exchange->answers) {
        finish (exchange,
                XTLS_SECRET_ANSWERED,
                _ ("Your answer was right: %s knows now that it is you. To "
                   "verify this contact, ask a question of your own."));
        return;
    }
    /* Translators: %s is the address of a contact. */
    finish (exchange, XTLS_SECRET_SAME, _ ("You and %s know the same secret."));
    xtls_trust_note_seen (exchange->account, exchange->who, &fingerprint);
    xtls_trust_set (exchange->account,
                    exchange->who,
                    &fingerprint,
                    XTLS_TRUST_VERIFIED,
                    XTLS_VERIFIED_BY_SECRET);
}

static void
fail (XtlsSecretExchange *exchange)
{
    finish (exchange,
            XTLS_SECRET_DIFFERENT,
            /* Translators: %s is the address of a contact. */
            _ ("You and %s typed different secrets. Try again; if it happens "
               "again, somebody may sit between you."));
}

/* Not by the user. */
static void
cancel (XtlsSecretExchange *exchange)
{
    finish (exchange,
            XTLS_SECRET_ABORTED,
            /* Translators: %s is the address of a contact. */
            _ ("The verification with %s was cancelled."));
}

/* --- stanzas -------------------------------------------------------------- */

static gboolean
send (XtlsSecretExchange *exchange, xmlnode *iq)
{
    if (xtls_session_send (exchange->session, iq, NULL))
        return TRUE;
    xmlnode_free (iq);
    return FALSE;
}

static xmlnode *
new_request (XtlsSecretExchange *exchange, const char *step, xmlnode **smp)
{
    xmlnode *iq =
        xtls_iq_new ("set", xtls_session_get_peer (exchange->session), NULL);

    *smp = xmlnode_new_child (iq, "smp");
    xmlnode_set_namespace (*smp, XTLS_NS_SMP);
    xmlnode_set_attrib (*smp, "attempt", exchange->id);
    xmlnode_set_attrib (*smp, "step", step);
    g_free (exchange->request);
    exchange->request = g_strdup (xtls_node_attrib (iq, "id"));
    return iq;
}

static void
add_text (xmlnode *smp, const char *name, const char *text)
{
    xmlnode *child = xmlnode_new_child (smp, name);

    xmlnode_set_namespace (child, XTLS_NS_SMP);
    xmlnode_insert_data (child, text, -1);
}

static gboolean
send_step (XtlsSecretExchange *exchange, guint step, const GByteArray *message)
{
    g_autofree char *data = xtls_base64_encode (message->data, message->len);
    char number[] = {(char)('0' + step), '\0'};
    xmlnode *smp;
    xmlnode *iq = new_request (exchange, number, &smp);

    if (step == 1 && exchange->question)
        add_text (smp, "question", exchange->question);
    add_text (smp, "data", data);
    return send (exchange, iq);
}

static void
send_abort (XtlsSecretExchange *exchange)
{
    xmlnode *smp;
    xmlnode *iq = new_request (exchange, "abort", &smp);

    (void)send (exchange, iq);
}

static void
give_up (XtlsSecretExchange *exchange)
{
    send_abort (exchange);
    /* The session may have ended during the call. */
    if (xtls_secret_exchange_is_under_way (exchange))
        cancel (exchange);
}

/* --- the worker's results ------------------------------------------------- */

static void
step_done_cb (XtlsSmpResult result,
              guint step,
              const GByteArray *reply,
              gpointer data)
{
    XtlsSecretExchange *exchange = data;
    gboolean sent = !reply || send_step (exchange, step, reply);

    /* The connection may have failed during the call, and the attempt with
     * it. */
    if (!xtls_secret_exchange_is_under_way (exchange))
        return;
    switch (result) {
    case XTLS_SMP_GOES_ON:
        /* The peer waits for a step that it will not get. */
        if (!sent)
            give_up (exchange);
        break;
    case XTLS_SMP_SAME:
        succeed (exchange);
        break;
    case XTLS_SMP_DIFFERENT:
        fail (exchange);
        break;
    case XTLS_SMP_FAILED:
        give_up (exchange);
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
begin (XtlsSecretExchange *exchange, XtlsSession *session, const char *id)
{
    clear (exchange);
    exchange->answers = FALSE;
    exchange->session = xtls_session_ref (session);
    exchange->id = g_strdup (id);
    exchange->attempt = xtls_smp_jobs_attempt_new (
        xtls_core_get_smp_jobs (), step_done_cb, exchange);
}

gboolean
xtls_secret_exchange_start (XtlsSecretExchange *exchange,
                            XtlsSession *session,
                            const char *question,
                            const char *text,
                            char **why)
{
    guint8 secret[XTLS_SMP_SECRET_LEN];
    g_autofree char *id = NULL;

    if (!session || xtls_secret_exchange_is_under_way (exchange)) {
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
    begin (exchange, session, id);
    exchange->yields = TRUE;
    exchange->ignored = 0;
    exchange->attempts++;
    g_free (exchange->question);
    exchange->question = question && *question ? g_strdup (question) : NULL;
    memcpy (exchange->secret, secret, sizeof secret);
    xtls_smp_jobs_attempt_begin (exchange->attempt, secret);
    gnutls_memset (secret, 0, sizeof secret);
    /* Translators: %s is the address of a contact. */
    say (exchange, _ ("Waiting for %s to type the shared secret…"));
    set_step (exchange, XTLS_SECRET_WAITING);
    return TRUE;
}

gboolean
xtls_secret_exchange_answer (XtlsSecretExchange *exchange,
                             const char *text,
                             char **why)
{
    guint8 secret[XTLS_SMP_SECRET_LEN];

    if (!exchange->first) {
        if (why)
            *why = g_strdup (_ ("Nobody waits for an answer any more."));
        return FALSE;
    }
    if (!make_secret (exchange->session, text, secret, why))
        return FALSE;
    xtls_smp_jobs_attempt_receive (exchange->attempt,
                                   1,
                                   exchange->first->data,
                                   exchange->first->len,
                                   secret);
    gnutls_memset (secret, 0, sizeof secret);
    g_clear_pointer (&exchange->first, g_byte_array_unref);
    exchange->ignored = 0;
    set_step (exchange, XTLS_SECRET_WAITING);
    return TRUE;
}

void
xtls_secret_exchange_abort (XtlsSecretExchange *exchange)
{
    if (!xtls_secret_exchange_is_under_way (exchange))
        return;
    send_abort (exchange);
    if (!xtls_secret_exchange_is_under_way (exchange))
        return;
    finish (exchange,
            XTLS_SECRET_ABORTED,
            /* Translators: %s is the address of a contact. */
            _ ("You cancelled the verification with %s."));
}

XtlsSecret *
xtls_secret_exchange_get (XtlsSecretExchange *exchange)
{
    XtlsSecret *secret = g_new0 (XtlsSecret, 1);

    secret->step = exchange->step;
    secret->question = g_strdup (exchange->question);
    secret->attempts = exchange->attempts;
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
xtls_secret_exchange_session_gone (XtlsSecretExchange *exchange)
{
    gboolean under_way = xtls_secret_exchange_is_under_way (exchange);

    exchange->attempts = 0;
    if (under_way)
        cancel (exchange);
    else
        exchange->step = XTLS_SECRET_NONE;
    exchange->ignored = 0;
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
yields (XtlsSecretExchange *exchange, const char *id)
{
    return exchange->yields && exchange->id && strcmp (id, exchange->id) < 0;
}

/* How the peer's step fits. */
typedef enum { IN_ORDER, CONFLICT, TOO_MANY, WRONG } Verdict;

static Verdict
take_first (XtlsSecretExchange *exchange,
            XtlsSession *session,
            const char *id,
            const xmlnode *smp,
            GByteArray *data)
{
    guint8 secret[XTLS_SMP_SECRET_LEN];
    g_autofree char *question = get_question (smp);
    gboolean typed = xtls_secret_exchange_is_under_way (exchange);

    if (question && strlen (question) > XTLS_SECRET_QUESTION_MAX)
        return WRONG;
    if (typed && !yields (exchange, id))
        return CONFLICT;
    if (exchange->ignored >= XTLS_SECRET_IGNORED_MAX)
        return TOO_MANY;
    memcpy (secret, exchange->secret, sizeof secret);
    begin (exchange, session, id);
    exchange->yields = FALSE;
    if (typed) {
        xtls_smp_jobs_attempt_receive (
            exchange->attempt, 1, data->data, data->len, secret);
    } else {
        exchange->attempts++;
        exchange->first = g_byte_array_ref (data);
        g_free (exchange->question);
        exchange->question = g_steal_pointer (&question);
        exchange->answers = exchange->question != NULL;
        /* Finch opens a window that nobody asked for behind the others: an
         * answer that is typed right away would go out as a message. */
        say (exchange,
             xtls_finch_is_client ()
                 /* Translators: %s is the address of a contact. */
                 ? _ ("%s wants to verify you by a shared secret. Answer in "
                      "the window “Verify”: press Alt+N to get there.")
                 /* Translators: %s is the address of a contact. */
                 : _ ("%s wants to verify you by a shared secret. Answer in "
                      "the dialog."));
        set_step (exchange, XTLS_SECRET_ASKED);
    }
    gnutls_memset (secret, 0, sizeof secret);
    return IN_ORDER;
}

static gboolean
is_current (XtlsSecretExchange *exchange,
            XtlsSession *session,
            const xmlnode *smp)
{
    return exchange->id && exchange->session == session &&
           g_strcmp0 (xtls_node_attrib (smp, "attempt"), exchange->id) == 0;
}

static Verdict
take_step (XtlsSecretExchange *exchange,
           XtlsSession *session,
           const xmlnode *smp)
{
    const char *id = xtls_node_attrib (smp, "attempt");
    const char *step = xtls_node_attrib (smp, "step");
    g_autoptr (GByteArray) data = get_data (smp);
    gboolean current = is_current (exchange, session, smp);

    if (!id || !*id || strlen (id) > ATTEMPT_ID_MAX || !step)
        return WRONG;
    if (strcmp (step, "abort") == 0) {
        if (current)
            cancel (exchange);
        return IN_ORDER;
    }
    if (!data || step[0] < '1' || step[0] > '4' || step[1])
        return WRONG;
    if (step[0] == '1')
        return take_first (exchange, session, id, smp, data);
    if (!current || exchange->first)
        return WRONG;
    exchange->yields = FALSE;
    gnutls_memset (exchange->secret, 0, sizeof exchange->secret);
    return xtls_smp_jobs_attempt_receive (exchange->attempt,
                                          (guint)(step[0] - '0'),
                                          data->data,
                                          data->len,
                                          NULL)
               ? IN_ORDER
               : WRONG;
}

static gboolean
take_answer (XtlsSecretExchange *exchange,
             XtlsSession *session,
             const xmlnode *iq)
{
    const char *type = xtls_node_attrib (iq, "type");
    const char *id = xtls_node_attrib (iq, "id");
    const char *condition;

    if (!exchange->request || exchange->session != session ||
        g_strcmp0 (id, exchange->request) != 0 ||
        (g_strcmp0 (type, "result") != 0 && g_strcmp0 (type, "error") != 0))
        return FALSE;
    g_clear_pointer (&exchange->request, g_free);
    if (g_strcmp0 (type, "error") != 0)
        return TRUE;
    condition = xtls_iq_error_condition (iq, NULL);
    if (g_strcmp0 (condition, "conflict") == 0)
        return TRUE; /* the peer's own attempt continues */
    if (g_strcmp0 (condition, "bad-request") == 0 ||
        g_strcmp0 (condition, "resource-constraint") == 0)
        cancel (exchange);
    else
        finish (exchange,
                XTLS_SECRET_UNSUPPORTED,
                /* Translators: %s is the address of a contact. */
                _ ("The client of %s cannot verify by a shared secret. "
                   "Compare the fingerprints instead."));
    return TRUE;
}

gboolean
xtls_secret_exchange_take (XtlsSecretExchange *exchange,
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
    if (take_answer (exchange, session, stanza))
        return TRUE;
    if (!smp || g_strcmp0 (xtls_node_attrib (stanza, "type"), "set") != 0)
        return FALSE;
    if (open)
        verdict = take_step (exchange, session, smp);
    answer = verdict == IN_ORDER ? xtls_iq_result (stanza)
                                 : xtls_iq_error (stanza, errors[verdict]);
    if (!xtls_session_send (session, answer, NULL))
        xmlnode_free (answer);
    if (verdict == WRONG && is_current (exchange, session, smp))
        cancel (exchange);
    return TRUE;
}
