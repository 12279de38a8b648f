/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What this process has allocated and not freed, in bytes. Sanitizers do not
 * tell; it is 0 then. */
#pragma once

#include <glib.h>

gsize memory_used (void);
