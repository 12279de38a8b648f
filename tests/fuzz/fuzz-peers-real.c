/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The corpus of peers, with the real writer instead of a stand-in. */
#include "fuzz-peers.c"
