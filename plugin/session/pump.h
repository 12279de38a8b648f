/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moves a session's bytes from layer to layer. */
#pragma once

#include "session.h"

/* Moves bytes in both directions until nothing moves any more. */
void xtls_pump_run (XtlsSession *session);

/**
 * xtls_pump_push:
 * @beyond: how many blocks may leave that the window does not admit
 *
 * Sends what the layers hold.
 */
void xtls_pump_push (XtlsSession *session, guint beyond);
