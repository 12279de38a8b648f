/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Feeds parsers whole texts, single bytes, and pieces of odd sizes. */
#pragma once

#include <glib.h>

static const gsize chunk_sizes[] = {G_MAXSIZE, 1, 2, 5, 12, 1024};
