/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many bytes this process has allocated and not freed. Always 0 with
 * sanitizers, which do not say. */
#pragma once

#include <glib.h>

gsize memory_used (void);
