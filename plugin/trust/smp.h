/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared-secret verification: libotr's Socialist Millionaires' Protocol as a
 * blocking state machine. Each step costs 8 to 42 ms of CPU, so it is run in
 * a worker thread (smp-jobs.h); nothing here is shared between threads.
 *
 * One attempt is one #XtlsSmp, and a session has at most one at a time: with
 * two, the peer could answer the messages of one with those of the other and
 * so appear to know the secret.
 */
#pragma once

#include "fingerprint.h"

#include <glib.h>

/* The longest message of a step that is accepted, in bytes. */
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
 * @binding: tls-exporter channel binding of the session
 * @client: fingerprint of the TLS client
 * @server: fingerprint of the TLS server
 * @text: what the person typed
 * @secret: (out caller-allocates) (array fixed-size=32): SHA-256
 *   (`xtls-smp-1` ‖ 0x00 ‖ binding ‖ client ‖ server ‖ text), text NFKC and
 *   trimmed
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
 * Returns: (transfer full) (nullable): a new attempt; %NULL if the libotr found
 * is not one that this was built for.
 */
XtlsSmp *xtls_smp_new (void);

/* Wipes everything secret. */
void xtls_smp_free (XtlsSmp *smp);

/**
 * xtls_smp_begin:
 * @secret: wiped by the caller
 *
 * The first call on an attempt, on the side that starts it.
 *
 * Returns: (transfer full): message 1.
 */
GByteArray *xtls_smp_begin (XtlsSmp *smp,
                            const guint8 secret[XTLS_SMP_SECRET_LEN]);

/**
 * xtls_smp_receive:
 * @step: number of @message, 1 to 4
 * @secret: (nullable): our secret, needed with message 1 only
 * @reply: (out) (transfer full) (nullable): the next message, number @step + 1
 *
 * A step out of order, without its secret, over-long or malformed is
 * %XTLS_SMP_FAILED and ends the attempt.
 */
XtlsSmpResult xtls_smp_receive (XtlsSmp *smp,
                                guint step,
                                const guint8 *message,
                                gsize len,
                                const guint8 *secret,
                                GByteArray **reply);
