/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The router of one connected account: what it remembers of the stanzas between
 * libpurple, the contacts and the sessions.
 */
#pragma once

#include "iq.h"
#include "login.h"

typedef struct XtlsRouter XtlsRouter;

/**
 * xtls_router_new:
 * @ops: (transfer none): for the endpoint; their user data is the router
 *
 * Like xtls_login_new(). An account has at most one router.
 *
 * Returns: (transfer full) (nullable)
 */
XtlsRouter *xtls_router_new (PurpleConnection *gc,
                             XtlsIdentity *identity,
                             gboolean padding,
                             const XtlsEndpointOps *ops);

/**
 * xtls_router_close:
 * @router: (transfer full): its sessions must have been closed or aborted
 *   through the endpoint
 *
 * The connection is about to go. The router is freed in the next turn of the
 * main loop: another plugin may have ended the connection in the middle of what
 * a session is doing, which ends only after that.
 */
void xtls_router_close (XtlsRouter *router);

/* Frees the routers that were closed and not freed yet. */
void xtls_router_uninit (void);

/* Returns: (nullable) (transfer none): the router of a connected account. */
XtlsRouter *xtls_router_get (const PurpleAccount *account);

/* Returns: whether @router is still that of @account: anything that is passed
 * to libpurple may end the connection. */
gboolean xtls_router_is_alive (const XtlsRouter *router,
                               const PurpleAccount *account);

/* (transfer none) */
XtlsLogin *xtls_router_get_login (XtlsRouter *router);

/* Returns: who @peer (a full JID) is to us, if it calls. */
XtlsCaller xtls_router_get_caller (XtlsRouter *router, const char *peer);
