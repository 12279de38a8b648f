/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The core's plain dialogs, by libpurple's requests: they work in any client.
 * A face that claims one of them (api.h) replaces it. All of a contact's
 * dialogs go with xtls_dialogs_close().
 */
#pragma once

#include "contact.h"

/* Fingerprints of both sides, verified or not. */
void xtls_dialogs_verify (XtlsContact *contact);
/* Accept, verify or refuse a new key. */
void xtls_dialogs_key_unknown (XtlsContact *contact);
/* Held messages: keep waiting, send unencrypted, discard. */
void xtls_dialogs_choice (XtlsContact *contact);
/* The contact asks a question: type the secret. */
void xtls_dialogs_secret_asked (XtlsContact *contact, const char *question);
/* Start verifying by secret: type it. @question is (nullable). */
void xtls_dialogs_secret_start (XtlsContact *contact, const char *question);

/* The exchange is over: nobody waits for a secret any more. */
void xtls_dialogs_close_secret (XtlsContact *contact);
void xtls_dialogs_close (XtlsContact *contact);
