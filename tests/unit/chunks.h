/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How parsers are fed: whole, byte by byte and at odd sizes. */
#pragma once

#include <glib.h>

static const gsize chunk_sizes[] = {G_MAXSIZE, 1, 2, 5, 12, 1024};
