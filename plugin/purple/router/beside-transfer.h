/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One file that moves beside the stream: a pair of sockets between libpurple's
 * transfer and a pump, with a key of its own. It goes on when its session ends,
 * but only as long as the contact is private and messages may be sent to the
 * key with which the file was agreed on.
 */
#pragma once

#include "session.h"

#include <account.h>
#include <ft.h>
#include <glib.h>

typedef struct XtlsBesideTransfer XtlsBesideTransfer;

void xtls_beside_transfer_init (void);
/* Stops all of them. */
void xtls_beside_transfer_uninit (void);

/**
 * xtls_beside_transfer_new:
 * @session: in which the file was agreed on; the key is from it
 * @sends: whether this side sends the file
 * @size: of the file, in bytes
 *
 * Returns: (transfer full) (nullable): %NULL if there is no key.
 */
XtlsBesideTransfer *xtls_beside_transfer_new (PurpleAccount *account,
                                              XtlsSession *session,
                                              const char *sid,
                                              gboolean sends,
                                              guint64 size);

/* For what was not started. @transfer: (nullable) */
void xtls_beside_transfer_free (XtlsBesideTransfer *transfer);

/**
 * xtls_beside_transfer_listen:
 * @transfer: of the sender
 * @listener: (transfer full): a listening socket
 * @hash: the result of xtls_socks5_hash()
 *
 * Waits for the receiver there.
 */
void xtls_beside_transfer_listen (XtlsBesideTransfer *transfer,
                                  int listener,
                                  const char *hash);

/* Returns: (transfer full): libpurple's end of the pair of sockets, because the
 * receiver is connected or about to; -1 if there can be none. @transfer: of the
 * sender. */
int xtls_beside_transfer_open_pair (XtlsBesideTransfer *transfer);

/**
 * xtls_beside_transfer_start:
 * @transfer: (transfer full): it frees itself when the file has ended
 * @xfer: libpurple's transfer, which is about to start
 */
void xtls_beside_transfer_start (XtlsBesideTransfer *transfer,
                                 PurpleXfer *xfer);

/* Returns: whether it was started and has not ended. @xfer: a transfer, which
 * may have been freed. */
gboolean xtls_beside_transfer_is_running (const PurpleXfer *xfer);

/* Returns: whether the file of that bytestream was started and has not ended.
 * @account: of this side. @peer: canonical. @sid: of the bytestream. */
gboolean xtls_beside_transfer_has (const PurpleAccount *account,
                                   const char *peer,
                                   const char *sid);

/* Stops all files of an account that goes offline, and tells the user. */
void xtls_beside_transfer_stop_all (PurpleAccount *account);
