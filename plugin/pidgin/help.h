/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What private conversations are, in a window. */
#pragma once

/* Shows the help window, or raises it. */
void xtls_help_show (void);
