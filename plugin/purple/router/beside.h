/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files beside the stream: SOCKS5 (XEP-0065) under TLS. What is negotiated goes
 * inside, with a method of our own; libpurple sees and makes stanzas of plain
 * SOCKS5, which are translated here. doc/PROTOCOL.md describes the method.
 *
 * A file in the list (beside-file.h) is one whose method is being negotiated.
 * Once it has started (beside-start.h) it is a transfer (beside-transfer.h). A
 * file that goes in-band is neither.
 */
#pragma once

#include "envelope.h"
#include "router.h"
#include "session.h"

/* The most files whose method is being negotiated, with all contacts of an
 * account. More are sent in-band. */
#define XTLS_BESIDE_FILES_MAX 64

void xtls_beside_init (void);
void xtls_beside_uninit (void);

/* --- what libpurple sends ------------------------------------------------- */

typedef enum {
    XTLS_BESIDE_GOES,      /* the stanza may be sent inside as it is now */
    XTLS_BESIDE_NO_METHOD, /* it names no method that may be used */
    XTLS_BESIDE_NO_HOST    /* there is no address to name: libpurple, told so,
                              sends the file in-band */
} XtlsBesideOut;

/**
 * xtls_beside_knows:
 * @iq: (transfer none): a request of libpurple that names stream hosts
 *
 * Returns: %TRUE if it belongs to a file for which both sides have agreed on
 * our method.
 */
gboolean xtls_beside_knows (XtlsRouter *router, const XtlsEnvelope *iq);

/**
 * xtls_beside_send:
 * @iq: (transfer none): a stanza of libpurple that goes inside
 * @copy: a copy of it, changed in place
 *
 * Translates it, if it negotiates the method of a file.
 */
XtlsBesideOut xtls_beside_send (XtlsRouter *router,
                                XtlsSession *session,
                                const XtlsEnvelope *iq,
                                xmlnode *copy);

/**
 * xtls_beside_activates:
 * @iq: (transfer none): a request of libpurple that goes outside
 *
 * If it asks a proxy to activate the connection of a file, the file starts
 * next.
 *
 * Returns: %TRUE if it must be withheld, because that file may not go on.
 */
gboolean xtls_beside_activates (XtlsRouter *router, const XtlsEnvelope *iq);

/* --- what comes inside ---------------------------------------------------- */

/* Returns: %TRUE if @iq names stream hosts for a file that waits for them.
 * @iq: a request that came inside. */
gboolean xtls_beside_expects (XtlsRouter *router, const XtlsEnvelope *iq);

/**
 * xtls_beside_receive:
 * @iq: a request or response that came inside, and that libpurple may see;
 *   changed in place
 *
 * Translates it, if it negotiates the method of a file. Call
 * xtls_beside_received() when libpurple has seen it.
 *
 * Returns: %FALSE if libpurple must not see it.
 */
gboolean xtls_beside_receive (XtlsRouter *router,
                              XtlsSession *session,
                              const XtlsEnvelope *iq);
void xtls_beside_received (void);

/* --- what ends ------------------------------------------------------------ */

/* There is no longer a session with @peer (a canonical full JID), in which a
 * method could be negotiated. */
void xtls_beside_forget (XtlsRouter *router, const char *peer);

/* The account goes offline: everything ends. */
void xtls_beside_close (XtlsRouter *router);
