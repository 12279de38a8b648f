/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The elements of XEP-0198 sections 3 to 5, for the initiator and the
 * responder. */
#include "acks.h"
#include "iq.h"
#include "ns.h"
#include "stanza.h"
#include "xml-write.h"

#include <string.h>

/* A peer that runs our code acknowledges without being asked. Any other peer is
 * sent `<r/>` once this many stanzas are unacknowledged: more than the blocks
 * of a file that are in flight, because each answer takes a block of its own.
 */
#define ASK_AFTER 512
/* The longest stream id that is stored or looked up. */
#define ID_MAX 256

typedef enum {
    UNKNOWN, /* nothing has been negotiated yet */
    OFF, /* the peer does not use it; a responder's peer may still enable it */
    RESUMING, /* <resume/> was sent */
    ENABLING, /* <enable/> was sent */
    ON
} State;

struct XtlsAcks {
    gboolean initiator;
    GString *output; /* the stream's; NULL when muted */
    XtlsSmFind find_sm;
    gpointer user_data;

    State state;
    XtlsSm *sm; /* NULL while OFF */
    XtlsSm *failed;
    char *token; /* initiator: the id that it chose, until <enabled/> comes */
    gboolean resumed;
    gboolean refused; /* responder: answered <resume/> with <failed/> */
    guint uncounted; /* stanzas not taken yet that arrived before counting began
                      */
    gboolean due;    /* a stanza was taken and not acknowledged yet */
    gboolean asked_by_peer;
    gboolean asked; /* we sent <r/> and have no <a/> yet */
    guint progress; /* grows with each <a/> requested and each new count */
};

XtlsAcks *
xtls_acks_new (gboolean initiator,
               GString *output,
               XtlsSmFind find_sm,
               gpointer user_data)
{
    XtlsAcks *acks = g_new0 (XtlsAcks, 1);

    acks->initiator = initiator;
    acks->output = output;
    acks->find_sm = find_sm;
    acks->user_data = user_data;
    acks->sm = xtls_sm_new (NULL);
    return acks;
}

void
xtls_acks_free (XtlsAcks *acks)
{
    xtls_sm_free (acks->sm);
    xtls_sm_free (acks->failed);
    g_free (acks->token);
    g_free (acks);
}

void
xtls_acks_mute (XtlsAcks *acks)
{
    acks->output = NULL;
}

void
xtls_acks_resume_with (XtlsAcks *acks, XtlsSm *sm)
{
    xtls_sm_free (acks->sm);
    acks->sm = sm;
}

/* --- writing -------------------------------------------------------------- */

static xmlnode *
element (const char *name)
{
    xmlnode *node = xmlnode_new (name);

    xmlnode_set_namespace (node, XTLS_NS_SM);
    return node;
}

/* Takes ownership of @node. */
static void
write_element (XtlsAcks *acks, xmlnode *node)
{
    if (acks->output != NULL)
        xtls_xml_write (
            acks->output, node, XTLS_NS_CLIENT, TRUE, XTLS_STANZA_MAX);
    xmlnode_free (node);
}

/* Writes <resume/> or <resumed/>; both carry our count of received stanzas. */
static void
write_resume (XtlsAcks *acks, const char *name)
{
    xmlnode *node = element (name);
    char h[16];

    g_snprintf (
        h, sizeof h, "%" G_GUINT32_FORMAT, xtls_sm_get_received (acks->sm));
    xmlnode_set_attrib (node, "previd", xtls_sm_get_id (acks->sm));
    xmlnode_set_attrib (node, "h", h);
    write_element (acks, node);
}

/* From here on the peer counts what we write. */
static void
write_enable (XtlsAcks *acks, const char *token)
{
    xmlnode *enable = element ("enable");

    xmlnode_set_attrib (enable, "resume", "true");
    if (token) {
        xmlnode *node = xmlnode_new_child (enable, "token");

        xmlnode_set_namespace (node, XTLS_NS_HELLO);
        xmlnode_insert_data (node, token, -1);
    }
    write_element (acks, enable);
    xtls_sm_begin (acks->sm);
    acks->state = ENABLING;
}

static void
write_failed (XtlsAcks *acks, const char *condition)
{
    xmlnode *failed = element ("failed");

    xmlnode_set_namespace (xmlnode_new_child (failed, condition),
                           XTLS_NS_STANZA_ERRORS);
    write_element (acks, failed);
}

static void
write_a (XtlsAcks *acks)
{
    acks->due = FALSE;
    acks->asked_by_peer = FALSE;
    write_element (acks, xtls_sm_ack (acks->sm));
}

void
xtls_acks_ask (XtlsAcks *acks)
{
    if (acks->state != ON || acks->asked)
        return;
    acks->asked = TRUE;
    write_element (acks, element ("r"));
}

/* Much is kept until the peer acknowledges it. */
static gboolean
is_half_full (XtlsSm *sm)
{
    return !xtls_sm_has_room (sm, XTLS_SM_UNACKED_BYTES_MAX / 2) ||
           !xtls_sm_has_room_for_response (sm, XTLS_SM_RESPONSES_BYTES_MAX / 2);
}

/* Requests an acknowledgement from a peer that does not seem to send any
 * unasked. */
static void
maybe_ask (XtlsAcks *acks)
{
    if (acks->state == ON &&
        (xtls_sm_get_unacked (acks->sm)->length >= ASK_AFTER ||
         is_half_full (acks->sm)))
        xtls_acks_ask (acks);
}

static void
retransmit (XtlsAcks *acks)
{
    GList *l = xtls_sm_get_unacked (acks->sm)->head;

    for (; l != NULL && acks->output != NULL; l = l->next)
        xtls_xml_write (
            acks->output, l->data, XTLS_NS_CLIENT, FALSE, XTLS_STANZA_MAX);
    maybe_ask (acks);
}

/* --- the peer's elements -------------------------------------------------- */

static gboolean
fault_is (XtlsAcksFault *fault, const char *condition)
{
    fault->condition = condition;
    return FALSE;
}

static const char *
attribute (const xmlnode *node, const char *name)
{
    return xmlnode_get_attrib_with_namespace (node, name, NULL);
}

static const char *
id_attribute (const xmlnode *node, const char *name)
{
    const char *id = attribute (node, name);

    return id != NULL && *id != '\0' && strlen (id) <= ID_MAX ? id : NULL;
}

static gboolean
wants_resume (const xmlnode *node)
{
    const char *resume = attribute (node, "resume");

    return g_strcmp0 (resume, "true") == 0 || g_strcmp0 (resume, "1") == 0;
}

/* Counting begins; @waiting stanzas of the peer arrived before it. */
static void
turn_on (XtlsAcks *acks, guint waiting)
{
    acks->state = ON;
    acks->progress++;
    acks->uncounted = waiting;
    acks->due = acks->due && waiting == 0;
    xtls_sm_begin (acks->sm);
}

static void
turn_off (XtlsAcks *acks)
{
    g_clear_pointer (&acks->sm, xtls_sm_free);
    g_clear_pointer (&acks->token, g_free);
    acks->state = OFF;
}

/* Reads the attribute `h` and drops what it acknowledges. */
static gboolean
take_count (XtlsAcks *acks, const xmlnode *node, XtlsAcksFault *fault)
{
    guint unacked = xtls_sm_get_unacked (acks->sm)->length;
    guint32 h;

    if (!xtls_sm_parse_h (attribute (node, "h"), &h))
        return fault_is (fault, "bad-format");
    if (xtls_sm_acked (acks->sm, h)) {
        acks->progress += xtls_sm_get_unacked (acks->sm)->length < unacked;
        return TRUE;
    }
    fault->detail = g_strdup_printf (
        "<handled-count-too-high xmlns='" XTLS_NS_SM "' h='%" G_GUINT32_FORMAT
        "' send-count='%" G_GUINT32_FORMAT "'/>",
        h,
        xtls_sm_get_sent (acks->sm));
    return fault_is (fault, "undefined-condition");
}

/* Returns: (nullable) (transfer full): the stream's id, if the initiator chose
 * it and everything that was written is still known. */
static char *
get_token (XtlsAcks *acks, xmlnode *enable)
{
    xmlnode *node =
        xmlnode_get_child_with_namespace (enable, "token", XTLS_NS_HELLO);
    char *token = node ? xmlnode_get_data (node) : NULL;

    if (token && *token && strlen (token) <= ID_MAX &&
        !xtls_sm_has_dropped (acks->sm))
        return token;
    g_free (token);
    return NULL;
}

static gboolean
handle_enable (XtlsAcks *acks,
               xmlnode *node,
               guint waiting,
               XtlsAcksFault *fault)
{
    xmlnode *enabled;

    if (acks->initiator || acks->state > OFF)
        return fault_is (fault, "policy-violation");
    if (acks->sm == NULL)
        acks->sm = xtls_sm_new (NULL);
    enabled = element ("enabled");
    if (wants_resume (node)) {
        g_autofree char *token = get_token (acks, node);
        g_autofree char *id =
            token ? g_strdup (token) : xtls_stanza_random_id ();

        if (token)
            xtls_sm_count_all (acks->sm);
        xtls_sm_set_id (acks->sm, id);
        xmlnode_set_attrib (enabled, "id", id);
        xmlnode_set_attrib (enabled, "resume", "true");
    }
    write_element (acks, enabled);
    turn_on (acks, waiting);
    return TRUE;
}

static gboolean
handle_enabled (XtlsAcks *acks,
                xmlnode *node,
                guint waiting,
                XtlsAcksFault *fault)
{
    if (acks->state != ENABLING)
        return fault_is (fault, "policy-violation");
    if (acks->token && wants_resume (node) &&
        g_strcmp0 (acks->token, id_attribute (node, "id")) == 0) {
        waiting = 0;
    } else {
        xtls_sm_uncount_received (acks->sm);
        xtls_sm_set_id (acks->sm,
                        wants_resume (node) ? id_attribute (node, "id") : NULL);
    }
    g_clear_pointer (&acks->token, g_free);
    turn_on (acks, waiting);
    maybe_ask (acks);
    return TRUE;
}

static gboolean
handle_resume (XtlsAcks *acks,
               xmlnode *node,
               guint waiting,
               XtlsAcksFault *fault)
{
    const char *previd = id_attribute (node, "previd");
    XtlsSm *base, *sm = NULL;
    gboolean valid;

    if (acks->initiator || acks->state > OFF || acks->refused)
        return fault_is (fault, "policy-violation");
    if (previd != NULL && acks->find_sm != NULL)
        sm = acks->find_sm (previd, acks->user_data);
    if (sm == NULL) {
        acks->refused = TRUE;
        write_failed (acks, "item-not-found");
        return TRUE;
    }
    /* Read only now: find_sm() may have ended the session, and the state was
     * taken then. */
    base = acks->sm;
    acks->sm = sm;
    xtls_sm_set_final (sm, FALSE);
    valid = take_count (acks, node, fault);
    if (valid) {
        write_resume (acks, "resumed");
        turn_on (acks, waiting);
        acks->resumed = TRUE;
        retransmit (acks);
    }
    /* These are not sent again: they have already been written to this
     * stream. */
    if (base != NULL)
        xtls_sm_adopt (acks->sm, base);
    return valid;
}

static gboolean
handle_resumed (XtlsAcks *acks,
                xmlnode *node,
                guint waiting,
                XtlsAcksFault *fault)
{
    if (acks->state != RESUMING ||
        g_strcmp0 (attribute (node, "previd"), xtls_sm_get_id (acks->sm)) != 0)
        return fault_is (fault, "policy-violation");
    if (!take_count (acks, node, fault))
        return FALSE;
    turn_on (acks, waiting);
    acks->resumed = TRUE;
    xtls_sm_set_final (acks->sm, FALSE);
    retransmit (acks);
    return TRUE;
}

static gboolean
handle_failed (XtlsAcks *acks,
               xmlnode *node,
               guint waiting,
               XtlsAcksFault *fault)
{
    guint32 h;

    if (acks->state == ENABLING) {
        turn_off (acks);
        return TRUE;
    }
    if (acks->state != RESUMING)
        return fault_is (fault, "policy-violation");
    /* XEP-0198 section 5: <failed/> may still carry the count of what had
     * arrived. */
    if (xtls_sm_parse_h (attribute (node, "h"), &h))
        xtls_sm_acked (acks->sm, h);
    acks->failed = acks->sm;
    acks->sm = xtls_sm_new (NULL);
    write_enable (acks, NULL);
    return TRUE;
}

static gboolean
handle_r (XtlsAcks *acks, xmlnode *node, guint waiting, XtlsAcksFault *fault)
{
    if (acks->state != ON)
        return fault_is (fault, "policy-violation");
    acks->asked_by_peer = TRUE;
    return TRUE;
}

static gboolean
handle_a (XtlsAcks *acks, xmlnode *node, guint waiting, XtlsAcksFault *fault)
{
    if (acks->state != ON)
        return fault_is (fault, "policy-violation");
    /* A peer that answers `<r/>` has read everything before it. */
    acks->progress += acks->asked;
    acks->asked = FALSE;
    return take_count (acks, node, fault);
}

gboolean
xtls_acks_handle (XtlsAcks *acks,
                  xmlnode *node,
                  guint waiting,
                  XtlsAcksFault *fault)
{
    static const struct {
        const char *name;
        gboolean (*handle) (XtlsAcks *, xmlnode *, guint, XtlsAcksFault *);
    } elements[] = {
        {"a", handle_a},
        {"r", handle_r},
        {"enable", handle_enable},
        {"enabled", handle_enabled},
        {"resume", handle_resume},
        {"resumed", handle_resumed},
        {"failed", handle_failed},
    };

    fault->detail = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS (elements); i++)
        if (strcmp (node->name, elements[i].name) == 0)
            return elements[i].handle (acks, node, waiting, fault);
    return fault_is (fault, "unsupported-stanza-type");
}

/* --- events of the stream ------------------------------------------------- */

void
xtls_acks_offered (XtlsAcks *acks, gboolean offered)
{
    gboolean resume;

    /* Our own state was taken back while we waited for the features. */
    if (acks->sm == NULL)
        acks->sm = xtls_sm_new (NULL);
    resume = xtls_sm_get_id (acks->sm) != NULL;
    if (offered && resume) {
        acks->state = RESUMING;
        write_resume (acks, "resume");
    } else if (offered) {
        write_enable (acks, NULL);
    } else {
        if (resume)
            acks->failed = g_steal_pointer (&acks->sm);
        turn_off (acks);
    }
}

void
xtls_acks_begin_early (XtlsAcks *acks)
{
    if (xtls_sm_get_id (acks->sm)) {
        acks->state = RESUMING;
        write_resume (acks, "resume");
        return;
    }
    acks->token = xtls_stanza_random_id ();
    xtls_sm_set_id (acks->sm, acks->token);
    write_enable (acks, acks->token);
}

void
xtls_acks_answer (XtlsAcks *acks)
{
    if (acks->asked_by_peer)
        write_a (acks);
}

gboolean
xtls_acks_flush (XtlsAcks *acks)
{
    if (acks->due && acks->state == ON)
        write_a (acks);
    return acks->state == ON || acks->state == OFF;
}

void
xtls_acks_came (XtlsAcks *acks)
{
    if (acks->state == UNKNOWN)
        turn_off (acks);
}

void
xtls_acks_taken (XtlsAcks *acks)
{
    gboolean counts =
        (acks->state == ON && acks->uncounted == 0) || acks->token;

    if (acks->state < ENABLING)
        return;
    if (counts)
        xtls_sm_received (acks->sm);
    else if (acks->uncounted > 0)
        acks->uncounted--;
    /* For a responder, any count confirms everything that it wrote before
     * counting began. */
    if (counts || acks->initiator)
        acks->due = acks->uncounted == 0;
}

gboolean
xtls_acks_has_room (XtlsAcks *acks, const xmlnode *stanza, gsize bytes)
{
    if (acks->sm == NULL)
        return TRUE;
    return xtls_iq_is_response (stanza)
               ? xtls_sm_has_room_for_response (acks->sm, bytes)
               : xtls_sm_has_room (acks->sm, bytes);
}

void
xtls_acks_sent (XtlsAcks *acks, xmlnode *stanza, gsize bytes)
{
    if (acks->sm == NULL) {
        xmlnode_free (stanza);
        return;
    }
    xtls_sm_sent (acks->sm, stanza, bytes);
    maybe_ask (acks);
}

gboolean
xtls_acks_is_waiting (XtlsAcks *acks)
{
    return acks->state == RESUMING || acks->state == ENABLING ||
           (acks->state == ON && xtls_sm_get_unacked (acks->sm)->length > 0);
}

guint
xtls_acks_get_progress (XtlsAcks *acks)
{
    return acks->progress;
}

void
xtls_acks_peer_ended (XtlsAcks *acks)
{
    if (!acks->initiator && acks->state == UNKNOWN)
        turn_off (acks);
}

gboolean
xtls_acks_is_undecided (XtlsAcks *acks)
{
    return acks->state == UNKNOWN || acks->state == RESUMING;
}

gboolean
xtls_acks_is_resuming (XtlsAcks *acks)
{
    return acks->state == RESUMING;
}

gboolean
xtls_acks_is_settled (XtlsAcks *acks)
{
    return acks->state != UNKNOWN && acks->state != RESUMING;
}

gboolean
xtls_acks_was_resumed (XtlsAcks *acks)
{
    return acks->resumed;
}

const char *
xtls_acks_get_id (XtlsAcks *acks)
{
    return acks->sm ? xtls_sm_get_id (acks->sm) : NULL;
}

const GQueue *
xtls_acks_get_unacked (XtlsAcks *acks)
{
    return acks->sm ? xtls_sm_get_unacked (acks->sm) : NULL;
}

XtlsSm *
xtls_acks_take_sm (XtlsAcks *acks)
{
    XtlsSm *sm = g_steal_pointer (&acks->sm);

    turn_off (acks);
    return sm;
}

XtlsSm *
xtls_acks_take_failed (XtlsAcks *acks)
{
    return g_steal_pointer (&acks->failed);
}
