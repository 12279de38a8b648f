/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A bounded queue of bytes. */
#pragma once

#include <glib.h>

typedef struct XtlsInbox XtlsInbox;

/**
 * xtls_inbox_new:
 * @max: the most bytes it may hold
 */
XtlsInbox *xtls_inbox_new (gsize max);

void xtls_inbox_free (XtlsInbox *inbox);

/**
 * xtls_inbox_add:
 *
 * Returns: %FALSE if @len more bytes would exceed the maximum; nothing was
 * added then.
 */
gboolean xtls_inbox_add (XtlsInbox *inbox, const guint8 *data, gsize len);

/**
 * xtls_inbox_peek:
 * @len: (out): how many bytes there are
 *
 * Returns: (transfer none) (nullable): the oldest bytes, valid until the next
 * call; %NULL if there are none.
 */
const guint8 *xtls_inbox_peek (XtlsInbox *inbox, gsize *len);

/**
 * xtls_inbox_skip:
 * @len: at most the length that xtls_inbox_peek() returned
 *
 * Drops the oldest bytes.
 */
void xtls_inbox_skip (XtlsInbox *inbox, gsize len);
