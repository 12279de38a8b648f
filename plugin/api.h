/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The contract between the core plugin (`core-xtls`) and a face: a plugin for
 * one client's user interface. A face knows this file, with the enumerations in
 * trust/key-trust.h that it includes, and nothing else of the project.
 * `gtk-xtls` is the face for Pidgin.
 *
 * Getting the table
 * -----------------
 * A face lists XTLS_CORE_ID in its `dependencies`; libpurple loads the core
 * first. Then, in its load function:
 *
 *     PurplePlugin *core = purple_plugins_find_with_id (XTLS_CORE_ID);
 *     const XtlsApi *api = purple_plugin_ipc_call (
 *         core, XTLS_API_IPC, NULL, GUINT_TO_POINTER (XTLS_API_VERSION));
 *
 * The answer is %NULL if the core does not speak that version. The table is
 * valid until the core is unloaded; libpurple unloads faces before that.
 * Everything happens in the main thread.
 *
 * What to show
 * ------------
 * A state belongs to account and contact (bare JID), not to a window: a face
 * shows get_state() with get_word() and get_meaning() in every conversation of
 * an account for which is_supported(), and asks again after XTLS_SIGNAL_STATE,
 * when a conversation is created, and when it is loaded itself. get_status()
 * has what menus, tooltips and dialogs need; `why_not`, `can_end` and
 * `can_verify` say which entries work. A face keeps no copy of any of it.
 *
 * Everything in a status, a key or a secret is plain text, and names, questions
 * and JIDs are of others: they are to be escaped where a widget takes markup.
 *
 * Signals
 * -------
 * On the core plugin's handle. Arguments are borrowed for the time of the call.
 * `who` is always a bare JID, normalised. A handler may ask (get_…, list_keys)
 * and open windows; what acts (start, end, set_…, choose, …) is to be called
 * from the main loop, since the core is in the middle of something.
 *
 * XTLS_SIGNAL_STATE (PurpleAccount *account, const char *who)
 *     What get_status() says of this contact has changed: state, resource,
 *     trust, held messages, policy.
 * XTLS_SIGNAL_CAPABILITY (PurpleAccount *account, const char *who)
 *     What get_capability() says may have changed.
 * XTLS_SIGNAL_KEYS ()
 *     The list of known keys, or an own key, has changed.
 * XTLS_SIGNAL_KEY_UNKNOWN (PurpleAccount *account, const char *who)
 *     A session has come up with a key that was never seen, and the contact was
 *     verified before, or messages were held already. Nothing is sent until
 *     decide_key() was called. Also when the user wants to decide now.
 * XTLS_SIGNAL_CHOICE (PurpleAccount *account, const char *who)
 *     Messages are held and private mode could not be had: choose() decides.
 * XTLS_SIGNAL_HELD (PurpleAccount *account, const char *who, guint number,
 *                   guint fate)
 *     A typed message is held, or one that was held has met its fate
 *     (XtlsFate). The numbers of a contact's messages count up; of one that is
 *     held, the client writes what was typed into the conversation right after
 *     the signal.
 * XTLS_SIGNAL_SECRET (PurpleAccount *account, const char *who)
 *     A verification by shared secret made a step: see get_secret().
 * XTLS_SIGNAL_VERIFY (PurpleAccount *account, const char *who)
 *     The user asked to verify this contact (`/xtls verify`, a menu): show
 *     the dialog.
 * XTLS_SIGNAL_SETTINGS (PurpleAccount *account, const char *who)
 *     The user asked for this contact's settings.
 * XTLS_SIGNAL_HELP (PurpleAccount *none, const char *page)
 *     The user asked what something is; `page` is the id of the page of the
 *     help about it, and there is no account.
 *
 * Dialogs
 * -------
 * The core asks by plain libpurple requests for what no face has claimed:
 * claim() with what the face shows itself, claim (0) when it is unloaded. What
 * the core has asked before stays with the core. A dialog is not modal, and
 * whatever it is about may be over before it is answered: functions then return
 * %FALSE with the reason. It is to be closed without an answer as soon as its
 * question is gone, which XTLS_SIGNAL_STATE or _SECRET tells:
 *
 *     XTLS_CLAIM_KEY_UNKNOWN  on the signal of that name; shows `fingerprint`
 *         and `old_fingerprint` of the status; as long as `key_waits` and the
 *         same `fingerprint`. decide_key(), or set_verified() with %TRUE.
 *     XTLS_CLAIM_CHOICE  on XTLS_SIGNAL_CHOICE; as long as `choice_waits`.
 *         choose(); closed or left alone it means XTLS_CHOOSE_WAIT, which is
 *         the default.
 *     XTLS_CLAIM_SECRET  on XTLS_SIGNAL_SECRET with the step XTLS_SECRET_ASKED;
 *         as long as it is that step. answer_secret(); closed: abort_secret().
 *         Also where the user begins: start_secret(). The result is a line in
 *         the conversation, too.
 *     XTLS_CLAIM_VERIFY  on XTLS_SIGNAL_VERIFY; as long as the status has the
 *         same `fingerprint`. set_verified(), on the button only, with the
 *         fingerprint that was shown.
 *     XTLS_CLAIM_SETTINGS, XTLS_CLAIM_HELP  on the signals of those names.
 *     XTLS_CLAIM_HELD  on XTLS_SIGNAL_HELD; the face marks each held message
 *         in the conversation. Without it the core counts them in lines.
 *     XTLS_CLAIM_MENUS  the core adds no entries to the menus of conversations,
 *         and has no menu of its own: what is in plugin-actions.c there is the
 *         face's to show.
 */
#pragma once

#include "trust/key-trust.h"

#include <account.h>
#include <glib.h>

#define XTLS_CORE_ID "core-xtls"
#define XTLS_API_IPC "xtls-api"
#define XTLS_API_VERSION 5

/* The sentence in the core's lines (system messages of a conversation) that a
 * face may make a link of, to its dialog for verifying. Both sides translate
 * it with the domain GETTEXT_PACKAGE; the core writes it as plain text. It is
 * used as _ (XTLS_TEXT_VERIFY), with <glib/gi18n-lib.h>. */
#define XTLS_TEXT_VERIFY N_ ("Verify this key.")
/* What stands after it, with a space between, for those who have no link. */
#define XTLS_TEXT_VERIFY_COMMAND "(/xtls verify)"

#define XTLS_SIGNAL_STATE "xtls-state-changed"
#define XTLS_SIGNAL_CAPABILITY "xtls-capability-changed"
#define XTLS_SIGNAL_KEYS "xtls-keys-changed"
#define XTLS_SIGNAL_KEY_UNKNOWN "xtls-key-unknown"
#define XTLS_SIGNAL_CHOICE "xtls-choice-needed"
#define XTLS_SIGNAL_HELD "xtls-held"
#define XTLS_SIGNAL_SECRET "xtls-secret-step"
#define XTLS_SIGNAL_VERIFY "xtls-verify-asked"
#define XTLS_SIGNAL_SETTINGS "xtls-settings-asked"
#define XTLS_SIGNAL_HELP "xtls-help-asked"

/* The preferences of the core. A face may show and set them. */
#define XTLS_PREFS "/plugins/core/xtls"
/* string: `never`, `manual`, `automatic` or `required` */
#define XTLS_PREF_POLICY XTLS_PREFS "/policy"
/* bool: do not log private conversations */
#define XTLS_PREF_NO_LOG XTLS_PREFS "/no_log"
/* bool: hide message lengths */
#define XTLS_PREF_PADDING XTLS_PREFS "/padding"

/* The states of a conversation, as a user sees them. */
typedef enum {
    XTLS_STATE_NOT_PRIVATE, /* what is typed goes in clear */
    XTLS_STATE_STARTING,    /* a start is under way */
    /* Nothing may leave and no session is open: nothing was private yet, or the
     * contact went offline, or the policy starts it again by itself. */
    XTLS_STATE_WAITING,
    XTLS_STATE_NEW_KEY, /* a session is open, its key waits for decide_key() */
    XTLS_STATE_UNVERIFIED,
    XTLS_STATE_PRIVATE,
    XTLS_STATE_FINISHED /* an open session ended: somebody has to restart it */
} XtlsState;

typedef enum {
    XTLS_CAPABILITY_UNKNOWN, /* not known yet; not the same as absent */
    XTLS_CAPABILITY_ABSENT,  /* every resource that is online lacks it */
    XTLS_CAPABILITY_PRESENT,
    XTLS_CAPABILITY_OFFLINE
} XtlsCapability;

/* What is known of one contact now. Strings are owned by the struct; free it
 * with free_status(). */
typedef struct {
    XtlsState state;
    const char *word;      /* the state's word, translated, static */
    char *resource;        /* (nullable) of the session */
    char *tls;             /* (nullable) version and cipher */
    char *own_fingerprint; /* (nullable) as `openssl x509 -fingerprint -sha256`
                              prints it, as all fingerprints here */
    char *fingerprint;     /* (nullable) of the session's key */
    char *old_fingerprint; /* (nullable) verified before, while a key waits for
                              a decision */
    XtlsTrust trust;       /* of the session's key, as the next two */
    XtlsVerifiedBy how;
    gint64 verified_at;  /* seconds since 1970, 0: never */
    guint held;          /* messages that wait */
    guint unconfirmed;   /* messages that resend() can send again */
    char *line;          /* the line that `/xtls status` prints, plain text */
    char *why_not;       /* (nullable) why it cannot be started; NULL: it can */
    gboolean can_end;    /* from Starting on, until End */
    gboolean can_verify; /* a session is open */
    gboolean key_waits;  /* decide_key() is asked for */
    gboolean choice_waits;   /* choose() is asked for */
    gboolean can_send_clear; /* choose() takes XTLS_CHOOSE_SEND */
} XtlsStatus;

/* One known key. */
typedef struct {
    PurpleAccount *account; /* (nullable) if it is not in this client */
    char *account_name;     /* bare JID */
    char *who;              /* bare JID */
    char *fingerprint;
    XtlsTrust trust;
    XtlsVerifiedBy how;
    gint64 verified_at;
    gint64 last_seen;
    XtlsState state; /* of the contact, if this is its session's key */
} XtlsKey;

typedef enum { XTLS_ACCEPT_KEY, XTLS_REFUSE_KEY } XtlsKeyDecision;

typedef enum {
    XTLS_CHOOSE_WAIT,   /* keep the messages, wait */
    XTLS_CHOOSE_SEND,   /* send them unencrypted, which ends private mode */
    XTLS_CHOOSE_DISCARD /* show them as not sent, and end private mode */
} XtlsChoice;

/* What becomes of a message that was typed while nothing may leave. */
typedef enum {
    XTLS_FATE_HELD,
    XTLS_FATE_SENT,       /* in the private conversation */
    XTLS_FATE_SENT_CLEAR, /* the user chose to send it unencrypted */
    XTLS_FATE_NOT_SENT    /* and it never will be; a line quotes it */
} XtlsFate;

/* A verification by shared secret. */
typedef enum {
    XTLS_SECRET_NONE,
    XTLS_SECRET_ASKED,   /* the contact asks: answer_secret() or abort */
    XTLS_SECRET_WAITING, /* for the contact */
    XTLS_SECRET_SAME,
    XTLS_SECRET_DIFFERENT,
    XTLS_SECRET_ABORTED,
    XTLS_SECRET_UNSUPPORTED, /* the contact's client cannot */
    /* The answer to the contact's question was right: it has verified us. The
     * contact is not verified by that, whoever knows the answer may ask. */
    XTLS_SECRET_ANSWERED
} XtlsSecretStep;

typedef struct {
    XtlsSecretStep step;
    char *question; /* (nullable) plain text of the peer, not markup */
    guint attempts; /* made in this session */
} XtlsSecret;

/* The help: pages of paragraphs and entries, plain text, static. Titles, terms
 * and texts are to be translated with the domain GETTEXT_PACKAGE, as
 * XTLS_TEXT_VERIFY is. */
typedef struct {
    const char *term; /* (nullable) an entry's word; a paragraph has none */
    const char *text;
} XtlsHelpPart;

typedef struct {
    const char *id; /* not translated: what XTLS_SIGNAL_HELP has */
    const char *title;
    const XtlsHelpPart *parts;
    guint n_parts;
} XtlsHelpPage;

/* What a face shows itself, so that the core does not. */
typedef enum {
    XTLS_CLAIM_VERIFY = 1 << 0,
    XTLS_CLAIM_KEY_UNKNOWN = 1 << 1,
    XTLS_CLAIM_CHOICE = 1 << 2,
    XTLS_CLAIM_SECRET = 1 << 3,
    /* A menu in conversation windows. The core's entries in the menus of
     * contacts stay. */
    XTLS_CLAIM_MENUS = 1 << 4,
    XTLS_CLAIM_SETTINGS = 1 << 5,
    XTLS_CLAIM_HELP = 1 << 6,
    XTLS_CLAIM_HELD = 1 << 7
} XtlsClaim;

/*
 * The table. `who` may be a bare or a full JID, as the name of a conversation
 * or buddy has it. Functions that can fail for a reason that a user should
 * read return %FALSE and set `why` to a translated sentence, (transfer full);
 * `why` may be %NULL.
 */
typedef struct {
    guint version;

    /* Whether private conversations exist for this account at all. */
    gboolean (*is_supported) (PurpleAccount *account);

    /* A state's word, and what it means for what is written, a sentence.
     * (transfer none), translated. */
    const char *(*get_word) (XtlsState state);
    const char *(*get_meaning) (XtlsState state);

    /* (transfer full): how a contact is to be named: its bare JID, and an alias
     * beside it. An alias alone may be the contact's own words. Plain text on
     * one line. `account` may be %NULL: no alias then. */
    char *(*get_name) (PurpleAccount *account, const char *who);

    /* (transfer full): free with free_status(). */
    XtlsStatus *(*get_status) (PurpleAccount *account, const char *who);
    void (*free_status) (XtlsStatus *status);
    XtlsState (*get_state) (PurpleAccount *account, const char *who);
    XtlsCapability (*get_capability) (PurpleAccount *account, const char *who);

    /* Starts or restarts. %TRUE means that it is tried: how it ends is seen in
     * the state and told in the conversation. */
    gboolean (*start) (PurpleAccount *account, const char *who, char **why);
    /* Ends private mode in any state. What is held is shown as not sent. */
    gboolean (*end) (PurpleAccount *account, const char *who, char **why);
    /* Sends inside, once more, what was sent there and never confirmed: it may
     * have arrived. It is held as long as no session is open. */
    gboolean (*resend) (PurpleAccount *account, const char *who, char **why);

    /* Takes or takes back the user's decision about a known key, or the open
     * session's. A refused key stays refused when the word is taken back. */
    gboolean (*set_verified) (PurpleAccount *account,
                              const char *who,
                              const char *fingerprint,
                              gboolean verified,
                              char **why);
    /* On `fingerprint` as it was shown: another may have come meanwhile. A
     * refused key is remembered, and its session ends. */
    gboolean (*decide_key) (PurpleAccount *account,
                            const char *who,
                            const char *fingerprint,
                            XtlsKeyDecision decision,
                            char **why);
    /* The user wants to decide about held messages, once more: the signal for
     * it follows, XTLS_SIGNAL_CHOICE or, where a new key has to be decided
     * about first, XTLS_SIGNAL_KEY_UNKNOWN. */
    gboolean (*ask_choice) (PurpleAccount *account,
                            const char *who,
                            char **why);
    gboolean (*choose) (PurpleAccount *account,
                        const char *who,
                        XtlsChoice choice,
                        char **why);

    /* (transfer full) (element-type XtlsKey): unref with
     * g_ptr_array_unref(). */
    GPtrArray *(*list_keys) (void);
    /* All three as a key of that list has them. */
    gboolean (*forget_key) (const char *account_name,
                            const char *who,
                            const char *fingerprint,
                            char **why);

    /* (transfer full) (nullable): own fingerprint of an account. Its key is
     * made if there is none. */
    char *(*get_own_fingerprint) (PurpleAccount *account);
    /* Makes a new one. Ends the private conversations of the account. */
    gboolean (*renew_own_key) (PurpleAccount *account, char **why);
    /* Asks for what is needed, by libpurple's requests, and writes the own key
     * with what is known of the account's contacts into a file, or takes it
     * over from one. `account` may be %NULL: the user chooses, or the file
     * says. %TRUE means that it is being asked. */
    gboolean (*export_key) (PurpleAccount *account, char **why);
    gboolean (*import_key) (PurpleAccount *account, char **why);

    /* The contact's own setting: `default`, `never`, `manual`, `automatic` or
     * `required`. (transfer none). With `default` it is XTLS_PREF_POLICY that
     * counts, or `required` if a key of the contact was verified. */
    const char *(*get_policy) (PurpleAccount *account, const char *who);
    /* Which policy is in force for the contact, and why: a sentence,
     * translated. (transfer none). */
    const char *(*describe_policy) (PurpleAccount *account, const char *who);
    gboolean (*set_policy) (PurpleAccount *account,
                            const char *who,
                            const char *policy,
                            char **why);

    /* Logging of private conversations with a contact: -1 as the preferences
     * say, 0 off, 1 on. */
    int (*get_logging) (PurpleAccount *account, const char *who);
    void (*set_logging) (PurpleAccount *account, const char *who, int logging);
    /* Whether the conversation is to be logged now. The core sees to that;
     * this is for what a client shows of it. */
    gboolean (*is_logged) (PurpleAccount *account, const char *who);

    /* Shared-secret verification in the open session. `question` is plain text,
     * (nullable); `secret` is what the user typed, UTF-8, not empty. Right,
     * it verifies the contact's key to the one who has asked; without a
     * question, to both. */
    gboolean (*start_secret) (PurpleAccount *account,
                              const char *who,
                              const char *question,
                              const char *secret,
                              char **why);
    gboolean (*answer_secret) (PurpleAccount *account,
                               const char *who,
                               const char *secret,
                               char **why);
    void (*abort_secret) (PurpleAccount *account, const char *who);
    /* (transfer full): free with free_secret(). */
    XtlsSecret *(*get_secret) (PurpleAccount *account, const char *who);
    void (*free_secret) (XtlsSecret *secret);

    /* All pages of the help, (transfer none). */
    const XtlsHelpPage *(*list_help) (guint *n_pages);
    /* Shows a text for the report of a fault: without addresses and
     * fingerprints, or with them. */
    void (*show_report) (gboolean addresses);

    /* The face that asks claims what it shows; a bit set of XtlsClaim. */
    void (*claim) (guint claims);
} XtlsApi;
