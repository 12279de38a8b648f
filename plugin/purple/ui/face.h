/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The core's side of api.h: the table, and its IPC and signals. */
#pragma once

#include <plugin.h>

void xtls_face_init (PurplePlugin *plugin);
void xtls_face_uninit (PurplePlugin *plugin);
