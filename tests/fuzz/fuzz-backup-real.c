/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The corpus of backup, with the real cryptography instead of a stand-in. */
#include "fuzz-backup.c"
