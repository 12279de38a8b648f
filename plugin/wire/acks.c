/* SPDX-License-Identifier: GPL-2.0-or-later */
/* XEP-0198 sections 3 to 5, with either side in either role. */
#include "acks.h"
#include "iq.h"
#include "ns.h"
#include "stanza.h"
#include "xml-write.h"

#include <string.h>

/* A peer with our code acknowledges unasked; another is asked when so many
 * stanzas wait. */
#define ASK_AFTER 32
/* The longest id of a stream that is remembered or looked up. */
#define ID_MAX 256

typedef enum {
    UNKNOWN,  /* nothing was said yet */
    OFF,      /* the peer does not want it; a responder's mind may change */
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
    gboolean resumed;
    gboolean refused; /* responder: <resume/> was answered with <failed/> */
    guint uncounted;  /* stanzas to be taken from before counting began */
    gboolean due;     /* something was taken and not acknowledged */
    gboolean asked_by_peer;
    gboolean asked; /* by us, not answered yet */
    guint progress; /* what the peer has answered or counted anew */
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

/* --- writing ---------------------------------------------------------------
 */

static xmlnode *
element (const char *name)
{
    xmlnode *node = xmlnode_new (name);

    xmlnode_set_namespace (node, XTLS_NS_SM);
    return node;
}

/* Takes @node over. */
static void
say (XtlsAcks *acks, xmlnode *node)
{
    if (acks->output != NULL)
        xtls_xml_write (
            acks->output, node, XTLS_NS_CLIENT, TRUE, XTLS_STANZA_MAX);
    xmlnode_free (node);
}

/* <resume/> or <resumed/>: both tell what was received. */
static void
say_resume (XtlsAcks *acks, const char *name)
{
    xmlnode *node = element (name);
    char h[16];

    g_snprintf (
        h, sizeof h, "%" G_GUINT32_FORMAT, xtls_sm_get_received (acks->sm));
    xmlnode_set_attrib (node, "previd", xtls_sm_get_id (acks->sm));
    xmlnode_set_attrib (node, "h", h);
    say (acks, node);
}

/* What is written from here on is counted by the peer. */
static void
say_enable (XtlsAcks *acks)
{
    xmlnode *enable = element ("enable");

    xmlnode_set_attrib (enable, "resume", "true");
    say (acks, enable);
    xtls_sm_begin (acks->sm);
    acks->state = ENABLING;
}

static void
say_failed (XtlsAcks *acks, const char *condition)
{
    xmlnode *failed = element ("failed");

    xmlnode_set_namespace (xmlnode_new_child (failed, condition),
                           XTLS_NS_STANZA_ERRORS);
    say (acks, failed);
}

static void
say_a (XtlsAcks *acks)
{
    acks->due = FALSE;
    acks->asked_by_peer = FALSE;
    say (acks, xtls_sm_ack (acks->sm));
}

void
xtls_acks_ask (XtlsAcks *acks)
{
    if (acks->state != ON || acks->asked)
        return;
    acks->asked = TRUE;
    say (acks, element ("r"));
}

/* Asks a peer that seems not to acknowledge by itself. */
static void
maybe_ask (XtlsAcks *acks)
{
    if (acks->state == ON &&
        xtls_sm_get_unacked (acks->sm)->length >= ASK_AFTER)
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

/* --- what the peer says ----------------------------------------------------
 */

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

/* Counting begins: @waiting stanzas of the peer came before. */
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
        char *id = xtls_stanza_random_id ();

        xtls_sm_set_id (acks->sm, id);
        xmlnode_set_attrib (enabled, "id", id);
        xmlnode_set_attrib (enabled, "resume", "true");
        g_free (id);
    }
    say (acks, enabled);
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
    if (wants_resume (node))
        xtls_sm_set_id (acks->sm, id_attribute (node, "id"));
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
    XtlsSm *base = acks->sm;
    XtlsSm *sm = NULL;
    gboolean right;

    if (acks->initiator || acks->state > OFF || acks->refused)
        return fault_is (fault, "policy-violation");
    if (previd != NULL && acks->find_sm != NULL)
        sm = acks->find_sm (previd, acks->user_data);
    if (sm == NULL) {
        acks->refused = TRUE;
        say_failed (acks, "item-not-found");
        return TRUE;
    }
    acks->sm = sm;
    right = take_count (acks, node, fault);
    if (right) {
        say_resume (acks, "resumed");
        turn_on (acks, waiting);
        acks->resumed = TRUE;
        retransmit (acks);
    }
    /* Not sent again, for it was written to this stream already. */
    if (base != NULL)
        xtls_sm_adopt (acks->sm, base);
    return right;
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
    /* XEP-0198 section 5: it may tell what had arrived all the same. */
    if (xtls_sm_parse_h (attribute (node, "h"), &h))
        xtls_sm_acked (acks->sm, h);
    acks->failed = acks->sm;
    acks->sm = xtls_sm_new (NULL);
    say_enable (acks);
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
    /* What answers a question has read all that came before it. */
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

/* --- what the stream does --------------------------------------------------
 */

void
xtls_acks_offered (XtlsAcks *acks, gboolean offered)
{
    gboolean resume = xtls_sm_get_id (acks->sm) != NULL;

    if (offered && resume) {
        acks->state = RESUMING;
        say_resume (acks, "resume");
    } else if (offered) {
        say_enable (acks);
    } else {
        if (resume)
            acks->failed = g_steal_pointer (&acks->sm);
        turn_off (acks);
    }
}

void
xtls_acks_answer (XtlsAcks *acks)
{
    if (acks->asked_by_peer)
        say_a (acks);
}

void
xtls_acks_flush (XtlsAcks *acks)
{
    if (acks->due && acks->state == ON)
        say_a (acks);
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
    gboolean counts = acks->state == ON && acks->uncounted == 0;

    if (acks->state < ENABLING)
        return;
    if (counts)
        xtls_sm_received (acks->sm);
    else if (acks->uncounted > 0)
        acks->uncounted--;
    /* Any count tells a responder that what it wrote before counting began was
     * taken, all of it. */
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
