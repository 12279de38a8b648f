/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A libpurple client without a user interface, for tests. It reads commands
 * from stdin and writes reports to stdout; main.c describes both.
 */
#pragma once

#include "json.h"

#include <account.h>
#include <conversation.h>
#include <plugin.h>

/*
 * @args: %NULL-terminated, at least as many as the table says
 * @answer: members may be added; a failure says `why`
 */
typedef gboolean (*CommandFunc) (char **args, GString *answer);

typedef struct {
    const char *name;
    guint args; /* at least */
    CommandFunc run;
} Command;

/* Each part has a table of commands that ends with a %NULL name, and an
 * initialiser that is called once libpurple's core runs. */
extern const Command account_commands[];
extern const Command clock_commands[];
extern const Command contact_commands[];
extern const Command conversation_commands[];
extern const Command loop_commands[];
extern const Command menu_commands[];
extern const Command notify_commands[];
extern const Command plugin_commands[];
extern const Command request_commands[];
extern const Command stanza_commands[];
extern const Command transfer_commands[];
extern const Command xtls_commands[];

void account_init (void);
void contact_init (void);
void conversation_init (void);
void notify_init (void);
void request_init (void);
void stanza_init (void);
void transfer_init (void);
void xtls_init (void);

/* Before the core runs. */
void loop_init (void);
void debug_init (const char *dir);

/* Adds `why` to the answer. Returns: %FALSE. */
gboolean fail (GString *answer, const char *why);

/* Returns: the account with that bare or full JID. */
PurpleAccount *account_arg (const char *jid, GString *answer);
/* Returns: the account's connection, or fails. */
PurpleConnection *connection_arg (const char *jid, GString *answer);
/* The conversation @args[1] of the account @args[0]. */
PurpleConversation *conversation_arg (char **args, GString *answer);

/* @flag is one of `on` and `off`, or a failure. */
gboolean flag_arg (const char *flag, gboolean *value, GString *answer);

/* Loads a plugin by path. Returns: (nullable): what went wrong. */
const char *plugin_load_path (const char *path);

/* Members `account` and `who` of an event. */
void json_account (GString *json, PurpleAccount *account);
