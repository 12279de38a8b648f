/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One file that moves beside the stream; see beside-transfer.h. */
#include "beside-transfer.h"

#include "api.h"
#include "contact-list.h"
#include "contact.h"
#include "core.h"
#include "file-door.h"
#include "file-pump.h"
#include "jid.h"
#include "logins.h"
#include "permission.h"
#include "trust.h"

#include <errno.h>
#include <eventloop.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <gnutls/gnutls.h>
#include <signals.h>
#include <sys/socket.h>
#include <unistd.h>

struct XtlsBesideTransfer {
    PurpleAccount *account;
    char *peer; /* canonical full JID */
    char *sid;
    XtlsFingerprint theirs, ours;
    guint8 key[XTLS_FILE_TLS_KEY];
    gboolean sends;
    guint64 size;

    XtlsFileDoor *door;
    XtlsFilePump *pump;
    int local;       /* our end of the pair until the pump has it, or -1 */
    gboolean paired; /* libpurple has the other end already */

    PurpleXfer *xfer;    /* a reference; NULL before the start */
    gboolean revoked;    /* by what the user has decided */
    gboolean short_file; /* libpurple took it for complete, but it is not */
    guint timer;         /* runs until it is known whether it goes on */
};

static int handle;
static GList *running;

static XtlsBesideTransfer *
find (const PurpleXfer *xfer)
{
    for (GList *l = running; l; l = l->next)
        if (((XtlsBesideTransfer *)l->data)->xfer == xfer)
            return l->data;
    return NULL;
}

/* --- the end -------------------------------------------------------------- */

static void
close_fd (int *fd)
{
    if (*fd >= 0)
        close (*fd);
    *fd = -1;
}

static int
take_fd (int *fd)
{
    int taken = *fd;

    *fd = -1;
    return taken;
}

/* Nothing more is sent or received. */
static void
cut (XtlsBesideTransfer *transfer)
{
    g_clear_pointer (&transfer->pump, xtls_file_pump_free);
    g_clear_pointer (&transfer->door, xtls_file_door_free);
    close_fd (&transfer->local);
}

void
xtls_beside_transfer_free (XtlsBesideTransfer *transfer)
{
    if (!transfer)
        return;
    running = g_list_remove (running, transfer);
    if (transfer->timer)
        purple_timeout_remove (transfer->timer);
    cut (transfer);
    gnutls_memset (transfer->key, 0, sizeof transfer->key);
    g_free (transfer->sid);
    g_free (transfer->peer);
    g_free (transfer);
}

static gboolean
is_over (const PurpleXfer *xfer)
{
    return purple_xfer_is_completed (xfer) || purple_xfer_is_canceled (xfer);
}

/* libpurple has said that the file is complete. */
static void
tell_short_file (PurpleXfer *xfer)
{
    g_autofree char *name =
        g_filename_display_name (purple_xfer_get_local_filename (xfer));
    g_autofree char *text = g_strdup_printf (
        /* Translators: %s is the name of a file. */
        _ ("The file %s was not written completely. The disk may be full."),
        name);

    purple_xfer_error (PURPLE_XFER_RECEIVE,
                       purple_xfer_get_account (xfer),
                       purple_xfer_get_remote_user (xfer),
                       text);
}

/* Ends libpurple's transfer, too. That may change anything. */
static void
end (XtlsBesideTransfer *transfer, gboolean confirmed)
{
    PurpleXfer *xfer = g_steal_pointer (&transfer->xfer);
    gboolean revoked = transfer->revoked;
    gboolean short_file = transfer->short_file;

    xtls_beside_transfer_free (transfer);
    if (!xfer)
        return;
    if (!is_over (xfer) && confirmed) {
        purple_xfer_set_completed (xfer, TRUE);
        purple_xfer_end (xfer);
    } else if (!is_over (xfer) && revoked) {
        purple_xfer_cancel_local (xfer);
    } else if (!is_over (xfer)) {
        purple_xfer_cancel_remote (xfer);
    } else if (short_file) {
        tell_short_file (xfer);
    }
    purple_xfer_unref (xfer);
}

/* Also for a transfer that did not start: between the announcement of a start
 * and the start itself libpurple opens the local file, and gives up if it
 * cannot. */
static gboolean
look_cb (gpointer data)
{
    XtlsBesideTransfer *transfer = data;

    transfer->timer = 0;
    if (!transfer->pump && !transfer->door)
        end (transfer, FALSE);
    return FALSE;
}

/* Where libpurple may be using its transfer. It must not read what is still in
 * the pair of sockets either. */
static void
end_soon (XtlsBesideTransfer *transfer)
{
    cut (transfer);
    if (transfer->xfer && transfer->xfer->watcher) {
        purple_input_remove ((guint)transfer->xfer->watcher);
        transfer->xfer->watcher = 0;
    }
    if (!transfer->timer)
        transfer->timer = purple_timeout_add (0, look_cb, transfer);
}

void
xtls_beside_transfer_stop_all (PurpleAccount *account)
{
    GList *all = g_list_copy (running);

    for (GList *l = all; l; l = l->next) {
        XtlsBesideTransfer *transfer = l->data;

        if (g_list_find (running, transfer) && transfer->account == account)
            end (transfer, FALSE);
    }
    g_list_free (all);
}

/* --- trust ---------------------------------------------------------------- */

static gboolean
uses_own_key (const XtlsBesideTransfer *transfer)
{
    XtlsLogin *login = xtls_logins_get (transfer->account);
    XtlsIdentity *identity =
        login ? xtls_endpoint_get_identity (xtls_login_get_endpoint (login))
              : NULL;

    return identity &&
           xtls_fingerprint_equal (xtls_identity_get_fingerprint (identity),
                                   &transfer->ours);
}

static gboolean
is_permitted (const XtlsBesideTransfer *transfer)
{
    XtlsContact *contact =
        xtls_contact_list_get (transfer->account, transfer->peer, FALSE);

    return contact && xtls_contact_is_private (contact) &&
           uses_own_key (transfer) &&
           xtls_permission_for (xtls_trust_get (transfer->account,
                                                xtls_contact_get_who (contact),
                                                &transfer->theirs)) ==
               XTLS_PERMISSION_ALL;
}

static gboolean
may_go_on_cb (gpointer data)
{
    XtlsBesideTransfer *transfer = data;

    if (!is_permitted (transfer))
        transfer->revoked = TRUE;
    return !transfer->revoked &&
           (!transfer->xfer || !purple_xfer_is_canceled (transfer->xfer));
}

/* Something has changed that may forbid a file. */
static void
review (void)
{
    for (GList *l = running; l; l = l->next)
        if (!may_go_on_cb (l->data))
            end_soon (l->data);
}

static void
state_changed_cb (PurpleAccount *account, const char *who, gpointer data)
{
    review ();
}

static void
keys_changed_cb (gpointer data)
{
    review ();
}

/* A pump notices it by itself; a door has nothing to ask. */
static void
cancelled_cb (PurpleXfer *xfer, gpointer data)
{
    XtlsBesideTransfer *transfer = find (xfer);

    if (transfer && transfer->door)
        end_soon (transfer);
}

/* --- the pump ------------------------------------------------------------- */

/* A client that writes the file itself knows better where it is. What is not a
 * file has no size. */
static gboolean
is_written_cb (gpointer data)
{
    XtlsBesideTransfer *transfer = data;
    PurpleXferUiOps *ops = purple_xfer_get_ui_ops (transfer->xfer);
    GStatBuf found;

    if (!purple_xfer_is_completed (transfer->xfer))
        return FALSE;
    if (ops && ops->ui_write)
        return TRUE;
    if (g_stat (purple_xfer_get_local_filename (transfer->xfer), &found) < 0)
        return FALSE;
    transfer->short_file =
        S_ISREG (found.st_mode) && (guint64)found.st_size < transfer->size;
    return (guint64)found.st_size == transfer->size;
}

static void
ended_cb (gboolean confirmed, gpointer data)
{
    XtlsBesideTransfer *transfer = data;

    if (transfer->xfer)
        end (transfer, confirmed);
    else
        cut (transfer);
}

static const XtlsFilePumpOps pump_ops = {
    .may_go_on = may_go_on_cb,
    .is_written = is_written_cb,
    .ended = ended_cb,
};

/* --- the receiver comes to us --------------------------------------------- */

static void
opened_cb (XtlsFilePump *pump, gpointer data)
{
    XtlsBesideTransfer *transfer = data;

    g_clear_pointer (&transfer->door, xtls_file_door_free);
    transfer->pump = pump;
    xtls_file_pump_set_ops (pump, &pump_ops, transfer);
    if (transfer->local >= 0)
        xtls_file_pump_attach (pump, take_fd (&transfer->local));
}

static void
failed_cb (gpointer data)
{
    ended_cb (FALSE, data);
}

static const XtlsFileDoorOps door_ops = {
    .opened = opened_cb,
    .failed = failed_cb,
};

void
xtls_beside_transfer_listen (XtlsBesideTransfer *transfer,
                             int listener,
                             const char *hash)
{
    transfer->door = xtls_file_door_new (
        listener, hash, transfer->key, transfer->size, &door_ops, transfer);
}

/* Returns: whether there is a pair. @ours, @theirs: (out). */
static gboolean
make_pair (int *ours, int *theirs)
{
    int pair[2];

    if (socketpair (
            AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) < 0)
        return FALSE;
    *ours = pair[0];
    *theirs = pair[1];
    return TRUE;
}

int
xtls_beside_transfer_open_pair (XtlsBesideTransfer *transfer)
{
    int theirs;

    if (!(transfer->door || transfer->pump) ||
        !make_pair (&transfer->local, &theirs))
        return -1;
    transfer->paired = TRUE;
    if (transfer->pump)
        xtls_file_pump_attach (transfer->pump, take_fd (&transfer->local));
    return theirs;
}

/* --- the start ------------------------------------------------------------ */

gboolean
xtls_beside_transfer_is_running (const PurpleXfer *xfer)
{
    return find (xfer) != NULL;
}

gboolean
xtls_beside_transfer_has (const PurpleAccount *account,
                          const char *peer,
                          const char *sid)
{
    for (GList *l = running; l; l = l->next) {
        const XtlsBesideTransfer *transfer = l->data;

        if (transfer->account == account &&
            g_strcmp0 (transfer->peer, peer) == 0 &&
            g_strcmp0 (transfer->sid, sid) == 0)
            return TRUE;
    }
    return FALSE;
}

/* The pump gets the connection, and libpurple an end of the pair under the
 * number that it knows and watches already. */
static gboolean
take_connection (XtlsBesideTransfer *transfer)
{
    int fd = transfer->xfer->fd;
    int net = fd >= 0 ? fcntl (fd, F_DUPFD_CLOEXEC, 0) : -1;
    int ours, theirs;

    if (net < 0)
        return FALSE;
    if (fcntl (net, F_SETFL, O_NONBLOCK) < 0 || !make_pair (&ours, &theirs)) {
        close (net);
        return FALSE;
    }
    if (dup2 (theirs, fd) < 0) {
        close (net);
        close (ours);
        close (theirs);
        return FALSE;
    }
    fcntl (fd, F_SETFD, FD_CLOEXEC);
    close (theirs);
    transfer->pump = xtls_file_pump_new (transfer->sends,
                                         transfer->key,
                                         net,
                                         transfer->size,
                                         &pump_ops,
                                         transfer);
    if (!transfer->pump) {
        close (ours);
        return FALSE;
    }
    if (transfer->sends)
        xtls_file_pump_set_proxied (transfer->pump);
    xtls_file_pump_attach (transfer->pump, ours);
    return TRUE;
}

/* As libpurple writes, but only into a pair of sockets; and libpurple would
 * take the file for complete when the last byte is there. */
static gssize
write_fnc (const guchar *data, size_t len, PurpleXfer *xfer)
{
    const XtlsBesideTransfer *transfer = find (xfer);
    ssize_t sent;

    if (!transfer || !(transfer->pump || transfer->door))
        return -1;
    sent = send (xfer->fd, data, len, MSG_NOSIGNAL);
    return sent < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : sent;
}

static void
start_fnc (PurpleXfer *xfer)
{
    XtlsBesideTransfer *transfer = find (xfer);

    if (!transfer)
        return;
    if (!(transfer->paired ? transfer->pump || transfer->door
                           : take_connection (transfer)))
        end_soon (transfer);
}

void
xtls_beside_transfer_start (XtlsBesideTransfer *transfer, PurpleXfer *xfer)
{
    transfer->xfer = xfer;
    purple_xfer_ref (xfer);
    running = g_list_prepend (running, transfer);
    transfer->timer = purple_timeout_add (0, look_cb, transfer);
    purple_xfer_set_start_fnc (xfer, start_fnc);
    if (transfer->sends)
        purple_xfer_set_write_fnc (xfer, write_fnc);
    /* The receiver has another way. */
    if (!transfer->paired)
        cut (transfer);
}

XtlsBesideTransfer *
xtls_beside_transfer_new (PurpleAccount *account,
                          XtlsSession *session,
                          const char *sid,
                          gboolean sends,
                          guint64 size)
{
    XtlsBesideTransfer *transfer = g_new0 (XtlsBesideTransfer, 1);
    const XtlsFingerprint *theirs = xtls_session_get_fingerprint (session);

    transfer->account = account;
    transfer->peer = xtls_jid_canonical (xtls_session_get_peer (session));
    transfer->sid = g_strdup (sid);
    transfer->sends = sends;
    transfer->size = size;
    transfer->local = -1;
    if (!theirs ||
        !xtls_session_get_file_key (session, sid, sends, transfer->key)) {
        xtls_beside_transfer_free (transfer);
        return NULL;
    }
    transfer->theirs = *theirs;
    transfer->ours = *xtls_session_get_own_fingerprint (session);
    return transfer;
}

void
xtls_beside_transfer_init (void)
{
    PurplePlugin *plugin = xtls_core_get_plugin ();

    purple_signal_connect (plugin,
                           XTLS_SIGNAL_STATE,
                           &handle,
                           PURPLE_CALLBACK (state_changed_cb),
                           NULL);
    purple_signal_connect (plugin,
                           XTLS_SIGNAL_KEYS,
                           &handle,
                           PURPLE_CALLBACK (keys_changed_cb),
                           NULL);
    purple_signal_connect (purple_xfers_get_handle (),
                           "file-send-cancel",
                           &handle,
                           PURPLE_CALLBACK (cancelled_cb),
                           NULL);
}

void
xtls_beside_transfer_uninit (void)
{
    purple_signals_disconnect_by_handle (&handle);
    while (running)
        end (running->data, FALSE);
}
