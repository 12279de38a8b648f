/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libpurple announces every transfer to the client's user interface right
 * before the transfer's own function starts to work; that function is replaced
 * at this point. A transfer that started earlier is stopped at its first byte.
 */
#include "foreign-files.h"

#include "contact-start.h"
#include "contact.h"
#include "outside-messages.h"
#include "protected.h"
#include "slots.h"

#include <ft.h>
#include <signals.h>

typedef void (*Add) (PurpleXfer *xfer);

static int handle;
static gboolean active;
static PurpleXferUiOps *ui_ops; /* the user interface's, or ours */
static PurpleXferUiOps no_ops;  /* for a client that shows no transfers */
static Add add;                 /* (nullable): the user interface's own */

/* Returns: (nullable): the contact, if this is a file of another plugin for a
 * contact to whom nothing may be sent unencrypted. */
static XtlsContact *
find_contact (PurpleXfer *xfer)
{
    if (!active || purple_xfer_get_type (xfer) != PURPLE_XFER_SEND ||
        xtls_slots_is_own ((gconstpointer)xfer->ops.init))
        return NULL;
    return xtls_protected_find (purple_xfer_get_account (xfer),
                                purple_xfer_get_remote_user (xfer),
                                XTLS_MATTER_CONTENT);
}

static void
tell (PurpleXfer *xfer)
{
    XtlsContact *contact = xtls_protected_find (
        purple_xfer_get_account (xfer), xfer->who, XTLS_MATTER_CONTENT);

    if (!contact)
        return;
    xtls_contact_start_by_policy (contact);
    xtls_outside_messages_refused_upload (xtls_contact_get_account (contact),
                                          xtls_contact_get_who (contact));
}

static void
refuse_init (PurpleXfer *xfer)
{
    tell (xfer);
    purple_xfer_cancel_local (xfer);
}

/* libpurple then cancels the transfer, if beside-start.c has not. */
static gssize
refuse_write (const guchar *data, size_t size, PurpleXfer *xfer)
{
    return -1;
}

static void
add_cb (PurpleXfer *xfer)
{
    if (find_contact (xfer))
        purple_xfer_set_init_fnc (xfer, refuse_init);
    if (add)
        add (xfer);
}

static void
start_cb (PurpleXfer *xfer, gpointer data)
{
    if (!find_contact (xfer))
        return;
    purple_xfer_set_write_fnc (xfer, refuse_write);
    tell (xfer);
}

void
xtls_foreign_files_init (void)
{
    active = TRUE;
    purple_signal_connect (purple_xfers_get_handle (),
                           "file-send-start",
                           &handle,
                           PURPLE_CALLBACK (start_cb),
                           NULL);
    ui_ops = purple_xfers_get_ui_ops ();
    if (!ui_ops) {
        ui_ops = &no_ops;
        purple_xfers_set_ui_ops (ui_ops);
    }
    if (ui_ops->add_xfer == add_cb)
        return;
    add = ui_ops->add_xfer;
    ui_ops->add_xfer = add_cb;
}

void
xtls_foreign_files_uninit (void)
{
    purple_signals_disconnect_by_handle (&handle);
    active = FALSE;
    /* A plugin that has put its function before ours keeps calling ours. */
    if (ui_ops->add_xfer == add_cb)
        ui_ops->add_xfer = add;
    if (purple_xfers_get_ui_ops () == &no_ops)
        purple_xfers_set_ui_ops (NULL);
}
