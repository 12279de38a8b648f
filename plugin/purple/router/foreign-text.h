/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text that reaches a conversation past the stanzas: other plugins write copies
 * of messages into it. While the contact is private, whatever is neither from
 * its session nor typed here is marked.
 */
#pragma once

#include "contact.h"

void xtls_foreign_text_init (void);
void xtls_foreign_text_uninit (void);

/* A text that the user typed was taken for the contact: libpurple writes it
 * into the conversation next, and that is not marked. */
void xtls_foreign_text_expect_echo (XtlsContact *contact);
