/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A window that explains private conversations. */
#pragma once

/* Shows the help window, or raises it. */
void xtls_help_show (void);
