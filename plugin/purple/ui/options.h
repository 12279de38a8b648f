/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The settings of one contact, and the help: plain dialogs for clients without
 * a face that has its own (api.h).
 */
#pragma once

#include "contact.h"

/* Policy and logging. */
void xtls_options_show (XtlsContact *contact);
void xtls_options_close (XtlsContact *contact);

/* Shows the plain help. */
void xtls_options_show_help (void);
