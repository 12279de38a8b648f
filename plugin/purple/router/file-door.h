/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The listening socket of a file that this side sends directly. Several may
 * connect, because anybody on the network can; the one who finishes TLS with
 * the key first is the receiver, and the others get nothing.
 */
#pragma once

#include "file-pump.h"

#include <glib.h>

/* The most connections at the same time; one more takes the place of the oldest
 * that has not named the file, or of the oldest. */
#define XTLS_FILE_DOOR_AT_ONCE 8
/* The most connections in all. */
#define XTLS_FILE_DOOR_IN_ALL 64
/* How long a connection may take for SOCKS5, and the receiver for coming, in
 * seconds. */
#define XTLS_FILE_DOOR_SOCKS5_MAX 10
#define XTLS_FILE_DOOR_MAX 60

typedef struct XtlsFileDoor XtlsFileDoor;

typedef struct {
    /* The receiver has come. It may free the door. @pump: (transfer full):
     * whose table is still the door's. */
    void (*opened) (XtlsFilePump *pump, gpointer user_data);

    /* Nobody has come in time, or too many have. It may free the door. */
    void (*failed) (gpointer user_data);
} XtlsFileDoorOps;

/**
 * xtls_file_door_new:
 * @listener: (transfer full): a listening socket
 * @hash: the result of xtls_socks5_hash()
 * @key: (array fixed-size=32): as xtls_file_pump_new()
 * @size: of the file
 * @ops: outlives the door
 *
 * Returns: (transfer full): a door that listens.
 */
XtlsFileDoor *xtls_file_door_new (int listener,
                                  const char *hash,
                                  const guint8 *key,
                                  guint64 size,
                                  const XtlsFileDoorOps *ops,
                                  gpointer user_data);

/* Closes it and all connections but the receiver's. @door: (nullable). */
void xtls_file_door_free (XtlsFileDoor *door);
