/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moves one file through TLS; see file-pump.h. */
#include "file-pump.h"

#include <errno.h>
#include <eventloop.h>
#include <sys/socket.h>
#include <unistd.h>

/* How long the receiver's confirmation may take before the sender sends one
 * more byte, and then again and again, in milliseconds. */
#define NUDGE_AFTER 200

/* So many records in a turn of the main loop take about 1 ms. */
#define RECORDS_AT_ONCE 16

typedef enum {
    STATE_HANDSHAKE,
    STATE_RUN,
    STATE_BYE,  /* close_notify is being sent */
    STATE_WAIT, /* for the peer's */
    STATE_ENDED
} State;

/* What one step has come to. */
typedef enum {
    STEP_MORE, /* there may be more to do now */
    STEP_IDLE, /* until a socket is ready */
    STEP_DONE, /* the file is confirmed */
    STEP_FAILED
} Step;

struct XtlsFilePump {
    gboolean sends;
    gboolean proxied; /* the sender's connection goes through a proxy */
    State state;
    XtlsFileTls *tls;
    int net, local; /* -1: none, or closed */
    guint64 left;   /* bytes that are still to come from local, or from net */
    gboolean begun; /* the handshake */
    gboolean peer_ended; /* its close_notify has come */

    guint8 buffer[XTLS_FILE_TLS_RECORD];
    gsize start, len; /* of what waits in it */

    guint net_read, net_write, local_read, local_write; /* watchers */
    guint timer, nudge_timer;
    gint64 progress; /* when something last moved */

    const XtlsFilePumpOps *ops;
    gpointer user_data;
};

static void watch_all (XtlsFilePump *pump);

/* --- the end -------------------------------------------------------------- */

static void
close_fd (int *fd)
{
    if (*fd >= 0)
        close (*fd);
    *fd = -1;
}

static void
stop (XtlsFilePump *pump)
{
    pump->state = STATE_ENDED;
    watch_all (pump);
    if (pump->timer)
        purple_timeout_remove (pump->timer);
    if (pump->nudge_timer)
        purple_timeout_remove (pump->nudge_timer);
    pump->timer = pump->nudge_timer = 0;
    g_clear_pointer (&pump->tls, xtls_file_tls_free);
    close_fd (&pump->net);
    close_fd (&pump->local);
}

void
xtls_file_pump_free (XtlsFilePump *pump)
{
    if (!pump)
        return;
    stop (pump);
    g_free (pump);
}

/* --- steps ---------------------------------------------------------------- */

static gboolean
may_go_on (XtlsFilePump *pump)
{
    return pump->ops->may_go_on (pump->user_data);
}

static Step
step_of (XtlsFileTlsResult result)
{
    switch (result) {
    case XTLS_FILE_TLS_OK:
        return STEP_MORE;
    case XTLS_FILE_TLS_AGAIN:
        return STEP_IDLE;
    default:
        return STEP_FAILED;
    }
}

static void
moved (XtlsFilePump *pump)
{
    pump->progress = g_get_monotonic_time ();
}

static void
enter (XtlsFilePump *pump, State state)
{
    pump->state = state;
    moved (pump);
}

static Step
shake_hands (XtlsFilePump *pump)
{
    Step step = step_of (xtls_file_tls_handshake (pump->tls));

    pump->begun = TRUE;
    if (step != STEP_MORE)
        return step;
    enter (pump, STATE_RUN);
    if (pump->ops->authenticated)
        pump->ops->authenticated (pump, pump->user_data);
    /* There may be somebody else to ask now. */
    return may_go_on (pump) ? STEP_MORE : STEP_FAILED;
}

/* Prosody's proxy keeps up to 4 KiB back until more comes, or the connection
 * ends. What follows close_notify means nothing to a receiver. */
static gboolean
nudge_cb (gpointer data)
{
    XtlsFilePump *pump = data;

    (void)send (pump->net, "", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    return TRUE;
}

/* The receiver's bytes have left; a byte that was not read would make the
 * system reset the connection and might take them back. */
static void
discard (XtlsFilePump *pump)
{
    char rest[512];

    (void)recv (pump->net, rest, sizeof rest, MSG_DONTWAIT);
}

static Step
say_bye (XtlsFilePump *pump)
{
    Step step = step_of (xtls_file_tls_bye (pump->tls));

    if (step != STEP_MORE)
        return step;
    enter (pump, STATE_WAIT);
    if (!pump->sends) {
        discard (pump);
        return STEP_DONE;
    }
    if (pump->proxied)
        pump->nudge_timer = purple_timeout_add (NUDGE_AFTER, nudge_cb, pump);
    return STEP_MORE;
}

/* A sender gets nothing but the receiver's close_notify, when it has sent its
 * own. */
static Step
hear_receiver (XtlsFilePump *pump)
{
    guint8 nothing[16];
    gsize got;

    switch (xtls_file_tls_read (pump->tls, nothing, sizeof nothing, &got)) {
    case XTLS_FILE_TLS_AGAIN:
        return STEP_IDLE;
    case XTLS_FILE_TLS_ENDED:
        return pump->state == STATE_WAIT ? STEP_DONE : STEP_FAILED;
    default:
        return STEP_FAILED;
    }
}

static Step
send_some (XtlsFilePump *pump)
{
    gsize taken;
    Step step = step_of (xtls_file_tls_write (
        pump->tls, pump->buffer + pump->start, pump->len, &taken));

    if (step == STEP_MORE) {
        pump->start += taken;
        pump->len -= taken;
        moved (pump);
    }
    return step;
}

static Step
read_local (XtlsFilePump *pump)
{
    gsize wanted = (gsize)MIN (sizeof pump->buffer, pump->left);
    ssize_t got = read (pump->local, pump->buffer, wanted);

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return STEP_IDLE;
    if (got <= 0)
        return STEP_FAILED;
    pump->start = 0;
    pump->len = (gsize)got;
    pump->left -= (guint64)got;
    return STEP_MORE;
}

static Step
send_step (XtlsFilePump *pump)
{
    if (pump->len > 0)
        return send_some (pump);
    if (pump->left > 0)
        return read_local (pump);
    enter (pump, STATE_BYE);
    return STEP_MORE;
}

/* The last byte waits until the sender has said that it is: with it libpurple
 * takes the file for complete. Returns: how many bytes may be written. */
static gsize
writable (const XtlsFilePump *pump)
{
    gboolean last = pump->left == 0 && !pump->peer_ended;

    return pump->len > 0 && last ? pump->len - 1 : pump->len;
}

static Step
write_local (XtlsFilePump *pump)
{
    ssize_t sent = send (pump->local,
                         pump->buffer + pump->start,
                         writable (pump),
                         MSG_NOSIGNAL | MSG_DONTWAIT);

    if (sent < 0)
        return errno == EAGAIN || errno == EINTR ? STEP_IDLE : STEP_FAILED;
    pump->start += (gsize)sent;
    pump->len -= (gsize)sent;
    moved (pump);
    return STEP_MORE;
}

static Step
receive_some (XtlsFilePump *pump)
{
    guint8 nothing[16];
    gboolean all = pump->left == 0;
    gsize got;

    switch (xtls_file_tls_read (pump->tls,
                                all ? nothing : pump->buffer,
                                all ? sizeof nothing : sizeof pump->buffer,
                                &got)) {
    case XTLS_FILE_TLS_OK:
        if (got > pump->left)
            return STEP_FAILED;
        pump->start = 0;
        pump->len = got;
        pump->left -= got;
        moved (pump);
        return STEP_MORE;
    case XTLS_FILE_TLS_AGAIN:
        return STEP_IDLE;
    case XTLS_FILE_TLS_ENDED:
        pump->peer_ended = TRUE;
        return all ? STEP_MORE : STEP_FAILED;
    default:
        return STEP_FAILED;
    }
}

static Step
receive_step (XtlsFilePump *pump)
{
    if (writable (pump) > 0)
        return write_local (pump);
    return pump->peer_ended ? STEP_IDLE : receive_some (pump);
}

/* Of the receiver: libpurple writes nothing there, and closes it after the last
 * byte, or because it gives the file up. */
static Step
local_closed (XtlsFilePump *pump)
{
    char byte;
    ssize_t got = read (pump->local, &byte, 1);

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return STEP_IDLE;
    if (got != 0 || pump->left > 0 || pump->len > 0 ||
        !pump->ops->is_written (pump->user_data))
        return STEP_FAILED;
    close_fd (&pump->local);
    enter (pump, STATE_BYE);
    return STEP_MORE;
}

static Step
run (XtlsFilePump *pump)
{
    switch (pump->state) {
    case STATE_HANDSHAKE:
        return shake_hands (pump);
    case STATE_RUN:
        if (pump->local < 0)
            return pump->sends ? hear_receiver (pump) : STEP_IDLE;
        return pump->sends ? send_step (pump) : receive_step (pump);
    case STATE_BYE:
        return say_bye (pump);
    case STATE_WAIT:
        return hear_receiver (pump);
    case STATE_ENDED:
        break;
    }
    return STEP_FAILED;
}

/* --- events --------------------------------------------------------------- */

/* The pump may be gone when it returns. */
static void
finish (XtlsFilePump *pump, Step step)
{
    if (step != STEP_DONE && step != STEP_FAILED) {
        watch_all (pump);
        return;
    }
    stop (pump);
    pump->ops->ended (step == STEP_DONE, pump->user_data);
}

static void
work (XtlsFilePump *pump)
{
    Step step = may_go_on (pump) ? STEP_MORE : STEP_FAILED;

    for (guint i = 0; step == STEP_MORE && i < 2 * RECORDS_AT_ONCE; i++)
        step = run (pump);
    finish (pump, step);
}

static void
net_read_cb (gpointer data, int fd, PurpleInputCondition condition)
{
    XtlsFilePump *pump = data;
    Step step;

    /* While a sender is sending, this is the only look at what comes. */
    if (pump->sends && pump->state == STATE_RUN) {
        step = hear_receiver (pump);
        if (step == STEP_FAILED) {
            finish (pump, step);
            return;
        }
    }
    work (pump);
}

static void
work_cb (gpointer data, int fd, PurpleInputCondition condition)
{
    work (data);
}

static void
local_read_cb (gpointer data, int fd, PurpleInputCondition condition)
{
    XtlsFilePump *pump = data;
    gboolean sending = pump->sends && pump->state == STATE_RUN;

    /* It was cancelled: libpurple writes nothing else there, and closes it. */
    if (!sending && (pump->sends || local_closed (pump) == STEP_FAILED))
        finish (pump, STEP_FAILED);
    else
        work (pump);
}

static void
watch (XtlsFilePump *pump,
       guint *watcher,
       int fd,
       PurpleInputCondition condition,
       PurpleInputFunction function,
       gboolean on)
{
    if (*watcher && !on) {
        purple_input_remove (*watcher);
        *watcher = 0;
    } else if (!*watcher && on) {
        *watcher = purple_input_add (fd, condition, function, pump);
    }
}

static gboolean
is_waiting_for_local (const XtlsFilePump *pump)
{
    if (pump->sends)
        return (pump->state == STATE_RUN && pump->len == 0) ||
               pump->state == STATE_WAIT;
    return TRUE;
}

/* A client's first call writes. */
static gboolean
must_shake (XtlsFilePump *pump)
{
    return (pump->sends && !pump->begun) ||
           xtls_file_tls_wants_write (pump->tls);
}

static void
watch_all (XtlsFilePump *pump)
{
    gboolean on = pump->state != STATE_ENDED;
    gboolean shaking = pump->state == STATE_HANDSHAKE;
    gboolean local = on && pump->local >= 0 && !shaking;
    gboolean full = pump->sends ? pump->len > 0 : writable (pump) > 0;
    gboolean ready = pump->sends || !full;
    gboolean sending = pump->sends && pump->state == STATE_RUN &&
                       pump->local >= 0 && (full || pump->left == 0);

    watch (pump,
           &pump->net_read,
           pump->net,
           PURPLE_INPUT_READ,
           net_read_cb,
           on && !pump->peer_ended && (shaking || ready));
    watch (pump,
           &pump->net_write,
           pump->net,
           PURPLE_INPUT_WRITE,
           work_cb,
           on && (shaking ? must_shake (pump)
                          : sending || pump->state == STATE_BYE));
    watch (pump,
           &pump->local_read,
           pump->local,
           PURPLE_INPUT_READ,
           local_read_cb,
           local && is_waiting_for_local (pump));
    watch (pump,
           &pump->local_write,
           pump->local,
           PURPLE_INPUT_WRITE,
           work_cb,
           local && !pump->sends && full);
}

static gint64
patience (const XtlsFilePump *pump)
{
    switch (pump->state) {
    case STATE_HANDSHAKE:
        return XTLS_FILE_PUMP_HANDSHAKE_MAX;
    case STATE_RUN:
        return XTLS_FILE_PUMP_STALL_MAX;
    default:
        return XTLS_FILE_PUMP_END_MAX;
    }
}

static gboolean
timer_cb (gpointer data)
{
    XtlsFilePump *pump = data;
    gint64 idle = g_get_monotonic_time () - pump->progress;

    if (idle < patience (pump) * G_USEC_PER_SEC && may_go_on (pump))
        return TRUE;
    pump->timer = 0;
    finish (pump, STEP_FAILED);
    return FALSE;
}

/* --- setup ---------------------------------------------------------------- */

XtlsFilePump *
xtls_file_pump_new (gboolean sends,
                    const guint8 *key,
                    int net,
                    guint64 size,
                    const XtlsFilePumpOps *ops,
                    gpointer user_data)
{
    XtlsFileTls *tls = xtls_file_tls_new (sends, key, net);
    XtlsFilePump *pump;

    if (!tls) {
        close_fd (&net);
        return NULL;
    }
    pump = g_new0 (XtlsFilePump, 1);
    pump->tls = tls;
    pump->sends = sends;
    pump->net = net;
    pump->local = -1;
    pump->left = size;
    pump->ops = ops;
    pump->user_data = user_data;
    moved (pump);
    pump->timer = purple_timeout_add_seconds (1, timer_cb, pump);
    watch_all (pump);
    return pump;
}

void
xtls_file_pump_set_ops (XtlsFilePump *pump,
                        const XtlsFilePumpOps *ops,
                        gpointer user_data)
{
    pump->ops = ops;
    pump->user_data = user_data;
}

void
xtls_file_pump_set_proxied (XtlsFilePump *pump)
{
    pump->proxied = TRUE;
}

void
xtls_file_pump_attach (XtlsFilePump *pump, int local)
{
    g_return_if_fail (pump->local < 0 && pump->state <= STATE_RUN);

    pump->local = local;
    watch_all (pump);
}
