/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The core's side of api.h: the table, and its IPC and signals. */
#pragma once

#include <plugin.h>

void xtls_api_table_init (PurplePlugin *plugin);
void xtls_api_table_uninit (PurplePlugin *plugin);
