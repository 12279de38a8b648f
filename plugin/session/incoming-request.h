/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides about an incoming request for a session. */
#pragma once

#include "jingle.h"
#include "registry.h"

/* The most requests that are not open yet: of one full JID, of all resources of
 * one bare JID, and in total. */
#define XTLS_INCOMING_REQUEST_PER_PEER 1
#define XTLS_INCOMING_REQUEST_PER_CONTACT 5
#define XTLS_INCOMING_REQUEST_MAX 20

typedef struct {
    /* (nullable) (transfer full): the request to accept. If %NULL … */
    XtlsJingle *accepted;
    /* … (transfer full): the response to the request, and … */
    xmlnode *response;
    /* … (nullable) (transfer full): the stanza to send after it. */
    xmlnode *terminate;
    /* (nullable) (transfer none): our own request, which gives way to the
     * accepted one. */
    XtlsSession *beaten;
} XtlsIncomingRequest;

/**
 * xtls_incoming_request_decide:
 * @own: our full JID
 * @iq: a session-initiate for us from somebody who may call
 * @calm_down: whether a key of the caller was refused a moment ago
 * @request: (out caller-allocates): what to do with it
 *
 * Only decides; changes nothing.
 */
void xtls_incoming_request_decide (XtlsRegistry *registry,
                                   const char *own,
                                   xmlnode *iq,
                                   gboolean calm_down,
                                   XtlsIncomingRequest *request);
