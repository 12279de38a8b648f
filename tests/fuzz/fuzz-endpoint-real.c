/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The corpus of endpoint, with the real TLS instead of a stand-in. */
#include "fuzz-endpoint.c"
