/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The listening socket of a file; see file-door.h. */
#include "file-door.h"

#include "socks5.h"

#include <errno.h>
#include <eventloop.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Somebody who has connected: with SOCKS5 first, and then a pump. */
typedef struct {
    XtlsFileDoor *door;
    int fd; /* -1: the pump's */
    guint watcher;
    XtlsSocks5 *socks5;
    XtlsFilePump *pump;
    gint64 since;
} Visitor;

struct XtlsFileDoor {
    int listener;
    guint watcher;
    guint timer;
    gint64 since;
    guint in_all;
    GQueue visitors; /* oldest first */
    char *hash;
    guint8 key[XTLS_FILE_TLS_KEY];
    guint64 size;
    const XtlsFileDoorOps *ops;
    gpointer user_data;
};

static void
visitor_free (gpointer data)
{
    Visitor *visitor = data;

    if (visitor->watcher)
        purple_input_remove (visitor->watcher);
    if (visitor->fd >= 0)
        close (visitor->fd);
    xtls_socks5_free (visitor->socks5);
    xtls_file_pump_free (visitor->pump);
    g_free (visitor);
}

static void
send_away (Visitor *visitor)
{
    g_queue_remove (&visitor->door->visitors, visitor);
    visitor_free (visitor);
}

/* libpurple keeps a copy of the descriptor, so that closing it here would not
 * end the listening. */
static void
stop_listening (XtlsFileDoor *door)
{
    if (door->watcher)
        purple_input_remove (door->watcher);
    door->watcher = 0;
    if (door->listener >= 0) {
        shutdown (door->listener, SHUT_RDWR);
        close (door->listener);
    }
    door->listener = -1;
}

void
xtls_file_door_free (XtlsFileDoor *door)
{
    if (!door)
        return;
    stop_listening (door);
    if (door->timer)
        purple_timeout_remove (door->timer);
    g_queue_clear_full (&door->visitors, visitor_free);
    gnutls_memset (door->key, 0, sizeof door->key);
    g_free (door->hash);
    g_free (door);
}

/* --- TLS ------------------------------------------------------------------ */

static gboolean
may_go_on_cb (gpointer data)
{
    return TRUE;
}

static void
authenticated_cb (XtlsFilePump *pump, gpointer data)
{
    Visitor *visitor = data;
    XtlsFileDoor *door = visitor->door;

    visitor->pump = NULL;
    send_away (visitor);
    door->ops->opened (pump, door->user_data);
}

static void
ended_cb (gboolean confirmed, gpointer data)
{
    send_away (data);
}

static const XtlsFilePumpOps pump_ops = {
    .may_go_on = may_go_on_cb,
    .authenticated = authenticated_cb,
    .ended = ended_cb,
};

static gboolean
start_tls (Visitor *visitor)
{
    XtlsFileDoor *door = visitor->door;
    int fd = visitor->fd;

    purple_input_remove (visitor->watcher);
    visitor->watcher = 0;
    visitor->fd = -1;
    visitor->pump = xtls_file_pump_new (
        TRUE, door->key, fd, door->size, &pump_ops, visitor);
    return visitor->pump != NULL;
}

/* --- SOCKS5 --------------------------------------------------------------- */

/* So few bytes always have room. */
static gboolean
answer (Visitor *visitor, const GByteArray *reply)
{
    return reply->len == 0 ||
           send (visitor->fd, reply->data, reply->len, MSG_NOSIGNAL) ==
               (ssize_t)reply->len;
}

/* Returns: %FALSE if the visitor is to go. */
static gboolean
hear (Visitor *visitor)
{
    g_autoptr (GByteArray) reply = g_byte_array_new ();
    guint8 bytes[512];
    gsize wanted = MIN (xtls_socks5_wants (visitor->socks5), sizeof bytes);
    ssize_t got = recv (visitor->fd, bytes, wanted, 0);
    XtlsSocks5Result result;

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return TRUE;
    if (got <= 0)
        return FALSE;
    result = xtls_socks5_feed (visitor->socks5, bytes, (gsize)got, reply);
    if (result == XTLS_SOCKS5_FAILED || !answer (visitor, reply))
        return FALSE;
    return result == XTLS_SOCKS5_MORE || start_tls (visitor);
}

static void
visitor_cb (gpointer data, int fd, PurpleInputCondition condition)
{
    if (!hear (data))
        send_away (data);
}

/* --- the door ------------------------------------------------------------- */

/* Who has named the file goes last. */
static Visitor *
choose_to_leave (XtlsFileDoor *door)
{
    for (GList *l = door->visitors.head; l; l = l->next) {
        Visitor *visitor = l->data;

        if (!visitor->pump)
            return visitor;
    }
    return g_queue_peek_head (&door->visitors);
}

static void
welcome (XtlsFileDoor *door, int fd)
{
    Visitor *visitor = g_new0 (Visitor, 1);

    if (door->visitors.length >= XTLS_FILE_DOOR_AT_ONCE)
        send_away (choose_to_leave (door));
    visitor->door = door;
    visitor->fd = fd;
    visitor->socks5 = xtls_socks5_new (door->hash);
    visitor->since = g_get_monotonic_time ();
    visitor->watcher =
        purple_input_add (fd, PURPLE_INPUT_READ, visitor_cb, visitor);
    g_queue_push_tail (&door->visitors, visitor);
}

static void
listener_cb (gpointer data, int listener, PurpleInputCondition condition)
{
    XtlsFileDoor *door = data;
    int fd = accept (listener, NULL, NULL);

    if (fd < 0) {
        if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
            stop_listening (door);
        return;
    }
    if (fcntl (fd, F_SETFL, O_NONBLOCK) < 0 ||
        fcntl (fd, F_SETFD, FD_CLOEXEC) < 0) {
        close (fd);
        return;
    }
    welcome (door, fd);
    if (++door->in_all >= XTLS_FILE_DOOR_IN_ALL)
        stop_listening (door);
}

static gboolean
is_over (const XtlsFileDoor *door, gint64 now)
{
    return now - door->since >= XTLS_FILE_DOOR_MAX * G_USEC_PER_SEC ||
           (door->listener < 0 && door->visitors.length == 0);
}

static gboolean
timer_cb (gpointer data)
{
    XtlsFileDoor *door = data;
    gint64 now = g_get_monotonic_time ();
    GList *next;

    for (GList *l = door->visitors.head; l; l = next) {
        Visitor *visitor = l->data;

        next = l->next;
        if (!visitor->pump &&
            now - visitor->since >= XTLS_FILE_DOOR_SOCKS5_MAX * G_USEC_PER_SEC)
            send_away (visitor);
    }
    if (!is_over (door, now))
        return TRUE;
    door->timer = 0;
    door->ops->failed (door->user_data);
    return FALSE;
}

XtlsFileDoor *
xtls_file_door_new (int listener,
                    const char *hash,
                    const guint8 *key,
                    guint64 size,
                    const XtlsFileDoorOps *ops,
                    gpointer user_data)
{
    XtlsFileDoor *door = g_new0 (XtlsFileDoor, 1);

    door->listener = listener;
    door->hash = g_strdup (hash);
    memcpy (door->key, key, sizeof door->key);
    door->size = size;
    door->ops = ops;
    door->user_data = user_data;
    door->since = g_get_monotonic_time ();
    g_queue_init (&door->visitors);
    door->watcher =
        purple_input_add (listener, PURPLE_INPUT_READ, listener_cb, door);
    door->timer = purple_timeout_add_seconds (1, timer_cb, door);
    return door;
}
