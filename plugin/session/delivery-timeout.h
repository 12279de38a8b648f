/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ends a session whose peer does not acknowledge inside it what was sent. */
#pragma once

#include "session.h"

/* Call it whenever the pump has finished. */
void xtls_delivery_timeout_update (XtlsSession *session);
