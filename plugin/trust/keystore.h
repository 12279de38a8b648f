/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The GKeyFiles of this project: a version, numbered groups (a JID is no safe
 * group name), and the rule that a file which is not understood to the last
 * line is never overwritten. It is set aside under another name, and a mark
 * (the file `NAME.damaged`, which holds that name) stays beside it until the
 * user has been told, however often the program ends before.
 */
#pragma once

#include <glib.h>

/* Longest text of an entry, in bytes: a full JID and more. */
#define XTLS_KEYSTORE_TEXT_MAX 4096

/**
 * XtlsKeystoreRead:
 * @group: one numbered group
 *
 * Returns: %FALSE if the group is not what it should be.
 */
typedef gboolean (*XtlsKeystoreRead) (GKeyFile *file,
                                      const char *group,
                                      gpointer user_data);

/**
 * xtls_keystore_load:
 * @path: the file
 * @keys: (array zero-terminated=1): the keys that every group has, no others
 * @read: called for every group of a file of a known version, also after one
 *   of them was wrong: what is understood is honoured
 * @writable: (out): %FALSE if there is a file that was not understood and that
 *   could not be marked and set aside (`NAME.unreadable-N`): then nothing may
 *   be written to @path
 *
 * Returns: %TRUE if there is no such file, or all of it was understood.
 */
gboolean xtls_keystore_load (const char *path,
                             const char *const *keys,
                             XtlsKeystoreRead read,
                             gpointer user_data,
                             gboolean *writable);

/**
 * xtls_keystore_is_marked:
 *
 * Returns: %TRUE if a damaged file of this name was set aside, by this program
 * or another, and the mark has not been removed since.
 */
gboolean xtls_keystore_is_marked (const char *path);

/**
 * xtls_keystore_get_mark:
 *
 * Returns: (transfer full) (nullable): where the damaged file was moved; %NULL
 * if there is no mark.
 */
char *xtls_keystore_get_mark (const char *path);

/* The user knows of the damage. */
void xtls_keystore_remove_mark (const char *path);

/**
 * xtls_keystore_set_aside:
 * @path: a file whose content is not what it should be
 *
 * Returns: (transfer full) (nullable): its new name, %NULL if it could not be
 * renamed.
 */
char *xtls_keystore_set_aside (const char *path);

/**
 * xtls_keystore_new:
 *
 * Returns: (transfer full): a file with the version and no group.
 */
GKeyFile *xtls_keystore_new (void);

/**
 * xtls_keystore_group:
 * @number: from 0
 *
 * Returns: (transfer full): the name of a numbered group.
 */
char *xtls_keystore_group (guint number);

/**
 * xtls_keystore_is_text:
 *
 * Returns: %TRUE for UTF-8 of 1 to %XTLS_KEYSTORE_TEXT_MAX bytes: what can be
 * written and will be read again.
 */
/* any bytes @text: any bytes. */
gboolean xtls_keystore_is_text (const char *text);

/* (transfer full) (nullable): the text of @key, %NULL if it is none. @file:
 * what was read. @group: where @key is. */
char *
xtls_keystore_get_text (GKeyFile *file, const char *group, const char *key);

/* The place of the value of @key in @words, -1 if it is not among them. @file:
 * what was read. @group: where @key is. @n_words: how many there are. */
int xtls_keystore_get_word (GKeyFile *file,
                            const char *group,
                            const char *key,
                            const char *const *words,
                            guint n_words);

/* The seconds since 1970 in @key, up to year 9999; -1 for anything else. @file:
 * what was read. @group: where @key is. */
gint64
xtls_keystore_get_time (GKeyFile *file, const char *group, const char *key);
