/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The GKeyFiles of this project: numbered groups (a JID is no safe group
 * name), a version, and the rule that a file which cannot be read is never
 * overwritten but set aside and told.
 */
#pragma once

#include <glib.h>

/**
 * xtls_keystore_load:
 * @path: the file
 * @set_aside: (out) (transfer full) (nullable): where an unreadable file was
 *   moved (`NAME.unreadable-N`)
 * @safe: (out): %FALSE if an unreadable file could not be set aside: then
 *   nothing may be written to @path
 *
 * Returns: (transfer full): the content; empty if there is no such file or it
 * was unreadable.
 */
GKeyFile *
xtls_keystore_load (const char *path, char **set_aside, gboolean *safe);

/**
 * xtls_keystore_set_aside:
 * @path: a file whose content is not what it should be
 *
 * Returns: (transfer full) (nullable): its new name, %NULL if it could not be
 * renamed.
 */
char *xtls_keystore_set_aside (const char *path);
