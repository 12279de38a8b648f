/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that peers offer inside (XEP-0096), and how much of each is still to
 * come. libpurple cancels a transfer that brings more than was offered, and
 * goes on using what it has freed then: it must never see such a block.
 */
#pragma once

#include "envelope.h"

#include <glib.h>

/* Offers that are watched; of more, the blocks of the oldest are refused. */
#define XTLS_FILE_LIMIT_FILES_MAX 256

typedef struct XtlsFileLimit XtlsFileLimit;

XtlsFileLimit *xtls_file_limit_new (void);
void xtls_file_limit_free (XtlsFileLimit *limit);

/**
 * xtls_file_limit_came:
 * @iq: a request that came inside, with its sender as `from`. A block that
 *   brings more than is left of its file becomes the `<close/>` of its
 *   bytestream: the file has ended there, complete or not.
 *
 * Returns: %FALSE if libpurple must not see it: an offer without a size or with
 * the id of another, or a block of no file that was offered.
 */
gboolean xtls_file_limit_came (XtlsFileLimit *limit, const XtlsEnvelope *iq);

/**
 * xtls_file_limit_sent:
 * @iq: (transfer none): a request of libpurple that goes inside: it may close
 *   a bytestream
 */
void xtls_file_limit_sent (XtlsFileLimit *limit, const XtlsEnvelope *iq);

/* There is no session with @peer (a canonical full JID) any more. */
void xtls_file_limit_forget (XtlsFileLimit *limit, const char *peer);
