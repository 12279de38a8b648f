/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "beside-start.h"

#include "beside-file.h"
#include "file-limit.h"
#include "protected.h"
#include "router-private.h"
#include "transfers.h"

#include <eventloop.h>
#include <ft.h>
#include <signals.h>

static int handle;
static gboolean refuses_start;

static gssize
refuse_write (const guchar *data, size_t len, PurpleXfer *xfer)
{
    return -1;
}

static gssize
refuse_read (guchar **data, PurpleXfer *xfer)
{
    *data = NULL;
    return -1;
}

/* Nothing of a file that was offered inside moves on a connection without TLS.
 * In-band, libpurple has set a function of its own. */
static void
refuse_start (PurpleXfer *xfer)
{
    XtlsRouter *router = xtls_router_get (purple_xfer_get_account (xfer));

    if (xfer->fd < 0 && (xfer->ops.write || xfer->ops.read))
        return;
    purple_xfer_set_write_fnc (xfer, refuse_write);
    purple_xfer_set_read_fnc (xfer, refuse_read);
    if (!router)
        return;
    /* libpurple reads memory that it has freed, if writing fails. */
    if (xfer->watcher)
        purple_input_remove ((guint)xfer->watcher);
    xfer->watcher = 0;
    xtls_transfers_cancel_soon (router, xfer);
}

/* Whatever has happened to the file that was negotiated. */
static gboolean
must_not_be_plain (PurpleXfer *xfer)
{
    PurpleAccount *account = purple_xfer_get_account (xfer);
    XtlsRouter *router = xtls_router_get (account);
    const char *who = purple_xfer_get_remote_user (xfer);

    /* What the policy alone forbids is sending. */
    if (refuses_start || xtls_protected_find_private (account, who) ||
        (purple_xfer_get_type (xfer) == PURPLE_XFER_SEND &&
         xtls_protected_find (account, who, XTLS_MATTER_CONTENT)))
        return TRUE;
    return router && (g_slist_find (router->called_off, xfer) ||
                      (purple_xfer_get_type (xfer) == PURPLE_XFER_RECEIVE &&
                       g_slist_find (router->offers, xfer)));
}

static void
started_cb (PurpleXfer *xfer, gpointer data)
{
    XtlsBesideFile *file = xtls_beside_file_get_starting ();
    XtlsBesideTransfer *transfer;

    if (file && !xtls_beside_file_is_of (file, xfer))
        file = NULL;
    if (!file && must_not_be_plain (xfer))
        purple_xfer_set_start_fnc (xfer, refuse_start);
    refuses_start = FALSE;
    if (!file)
        return;
    transfer = g_steal_pointer (&file->transfer);
    xtls_file_limit_drop (file->router->file_limit, file->peer, file->sid);
    xtls_beside_file_drop (file);
    xtls_beside_transfer_start (transfer, xfer);
}

void
xtls_beside_start_set_refused (gboolean refused)
{
    refuses_start = refused;
}

void
xtls_beside_start_init (void)
{
    void *xfers = purple_xfers_get_handle ();

    purple_signal_connect (
        xfers, "file-send-start", &handle, PURPLE_CALLBACK (started_cb), NULL);
    purple_signal_connect (
        xfers, "file-recv-start", &handle, PURPLE_CALLBACK (started_cb), NULL);
}

void
xtls_beside_start_uninit (void)
{
    purple_signals_disconnect_by_handle (&handle);
}
