/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The corpus of contact-prefs, with the real writer instead of a stand-in. */
#include "fuzz-contact-prefs.c"
