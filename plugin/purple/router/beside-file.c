/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "beside-file.h"

#include "jid.h"
#include "router-private.h"

#include <eventloop.h>

static XtlsBesideFile *starting;

static void
file_free (gpointer data)
{
    XtlsBesideFile *file = data;

    if (starting == file)
        starting = NULL;
    if (file->timer)
        purple_timeout_remove (file->timer);
    xtls_beside_transfer_free (file->transfer);
    g_clear_pointer (&file->jids, g_ptr_array_unref);
    g_free (file->id);
    g_free (file->sid);
    g_free (file->peer);
    g_free (file);
}

void
xtls_beside_file_add (XtlsRouter *router,
                      const char *peer,
                      const char *sid,
                      const char *id,
                      gboolean sends,
                      guint64 size)
{
    XtlsBesideFile *file = g_new0 (XtlsBesideFile, 1);

    file->router = router;
    file->peer = g_strdup (peer);
    file->sid = g_strdup (sid);
    file->id = g_strdup (id);
    file->sends = sends;
    file->size = size;
    g_queue_push_tail (&router->beside, file);
}

void
xtls_beside_file_drop (XtlsBesideFile *file)
{
    g_queue_remove (&file->router->beside, file);
    file_free (file);
}

void
xtls_beside_file_drop_all (XtlsRouter *router)
{
    g_queue_clear_full (&router->beside, file_free);
}

XtlsBesideFile *
xtls_beside_file_find (XtlsRouter *router,
                       const char *peer,
                       const char *sid,
                       gboolean sends)
{
    for (GList *l = router->beside.head; peer && sid && l; l = l->next) {
        XtlsBesideFile *file = l->data;

        if (file->sends == sends && g_str_equal (file->peer, peer) &&
            g_str_equal (file->sid, sid))
            return file;
    }
    return NULL;
}

XtlsBesideFile *
xtls_beside_file_find_asked (XtlsRouter *router,
                             const char *peer,
                             const char *id,
                             gboolean sends)
{
    for (GList *l = router->beside.head; peer && id && l; l = l->next) {
        XtlsBesideFile *file = l->data;

        if (file->sends == sends && g_str_equal (file->peer, peer) &&
            g_str_equal (file->id, id))
            return file;
    }
    return NULL;
}

void
xtls_beside_file_set_id (XtlsBesideFile *file, const char *id)
{
    g_free (file->id);
    file->id = g_strdup (id);
}

gboolean
xtls_beside_file_is_of (const XtlsBesideFile *file, const PurpleXfer *xfer)
{
    g_autofree char *peer =
        xtls_jid_canonical (purple_xfer_get_remote_user (xfer));

    return purple_xfer_get_account (xfer) == file->router->account &&
           (purple_xfer_get_type (xfer) == PURPLE_XFER_SEND) == file->sends &&
           g_strcmp0 (peer, file->peer) == 0;
}

PurpleXfer *
xtls_beside_file_find_listening (const XtlsBesideFile *file)
{
    for (GList *l = purple_xfers_get_all (); file->port && l; l = l->next) {
        PurpleXfer *xfer = l->data;

        if (xtls_beside_file_is_of (file, xfer) &&
            xfer->local_port == file->port &&
            purple_xfer_get_status (xfer) < PURPLE_XFER_STATUS_STARTED)
            return xfer;
    }
    return NULL;
}

void
xtls_beside_file_set_starting (XtlsBesideFile *file)
{
    starting = file;
}

XtlsBesideFile *
xtls_beside_file_get_starting (void)
{
    return starting;
}
