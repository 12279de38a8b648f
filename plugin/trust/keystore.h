/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The GKeyFiles of this project have a version and numbered groups (a JID is
 * not a safe group name), and a file that is not understood to the last line is
 * never overwritten. It is set aside under another name, and a mark (the file
 * `NAME.damaged`, which contains that name) stays until the user has been told,
 * however often the program ends before that.
 */
#pragma once

#include <glib.h>

/* The longest text of an entry, in bytes: a full JID and more. */
#define XTLS_KEYSTORE_TEXT_MAX 4096

/**
 * XtlsKeystoreRead:
 * @group: one numbered group
 *
 * Returns: %FALSE if the group is invalid.
 */
typedef gboolean (*XtlsKeystoreRead) (GKeyFile *file,
                                      const char *group,
                                      gpointer user_data);

/**
 * xtls_keystore_load:
 * @path: the file
 * @keys: (array zero-terminated=1): the keys that every group must have, and no
 *   others
 * @read: called for every group if the version is known, even after an invalid
 *   one, so that whatever is understood takes effect
 * @writable: (out): %FALSE if there is a file that was not understood and could
 *   not be marked and set aside (`NAME.unreadable-N`), so that nothing may be
 *   written to @path
 *
 * Returns: %TRUE if there is no such file, or all of it was understood.
 */
gboolean xtls_keystore_load (const char *path,
                             const char *const *keys,
                             XtlsKeystoreRead read,
                             gpointer user_data,
                             gboolean *writable);

/**
 * xtls_keystore_parse:
 * @text: (array length=len): what such a file holds
 * @keys: as for xtls_keystore_load()
 * @read: the same
 *
 * Returns: %TRUE if all of it was understood.
 */
gboolean xtls_keystore_parse (const char *text,
                              gsize len,
                              const char *const *keys,
                              XtlsKeystoreRead read,
                              gpointer user_data);

/**
 * xtls_keystore_is_marked:
 *
 * Returns: %TRUE if this program or another has set aside a damaged file of
 * this name and the mark has not been removed since.
 */
gboolean xtls_keystore_is_marked (const char *path);

/**
 * xtls_keystore_get_mark:
 *
 * Returns: (transfer full) (nullable): where the damaged file was moved; %NULL
 * if there is no mark.
 */
char *xtls_keystore_get_mark (const char *path);

/* Removes the mark: the user knows of the damage. */
void xtls_keystore_remove_mark (const char *path);

/**
 * xtls_keystore_set_aside:
 * @path: a file with invalid content
 *
 * Marks it and gives it another name, which xtls_keystore_get_mark() tells.
 *
 * Returns: %FALSE if it could not be marked or renamed.
 */
gboolean xtls_keystore_set_aside (const char *path);

/**
 * xtls_keystore_new:
 *
 * Returns: (transfer full): a file with the version and no groups.
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
 * @text: any bytes
 *
 * Returns: %TRUE for UTF-8 of 1 to %XTLS_KEYSTORE_TEXT_MAX bytes, which can be
 * written and will be read again.
 */
gboolean xtls_keystore_is_text (const char *text);

/* Returns: (transfer full) (nullable): the text of @key, or %NULL if it is not
 * valid. @file: the file that was read. @group: the group of @key. */
char *
xtls_keystore_get_text (GKeyFile *file, const char *group, const char *key);

/* Returns: the index of the value of @key in @words, or -1 if it is not among
 * them. @file: the file that was read. @group: the group of @key. @n_words: the
 * length of @words. */
int xtls_keystore_get_word (GKeyFile *file,
                            const char *group,
                            const char *key,
                            const char *const *words,
                            guint n_words);

/* Returns: the seconds since 1970 in @key, up to year 9999; -1 for anything
 * else. @file: the file that was read. @group: the group of @key. */
gint64
xtls_keystore_get_time (GKeyFile *file, const char *group, const char *key);
