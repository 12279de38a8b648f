/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin's contract for faces (plugin/api.h), used as a face uses it. */
#include "headless.h"

#include "api.h"

#include <signals.h>

static int handle;

static const char *const state_names[] = {"not-private",
                                          "starting",
                                          "waiting",
                                          "new-key",
                                          "unverified",
                                          "private",
                                          "finished"};
static const char *const trust_names[] = {
    "new", "known", "verified", "refused"};
static const char *const how_names[] = {"nothing", "fingerprint", "secret"};
static const char *const capability_names[] = {
    "unknown", "absent", "present", "offline"};
static const char *const step_names[] = {"none",
                                         "asked",
                                         "waiting",
                                         "same",
                                         "different",
                                         "aborted",
                                         "unsupported",
                                         "answered"};

/* The table is fetched for every use, because it is valid only until the core
 * is unloaded. */
static const XtlsApi *
find_api (void)
{
    PurplePlugin *core = purple_plugins_find_with_id (XTLS_CORE_ID);

    if (!core || !purple_plugin_is_loaded (core))
        return NULL;
    return purple_plugin_ipc_call (
        core, XTLS_API_IPC, NULL, GUINT_TO_POINTER (XTLS_API_VERSION));
}

static void
json_status (GString *json,
             const XtlsApi *api,
             PurpleAccount *account,
             const char *who)
{
    XtlsStatus *status = api->get_status (account, who);

    json_string (json, "state", state_names[status->state]);
    json_string (json, "word", status->word);
    json_string (json, "resource", status->resource);
    json_string (json, "tls", status->tls);
    json_string (json, "own_fingerprint", status->own_fingerprint);
    json_string (json, "fingerprint", status->fingerprint);
    json_string (json, "old_fingerprint", status->old_fingerprint);
    json_string (json, "trust", trust_names[status->trust]);
    json_string (json, "how", how_names[status->how]);
    json_int (json, "verified_at", status->verified_at);
    json_int (json, "held", status->held);
    json_int (json, "unconfirmed", status->unconfirmed);
    json_string (json, "line", status->line);
    json_string (json, "why_not", status->why_not);
    json_bool (json, "can_end", status->can_end);
    json_bool (json, "can_verify", status->can_verify);
    json_bool (json, "key_waits", status->key_waits);
    json_bool (json, "choice_waits", status->choice_waits);
    json_bool (json, "can_send_clear", status->can_send_clear);
    api->free_status (status);
}

/* status ACCOUNT WHO */
static gboolean
status (char **args, GString *answer)
{
    const XtlsApi *api = find_api ();
    PurpleAccount *account = account_arg (args[0], answer);

    if (!api)
        return fail (answer, "the plugin is not loaded");
    if (!account)
        return FALSE;
    json_status (answer, api, account, args[1]);
    return TRUE;
}

/* --- api FUNCTION ... ----------------------------------------------------- */

typedef struct {
    const XtlsApi *api;
    PurpleAccount *account; /* of args[0]; NULL for functions without */
    char **args;
    GString *answer;
} Call;

/* Passed by address, because values that one argument fills in are not known
 * yet for the next.
 */
static gboolean
told (Call *call, gboolean done, char **why)
{
    if (!done)
        fail (call->answer, *why ? *why : "no reason given");
    g_free (*why);
    return done;
}

static gboolean
call_supported (Call *call)
{
    json_bool (call->answer, "value", call->api->is_supported (call->account));
    return TRUE;
}

static gboolean
call_name (Call *call)
{
    g_autofree char *value = call->api->get_name (call->account, call->args[1]);

    json_string (call->answer, "value", value);
    return TRUE;
}

static gboolean
call_normalize (Call *call)
{
    g_autofree char *value =
        call->api->normalize (call->account, call->args[1]);

    json_string (call->answer, "value", value);
    return TRUE;
}

static gboolean
call_state (Call *call)
{
    json_string (
        call->answer,
        "value",
        state_names[call->api->get_state (call->account, call->args[1])]);
    return TRUE;
}

static gboolean
call_capability (Call *call)
{
    XtlsCapability value =
        call->api->get_capability (call->account, call->args[1]);

    json_string (call->answer, "value", capability_names[value]);
    return TRUE;
}

static gboolean
call_start (Call *call)
{
    char *why = NULL;

    return told (
        call, call->api->start (call->account, call->args[1], &why), &why);
}

static gboolean
call_end (Call *call)
{
    char *why = NULL;

    return told (
        call, call->api->end (call->account, call->args[1], &why), &why);
}

static gboolean
call_resend (Call *call)
{
    char *why = NULL;

    return told (
        call, call->api->resend (call->account, call->args[1], &why), &why);
}

static gboolean
call_set_verified (Call *call)
{
    char *why = NULL;
    gboolean verified;

    if (!flag_arg (call->args[3], &verified, call->answer))
        return FALSE;
    return told (
        call,
        call->api->set_verified (
            call->account, call->args[1], call->args[2], verified, &why),
        &why);
}

static gboolean
find_name (const char *const *names,
           guint count,
           const char *name,
           guint *index,
           GString *answer)
{
    for (*index = 0; *index < count; ++*index)
        if (g_str_equal (names[*index], name))
            return TRUE;
    return fail (answer, "no such value");
}

static gboolean
call_decide_key (Call *call)
{
    static const char *const names[] = {"accept", "refuse"};
    char *why = NULL;
    guint decision;

    if (!find_name (names, 2, call->args[3], &decision, call->answer))
        return FALSE;
    return told (call,
                 call->api->decide_key (call->account,
                                        call->args[1],
                                        call->args[2],
                                        (XtlsKeyDecision)decision,
                                        &why),
                 &why);
}

static gboolean
call_count_unsent (Call *call)
{
    json_int (call->answer, "value", call->api->count_unsent ());
    return TRUE;
}

static gboolean
call_ask_choice (Call *call)
{
    char *why = NULL;

    return told (
        call, call->api->ask_choice (call->account, call->args[1], &why), &why);
}

static gboolean
call_choose (Call *call)
{
    static const char *const names[] = {"wait", "send", "discard"};
    char *why = NULL;
    guint choice;

    if (!find_name (names, 3, call->args[2], &choice, call->answer))
        return FALSE;
    return told (call,
                 call->api->choose (
                     call->account, call->args[1], (XtlsChoice)choice, &why),
                 &why);
}

static gboolean
call_list_keys (Call *call)
{
    GPtrArray *keys = call->api->list_keys ();

    json_open (call->answer, "keys", '[');
    for (guint i = 0; i < keys->len; i++) {
        XtlsKey *key = g_ptr_array_index (keys, i);

        json_open (call->answer, NULL, '{');
        json_bool (call->answer, "here", key->account != NULL);
        json_string (call->answer, "account", key->account_name);
        json_string (call->answer, "who", key->who);
        json_string (call->answer, "fingerprint", key->fingerprint);
        json_string (call->answer, "trust", trust_names[key->trust]);
        json_string (call->answer, "how", how_names[key->how]);
        json_int (call->answer, "verified_at", key->verified_at);
        json_int (call->answer, "last_seen", key->last_seen);
        json_string (call->answer, "state", state_names[key->state]);
        json_close (call->answer, '}');
    }
    json_close (call->answer, ']');
    g_ptr_array_unref (keys);
    return TRUE;
}

static gboolean
call_forget_key (Call *call)
{
    char *why = NULL;

    return told (call,
                 call->api->forget_key (
                     call->args[0], call->args[1], call->args[2], &why),
                 &why);
}

static gboolean
call_own_fingerprint (Call *call)
{
    g_autofree char *value = call->api->get_own_fingerprint (call->account);

    json_string (call->answer, "value", value);
    return TRUE;
}

static gboolean
call_renew_own_key (Call *call)
{
    char *why = NULL;

    return told (call, call->api->renew_own_key (call->account, &why), &why);
}

static gboolean
call_export_key (Call *call)
{
    char *why = NULL;

    return told (call, call->api->export_key (call->account, &why), &why);
}

static gboolean
call_import_key (Call *call)
{
    char *why = NULL;

    return told (call, call->api->import_key (call->account, &why), &why);
}

static gboolean
call_policy (Call *call)
{
    json_string (call->answer,
                 "value",
                 call->api->get_policy (call->account, call->args[1]));
    return TRUE;
}

static gboolean
call_describe_policy (Call *call)
{
    json_string (call->answer,
                 "value",
                 call->api->describe_policy (call->account, call->args[1]));
    return TRUE;
}

static gboolean
call_set_policy (Call *call)
{
    char *why = NULL;

    return told (call,
                 call->api->set_policy (
                     call->account, call->args[1], call->args[2], &why),
                 &why);
}

static gboolean
call_logging (Call *call)
{
    json_int (call->answer,
              "value",
              call->api->get_logging (call->account, call->args[1]));
    return TRUE;
}

static gboolean
call_set_logging (Call *call)
{
    call->api->set_logging (call->account, call->args[1], atoi (call->args[2]));
    return TRUE;
}

static gboolean
call_is_logged (Call *call)
{
    json_bool (call->answer,
               "value",
               call->api->is_logged (call->account, call->args[1]));
    return TRUE;
}

static gboolean
call_is_otr_running (Call *call)
{
    json_bool (call->answer,
               "value",
               call->api->is_otr_running (call->account, call->args[1]));
    return TRUE;
}

/* An empty question means no question. */
static gboolean
call_start_secret (Call *call)
{
    const char *question = call->args[2];
    char *why = NULL;

    return told (call,
                 call->api->start_secret (call->account,
                                          call->args[1],
                                          *question ? question : NULL,
                                          call->args[3],
                                          &why),
                 &why);
}

static gboolean
call_answer_secret (Call *call)
{
    char *why = NULL;

    return told (call,
                 call->api->answer_secret (
                     call->account, call->args[1], call->args[2], &why),
                 &why);
}

static gboolean
call_abort_secret (Call *call)
{
    call->api->abort_secret (call->account, call->args[1]);
    return TRUE;
}

static void
json_secret (GString *json,
             const XtlsApi *api,
             PurpleAccount *account,
             const char *who)
{
    XtlsSecret *secret = api->get_secret (account, who);

    json_string (json, "step", step_names[secret->step]);
    json_string (json, "question", secret->question);
    json_int (json, "attempts", secret->attempts);
    api->free_secret (secret);
}

static gboolean
call_secret (Call *call)
{
    json_secret (call->answer, call->api, call->account, call->args[1]);
    return TRUE;
}

static gboolean
call_show_report (Call *call)
{
    gboolean addresses;

    if (!flag_arg (call->args[0], &addresses, call->answer))
        return FALSE;
    call->api->show_report (addresses);
    return TRUE;
}

static gboolean
call_claim (Call *call)
{
    call->api->claim ((guint)atoi (call->args[0]));
    return TRUE;
}

/* Named as in the table. */
static const struct {
    const char *name;
    guint args;
    gboolean account; /* the first argument is one */
    gboolean (*run) (Call *call);
} functions[] = {{"is_supported", 1, TRUE, call_supported},
                 {"get_name", 2, TRUE, call_name},
                 {"normalize", 2, TRUE, call_normalize},
                 {"get_state", 2, TRUE, call_state},
                 {"get_capability", 2, TRUE, call_capability},
                 {"start", 2, TRUE, call_start},
                 {"end", 2, TRUE, call_end},
                 {"resend", 2, TRUE, call_resend},
                 {"set_verified", 4, TRUE, call_set_verified},
                 {"decide_key", 4, TRUE, call_decide_key},
                 {"count_unsent", 0, FALSE, call_count_unsent},
                 {"ask_choice", 2, TRUE, call_ask_choice},
                 {"choose", 3, TRUE, call_choose},
                 {"list_keys", 0, FALSE, call_list_keys},
                 {"forget_key", 3, FALSE, call_forget_key},
                 {"get_own_fingerprint", 1, TRUE, call_own_fingerprint},
                 {"renew_own_key", 1, TRUE, call_renew_own_key},
                 {"export_key", 1, TRUE, call_export_key},
                 {"import_key", 1, TRUE, call_import_key},
                 {"get_policy", 2, TRUE, call_policy},
                 {"describe_policy", 2, TRUE, call_describe_policy},
                 {"set_policy", 3, TRUE, call_set_policy},
                 {"get_logging", 2, TRUE, call_logging},
                 {"set_logging", 3, TRUE, call_set_logging},
                 {"is_logged", 2, TRUE, call_is_logged},
                 {"is_otr_running", 2, TRUE, call_is_otr_running},
                 {"start_secret", 4, TRUE, call_start_secret},
                 {"answer_secret", 3, TRUE, call_answer_secret},
                 {"abort_secret", 2, TRUE, call_abort_secret},
                 {"get_secret", 2, TRUE, call_secret},
                 {"show_report", 1, FALSE, call_show_report},
                 {"claim", 1, FALSE, call_claim}};

/* api FUNCTION ARGUMENT ... */
static gboolean
api (char **args, GString *answer)
{
    Call call = {.api = find_api (), .args = args + 1, .answer = answer};

    if (!call.api)
        return fail (answer, "the plugin is not loaded");
    for (guint i = 0; i < G_N_ELEMENTS (functions); i++) {
        if (!g_str_equal (functions[i].name, args[0]))
            continue;
        if (g_strv_length (call.args) < functions[i].args)
            return fail (answer, "too few arguments");
        if (functions[i].account) {
            call.account = account_arg (call.args[0], answer);
            if (!call.account)
                return FALSE;
        }
        return functions[i].run (&call);
    }
    return fail (answer, "no such function");
}

const Command xtls_commands[] = {
    {"status", 2, status}, {"api", 1, api}, {NULL, 0, NULL}};

/* --- signals -------------------------------------------------------------- */

static void
contact_cb (PurpleAccount *account, const char *who, gpointer signal)
{
    const XtlsApi *table = find_api ();
    GString *event = json_event (signal);

    if (account)
        json_account (event, account);
    json_string (event, "who", who);
    /* There is no table while the plugin is being unloaded. */
    if (table && g_str_equal (signal, XTLS_SIGNAL_STATE))
        json_status (event, table, account, who);
    if (table && g_str_equal (signal, XTLS_SIGNAL_CAPABILITY))
        json_string (event,
                     "capability",
                     capability_names[table->get_capability (account, who)]);
    if (table && g_str_equal (signal, XTLS_SIGNAL_SECRET))
        json_secret (event, table, account, who);
    json_send (event);
}

static void
held_cb (PurpleAccount *account,
         const char *who,
         guint number,
         guint fate,
         gpointer data)
{
    GString *event = json_event (XTLS_SIGNAL_HELD);

    json_account (event, account);
    json_string (event, "who", who);
    json_int (event, "number", number);
    json_int (event, "fate", fate);
    json_send (event);
}

/* A signal without arguments. */
static void
bare_cb (gpointer signal)
{
    json_send (json_event (signal));
}

static void
plugin_load_cb (PurplePlugin *plugin, gpointer user_data)
{
    /* Not const: the name is handed to the callback. */
    static char signals[][32] = {XTLS_SIGNAL_STATE,
                                 XTLS_SIGNAL_CAPABILITY,
                                 XTLS_SIGNAL_KEY_UNKNOWN,
                                 XTLS_SIGNAL_CHOICE,
                                 XTLS_SIGNAL_SECRET,
                                 XTLS_SIGNAL_VERIFY,
                                 XTLS_SIGNAL_SETTINGS,
                                 XTLS_SIGNAL_HELP};
    static char bare[][32] = {XTLS_SIGNAL_KEYS};

    if (!g_str_equal (purple_plugin_get_id (plugin), XTLS_CORE_ID))
        return;
    for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
        purple_signal_connect (plugin,
                               signals[i],
                               &handle,
                               PURPLE_CALLBACK (contact_cb),
                               signals[i]);
    purple_signal_connect (
        plugin, XTLS_SIGNAL_HELD, &handle, PURPLE_CALLBACK (held_cb), NULL);
    for (guint i = 0; i < G_N_ELEMENTS (bare); i++)
        purple_signal_connect (
            plugin, bare[i], &handle, PURPLE_CALLBACK (bare_cb), bare[i]);
}

void
xtls_init (void)
{
    purple_signal_connect (purple_plugins_get_handle (),
                           "plugin-load",
                           &handle,
                           PURPLE_CALLBACK (plugin_load_cb),
                           NULL);
}
