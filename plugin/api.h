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
 * A state belongs to an account and a contact (bare JID), not to a window. A
 * face shows get_state(), by get_word() and get_meaning(), in every
 * conversation of an account for which is_supported() is %TRUE. It asks again
 * after XTLS_SIGNAL_STATE, when a conversation is created, and when the face
 * itself is loaded. get_status() has what menus, tooltips and dialogs need:
 * `why_not`, `can_end` and `can_verify` say which entries work. A face keeps no
 * copy of any of it.
 *
 * Everything in a status, a key or a secret is plain text. Names, questions and
 * JIDs come from other people, so escape them where a widget takes markup.
 *
 * Signals
 * -------
 * They are emitted on the core plugin's handle. Arguments are valid during the
 * call only. `who` is always a bare JID, normalised. A handler may call the
 * functions that only ask (get_…, list_keys) and open windows. It must not call
 * functions that act (start, end, set_…, choose, …), because the core has not
 * finished what it is doing; call those from the main loop.
 *
 * XTLS_SIGNAL_STATE (PurpleAccount *account, const char *who)
 *     What get_status() says of this contact has changed: state, resource,
 *     trust, held messages, policy.
 * XTLS_SIGNAL_CAPABILITY (PurpleAccount *account, const char *who)
 *     What get_capability() says may have changed.
 * XTLS_SIGNAL_KEYS ()
 *     The list of known keys, or an own key, has changed.
 * XTLS_SIGNAL_KEY_UNKNOWN (PurpleAccount *account, const char *who)
 *     A session has opened with a new key, and another key of the contact was
 *     verified before, or messages that were meant for another key were already
 *     held or would be sent again.
 *     Nothing is sent until decide_key() is called. Also emitted when the user
 *     wants to decide now.
 * XTLS_SIGNAL_CHOICE (PurpleAccount *account, const char *who)
 *     Messages are held and private mode could not be started: choose() decides
 *     what happens to them.
 * XTLS_SIGNAL_HELD (PurpleAccount *account, const char *who, guint number,
 *                   guint fate)
 *     A typed message is held now, or `fate` (XtlsFate) says what has happened
 *     to one that was held. `number` identifies the message; a contact's
 *     numbers increase. Right after the signal with XTLS_FATE_HELD the client
 *     writes the message into the conversation.
 * XTLS_SIGNAL_SECRET (PurpleAccount *account, const char *who)
 *     A verification by shared secret has reached another step: see
 *     get_secret().
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
 * A face calls claim() with the dialogs that it shows itself, and claim (0)
 * when it is unloaded. The core shows plain libpurple requests for the others;
 * one that it has already opened stays open. Dialogs must not be modal. What a
 * dialog is about may be over before the user answers: the function that takes
 * the answer then returns %FALSE with the reason. A face closes a dialog
 * without an answer as soon as its condition, given below, has become false; it
 * learns of that by XTLS_SIGNAL_STATE or XTLS_SIGNAL_SECRET.
 *
 *     XTLS_CLAIM_KEY_UNKNOWN
 *         Opened by XTLS_SIGNAL_KEY_UNKNOWN. Shows `fingerprint` and
 *         `old_fingerprint` of the status. Open as long as `key_waits` is %TRUE
 *         and `fingerprint` is the same. Answered by decide_key(), or by
 *         set_verified() with %TRUE.
 *     XTLS_CLAIM_CHOICE
 *         Opened by XTLS_SIGNAL_CHOICE. Open as long as `choice_waits` is
 *         %TRUE. Answered by choose(). A user who closes or ignores it has
 *         chosen XTLS_CHOOSE_WAIT, which is the default.
 *     XTLS_CLAIM_SECRET
 *         Opened by XTLS_SIGNAL_SECRET with the step XTLS_SECRET_ASKED, or by
 *         the user, for start_secret(). Open as long as it is that step.
 *         Answered by answer_secret(), or by abort_secret() when it is closed.
 *         The core also writes the result into the conversation.
 *     XTLS_CLAIM_VERIFY
 *         Opened by XTLS_SIGNAL_VERIFY. Open as long as the status has the same
 *         `fingerprint`. Answered by set_verified() with the fingerprint that
 *         was shown, and only when the user presses the button.
 *     XTLS_CLAIM_SETTINGS, XTLS_CLAIM_HELP
 *         Opened by XTLS_SIGNAL_SETTINGS and XTLS_SIGNAL_HELP.
 *     XTLS_CLAIM_HELD
 *         The face marks each held message in the conversation, by
 *         XTLS_SIGNAL_HELD. If it does not, the core reports their number in
 *         system messages.
 *     XTLS_CLAIM_MENUS
 *         The core adds no entries to the menus of conversations, and no menu
 *         of its own: the face shows the actions of plugin-actions.c.
 */
#pragma once

#include "trust/key-trust.h"

#include <account.h>
#include <glib.h>

#define XTLS_CORE_ID "core-xtls"
#define XTLS_API_IPC "xtls-api"
#define XTLS_API_VERSION 8

/* A sentence that the core writes as plain text in its system messages. A face
 * may turn it into a link that opens its dialog for verifying. Both use it as
 * _ (XTLS_TEXT_VERIFY), with <glib/gi18n-lib.h> and the domain
 * GETTEXT_PACKAGE. */
#define XTLS_TEXT_VERIFY N_ ("Verify this key.")
/* Follows it after a space, for users who have no link. */
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
/* bool: files may be sent directly, so that contacts see this address */
#define XTLS_PREF_DIRECT XTLS_PREFS "/direct"

/* The states of a conversation, as a user sees them. */
typedef enum {
    XTLS_STATE_NOT_PRIVATE, /* typed messages are sent in clear */
    XTLS_STATE_STARTING,    /* a start is under way */
    /* No session is open and nothing may be sent, because no conversation was
     * private yet, the contact went offline, or the policy will restart it. */
    XTLS_STATE_WAITING,
    XTLS_STATE_NEW_KEY, /* a session is open, its key waits for decide_key() */
    XTLS_STATE_UNVERIFIED,
    XTLS_STATE_PRIVATE,
    XTLS_STATE_FINISHED /* a session was ended: somebody has to restart it */
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
    char *tls;             /* (nullable) version, cipher, group, carrier */
    char *own_fingerprint; /* (nullable) as `openssl x509 -fingerprint -sha256`
                              prints it, as all fingerprints here */
    char *fingerprint;     /* (nullable) of the session's key */
    char *old_fingerprint; /* (nullable) verified before, while a key waits for
                              a decision */
    XtlsTrust trust;       /* of the session's key, like the next two */
    XtlsVerifiedBy how;
    gint64 verified_at; /* seconds since 1970, 0: never */
    guint held;         /* messages that are held */
    guint unconfirmed;  /* messages that resend() can send again */
    char *line;         /* the line that `/xtls status` prints, plain text */
    char *why_not;    /* (nullable) why it cannot be started; NULL if it can */
    gboolean can_end; /* private mode is on */
    gboolean can_verify;     /* a session is open */
    gboolean key_waits;      /* the user must decide: decide_key() */
    gboolean choice_waits;   /* the user must decide: choose() */
    gboolean can_send_clear; /* choose() accepts XTLS_CHOOSE_SEND */
} XtlsStatus;

/* One known key. */
typedef struct {
    PurpleAccount *account; /* (nullable): NULL if it is not in this client */
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

/* What happens to a message that was typed while nothing may be sent. */
typedef enum {
    XTLS_FATE_HELD,
    XTLS_FATE_SENT,       /* in the private conversation */
    XTLS_FATE_SENT_CLEAR, /* the user chose to send it unencrypted */
    XTLS_FATE_NOT_SENT    /* and never will be; a system message quotes it */
} XtlsFate;

/* A verification by shared secret. */
typedef enum {
    XTLS_SECRET_NONE,
    XTLS_SECRET_ASKED, /* the contact asks: answer_secret() or abort_secret() */
    XTLS_SECRET_WAITING, /* for the contact's answer */
    XTLS_SECRET_SAME,
    XTLS_SECRET_DIFFERENT,
    XTLS_SECRET_ABORTED,
    XTLS_SECRET_UNSUPPORTED, /* the contact's client does not support it */
    /* The answer to the contact's question was right, so the contact has
     * verified us. It is not verified itself, because anybody who knows the
     * answer can ask the question. */
    XTLS_SECRET_ANSWERED
} XtlsSecretStep;

typedef struct {
    XtlsSecretStep step;
    char *question; /* (nullable) plain text of the peer, not markup */
    guint attempts; /* made in this session */
} XtlsSecret;

/* The help: static pages of paragraphs and entries, plain text. The face
 * translates titles, terms and texts with the domain GETTEXT_PACKAGE, like
 * XTLS_TEXT_VERIFY. */
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

/* What a face shows itself, instead of the core. */
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
 * The table. `who` may be a bare or a full JID, such as the name of a
 * conversation or buddy. Functions that can fail for a reason that a user
 * should read return %FALSE and set `why` (transfer full) to a translated
 * sentence; `why` may be %NULL.
 */
typedef struct {
    guint version;

    /* Whether private conversations exist for this account at all. */
    gboolean (*is_supported) (PurpleAccount *account);

    /* (transfer full) (nullable): the `who` of the contact that libpurple calls
     * `name`: its bare JID, normalised, however it is written. What is not an
     * address stays as it is. %NULL for a participant in a room. */
    char *(*normalize) (PurpleAccount *account, const char *name);

    /* (transfer none): the name of a state, and a sentence that says what the
     * state means for what the user writes. Both are translated. */
    const char *(*get_word) (XtlsState state);
    const char *(*get_meaning) (XtlsState state);

    /* (transfer full): the name of a contact for the user, plain text on one
     * line: its bare JID, with its alias if it has one. An alias alone would
     * not do, because the contact may have chosen it. `account` may be %NULL;
     * the name has no alias then. */
    char *(*get_name) (PurpleAccount *account, const char *who);

    /* (transfer full): free with free_status(). */
    XtlsStatus *(*get_status) (PurpleAccount *account, const char *who);
    void (*free_status) (XtlsStatus *status);
    XtlsState (*get_state) (PurpleAccount *account, const char *who);
    XtlsCapability (*get_capability) (PurpleAccount *account, const char *who);
    /* Whether the OTR plugin has a private conversation with the contact. It is
     * used for whatever is not sent or received by ours. */
    gboolean (*is_otr_running) (PurpleAccount *account, const char *who);

    /* Starts or restarts. %TRUE means that the attempt has begun; the state and
     * a system message will tell how it ends. */
    gboolean (*start) (PurpleAccount *account, const char *who, char **why);
    /* Ends private mode in any state. Held messages are shown as not sent. */
    gboolean (*end) (PurpleAccount *account, const char *who, char **why);
    /* Sends messages again, inside, that were sent inside and never confirmed,
     * so that they may arrive twice. They are held until a session is open. */
    gboolean (*resend) (PurpleAccount *account, const char *who, char **why);

    /* Records or takes back that the user has verified a known key or the open
     * session's key. Taking it back does not change a refused key. */
    gboolean (*set_verified) (PurpleAccount *account,
                              const char *who,
                              const char *fingerprint,
                              gboolean verified,
                              char **why);
    /* The user's decision about a new key. `fingerprint` is the one that the
     * dialog showed, because another key may have arrived meanwhile. A refused
     * key is remembered, and its session ends. */
    gboolean (*decide_key) (PurpleAccount *account,
                            const char *who,
                            const char *fingerprint,
                            XtlsKeyDecision decision,
                            char **why);
    /* How many messages, of all contacts, would be lost if the client ended
     * now: those that are held, and those that were never confirmed. */
    guint (*count_unsent) (void);
    /* Asks the user once more what to do with held messages: emits
     * XTLS_SIGNAL_CHOICE, or XTLS_SIGNAL_KEY_UNKNOWN if a new key has to be
     * decided about first. */
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
    /* The arguments are the fields of an entry of list_keys(). */
    gboolean (*forget_key) (const char *account_name,
                            const char *who,
                            const char *fingerprint,
                            char **why);

    /* (transfer full) (nullable): the account's own fingerprint. A key is made
     * if there is none. */
    char *(*get_own_fingerprint) (PurpleAccount *account);
    /* Makes a new own key, which ends the account's private conversations. */
    gboolean (*renew_own_key) (PurpleAccount *account, char **why);
    /* Asks for what is needed, by libpurple's requests, and writes the own key
     * with what is known of the account's contacts into a file, or takes it
     * over from one. `account` may be %NULL: the user chooses, or the file
     * says. %TRUE means that it is being asked. */
    gboolean (*export_key) (PurpleAccount *account, char **why);
    gboolean (*import_key) (PurpleAccount *account, char **why);

    /* (transfer none): the contact's own setting: `default`, `never`, `manual`,
     * `automatic` or `required`. `default` means XTLS_PREF_POLICY, or
     * `required` if a key of the contact is verified. */
    const char *(*get_policy) (PurpleAccount *account, const char *who);
    /* (transfer none): a translated sentence that says which policy is in force
     * for the contact, and why. */
    const char *(*describe_policy) (PurpleAccount *account, const char *who);
    gboolean (*set_policy) (PurpleAccount *account,
                            const char *who,
                            const char *policy,
                            char **why);

    /* Whether private conversations with a contact are logged: 0 no, 1 yes, -1
     * as the preferences say. */
    int (*get_logging) (PurpleAccount *account, const char *who);
    void (*set_logging) (PurpleAccount *account, const char *who, int logging);
    /* Whether the conversation is logged now, for display only: the core
     * switches logging on and off. */
    gboolean (*is_logged) (PurpleAccount *account, const char *who);

    /* Verification by shared secret in the open session. `question` (nullable)
     * is plain text; `secret` is what the user typed, UTF-8 and not empty. If
     * the secrets are equal, the user who asked a question has verified the
     * other one's key; without a question, both users have. */
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

    /* (transfer none): all pages of the help. */
    const XtlsHelpPage *(*list_help) (guint *n_pages);
    /* Shows a text that the user can send with a report of a fault, with or
     * without addresses and fingerprints. */
    void (*show_report) (gboolean addresses);

    /* Sets what the face shows itself, a bit set of XtlsClaim. */
    void (*claim) (guint claims);
} XtlsApi;
