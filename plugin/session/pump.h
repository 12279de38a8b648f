/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moves a session's bytes from layer to layer. */
#pragma once

#include "session.h"

/* Makes the TLS engine, which has done nothing yet. */
void xtls_pump_begin_tls (XtlsSession *session);

/* Moves bytes in both directions until nothing is left to move. */
void xtls_pump_run (XtlsSession *session);

/**
 * xtls_pump_push:
 * @beyond: how many blocks may be sent beyond what the window allows
 *
 * Sends the output of the layers.
 */
void xtls_pump_push (XtlsSession *session, guint beyond);
