/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the router does later, from the main loop: inside a signal libpurple
 * does not wait for a response yet, and does not know of a resource what the
 * signal tells.
 */
#pragma once

#include "iq.h"
#include "router.h"

/* Answers our own request with an error, as if @to had sent it. */
void xtls_deferred_refuse (XtlsRouter *router,
                           const char *to,
                           const char *id,
                           XtlsIqError error);

/**
 * xtls_deferred_settle:
 *
 * Gives libpurple now what waits of xtls_deferred_refuse().
 *
 * Returns: %FALSE if @router is gone.
 */
gboolean xtls_deferred_settle (XtlsRouter *router);

/* What is known of the resources of @jid may have changed: its contact looks
 * at them again. */
void xtls_deferred_capabilities_changed (XtlsRouter *router, const char *jid);
