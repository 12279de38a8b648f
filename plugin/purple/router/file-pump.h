/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Moves one file between libpurple, on one end of a pair of local sockets, and
 * a connection on which it runs TLS (file-tls.h). The receiver of a file
 * confirms it by its close_notify, and the sender waits for that. It works on
 * libpurple's main loop, some records at a time.
 */
#pragma once

#include "file-tls.h"

#include <glib.h>

/* How long the peer may take, in seconds: for the handshake, … */
#define XTLS_FILE_PUMP_HANDSHAKE_MAX 20
/* … without a byte that moves, … */
#define XTLS_FILE_PUMP_STALL_MAX 60
/* … and for the end, when all bytes have been sent or written. */
#define XTLS_FILE_PUMP_END_MAX 30

typedef struct XtlsFilePump XtlsFilePump;

typedef struct {
    /* Returns: whether the file may go on. Asked before bytes are moved. */
    gboolean (*may_go_on) (gpointer user_data);

    /* (nullable): the peer has proved that it has the key. It may change the
     * table by xtls_file_pump_set_ops(), and must not free the pump. */
    void (*authenticated) (XtlsFilePump *pump, gpointer user_data);

    /* The receiver's local end was closed after the last byte. Returns: whether
     * all bytes have been written to the file. */
    gboolean (*is_written) (gpointer user_data);

    /* The last call. Both sockets are closed. @confirmed: whether the receiver
     * has all bytes, and the sender knows that. It may free the pump. */
    void (*ended) (gboolean confirmed, gpointer user_data);
} XtlsFilePumpOps;

/**
 * xtls_file_pump_new:
 * @sends: whether this side sends the file
 * @key: (array fixed-size=32): the key of the TLS connection
 * @net: (transfer full): a connected socket that does not block
 * @size: of the file, in bytes
 * @ops: outlives the pump
 *
 * Begins with the handshake. The pump calls nothing before the main loop runs.
 *
 * Returns: (transfer full) (nullable): %NULL if TLS is not possible; @net is
 *   closed then.
 */
XtlsFilePump *xtls_file_pump_new (gboolean sends,
                                  const guint8 *key,
                                  int net,
                                  guint64 size,
                                  const XtlsFilePumpOps *ops,
                                  gpointer user_data);

/* Closes both sockets; the peer gets no close_notify. @pump: (nullable). */
void xtls_file_pump_free (XtlsFilePump *pump);

/* Whom it calls from now on. @pump: the pump. @ops: outlives it. */
void xtls_file_pump_set_ops (XtlsFilePump *pump,
                             const XtlsFilePumpOps *ops,
                             gpointer user_data);

/* The sender's connection goes through a proxy, which may keep back what it is
 * not pushed to pass on. @pump: a sender's pump. */
void xtls_file_pump_set_proxied (XtlsFilePump *pump);

/**
 * xtls_file_pump_attach:
 * @pump: a pump that has no local end yet
 * @local: (transfer full): one end of a pair of sockets; it does not block
 *
 * The file can move when the handshake is done and there is a local end.
 */
void xtls_file_pump_attach (XtlsFilePump *pump, int local);
