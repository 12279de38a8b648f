/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One connection for one file, see lane.h. */
#include "lane.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* How often it is looked whether bytes move, milliseconds. */
#define LOOK_EVERY (5 * 1000)
/* So many of them without a byte are silence. */
#define LOOKS_MAX (XTLS_LANE_SILENCE_TIMEOUT / LOOK_EVERY)

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

struct XtlsLane {
    guint references;
    int fd; /* -1: closed */
    XtlsLaneState state;
    const char *detail;
    gboolean quiet; /* nothing is called any more */

    XtlsSocks5 *socks;
    XtlsPsk *psk;
    gboolean sends; /* the file */
    gboolean waits;

    GByteArray *out; /* of the greeting */
    gsize sent;      /* bytes of the output that have left */
    gboolean wants_room;
    gboolean peer_ended;
    gsize stayed; /* bytes that came behind the file */

    guint read_watch, write_watch;
    guint deadline;  /* of greeting and handshake */
    guint look;      /* repeats: does anything move? */
    guint kick;      /* calls xtls_lane_io() from the main loop */
    gboolean moved;  /* since the last look */
    guint looks;     /* without a byte */
    gboolean in_io;  /* xtls_lane_io() is on the stack */
    gboolean taken;  /* something was read or written in this call of `ready` */
    gboolean untold; /* the state has changed and nobody was told */

    const XtlsLaneOps *ops;
    gpointer user_data; /* borrowed */
};

static void arrange (XtlsLane *lane);

/* --- states and timers --- */

static gboolean
is_over (XtlsLane *lane)
{
    return lane->state >= XTLS_LANE_ENDED;
}

static void
stop_timer (XtlsLane *lane, guint *timer)
{
    if (*timer)
        lane->ops->timer_remove (*timer);
    *timer = 0;
}

static gboolean
kick_cb (gpointer data)
{
    XtlsLane *lane = data;

    lane->kick = 0;
    xtls_lane_io (lane);
    return FALSE;
}

static void
kick (XtlsLane *lane)
{
    if (!lane->kick && !lane->quiet)
        lane->kick = lane->ops->timer_add (0, kick_cb, lane);
}

/* Told later, from xtls_lane_io(): never from inside a call. */
static void
set_state (XtlsLane *lane, XtlsLaneState state)
{
    lane->state = state;
    lane->untold = TRUE;
    kick (lane);
}

static void
fail (XtlsLane *lane, const char *detail)
{
    if (is_over (lane))
        return;
    lane->detail = detail;
    set_state (lane, XTLS_LANE_FAILED);
}

static gboolean
deadline_cb (gpointer data)
{
    XtlsLane *lane = data;

    lane->deadline = 0;
    fail (lane, "too slow");
    xtls_lane_io (lane);
    return FALSE;
}

static void
set_deadline (XtlsLane *lane, guint ms)
{
    stop_timer (lane, &lane->deadline);
    if (ms)
        lane->deadline = lane->ops->timer_add (ms, deadline_cb, lane);
}

static GByteArray *
output (XtlsLane *lane)
{
    return lane->state <= XTLS_LANE_WAITING ? lane->out
                                            : xtls_psk_get_output (lane->psk);
}

static gboolean
has_output (XtlsLane *lane)
{
    return output (lane)->len > 0;
}

/* Whether it is the other side's turn. */
static gboolean
waits_for_peer (XtlsLane *lane)
{
    if (lane->state == XTLS_LANE_FINISHING || has_output (lane))
        return TRUE;
    if (lane->state != XTLS_LANE_OPEN)
        return FALSE;
    /* The system's buffer may be full, too. */
    return lane->sends ? lane->wants_room : !xtls_psk_has_unread (lane->psk);
}

static gboolean
look_cb (gpointer data)
{
    XtlsLane *lane = data;

    if (lane->moved || !waits_for_peer (lane))
        lane->looks = 0;
    else
        lane->looks++;
    lane->moved = FALSE;
    if (lane->looks < LOOKS_MAX)
        return TRUE;
    lane->look = 0;
    fail (lane, "silence");
    xtls_lane_io (lane);
    return FALSE;
}

/* --- life --- */

XtlsLane *
xtls_lane_new (int fd,
               const XtlsLaneSpec *spec,
               const XtlsLaneOps *ops,
               gpointer user_data)
{
    XtlsLane *lane = g_new0 (XtlsLane, 1);

    lane->references = 1;
    lane->fd = fd;
    lane->sends = spec->tls == XTLS_TLS_CLIENT;
    lane->waits = spec->waits;
    lane->socks = xtls_socks5_new (spec->socks, spec->address);
    lane->psk = xtls_psk_new (spec->tls, spec->key);
    lane->out = g_byte_array_new ();
    lane->ops = ops;
    lane->user_data = user_data;
    (void)xtls_socks5_step (lane->socks, NULL, 0, lane->out);
    set_deadline (lane, XTLS_LANE_GREETING_TIMEOUT);
    arrange (lane);
    return lane;
}

XtlsLane *
xtls_lane_ref (XtlsLane *lane)
{
    lane->references++;
    return lane;
}

static void
drop_watch (XtlsLane *lane, guint *watch)
{
    if (*watch)
        lane->ops->watch_remove (*watch);
    *watch = 0;
}

static void
hang_up (XtlsLane *lane)
{
    drop_watch (lane, &lane->read_watch);
    drop_watch (lane, &lane->write_watch);
    stop_timer (lane, &lane->deadline);
    stop_timer (lane, &lane->look);
    if (lane->fd >= 0)
        close (lane->fd);
    lane->fd = -1;
}

void
xtls_lane_close (XtlsLane *lane)
{
    lane->quiet = TRUE;
    stop_timer (lane, &lane->kick);
    hang_up (lane);
}

void
xtls_lane_unref (XtlsLane *lane)
{
    if (!lane || --lane->references > 0)
        return;
    xtls_lane_close (lane);
    xtls_socks5_free (lane->socks);
    xtls_psk_free (lane->psk);
    g_byte_array_unref (lane->out);
    g_free (lane);
}

/* --- what the socket does --- */

static gboolean
is_for_later (void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

/* Returns: whether something has left. */
static gboolean
flush (XtlsLane *lane)
{
    GByteArray *out = output (lane);
    ssize_t ret;

    if (out->len == 0)
        return FALSE;
    ret = send (lane->fd,
                (const char *)out->data + lane->sent,
                out->len - lane->sent,
                MSG_NOSIGNAL);
    if (ret < 0) {
        if (!is_for_later ())
            fail (lane, "cannot send");
        return FALSE;
    }
    lane->moved = TRUE;
    lane->sent += (gsize)ret;
    if (lane->sent == out->len) {
        g_byte_array_set_size (out, 0);
        lane->sent = 0;
    }
    return ret > 0;
}

/* Returns: bytes; 0 if there are none now, or none any more. */
static gsize
receive (XtlsLane *lane, guint8 *data, gsize len)
{
    ssize_t ret = recv (lane->fd, (char *)data, len, 0);

    if (ret > 0) {
        lane->moved = TRUE;
        return (gsize)ret;
    }
    if (ret == 0)
        fail (lane, "cut");
    else if (!is_for_later ())
        fail (lane, "cannot receive");
    return 0;
}

static void
begin_tls (XtlsLane *lane)
{
    set_state (lane, XTLS_LANE_HANDSHAKE);
    set_deadline (lane, XTLS_LANE_HANDSHAKE_TIMEOUT);
}

static gboolean
greet (XtlsLane *lane)
{
    guint8 data[512];
    gsize wanted = MIN (xtls_socks5_wanted (lane->socks), sizeof data);
    gsize len = wanted ? receive (lane, data, wanted) : 0;

    if (len == 0)
        return FALSE;
    switch (xtls_socks5_step (lane->socks, data, len, lane->out)) {
    case XTLS_SOCKS5_MORE:
        return TRUE;
    case XTLS_SOCKS5_FAILED:
        fail (lane, "SOCKS5");
        return FALSE;
    case XTLS_SOCKS5_DONE:
        /* TLS has an output of its own. */
        if (lane->out->len > 0 && !lane->waits)
            (void)flush (lane);
        if (lane->out->len > 0 && !lane->waits)
            fail (lane, "cannot send");
        else if (lane->waits)
            set_state (lane, XTLS_LANE_WAITING);
        else
            begin_tls (lane);
        break;
    }
    return FALSE;
}

/* Returns: whether something was received. */
static gboolean
fill (XtlsLane *lane)
{
    gsize room, len;
    guint8 *data = xtls_psk_reserve (lane->psk, &room);

    if (room == 0)
        return FALSE;
    len = receive (lane, data, room);
    xtls_psk_received (lane->psk, len);
    return len > 0;
}

static void
shake_hands (XtlsLane *lane)
{
    do {
        switch (xtls_psk_handshake (lane->psk)) {
        case XTLS_PSK_DONE:
            set_deadline (lane, 0);
            set_state (lane, XTLS_LANE_OPEN);
            lane->look = lane->ops->timer_add (LOOK_EVERY, look_cb, lane);
            return;
        case XTLS_PSK_ENDED:
        case XTLS_PSK_FAILED:
            (void)flush (lane); /* the alert */
            fail (lane, xtls_psk_get_detail (lane->psk));
            return;
        case XTLS_PSK_AGAIN:
            (void)flush (lane);
            break;
        }
    } while (!is_over (lane) && fill (lane));
}

static void
hear_record (XtlsLane *lane)
{
    guint8 data[1024];
    gsize got;
    XtlsPskResult result = xtls_psk_read (lane->psk, data, sizeof data, &got);

    if (result == XTLS_PSK_ENDED)
        lane->peer_ended = TRUE;
    else if (result == XTLS_PSK_FAILED)
        fail (lane, xtls_psk_get_detail (lane->psk));
    else if (got > 0 && lane->sends)
        fail (lane, "data the wrong way");
}

/* A sender is told nothing but the end. */
static void
hear_out (XtlsLane *lane)
{
    if (!xtls_psk_has_unread (lane->psk) && !fill (lane))
        return;
    do
        hear_record (lane);
    while (!is_over (lane) && xtls_psk_has_unread (lane->psk));
    if (lane->peer_ended && lane->state != XTLS_LANE_FINISHING)
        fail (lane, "ended too early");
}

/* The receiver has all of the file, and has said so. It stays until the sender
 * has read that and closes the connection. Nobody closes one direction only:
 * many proxies then close both. */
static void
stay (XtlsLane *lane)
{
    guint8 data[4096];
    ssize_t ret = 1;

    while (ret > 0 && lane->stayed < XTLS_PSK_CHUNK) {
        ret = recv (lane->fd, (char *)data, sizeof data, 0);
        lane->stayed += ret > 0 ? (gsize)ret : 0;
    }
    if (ret >= 0 || !is_for_later ())
        set_state (lane, XTLS_LANE_ENDED);
}

static void
finish_up (XtlsLane *lane)
{
    if (!lane->sends) {
        if (!has_output (lane))
            stay (lane);
        return;
    }
    if (!lane->peer_ended)
        hear_out (lane);
    if (lane->peer_ended && !has_output (lane) && !is_over (lane))
        set_state (lane, XTLS_LANE_ENDED);
}

static void
step_open (XtlsLane *lane)
{
    if (lane->sends)
        hear_out (lane);
    else if (lane->peer_ended)
        fail (lane, "ended too early");
    else if (!xtls_psk_has_unread (lane->psk))
        (void)fill (lane);
}

static void
step (XtlsLane *lane)
{
    (void)flush (lane);
    while (lane->state == XTLS_LANE_GREETING && greet (lane))
        (void)flush (lane);
    if (lane->state == XTLS_LANE_HANDSHAKE)
        shake_hands (lane);
    if (!is_over (lane))
        (void)flush (lane);
    if (lane->state == XTLS_LANE_OPEN)
        step_open (lane);
    if (lane->state == XTLS_LANE_FINISHING)
        finish_up (lane);
}

/* --- what is watched --- */

static void
arrange_watch (XtlsLane *lane, guint *watch, gboolean writing, gboolean want)
{
    if (want && !*watch)
        *watch = lane->ops->watch_add (lane->fd, writing, lane);
    else if (!want)
        drop_watch (lane, watch);
}

/* A receiver that has not read what is there receives nothing more. */
static gboolean
wants_more (XtlsLane *lane)
{
    if (lane->state == XTLS_LANE_WAITING)
        return FALSE;
    if (lane->state == XTLS_LANE_FINISHING && !lane->sends)
        return TRUE;
    if (lane->peer_ended)
        return FALSE;
    return lane->state != XTLS_LANE_OPEN || lane->sends ||
           !xtls_psk_has_unread (lane->psk);
}

static gboolean
has_room (XtlsLane *lane)
{
    return lane->state == XTLS_LANE_OPEN && lane->sends && !has_output (lane);
}

static void
arrange (XtlsLane *lane)
{
    if (lane->quiet)
        return;
    if (is_over (lane)) {
        hang_up (lane);
        return;
    }
    arrange_watch (lane, &lane->read_watch, FALSE, wants_more (lane));
    arrange_watch (lane,
                   &lane->write_watch,
                   TRUE,
                   has_output (lane) || (lane->wants_room && has_room (lane)));
}

static gboolean
is_ready (XtlsLane *lane)
{
    if (lane->quiet || lane->state != XTLS_LANE_OPEN)
        return FALSE;
    return lane->sends ? lane->wants_room && has_room (lane)
                       : xtls_psk_has_unread (lane->psk);
}

void
xtls_lane_io (XtlsLane *lane)
{
    if (lane->quiet)
        return;
    xtls_lane_ref (lane);
    lane->in_io = TRUE;
    if (!is_over (lane))
        step (lane);
    while (lane->untold && !lane->quiet) {
        lane->untold = FALSE;
        stop_timer (lane, &lane->kick);
        lane->ops->changed (lane, lane->user_data);
    }
    if (is_ready (lane)) {
        lane->taken = FALSE;
        lane->ops->ready (lane, lane->user_data);
        if (!lane->taken)
            lane->wants_room = FALSE;
        /* What waits inside TLS does not make the socket readable. */
        if (lane->untold || lane->peer_ended ||
            (!lane->sends && lane->taken && is_ready (lane)))
            kick (lane);
    }
    lane->in_io = FALSE;
    arrange (lane);
    xtls_lane_unref (lane);
}

/* --- for the owner --- */

void
xtls_lane_go_on (XtlsLane *lane)
{
    g_return_if_fail (lane->state == XTLS_LANE_WAITING);
    g_return_if_fail (lane->out->len == 0);

    begin_tls (lane);
    arrange (lane);
}

void
xtls_lane_want_room (XtlsLane *lane)
{
    lane->wants_room = TRUE;
    arrange (lane);
}

gsize
xtls_lane_write (XtlsLane *lane, const guint8 *data, gsize len)
{
    len = MIN (len, XTLS_PSK_CHUNK);
    if (len == 0 || !has_room (lane))
        return 0;
    lane->taken = lane->wants_room = TRUE;
    if (!xtls_psk_write (lane->psk, data, len)) {
        fail (lane, xtls_psk_get_detail (lane->psk));
        return 0;
    }
    (void)flush (lane);
    arrange (lane);
    return len;
}

gsize
xtls_lane_read (XtlsLane *lane, guint8 *data, gsize len)
{
    gsize all = 0;

    if (lane->state != XTLS_LANE_OPEN || lane->sends)
        return 0;
    while (all < len) {
        gsize got;
        XtlsPskResult result =
            xtls_psk_read (lane->psk, data + all, len - all, &got);

        all += got;
        if (result == XTLS_PSK_AGAIN && !is_over (lane) && fill (lane))
            continue;
        if (result == XTLS_PSK_DONE)
            continue;
        if (result == XTLS_PSK_ENDED)
            lane->peer_ended = TRUE;
        if (result == XTLS_PSK_FAILED)
            fail (lane, xtls_psk_get_detail (lane->psk));
        break;
    }
    lane->taken |= all > 0;
    if (!lane->in_io)
        kick (lane);
    return all;
}

void
xtls_lane_finish (XtlsLane *lane)
{
    if (lane->state != XTLS_LANE_OPEN)
        return;
    xtls_psk_bye (lane->psk);
    set_state (lane, XTLS_LANE_FINISHING);
}

XtlsLaneState
xtls_lane_get_state (XtlsLane *lane)
{
    return lane->state;
}

const char *
xtls_lane_get_detail (XtlsLane *lane)
{
    return lane->detail;
}
