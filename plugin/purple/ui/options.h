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

/* Shows a page of the help. @page: its id. */
void xtls_options_show_help (const char *page);
