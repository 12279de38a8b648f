/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared-secret verification: libotr's Socialist Millionaires' Protocol as a
 * blocking state machine. Each step takes 8 to 42 ms of CPU time, so it runs in
 * a worker thread (smp-jobs.h); nothing here is shared between threads.
 *
 * One attempt is one #XtlsSmp, and a session has at most one at a time. With
 * two, the peer could answer the messages of one with those of the other and
 * appear to know the secret.
 */
#pragma once

#include "fingerprint.h"

#include <glib.h>

/* The longest message that is accepted, in bytes. */
#define XTLS_SMP_MESSAGE_MAX 8192
#define XTLS_SMP_SECRET_LEN 32

typedef enum {
    XTLS_SMP_GOES_ON,   /* send the reply, wait for the next message */
    XTLS_SMP_SAME,      /* the secrets are equal; a reply may remain */
    XTLS_SMP_DIFFERENT, /* the secrets differ; a reply may remain */
    XTLS_SMP_FAILED     /* malformed, or out of order */
} XtlsSmpResult;

typedef struct XtlsSmp XtlsSmp;

/**
 * xtls_smp_secret:
 * @binding: the tls-exporter channel binding of the session
 * @client: fingerprint of the TLS client
 * @server: fingerprint of the TLS server
 * @text: the secret as the user typed it
 * @secret: (out caller-allocates) (array fixed-size=32): SHA-256 (`xtls-smp-1`
 *   ‖ 0x00 ‖ binding ‖ client ‖ server ‖ text), text NFKC and trimmed
 *
 * Returns: %FALSE if @text is empty once trimmed, or not UTF-8.
 */
gboolean xtls_smp_secret (const guint8 binding[32],
                          const XtlsFingerprint *client,
                          const XtlsFingerprint *server,
                          const char *text,
                          guint8 secret[XTLS_SMP_SECRET_LEN]);

/**
 * xtls_smp_new:
 *
 * Returns: (transfer full) (nullable): a new attempt; %NULL if libotr is not of
 * a version that this was built for.
 */
XtlsSmp *xtls_smp_new (void);

/* Frees the attempt and wipes everything secret. */
void xtls_smp_free (XtlsSmp *smp);

/**
 * xtls_smp_begin:
 * @secret: the secret, which the caller wipes
 *
 * Must be the first call on an attempt, on the side that starts it.
 *
 * Returns: (transfer full): message 1.
 */
GByteArray *xtls_smp_begin (XtlsSmp *smp,
                            const guint8 secret[XTLS_SMP_SECRET_LEN]);

/**
 * xtls_smp_receive:
 * @step: the step of @message, 1 to 4
 * @secret: (nullable): our secret, needed only with message 1
 * @reply: (out) (transfer full) (nullable): the next message, for step @step +
 *   1
 *
 * A step that is out of order, lacks its secret, or has an overlong or
 * malformed message results in %XTLS_SMP_FAILED and ends the attempt.
 */
XtlsSmpResult xtls_smp_receive (XtlsSmp *smp,
                                guint step,
                                const guint8 *message,
                                gsize len,
                                const guint8 *secret,
                                GByteArray **reply);
