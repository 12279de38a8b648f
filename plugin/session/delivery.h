/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hands a session's stanzas to its user, in slices. */
#pragma once

#include "session.h"

/* Takes decrypted bytes of an open session. */
void xtls_delivery_add (XtlsSession *session, const guint8 *data, gsize len);

/* Delivers from a timer, soon. */
void xtls_delivery_schedule (XtlsSession *session);

/* Delivers everything, now. */
void xtls_delivery_drain (XtlsSession *session);

/* Acknowledges what was delivered, with the next bytes that leave. */
void xtls_delivery_ack (XtlsSession *session);

/* Something was sent, or may have been acknowledged. */
void xtls_delivery_tell_unacked (XtlsSession *session);
