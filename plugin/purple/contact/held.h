/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages that wait for a private conversation, in the order they were typed.
 * In memory only.
 */
#pragma once

#include <glib.h>
#include <xmlnode.h>

typedef struct XtlsHeld XtlsHeld;

XtlsHeld *xtls_held_new (void);
void xtls_held_free (XtlsHeld *held);

/**
 * xtls_held_push:
 * @message: (transfer full) on success: a `<message/>` with a body
 *
 * Returns: %FALSE if the queue is full (XTLS_HELD_MAX, XTLS_HELD_BYTES_MAX):
 * @message still belongs to the caller then.
 */
gboolean xtls_held_push (XtlsHeld *held, xmlnode *message);

/**
 * xtls_held_pop:
 *
 * Returns: (nullable) (transfer full): the oldest message.
 */
xmlnode *xtls_held_pop (XtlsHeld *held);

guint xtls_held_get_length (XtlsHeld *held);
