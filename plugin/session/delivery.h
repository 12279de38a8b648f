/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Delivers a session's stanzas to its user, in slices. */
#pragma once

#include "session.h"

/* Adds decrypted bytes of an open session to the inbox. */
void xtls_delivery_add (XtlsSession *session, const guint8 *data, gsize len);

/* Delivers soon, from a timer. */
void xtls_delivery_schedule (XtlsSession *session);

/* Delivers one slice now, and the rest soon. */
void xtls_delivery_run (XtlsSession *session);

/* Delivers one slice now, and nothing after it. What is left does not count as
 * received: the peer sends it again in a session that resumes this one, or
 * tells its user that it may not have arrived. */
void xtls_delivery_finish (XtlsSession *session);

/* Acknowledges what has been delivered; sent with the next bytes. */
void xtls_delivery_ack (XtlsSession *session);

/* Call it when stanzas were sent, or may have been acknowledged. */
void xtls_delivery_tell_unacked (XtlsSession *session);
