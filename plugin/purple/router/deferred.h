/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the router defers to the main loop: while a signal is being emitted,
 * libpurple does not wait for a response yet, and has not yet stored what the
 * signal says about a resource.
 */
#pragma once

#include "iq.h"
#include "router.h"

/* Responds to our own request with an error, as if @to had sent it. */
void xtls_deferred_refuse (XtlsRouter *router,
                           const char *to,
                           const char *id,
                           XtlsIqError error);

/**
 * xtls_deferred_settle:
 *
 * Passes the pending responses of xtls_deferred_refuse() to libpurple now.
 *
 * Returns: %FALSE if @router is gone.
 */
gboolean xtls_deferred_settle (XtlsRouter *router);

/* What is known of the resources of @jid may have changed: its contact will
 * check them again. */
void xtls_deferred_capabilities_changed (XtlsRouter *router, const char *jid);
