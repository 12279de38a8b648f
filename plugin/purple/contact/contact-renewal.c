/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fresh keys for a contact's session. */
#include "contact-renewal.h"

#include "contact-state-private.h"
#include "endpoint.h"
#include "jabber.h"
#include "logins.h"
#include "policy.h"

#include <eventloop.h>
#include <ft.h>

/* A file is called off when a session takes the place of another one. */
static gboolean
moves_files (XtlsContact *contact)
{
    for (GList *l = purple_xfers_get_all (); l; l = l->next) {
        PurpleXfer *xfer = l->data;
        const char *user = purple_xfer_get_remote_user (xfer);
        g_autofree char *who = NULL;

        if (purple_xfer_get_account (xfer) != contact->account || !user ||
            purple_xfer_is_completed (xfer) || purple_xfer_is_canceled (xfer))
            continue;
        who = xtls_jabber_normalize (contact->account, user);
        if (g_strcmp0 (who, contact->who) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Returns: whether no other session with the contact is opening or ending. */
static gboolean
is_only_session (XtlsContact *contact, XtlsEndpoint *endpoint)
{
    GPtrArray *sessions = xtls_endpoint_list (endpoint, contact->who);
    gboolean only = sessions->len == 1;

    g_ptr_array_unref (sessions);
    return only;
}

static gboolean
may_renew (XtlsContact *contact, XtlsEndpoint *endpoint)
{
    return xtls_policy_allows_calls (contact->account, contact->who) &&
           xtls_contact_state_get_sendable (contact) == contact->session &&
           xtls_session_is_quiet (contact->session) &&
           xtls_outbox_get_length (contact->held) == 0 &&
           !xtls_secret_exchange_is_under_way (contact->secret) &&
           !moves_files (contact) && is_only_session (contact, endpoint);
}

static gboolean
look_cb (gpointer data)
{
    XtlsContact *contact = data;
    XtlsLogin *login = xtls_logins_get (contact->account);
    XtlsEndpoint *endpoint = login ? xtls_login_get_endpoint (login) : NULL;

    if (endpoint && !contact->renewal &&
        xtls_session_has_old_keys (contact->session) &&
        may_renew (contact, endpoint)) {
        contact->renewal = xtls_session_ref (xtls_endpoint_call (
            endpoint, xtls_session_get_peer (contact->session), NULL));
        /* The connection may have failed inside the call. */
        xtls_contact_renewal_session_changed (contact, contact->renewal);
    }
    return TRUE;
}

void
xtls_contact_renewal_watch (XtlsContact *contact)
{
    xtls_contact_renewal_stop (contact);
    contact->renewal_timer = purple_timeout_add_seconds (
        XTLS_CONTACT_RENEWAL_INTERVAL, look_cb, contact);
}

void
xtls_contact_renewal_stop (XtlsContact *contact)
{
    XtlsSession *session = g_steal_pointer (&contact->renewal);

    if (contact->renewal_timer)
        purple_timeout_remove (contact->renewal_timer);
    contact->renewal_timer = 0;
    if (!session)
        return;
    xtls_session_close (session, FALSE);
    xtls_session_unref (session);
}

void
xtls_contact_renewal_session_changed (XtlsContact *contact,
                                      XtlsSession *session)
{
    XtlsSessionState state = xtls_session_get_state (session);

    if (session == contact->renewal &&
        (state == XTLS_SESSION_OPEN || state == XTLS_SESSION_CLOSED))
        g_clear_pointer (&contact->renewal, xtls_session_unref);
}
