/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A router attached to the endpoint of a connection, and taken off it. */
#pragma once

#include "router.h"

/* As xtls_login_new(). Free it with xtls_router_free(). */
XtlsRouter *xtls_attach_open (PurpleConnection *gc,
                              XtlsIdentity *identity,
                              gboolean padding);

/**
 * xtls_attach_close:
 *
 * Ends all sessions because the plugin goes: what libpurple would be told later
 * of requests and files that went inside, it is told now. It may lead to
 * anything, the end of @router included.
 */
void xtls_attach_close (XtlsRouter *router);
