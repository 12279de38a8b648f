/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list of the files of an account that may go beside the stream, while
 * their method is being negotiated. beside.c negotiates. */
#pragma once

#include "beside-transfer.h"
#include "router.h"

#include <ft.h>

typedef enum {
    XTLS_BESIDE_OFFERED,  /* and not answered yet */
    XTLS_BESIDE_AGREED,   /* on our method */
    XTLS_BESIDE_ADDRESSED /* the stream hosts have been named */
} XtlsBesideStage;

typedef struct {
    XtlsRouter *router;
    char *peer; /* canonical full JID */
    char *sid;
    gboolean sends; /* this side does */
    guint64 size;   /* in bytes */
    XtlsBesideStage stage;
    char *id; /* of the offer, or of the request that names stream hosts */
    XtlsBesideTransfer *transfer; /* from XTLS_BESIDE_ADDRESSED on */
    GPtrArray *jids;              /* of the stream hosts that we have named */
    int port;                     /* on which libpurple listens, or 0 */
    guint timer; /* runs while we wait for the receiver's choice */
} XtlsBesideFile;

/**
 * xtls_beside_file_add:
 * @peer: a canonical full JID
 * @sid: of the bytestream
 * @id: of the offer
 * @sends: whether this side sends the file
 * @size: of the file, in bytes
 *
 * Adds a file that has been offered to the list of @router.
 */
void xtls_beside_file_add (XtlsRouter *router,
                           const char *peer,
                           const char *sid,
                           const char *id,
                           gboolean sends,
                           guint64 size);

/* Takes @file (transfer full) off its list. A transfer that it has not given
 * away ends. */
void xtls_beside_file_drop (XtlsBesideFile *file);

/* Drops all files of @router. */
void xtls_beside_file_drop_all (XtlsRouter *router);

/**
 * xtls_beside_file_find:
 * @peer: (nullable): a canonical full JID
 * @sid: (nullable): of the bytestream
 * @sends: whether this side sends the file
 *
 * Returns: (transfer none) (nullable): that file.
 */
XtlsBesideFile *xtls_beside_file_find (XtlsRouter *router,
                                       const char *peer,
                                       const char *sid,
                                       gboolean sends);

/**
 * xtls_beside_file_find_asked:
 * @peer: (nullable): a canonical full JID
 * @id: (nullable): of a response
 * @sends: whether this side sends the file
 *
 * Returns: (transfer none) (nullable): the file to whose offer, or request with
 * stream hosts, this responds.
 */
XtlsBesideFile *xtls_beside_file_find_asked (XtlsRouter *router,
                                             const char *peer,
                                             const char *id,
                                             gboolean sends);

/* @id: of the request whose response is expected next */
void xtls_beside_file_set_id (XtlsBesideFile *file, const char *id);

/* Returns: whether @xfer goes the same way as @file, between the same two. */
gboolean xtls_beside_file_is_of (const XtlsBesideFile *file,
                                 const PurpleXfer *xfer);

/* Returns: (transfer none) (nullable): libpurple's transfer that listens for
 * @file. */
PurpleXfer *xtls_beside_file_find_listening (const XtlsBesideFile *file);

/* Sets the file that libpurple starts next, before it does anything else.
 * @file: (nullable) */
void xtls_beside_file_set_starting (XtlsBesideFile *file);

/* Returns: (transfer none) (nullable): the file that was set and has neither
 * started nor been dropped. */
XtlsBesideFile *xtls_beside_file_get_starting (void);
