/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What private conversations are, in a window. */
#pragma once

void xtls_help_show (void);
