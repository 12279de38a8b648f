/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Marks text that reaches a conversation otherwise than as a stanza, because
 * other plugins write copies of messages there. Where nothing may be sent in
 * clear, any text that neither came from the contact's session nor was typed
 * here is marked.
 */
#pragma once

#include "contact.h"

void xtls_foreign_text_init (void);
void xtls_foreign_text_uninit (void);

/* A text that the user typed for the contact was accepted: libpurple writes it
 * into the conversation next, and it is not marked. */
void xtls_foreign_text_expect_echo (XtlsContact *contact);
