/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Handles what comes out of a session, on its way to libpurple. */
#pragma once

#include "router.h"
#include "session.h"

/* @stanza: (transfer full) */
void
xtls_inside_deliver (XtlsRouter *router, XtlsSession *session, xmlnode *stanza);
