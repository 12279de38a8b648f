/* SPDX-License-Identifier: GPL-2.0-or-later */
/* File transfers. Request dialogs ask whether and where to receive a file, as
 * they ask a user. */
#include "headless.h"

#include <ft.h>
#include <prpl.h>
#include <server.h>
#include <signals.h>
#include <string.h>
#include <xmlnode.h>

#define NS_SOCKS5 "http://jabber.org/protocol/bytestreams"

static int handle;
static guint last_id;

static const char *const status_names[] = {"unknown",
                                           "not-started",
                                           "accepted",
                                           "started",
                                           "done",
                                           "cancelled",
                                           "cancelled-remotely"};

typedef struct {
    guint id;
    int percent; /* as reported last; -1: nothing yet */
} Shown;

static guint
xfer_id (PurpleXfer *xfer)
{
    return ((const Shown *)xfer->ui_data)->id;
}

static void
report (PurpleXfer *xfer, const char *what)
{
    GString *event = json_event ("xfer");

    json_int (event, "xfer", xfer_id (xfer));
    json_string (event, "what", what);
    json_account (event, purple_xfer_get_account (xfer));
    json_string (event, "who", purple_xfer_get_remote_user (xfer));
    json_bool (event, "send", purple_xfer_get_type (xfer) == PURPLE_XFER_SEND);
    json_string (event, "status", status_names[purple_xfer_get_status (xfer)]);
    json_string (event, "file", purple_xfer_get_filename (xfer));
    json_string (event, "path", purple_xfer_get_local_filename (xfer));
    json_int (event, "size", (gint64)purple_xfer_get_size (xfer));
    json_int (event, "done", (gint64)purple_xfer_get_bytes_sent (xfer));
    /* In-band transfers have no descriptor. */
    json_bool (event, "socket", xfer->fd >= 0);
    json_int (event, "port", xfer->local_port);
    json_send (event);
}

static void
xfer_new (PurpleXfer *xfer)
{
    Shown *shown = g_new (Shown, 1);

    shown->id = ++last_id;
    shown->percent = -1;
    xfer->ui_data = shown;
    report (xfer, "new");
}

static void
xfer_added (PurpleXfer *xfer)
{
    report (xfer, "added");
}

/* Each percent is reported once: a report of every block would keep both the
 * client and the test busy, which delays what passes the test's proxies. */
static void
xfer_progress (PurpleXfer *xfer, double part)
{
    Shown *shown = xfer->ui_data;
    int percent = (int)(part * 100);

    if (purple_xfer_is_completed (xfer))
        report (xfer, "completed");
    else if (percent != shown->percent)
        report (xfer, "progress");
    shown->percent = percent;
}

static void
xfer_cancelled (PurpleXfer *xfer)
{
    report (xfer, "cancelled");
}

static void
xfer_destroyed (PurpleXfer *xfer)
{
    report (xfer, "gone");
    g_clear_pointer (&xfer->ui_data, g_free);
}

static PurpleXferUiOps xfer_ops = {.new_xfer = xfer_new,
                                   .destroy = xfer_destroyed,
                                   .add_xfer = xfer_added,
                                   .update_progress = xfer_progress,
                                   .cancel_local = xfer_cancelled,
                                   .cancel_remote = xfer_cancelled};

/* send-file ACCOUNT WHO PATH */
static gboolean
send_file (char **args, GString *answer)
{
    PurpleConnection *gc = connection_arg (args[0], answer);

    if (!gc)
        return FALSE;
    serv_send_file (gc, args[1], args[2]);
    return TRUE;
}

/* xfer-cancel XFER */
static gboolean
cancel (char **args, GString *answer)
{
    guint id = (guint)atoi (args[0]);

    for (GList *l = purple_xfers_get_all (); l; l = l->next) {
        if (xfer_id (l->data) != id)
            continue;
        purple_xfer_cancel_local (l->data);
        return TRUE;
    }
    return fail (answer, "no such transfer");
}

static void
drop_socks5 (xmlnode *node)
{
    xmlnode *next;

    for (xmlnode *child = node->child; child; child = next) {
        g_autofree char *text = xmlnode_get_data (child);

        next = child->next;
        if (child->type != XMLNODE_TYPE_TAG)
            continue;
        if (g_str_equal (child->name, "value") &&
            g_strcmp0 (text, NS_SOCKS5) == 0)
            xmlnode_free (child);
        else
            drop_socks5 (child);
    }
}

static void
sending_cb (PurpleConnection *gc, xmlnode **stanza, gpointer user_data)
{
    if (stanza && *stanza &&
        xmlnode_get_child_with_namespace (
            *stanza, "si", "http://jabber.org/protocol/si"))
        drop_socks5 (*stanza);
}

/* in-band-only: offers name no other way, with or without a plugin */
static gboolean
in_band_only (char **args, GString *answer)
{
    purple_signal_connect (purple_find_prpl ("prpl-jabber"),
                           "jabber-sending-xmlnode",
                           &handle,
                           PURPLE_CALLBACK (sending_cb),
                           NULL);
    return TRUE;
}

/* transfers-unseen: a client that shows no transfers */
static gboolean
transfers_unseen (char **args, GString *answer)
{
    purple_xfers_set_ui_ops (NULL);
    return TRUE;
}

const Command transfer_commands[] = {{"send-file", 3, send_file},
                                     {"transfers-unseen", 0, transfers_unseen},
                                     {"xfer-cancel", 1, cancel},
                                     {"in-band-only", 0, in_band_only},
                                     {NULL, 0, NULL}};

void
transfer_init (void)
{
    purple_xfers_set_ui_ops (&xfer_ops);
}
