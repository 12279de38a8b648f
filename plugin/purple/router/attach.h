/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attaches a router to the endpoint of a connection, and detaches it. */
#pragma once

#include "router.h"

/* Like xtls_login_new(). End the router with xtls_router_close(). */
XtlsRouter *xtls_attach_open (PurpleConnection *gc,
                              XtlsIdentity *identity,
                              gboolean padding);

/**
 * xtls_attach_close:
 *
 * Ends all sessions because the plugin is being unloaded, and tells libpurple
 * at once what has become of requests and files that went inside. The call may
 * change anything, even end @router.
 */
void xtls_attach_close (XtlsRouter *router);
