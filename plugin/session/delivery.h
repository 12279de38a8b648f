/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Delivers a session's stanzas to its user, in slices. */
#pragma once

#include "session.h"

/* Adds decrypted bytes of an open session to the inbox. */
void xtls_delivery_add (XtlsSession *session, const guint8 *data, gsize len);

/* Delivers soon, from a timer. */
void xtls_delivery_schedule (XtlsSession *session);

/* Delivers everything now. */
void xtls_delivery_drain (XtlsSession *session);

/* Acknowledges what has been delivered; sent with the next bytes. */
void xtls_delivery_ack (XtlsSession *session);

/* Call it when stanzas were sent, or may have been acknowledged. */
void xtls_delivery_tell_unacked (XtlsSession *session);
