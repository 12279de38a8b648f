/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The moment in which libpurple starts a file. One that has been negotiated
 * moves beside the stream; any other of a private contact that has a plain
 * connection is refused.
 */
#pragma once

#include <glib.h>

void xtls_beside_start_init (void);
void xtls_beside_start_uninit (void);

/* @refused: whether the file that libpurple is about to start may not go on */
void xtls_beside_start_set_refused (gboolean refused);
