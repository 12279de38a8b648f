/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ends a session whose peer does not confirm inside what was sent. */
#pragma once

#include "session.h"

/* To be called whenever the pump has come to rest. */
void xtls_delivery_timeout_update (XtlsSession *session);
