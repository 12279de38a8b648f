/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A lane beside the end-to-end stream: one connection for one file. First the
 * greeting of SOCKS5, then TLS with the key that both sides have, then data one
 * way, from the TLS client to the TLS server.
 *
 * Nothing is gathered: what cannot be sent is not taken (xtls_lane_write()),
 * and nothing more is received before what is there was read
 * (xtls_lane_read()). No call ever waits.
 *
 * The end of the data is `close_notify` of the sender; `close_notify` of the
 * receiver then says that it has everything. Every other end is a failure.
 *
 * Lanes are counted references. A callback may drop any of them.
 */
#pragma once

#include "psk.h"
#include "socks5.h"

#include <glib.h>

/* The greeting, and TLS's handshake behind it, milliseconds. */
#define XTLS_LANE_GREETING_TIMEOUT (10 * 1000)
#define XTLS_LANE_HANDSHAKE_TIMEOUT (20 * 1000)
/* The other side is waited for, and not a byte moves, milliseconds. */
#define XTLS_LANE_SILENCE_TIMEOUT (30 * 1000)

/* Forward only. */
typedef enum {
    XTLS_LANE_GREETING,  /* SOCKS5 */
    XTLS_LANE_WAITING,   /* for xtls_lane_go_on() */
    XTLS_LANE_HANDSHAKE, /* TLS */
    XTLS_LANE_OPEN,      /* the other side has the key */
    XTLS_LANE_FINISHING, /* xtls_lane_finish() was called */
    XTLS_LANE_ENDED,     /* both sides have said so */
    XTLS_LANE_FAILED
} XtlsLaneState;

typedef struct XtlsLane XtlsLane;

/* The outside of a lane. @user_data is the one given with the table. */
typedef struct {
    /* The state has changed. Called from the main loop only. */
    void (*changed) (XtlsLane *lane, gpointer user_data);

    /* There is something to read, or room to write that was asked for. Called
     * again and again while that is so and something was read or written. */
    void (*ready) (XtlsLane *lane, gpointer user_data);

    /* Calls xtls_lane_io() whenever the socket can be read, or written. */
    guint (*watch_add) (int fd, gboolean writing, XtlsLane *lane);
    void (*watch_remove) (guint watch);

    /* One-shot or repeating (while it returns %TRUE) timers, milliseconds. */
    guint (*timer_add) (guint ms, GSourceFunc function, gpointer data);
    void (*timer_remove) (guint timer);
} XtlsLaneOps;

typedef struct {
    XtlsSocks5Role socks;
    const char *address; /* of %XTLS_SOCKS5_ADDRESS_LEN characters */
    XtlsTlsRole tls;     /* the client sends the file */
    const guint8 *key;   /* of %XTLS_PSK_KEY_LEN bytes */
    gboolean waits;      /* behind the greeting, for xtls_lane_go_on() */
} XtlsLaneSpec;

/**
 * xtls_lane_new:
 * @fd: (transfer full): a connected stream socket that does not block
 * @spec: (transfer none): copied
 * @ops: (transfer none): outlives the lane
 *
 * Returns: (transfer full): a lane that has begun.
 */
XtlsLane *xtls_lane_new (int fd,
                         const XtlsLaneSpec *spec,
                         const XtlsLaneOps *ops,
                         gpointer user_data);

XtlsLane *xtls_lane_ref (XtlsLane *lane);
void xtls_lane_unref (XtlsLane *lane);

/* From now on nothing is called; the connection is closed at once. To be called
 * before the last reference of its owner is dropped. */
void xtls_lane_close (XtlsLane *lane);

/* To be called when the socket may be read or written. */
void xtls_lane_io (XtlsLane *lane);

/* Begins TLS in %XTLS_LANE_WAITING. */
void xtls_lane_go_on (XtlsLane *lane);

/**
 * xtls_lane_want_room:
 *
 * Asks for `ready` to be called when there is room to write. A write asks
 * again; an owner that writes nothing then is not called until it does.
 */
void xtls_lane_want_room (XtlsLane *lane);

/**
 * xtls_lane_write:
 * @data: (array length=len): bytes of the file
 *
 * Returns: how many were taken: 0 if there is no room now. They are under way,
 * and no more.
 */
gsize xtls_lane_write (XtlsLane *lane, const guint8 *data, gsize len);

/**
 * xtls_lane_read:
 * @data: (out caller-allocates) (array length=len): bytes of the file
 *
 * Returns: how many there were: 0 if there are none now.
 */
gsize xtls_lane_read (XtlsLane *lane, guint8 *data, gsize len);

/**
 * xtls_lane_finish:
 *
 * Says that all was sent, or that all was received. The state becomes
 * %XTLS_LANE_ENDED when the other side has said the same and nothing is left to
 * be sent.
 */
void xtls_lane_finish (XtlsLane *lane);

/* How far it has come. */
XtlsLaneState xtls_lane_get_state (XtlsLane *lane);

/**
 * xtls_lane_get_detail:
 *
 * Returns: (nullable) (transfer none): why it has failed, a technical word for
 * the debug log.
 */
const char *xtls_lane_get_detail (XtlsLane *lane);
