/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What may go beside the stream; see beside-rules.h. */
#include "beside-rules.h"

#include "api.h"
#include "element.h"
#include "ns.h"
#include "router-private.h"
#include "streamhosts.h"

#include <prefs.h>
#include <proxy.h>
#include <string.h>

/* The most proxies of the account's own server that are remembered. */
#define PROXIES_MAX 16
/* The most questions for the address of a proxy, of all accounts, that are
 * remembered until they are answered; the oldest are forgotten first. */
#define QUESTIONS_MAX 64

typedef struct {
    const PurpleAccount *account; /* only compared */
    char *jid;                    /* canonical, of a server */
    char *id;
} Question;

static GQueue questions = G_QUEUE_INIT;

gboolean
xtls_beside_rules_allow_direct (void)
{
    return purple_prefs_get_bool (XTLS_PREF_DIRECT);
}

/* A user who reaches the server through a proxy does not want to be seen. */
static gboolean
is_proxied (XtlsRouter *router)
{
    PurpleProxyInfo *info = purple_proxy_get_setup (router->account);

    return info && purple_proxy_info_get_type (info) != PURPLE_PROXY_NONE &&
           purple_proxy_info_get_type (info) != PURPLE_PROXY_USE_GLOBAL;
}

gboolean
xtls_beside_rules_suits (XtlsRouter *router,
                         const XtlsEnvelope *iq,
                         guint64 *size)
{
    return iq->sid && iq->id && iq->size &&
           g_ascii_string_to_unsigned (
               iq->size, 10, 1, G_MAXINT64, size, NULL) &&
           !is_proxied (router);
}

/* Whether somebody on this machine can be a contact. */
static gboolean
is_server_local (XtlsRouter *router)
{
    const char *set =
        purple_account_get_string (router->account, "connect_server", NULL);
    const char *at = strchr (xtls_login_get_jid (router->login), '@');

    return xtls_streamhosts_is_local (set && *set ? set : at ? at + 1 : "");
}

GPtrArray *
xtls_beside_rules_filter (XtlsRouter *router,
                          xmlnode *query,
                          const char *sender,
                          gboolean direct,
                          gboolean any_proxy)
{
    const XtlsStreamhostsRules rules = {
        .sender = sender,
        .allows_direct = direct && xtls_beside_rules_allow_direct (),
        .is_local = is_server_local (router),
        .proxies = any_proxy ? NULL : router->proxies,
    };

    return xtls_streamhosts_filter (query, &rules);
}

/* --- the proxies of the account's server ---------------------------------- */

static void
question_free (gpointer data)
{
    Question *question = data;

    g_free (question->id);
    g_free (question->jid);
    g_free (question);
}

void
xtls_beside_rules_note_question (PurpleAccount *account, const XtlsEnvelope *iq)
{
    Question *question;

    if (!iq->is_get || iq->payload != XTLS_PAYLOAD_OTHER_FILE || !iq->to.bare ||
        strchr (iq->to.bare, '@') || !iq->id)
        return;
    question = g_new (Question, 1);
    question->account = account;
    question->jid = g_strdup (iq->to.bare);
    question->id = g_strdup (iq->id);
    g_queue_push_tail (&questions, question);
    if (questions.length > QUESTIONS_MAX)
        question_free (g_queue_pop_head (&questions));
}

/* Returns: whether this answers one. */
static gboolean
take_question (const PurpleAccount *account, const XtlsEnvelope *iq)
{
    for (GList *l = questions.head; l; l = l->next) {
        Question *question = l->data;

        if (question->account != account ||
            g_strcmp0 (question->jid, iq->from.bare) != 0 ||
            g_strcmp0 (question->id, iq->id) != 0)
            continue;
        g_queue_delete_link (&questions, l);
        question_free (question);
        return TRUE;
    }
    return FALSE;
}

void
xtls_beside_rules_forget_questions (const PurpleAccount *account)
{
    GList *next;

    for (GList *l = questions.head; l; l = next) {
        Question *question = l->data;

        next = l->next;
        if (account && question->account != account)
            continue;
        g_queue_delete_link (&questions, l);
        question_free (question);
    }
}

/* A subdomain may also be a server of its own, with anybody's accounts. */
static gboolean
is_of_own_server (XtlsRouter *router, const char *jid)
{
    const char *domain = strchr (xtls_login_get_jid (router->login), '@');
    g_autofree char *suffix =
        domain ? g_strconcat (".", domain + 1, NULL) : NULL;

    return suffix && jid && !strchr (jid, '@') &&
           (g_str_equal (jid, suffix + 1) || g_str_has_suffix (jid, suffix));
}

void
xtls_beside_rules_note_proxy (XtlsRouter *router, const XtlsEnvelope *iq)
{
    const xmlnode *streamhost;
    char *text;

    if (!iq->is_result || !iq->child ||
        iq->payload != XTLS_PAYLOAD_OTHER_FILE ||
        !take_question (router->account, iq) ||
        router->proxies->len >= PROXIES_MAX ||
        !is_of_own_server (router, iq->from.bare))
        return;
    streamhost =
        xtls_element_find (iq->child, "streamhost", XTLS_NS_BYTESTREAMS);
    text = streamhost ? xtls_streamhosts_describe (streamhost) : NULL;
    if (text)
        g_ptr_array_add (router->proxies, text);
}
