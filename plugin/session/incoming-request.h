/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes of an incoming request for a session. */
#pragma once

#include "jingle.h"
#include "registry.h"

/* Requests that are not open yet: of one full JID, of all resources of one bare
 * JID, and of all together. */
#define XTLS_INCOMING_REQUEST_PER_PEER 1
#define XTLS_INCOMING_REQUEST_PER_CONTACT 5
#define XTLS_INCOMING_REQUEST_MAX 20

typedef struct {
    /* (nullable) (transfer full): to be accepted. Otherwise … */
    XtlsJingle *accepted;
    /* … (transfer full): answers the request, and … */
    xmlnode *response;
    /* … (nullable) (transfer full): follows it. */
    xmlnode *terminate;
    /* (nullable) (transfer none): our own request, which makes way for the
     * accepted one. */
    XtlsSession *beaten;
} XtlsIncomingRequest;

/**
 * xtls_incoming_request_decide:
 * @own: our full JID
 * @iq: a session-initiate of ours from somebody who may call
 * @request: (out caller-allocates): what to do with it
 *
 * Changes nothing.
 */
void xtls_incoming_request_decide (XtlsRegistry *registry,
                                   const char *own,
                                   xmlnode *iq,
                                   XtlsIncomingRequest *request);
