/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Watches the files that peers offer inside (XEP-0096), and how much of each is
 * still to come. If a transfer brings more than was offered, libpurple cancels
 * it and then uses what it has freed, so it must never see such a block.
 */
#pragma once

#include "envelope.h"

#include <glib.h>

/* The most offers that are watched. If there are more, the blocks of the oldest
 * are refused. */
#define XTLS_FILE_LIMIT_FILES_MAX 256

typedef struct XtlsFileLimit XtlsFileLimit;

XtlsFileLimit *xtls_file_limit_new (void);
void xtls_file_limit_free (XtlsFileLimit *limit);

/**
 * xtls_file_limit_came:
 * @iq: a request that came inside, with its sender as `from`. A block with more
 *   than the rest of its file is changed into the `<close/>` of its bytestream:
 *   the file ends there, complete or not.
 *
 * Returns: %FALSE if libpurple must not see it: an offer without a size or with
 * the id of another one, or a block that belongs to no offered file.
 */
gboolean xtls_file_limit_came (XtlsFileLimit *limit, const XtlsEnvelope *iq);

/**
 * xtls_file_limit_sent:
 * @iq: (transfer none): a request of libpurple that goes inside, which may
 *   close a bytestream
 */
void xtls_file_limit_sent (XtlsFileLimit *limit, const XtlsEnvelope *iq);

/* The file does not come in blocks. @limit: the offers. @peer: a canonical full
 * JID. @sid: of the bytestream. */
void
xtls_file_limit_drop (XtlsFileLimit *limit, const char *peer, const char *sid);

/* There is no longer a session with @peer (a canonical full JID). */
void xtls_file_limit_forget (XtlsFileLimit *limit, const char *peer);
