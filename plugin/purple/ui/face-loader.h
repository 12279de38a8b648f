/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Enables the face together with the core: a user of Pidgin who has enabled
 * only this plugin would see neither lock nor dialogs.
 */
#pragma once

#include <plugin.h>

/* If the user has enabled @plugin just now, enables Pidgin's face soon, unless
 * it is missing. What the user has chosen before is left alone. */
void xtls_face_loader_init (PurplePlugin *plugin);
void xtls_face_loader_uninit (void);
