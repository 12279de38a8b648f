/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The clients of a pair: what their endpoints ask and report. */
#include "wirepair.h"

#include "ns.h"

#include <glib/gstdio.h>

static void
send_cb (xmlnode *stanza, gpointer data)
{
    WireSide *side = data;

    g_assert_true (xtls_endpoint_owns (side->endpoint, stanza));
    wire_pair_pass (side->pair, side == &side->pair->side[0], stanza);
}

static gboolean
allow_cb (XtlsSession *session,
          const XtlsFingerprint *fingerprint,
          gpointer data)
{
    WireSide *side = data;

    if (side->on_allow)
        side->on_allow (session);
    return side->allow;
}

static XtlsEnd
admit_cb (XtlsSession *session, gpointer data)
{
    WireSide *side = data;

    g_assert_cmpint (
        xtls_session_get_state (session), ==, XTLS_SESSION_HANDSHAKING);
    if (side->on_admit)
        side->on_admit (session);
    return side->admit ? XTLS_END_NONE : side->not_admitted;
}

static void
first_words_cb (XtlsSession *session, gpointer data)
{
    WireSide *side = data;

    g_assert_cmpint (
        xtls_session_get_state (session), ==, XTLS_SESSION_HANDSHAKING);
    if (side->on_first_words)
        side->on_first_words (session);
}

static void
changed_cb (XtlsSession *session, gpointer data)
{
    WireSide *side = data;
    XtlsSessionState state = xtls_session_get_state (session);

    if (!g_ptr_array_find (side->sessions, session, NULL))
        g_ptr_array_add (side->sessions, xtls_session_ref (session));
    if (state == XTLS_SESSION_OPEN) {
        side->open++;
        g_string_append_c (side->states, '+');
    } else if (state == XTLS_SESSION_CLOSED) {
        g_string_append_printf (
            side->states,
            "-%s",
            xtls_end_to_string (xtls_session_get_end (session)));
    }
    if (side->on_changed)
        side->on_changed (session);
}

static void
deliver_cb (XtlsSession *session, xmlnode *stanza, gpointer data)
{
    WireSide *side = data;
    xmlnode *body = xmlnode_get_child (stanza, "body");
    char *text = body ? xmlnode_get_data (body) : g_strdup ("(none)");

    g_assert_cmpstr (xmlnode_get_attrib (stanza, "from"),
                     ==,
                     xtls_session_get_peer (session));
    g_assert_cmpstr (xmlnode_get_attrib (stanza, "to"), ==, side->jid);
    g_ptr_array_add (side->delivered, text);
    xmlnode_free (stanza);
    if (side->echo) {
        char *answer = g_strdup_printf ("re: %s", text);

        wire_say (session, answer);
        g_free (answer);
    }
    if (side->on_deliver)
        side->on_deliver (session);
}

static XtlsSm *
find_sm_cb (XtlsSession *session, const char *previd, gpointer data)
{
    WireSide *side = data;

    if (side->find_sm)
        return side->find_sm (session, previd);
    if (g_strcmp0 (previd, side->sm ? xtls_sm_get_id (side->sm) : NULL) != 0)
        return NULL;
    return g_steal_pointer (&side->sm);
}

static void
settled_cb (XtlsSession *session, gpointer data)
{
    WireSide *side = data;

    g_assert_cmpint (xtls_session_get_state (session), ==, XTLS_SESSION_OPEN);
    g_assert_true (xtls_session_is_settled (session));
    side->settled++;
    if (side->on_settled)
        side->on_settled (session);
}

static XtlsCaller
caller_cb (const char *peer, gpointer data)
{
    WireSide *side = data;

    return side->caller;
}

static gboolean
takes_hello_cb (const char *peer, gpointer data)
{
    WireSide *side = data;
    WirePair *pair = side->pair;

    return pair->side[side == &pair->side[0]].takes_hello;
}

static gboolean
takes_carrier_cb (const char *peer, XtlsCarrier carrier, gpointer data)
{
    WireSide *side = data;
    WirePair *pair = side->pair;

    const WireSide *other = &pair->side[side == &pair->side[0]];

    return carrier == XTLS_CARRIER_IBB ? other->takes_ibb : other->takes_data;
}

static void
tie_break_cb (XtlsSession *outgoing, XtlsSession *incoming, gpointer data)
{
    WireSide *side = data;

    g_assert_cmpint (
        xtls_session_get_state (outgoing), ==, XTLS_SESSION_REQUESTED);
    g_assert_false (xtls_session_is_outgoing (incoming));
    side->tie_breaks++;
    if (side->on_tie_break)
        side->on_tie_break (outgoing, incoming);
}

static const XtlsEndpointOps ops = {
    .session = {.send = send_cb,
                .allow = allow_cb,
                .admit = admit_cb,
                .changed = changed_cb,
                .settled = settled_cb,
                .deliver = deliver_cb,
                .first_words = first_words_cb,
                .find_sm = find_sm_cb,
                .timer_add = wire_timer_add,
                .timer_remove = wire_timer_remove,
                .now = wire_now},
    .caller = caller_cb,
    .takes_hello = takes_hello_cb,
    .takes_carrier = takes_carrier_cb,
    .tie_break = tie_break_cb,
};

/* --- keys ------------------------------------------------------------------*/

static void
remove_tree (const char *path)
{
    GDir *dir = g_dir_open (path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name (dir))) {
        char *child = g_build_filename (path, name, NULL);

        remove_tree (child);
        g_free (child);
    }
    if (dir)
        g_dir_close (dir);
    g_remove (path);
}

XtlsIdentity *
wire_identity (const char *bare_jid)
{
    GError *error = NULL;
    char *dir = g_dir_make_tmp ("xtls-test-XXXXXX", &error);
    XtlsIdentity *identity;

    g_assert_no_error (error);
    identity = xtls_identity_load (dir, bare_jid, NULL, &error);
    g_assert_no_error (error);
    remove_tree (dir);
    g_free (dir);
    return identity;
}

/* Making keys takes longer than most tests. */
static XtlsIdentity *
kept_identity (guint i)
{
    static XtlsIdentity *kept[2];
    static const char *const names[] = {"romeo@montague.lit",
                                        "juliet@capulet.lit"};

    if (!kept[i])
        kept[i] = wire_identity (names[i]);
    return xtls_identity_ref (kept[i]);
}

/* --- life ------------------------------------------------------------------*/

void
wire_side_init (WireSide *side, WirePair *pair, const char *jid)
{
    side->pair = pair;
    side->jid = g_strdup (jid);
    side->identity = kept_identity (side == &pair->side[1]);
    side->allow = TRUE;
    side->takes_hello = TRUE;
    side->takes_ibb = TRUE;
    side->takes_data = TRUE;
    side->admit = TRUE;
    side->not_admitted = XTLS_END_NOT_ADMITTED;
    side->sessions =
        g_ptr_array_new_with_free_func ((GDestroyNotify)xtls_session_unref);
    side->delivered = g_ptr_array_new_with_free_func (g_free);
    side->states = g_string_new (NULL);
    side->endpoint = xtls_endpoint_new (jid, side->identity, &ops, side);
}

void
wire_side_clear (WireSide *side)
{
    xtls_endpoint_abort (side->endpoint, XTLS_END_OFFLINE);
    xtls_endpoint_free (side->endpoint);
    xtls_sm_free (side->sm);
    g_ptr_array_unref (side->sessions);
    g_ptr_array_unref (side->delivered);
    g_string_free (side->states, TRUE);
    xtls_identity_unref (side->identity);
    g_free (side->jid);
}

void
wire_side_login (WireSide *side, const char *jid)
{
    char *old = side->jid;
    XtlsSids *sids;

    xtls_endpoint_abort (side->endpoint, XTLS_END_OFFLINE);
    sids = xtls_endpoint_take_sids (side->endpoint);
    xtls_endpoint_free (side->endpoint);
    side->jid = g_strdup (jid);
    side->endpoint = xtls_endpoint_new (side->jid, side->identity, &ops, side);
    xtls_endpoint_give_sids (side->endpoint, sids);
    g_free (old);
}

/* --- messages and sessions -------------------------------------------------*/

xmlnode *
wire_message (const char *body)
{
    xmlnode *message = xmlnode_new ("message");
    xmlnode *child;

    xmlnode_set_namespace (message, XTLS_NS_CLIENT);
    xmlnode_set_attrib (message, "type", "chat");
    child = xmlnode_new_child (message, "body");
    xmlnode_set_namespace (child, XTLS_NS_CLIENT);
    xmlnode_insert_data (child, body, -1);
    return message;
}

gboolean
wire_say (XtlsSession *session, const char *body)
{
    xmlnode *message = wire_message (body);

    if (xtls_session_send (session, message, NULL))
        return TRUE;
    xmlnode_free (message);
    return FALSE;
}

guint
wire_count (WireSide *side)
{
    GPtrArray *sessions =
        xtls_registry_list (xtls_endpoint_get_registry (side->endpoint), NULL);
    guint count = sessions->len;

    g_ptr_array_unref (sessions);
    return count;
}

XtlsSession *
wire_session (WireSide *side)
{
    return side->sessions->len
               ? g_ptr_array_index (side->sessions, side->sessions->len - 1)
               : NULL;
}
