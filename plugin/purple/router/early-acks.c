/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that libpurple sends inside, oldest first. */
#include "early-acks.h"

#include <string.h>

typedef struct {
    char *peer;
    char *sid;
    guint64 left;  /* bytes that libpurple has still to send */
    char *waiting; /* (nullable): the block, or what opens the bytestream, whose
                      response it waits for */
    GQueue acked;  /* those acknowledged here but not yet by the peer */
} File;

struct XtlsEarlyAcks {
    GQueue files;
};

XtlsEarlyAcks *
xtls_early_acks_new (void)
{
    XtlsEarlyAcks *acks = g_new0 (XtlsEarlyAcks, 1);

    g_queue_init (&acks->files);
    return acks;
}

static void
file_free (File *file)
{
    g_queue_clear_full (&file->acked, g_free);
    g_free (file->waiting);
    g_free (file->sid);
    g_free (file->peer);
    g_free (file);
}

void
xtls_early_acks_free (XtlsEarlyAcks *acks)
{
    g_queue_clear_full (&acks->files, (GDestroyNotify)file_free);
    g_free (acks);
}

static File *
find (XtlsEarlyAcks *acks, const char *peer, const char *sid)
{
    for (GList *l = acks->files.head; l; l = l->next) {
        File *file = l->data;

        if (g_strcmp0 (file->peer, peer) == 0 &&
            g_strcmp0 (file->sid, sid) == 0)
            return file;
    }
    return NULL;
}

static void
drop (XtlsEarlyAcks *acks, File *file)
{
    if (!file)
        return;
    g_queue_remove (&acks->files, file);
    file_free (file);
}

static void
offered (XtlsEarlyAcks *acks, const XtlsEnvelope *iq)
{
    const char *peer = iq->to.full;
    guint64 left;
    File *file;

    if (!iq->sid || !iq->size || find (acks, peer, iq->sid) ||
        !g_ascii_string_to_unsigned (iq->size, 10, 1, G_MAXINT64, &left, NULL))
        return;
    file = g_new0 (File, 1);
    file->peer = g_strdup (peer);
    file->sid = g_strdup (iq->sid);
    file->left = left;
    g_queue_init (&file->acked);
    g_queue_push_tail (&acks->files, file);
    if (acks->files.length > XTLS_EARLY_ACKS_FILES_MAX)
        file_free (g_queue_pop_head (&acks->files));
}

static gsize
decoded_size (xmlnode *data)
{
    g_autofree char *text = xmlnode_get_data (data);
    gsize len = text ? strlen (text) : 0;
    gsize padding = 0;

    while (padding < 2 && padding < len && text[len - 1 - padding] == '=')
        padding++;
    return len / 4 * 3 - MIN (padding, len / 4 * 3);
}

static void
wait_for (File *file, const char *id)
{
    g_free (file->waiting);
    file->waiting = g_strdup (id);
}

static void
block_sent (File *file, const char *id, xmlnode *data)
{
    file->left -= MIN (file->left, decoded_size (data));
    wait_for (file, id);
}

void
xtls_early_acks_sent (XtlsEarlyAcks *acks, const XtlsEnvelope *iq)
{
    File *file;

    if (!iq->to.full)
        return;
    if (iq->payload == XTLS_PAYLOAD_OFFER) {
        offered (acks, iq);
        return;
    }
    file = find (acks, iq->to.full, iq->sid);
    if (file && iq->block == XTLS_BLOCK_DATA)
        block_sent (file, iq->id, iq->child);
    else if (file && iq->block == XTLS_BLOCK_OPEN)
        wait_for (file, iq->id);
    else if (file && iq->block == XTLS_BLOCK_CLOSE)
        drop (acks, file);
}

static GList *
find_next (XtlsEarlyAcks *acks, const char *peer)
{
    for (GList *l = acks->files.head; l; l = l->next) {
        File *file = l->data;

        if (file->waiting && file->left > 0 &&
            file->acked.length < XTLS_EARLY_ACKS_BLOCKS_MAX &&
            g_str_equal (file->peer, peer))
            return l;
    }
    return NULL;
}

char *
xtls_early_acks_next (XtlsEarlyAcks *acks, const char *peer)
{
    GList *link = find_next (acks, peer);
    File *file;
    char *id;

    if (!link)
        return NULL;
    file = link->data;
    id = g_steal_pointer (&file->waiting);
    g_queue_push_tail (&file->acked, g_strdup (id));
    /* Move the file to the end, so that files take turns. */
    g_queue_unlink (&acks->files, link);
    g_queue_push_tail_link (&acks->files, link);
    return id;
}

gboolean
xtls_early_acks_has_next (XtlsEarlyAcks *acks, const char *peer)
{
    return find_next (acks, peer) != NULL;
}

GPtrArray *
xtls_early_acks_list_peers (XtlsEarlyAcks *acks)
{
    GPtrArray *peers = g_ptr_array_new_with_free_func (g_free);

    for (GList *l = acks->files.head; l; l = l->next) {
        const char *peer = ((const File *)l->data)->peer;

        if (!g_ptr_array_find_with_equal_func (peers, peer, g_str_equal, NULL))
            g_ptr_array_add (peers, g_strdup (peer));
    }
    return peers;
}

static XtlsEarlyAcksNews
fail (XtlsEarlyAcks *acks, File *file, char **waiting)
{
    *waiting = g_steal_pointer (&file->waiting);
    drop (acks, file);
    return XTLS_EARLY_ACKS_FAILED;
}

/* Responses usually come in order, so the first block is the one. */
static XtlsEarlyAcksNews
response_came (XtlsEarlyAcks *acks,
               File *file,
               const XtlsEnvelope *iq,
               char **waiting)
{
    GList *link;

    if (g_strcmp0 (iq->id, file->waiting) == 0) {
        g_clear_pointer (&file->waiting, g_free);
        if (iq->is_error || file->left == 0)
            drop (acks, file);
        return XTLS_EARLY_ACKS_NOTHING;
    }
    link = g_queue_find_custom (
        &file->acked, iq->id, (GCompareFunc)(void *)g_strcmp0);
    if (!link)
        return XTLS_EARLY_ACKS_NOTHING;
    if (iq->is_error)
        return fail (acks, file, waiting);
    g_free (link->data);
    g_queue_delete_link (&file->acked, link);
    return XTLS_EARLY_ACKS_ANSWERED;
}

static gboolean
waits_for (const File *file, const char *id)
{
    return g_strcmp0 (file->waiting, id) == 0 ||
           g_queue_find_custom ((GQueue *)&file->acked,
                                id,
                                (GCompareFunc)(void *)g_strcmp0) != NULL;
}

static File *
find_by_block (XtlsEarlyAcks *acks, const char *peer, const char *id)
{
    for (GList *l = acks->files.head; l; l = l->next) {
        File *file = l->data;

        if (id && g_strcmp0 (file->peer, peer) == 0 && waits_for (file, id))
            return file;
    }
    return NULL;
}

static XtlsEarlyAcksNews
request_came (XtlsEarlyAcks *acks, const XtlsEnvelope *iq, char **waiting)
{
    File *file = NULL;

    if (iq->block == XTLS_BLOCK_CLOSE)
        file = find (acks, iq->from.full, iq->sid);
    if (!file)
        return XTLS_EARLY_ACKS_NOTHING;
    if (file->waiting && !g_queue_is_empty (&file->acked))
        return fail (acks, file, waiting);
    drop (acks, file);
    return XTLS_EARLY_ACKS_NOTHING;
}

XtlsEarlyAcksNews
xtls_early_acks_came (XtlsEarlyAcks *acks,
                      const XtlsEnvelope *iq,
                      char **waiting)
{
    File *file;

    *waiting = NULL;
    if (iq->kind != XTLS_ENVELOPE_RESPONSE)
        return request_came (acks, iq, waiting);
    file = find_by_block (acks, iq->from.full, iq->id);
    return file ? response_came (acks, file, iq, waiting)
                : XTLS_EARLY_ACKS_NOTHING;
}

void
xtls_early_acks_forget (XtlsEarlyAcks *acks, const char *peer)
{
    GList *next;

    for (GList *l = acks->files.head; l; l = next) {
        File *file = l->data;

        next = l->next;
        if (g_str_equal (file->peer, peer))
            drop (acks, file);
    }
}
