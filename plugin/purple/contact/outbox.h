/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages that wait for a private conversation, in the order they were typed.
 * In memory only.
 */
#pragma once

#include <glib.h>
#include <xmlnode.h>

/* Messages and bytes that are held for one contact; more are refused. */
#define XTLS_OUTBOX_MAX 250
#define XTLS_OUTBOX_BYTES_MAX (4 * 1024 * 1024)

typedef struct XtlsOutbox XtlsOutbox;

XtlsOutbox *xtls_outbox_new (void);
void xtls_outbox_free (XtlsOutbox *held);

/**
 * xtls_outbox_push:
 * @message: (transfer full) on success: a `<message/>` with a body
 *
 * Returns: %FALSE if the queue is full (XTLS_OUTBOX_MAX,
 * XTLS_OUTBOX_BYTES_MAX):
 * @message still belongs to the caller then.
 */
gboolean xtls_outbox_push (XtlsOutbox *held, xmlnode *message);

/**
 * xtls_outbox_push_front:
 * @message: (transfer full) on success: as for xtls_outbox_push(), but goes
 *   before all others
 *
 * Returns: as xtls_outbox_push().
 */
gboolean xtls_outbox_push_front (XtlsOutbox *held, xmlnode *message);

/**
 * xtls_outbox_pop:
 *
 * Returns: (nullable) (transfer full): the oldest message.
 */
xmlnode *xtls_outbox_pop (XtlsOutbox *held);

/* How many messages wait. */
guint xtls_outbox_get_length (XtlsOutbox *held);
