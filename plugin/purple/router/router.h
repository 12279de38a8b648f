/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The router of one connected account: what it remembers of the stanzas that
 * pass between libpurple, the contacts and the sessions.
 */
#pragma once

#include "iq.h"
#include "login.h"

typedef struct XtlsRouter XtlsRouter;

/**
 * xtls_router_new:
 * @ops: (transfer none): what the endpoint asks; its user data is the router
 *
 * As xtls_login_new(). There is at most one router for an account.
 *
 * Returns: (transfer full) (nullable)
 */
XtlsRouter *xtls_router_new (PurpleConnection *gc,
                             XtlsIdentity *identity,
                             gboolean padding,
                             const XtlsEndpointOps *ops);

/* The sessions have been closed or aborted through the endpoint. */
void xtls_router_free (XtlsRouter *router);

/* (nullable) (transfer none): the router of a connected account. */
XtlsRouter *xtls_router_get (const PurpleAccount *account);

/* Whether @router is still @account's: anything that is given to libpurple may
 * end the connection. */
gboolean xtls_router_is_alive (const XtlsRouter *router,
                               const PurpleAccount *account);

/* (transfer none) */
XtlsLogin *xtls_router_get_login (XtlsRouter *router);

/* Who is @peer (a full JID), if it calls? */
XtlsCaller xtls_router_get_caller (XtlsRouter *router, const char *peer);
