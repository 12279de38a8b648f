/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads Jingle stanzas, which may come from anybody. */
#include "jingle.h"

#include "base64.h"
#include "ibb.h"
#include "node.h"
#include "ns.h"
#include "xml-char.h"

#include <string.h>

#define SID_MAX 256
#define CONTENT_NAME_MAX 256
#define FINGERPRINT_MAX 128

G_DEFINE_QUARK (xtls - jingle - error - quark, xtls_jingle_error)

/* All actions of XEP-0166 section 7.2. */
static const struct {
    const char *name;
    XtlsJingleAction action;
} actions[] = {
    {"session-initiate", XTLS_JINGLE_SESSION_INITIATE},
    {"session-accept", XTLS_JINGLE_SESSION_ACCEPT},
    {"session-info", XTLS_JINGLE_SESSION_INFO},
    {"session-terminate", XTLS_JINGLE_SESSION_TERMINATE},
    {"security-info", XTLS_JINGLE_SECURITY_INFO},
    {"content-accept", XTLS_JINGLE_OTHER_ACTION},
    {"content-add", XTLS_JINGLE_OTHER_ACTION},
    {"content-modify", XTLS_JINGLE_OTHER_ACTION},
    {"content-reject", XTLS_JINGLE_OTHER_ACTION},
    {"content-remove", XTLS_JINGLE_OTHER_ACTION},
    {"description-info", XTLS_JINGLE_OTHER_ACTION},
    {"transport-accept", XTLS_JINGLE_TRANSPORT_ACCEPT},
    {"transport-info", XTLS_JINGLE_OTHER_ACTION},
    {"transport-reject", XTLS_JINGLE_TRANSPORT_REJECT},
    {"transport-replace", XTLS_JINGLE_TRANSPORT_REPLACE},
};

static const struct {
    const char *name;
    XtlsJingleReason reason;
} reasons[] = {
    {"success", XTLS_JINGLE_REASON_SUCCESS},
    {"decline", XTLS_JINGLE_REASON_DECLINE},
    {"security-error", XTLS_JINGLE_REASON_SECURITY_ERROR},
    {"failed-transport", XTLS_JINGLE_REASON_FAILED_TRANSPORT},
    {"timeout", XTLS_JINGLE_REASON_TIMEOUT},
    {"gone", XTLS_JINGLE_REASON_GONE},
    {"alternative-session", XTLS_JINGLE_REASON_ALTERNATIVE_SESSION},
    {"incompatible-parameters", XTLS_JINGLE_REASON_INCOMPATIBLE},
    {"unsupported-applications", XTLS_JINGLE_REASON_UNSUPPORTED_APPLICATIONS},
    {"unsupported-transports", XTLS_JINGLE_REASON_UNSUPPORTED_TRANSPORTS},
};

static gboolean
refuse (XtlsJingleError code, const char *message, GError **error)
{
    g_set_error_literal (error, XTLS_JINGLE_ERROR, (int)code, message);
    return FALSE;
}

static gboolean
bad_request (const char *message, GError **error)
{
    return refuse (XTLS_JINGLE_ERROR_BAD_REQUEST, message, error);
}

/* --- elements and attributes ---------------------------------------------- */

/* Returns: (nullable): the only child called @name; @count is how many there
 * are. */
static const xmlnode *
find_only (const xmlnode *parent,
           const char *name,
           const char *xmlns,
           guint *count)
{
    const xmlnode *found = NULL;

    *count = 0;
    for (const xmlnode *node = parent->child; node; node = node->next) {
        if (xtls_node_is (node, name, xmlns)) {
            found = node;
            ++*count;
        }
    }
    return *count == 1 ? found : NULL;
}

static gboolean
has_child (const xmlnode *parent, const char *name, const char *xmlns)
{
    guint count;

    find_only (parent, name, xmlns, &count);
    return count > 0;
}

static gboolean
is_sid (const char *sid)
{
    gsize len = sid ? strlen (sid) : 0;

    if (len == 0 || len > SID_MAX || !g_utf8_validate (sid, -1, NULL))
        return FALSE;
    for (; *sid; sid += g_utf8_skip[(guchar)*sid]) {
        gunichar c = g_utf8_get_char (sid);

        if (c != ':' && !xtls_xml_char_is_name (c))
            return FALSE;
    }
    return TRUE;
}

static gboolean
is_name (const char *name)
{
    return name && *name && strlen (name) <= CONTENT_NAME_MAX;
}

gboolean
xtls_jingle_is (const xmlnode *iq)
{
    return g_strcmp0 (iq->name, "iq") == 0 &&
           g_strcmp0 (xtls_node_attrib (iq, "type"), "set") == 0 &&
           xtls_node_is (xtls_node_first_child (iq), "jingle", XTLS_NS_JINGLE);
}

gboolean
xtls_jingle_is_ours (const xmlnode *iq)
{
    const xmlnode *node = xtls_node_first_child (iq);

    for (const xmlnode *child = node->child; child; child = child->next)
        if (xtls_node_is (child, "content", XTLS_NS_JINGLE) &&
            (has_child (child, "description", XTLS_NS_JINGLE_XMLSTREAM) ||
             has_child (child, "security", XTLS_NS_JINGLE_XTLS)))
            return TRUE;
    return FALSE;
}

const char *
xtls_jingle_get_sid (const xmlnode *iq)
{
    return xtls_node_attrib (xtls_node_first_child (iq), "sid");
}

/* --- what all actions have in common -------------------------------------- */

static gboolean
parse_action (XtlsJingle *jingle, const xmlnode *node, GError **error)
{
    const char *name = xtls_node_attrib (node, "action");
    const char *sid = xtls_node_attrib (node, "sid");
    gsize i = 0;

    while (i < G_N_ELEMENTS (actions) && g_strcmp0 (name, actions[i].name))
        i++;
    if (i == G_N_ELEMENTS (actions))
        return bad_request ("unknown action", error);
    if (!is_sid (sid))
        return bad_request ("the session id is no NMTOKEN", error);
    jingle->action = actions[i].action;
    jingle->sid = g_strdup (sid);
    return TRUE;
}

static gboolean
absent_or (const char *jid, const char *wanted)
{
    return !jid || g_strcmp0 (jid, wanted) == 0;
}

/* A redirection to another JID (XEP-0166 section 7.1) is not followed. Which
 * side is the initiator follows from the action; where it may be either, the
 * JIDs must still be those of the session. */
static gboolean
parse_parties (const XtlsJingle *jingle,
               const xmlnode *iq,
               const xmlnode *node,
               const char *own,
               GError **error)
{
    const char *from = xtls_node_attrib (iq, "from");
    const char *initiator = xtls_node_attrib (node, "initiator");
    const char *responder = xtls_node_attrib (node, "responder");
    gboolean from_initiator =
        absent_or (initiator, from) && absent_or (responder, own);
    gboolean from_responder =
        absent_or (initiator, own) && absent_or (responder, from);
    gboolean valid;

    if (!from)
        return bad_request ("no sender", error);
    if (jingle->action == XTLS_JINGLE_SESSION_INITIATE)
        valid = from_initiator;
    else if (jingle->action == XTLS_JINGLE_SESSION_ACCEPT)
        valid = from_responder;
    else
        valid = from_initiator || from_responder;
    return valid ||
           bad_request ("initiator or responder contradict the sender", error);
}

/* --- the content of session-initiate and session-accept ------------------- */

/* Returns: (nullable): the only transport of either carrier; @count is how many
 * there are. */
static const xmlnode *
find_transport (const xmlnode *content, XtlsCarrier *carrier, guint *count)
{
    guint in_band, data;
    const xmlnode *ibb =
        find_only (content, "transport", XTLS_NS_JINGLE_IBB, &in_band);
    const xmlnode *other =
        find_only (content, "transport", XTLS_NS_JINGLE_DATA, &data);

    *carrier = ibb ? XTLS_CARRIER_IBB : XTLS_CARRIER_XTLS;
    *count = in_band + data;
    if (*count != 1)
        return NULL;
    return ibb ? ibb : other;
}

static gboolean
parse_transport (XtlsJingle *jingle, const xmlnode *content, GError **error)
{
    guint count;
    const xmlnode *transport =
        find_transport (content, &jingle->carrier, &count);
    const char *sid, *stanza;

    if (!transport)
        return count == 0 ? refuse (XTLS_JINGLE_ERROR_UNSUPPORTED_TRANSPORT,
                                    "no bytestream",
                                    error)
                          : bad_request ("several transports", error);
    sid = xtls_node_attrib (transport, "sid");
    stanza = xtls_node_attrib (transport, "stanza");
    if (!is_sid (sid))
        return bad_request ("the bytestream's id is no NMTOKEN", error);
    if (!xtls_node_parse_decimal (xtls_node_attrib (transport, "block-size"),
                                  XTLS_IBB_BLOCK_SIZE_MAX,
                                  &jingle->block_size) ||
        jingle->block_size == 0)
        return bad_request ("no valid block-size", error);
    if (g_strcmp0 (stanza, "message") == 0)
        return refuse (XTLS_JINGLE_ERROR_UNSUPPORTED_TRANSPORT,
                       "a bytestream of messages",
                       error);
    if (!absent_or (stanza, "iq"))
        return bad_request ("a bytestream of unknown stanzas", error);
    jingle->transport_sid = g_strdup (sid);
    return TRUE;
}

/* Fingerprints with other algorithms, or with none, may stand beside ours. */
static gboolean
parse_fingerprint (XtlsJingle *jingle, const xmlnode *security, GError **error)
{
    for (const xmlnode *node = security->child; node; node = node->next) {
        const char *algo;

        if (!xtls_node_is (node, "fingerprint", XTLS_NS_JINGLE_XTLS))
            continue;
        algo = xtls_node_attrib (node, "algo");
        if (!algo || g_ascii_strcasecmp (algo, "sha-256") != 0)
            continue;
        if (jingle->fingerprint)
            return bad_request ("several fingerprints", error);
        jingle->fingerprint = xmlnode_get_data (node);
        if (!jingle->fingerprint)
            jingle->fingerprint = g_strdup ("");
        if (strlen (jingle->fingerprint) > FINGERPRINT_MAX)
            return bad_request ("a fingerprint that is too long", error);
    }
    return TRUE;
}

static gboolean
parse_hello (XtlsJingle *jingle, const xmlnode *security, GError **error)
{
    guint count;
    const xmlnode *node = find_only (security, "hello", XTLS_NS_HELLO, &count);
    g_autofree char *text = NULL;

    if (count == 0)
        return TRUE;
    if (!node)
        return bad_request ("several hellos", error);
    text = xmlnode_get_data (node);
    jingle->first_words =
        g_strcmp0 (xtls_node_attrib (node, "early"), "true") == 0;
    jingle->hello = g_byte_array_new ();
    return (text &&
            xtls_base64_decode (
                text, strlen (text), XTLS_JINGLE_HELLO_MAX, jingle->hello)) ||
           bad_request ("a hello that is no base64 or too long", error);
}

/* A peer that lists methods without the one that we have offers no security
 * that we can use. */
static gboolean
offers_x509 (const xmlnode *security)
{
    gboolean any = FALSE;

    for (const xmlnode *node = security->child; node; node = node->next) {
        if (!xtls_node_is (node, "method", XTLS_NS_JINGLE_XTLS))
            continue;
        if (g_strcmp0 (xtls_node_attrib (node, "name"), "x509") == 0)
            return TRUE;
        any = TRUE;
    }
    return !any;
}

/* In order of importance: missing security comes before anything else that is
 * wrong with a well-formed content of ours. */
static gboolean
parse_application (XtlsJingle *jingle, const xmlnode *content, GError **error)
{
    guint descriptions, securities;
    const xmlnode *security =
        find_only (content, "security", XTLS_NS_JINGLE_XTLS, &securities);

    find_only (content, "description", XTLS_NS_JINGLE_XMLSTREAM, &descriptions);
    if (securities > 1 || descriptions > 1)
        return bad_request ("several descriptions or securities", error);
    if (!security || !offers_x509 (security))
        return refuse (
            XTLS_JINGLE_ERROR_NO_SECURITY, "without security", error);
    if (descriptions == 0)
        return refuse (
            XTLS_JINGLE_ERROR_UNSUPPORTED_APPLICATION, "no XML stream", error);
    return parse_fingerprint (jingle, security, error) &&
           parse_hello (jingle, security, error);
}

/* The initiator created the content, also in the accept that echoes it. */
static gboolean
parse_content (XtlsJingle *jingle, const xmlnode *node, GError **error)
{
    guint count;
    const xmlnode *content =
        find_only (node, "content", XTLS_NS_JINGLE, &count);
    const char *name;

    if (!content)
        return bad_request ("not one content", error);
    name = xtls_node_attrib (content, "name");
    if (!is_name (name))
        return bad_request ("a content without a name", error);
    if (!absent_or (xtls_node_attrib (content, "creator"), "initiator"))
        return bad_request ("a content of another creator", error);
    jingle->content_name = g_strdup (name);
    jingle->content_creator = g_strdup ("initiator");
    return (jingle->action == XTLS_JINGLE_TRANSPORT_REPLACE ||
            jingle->action == XTLS_JINGLE_TRANSPORT_ACCEPT ||
            parse_application (jingle, content, error)) &&
           parse_transport (jingle, content, error);
}

/* --- whole stanzas -------------------------------------------------------- */

/* A missing or unknown reason becomes XTLS_JINGLE_REASON_OTHER. */
static XtlsJingleReason
parse_reason (const xmlnode *node)
{
    guint count;
    const xmlnode *reason = find_only (node, "reason", XTLS_NS_JINGLE, &count);

    for (gsize i = 0; reason && i < G_N_ELEMENTS (reasons); i++)
        if (has_child (reason, reasons[i].name, XTLS_NS_JINGLE))
            return reasons[i].reason;
    return XTLS_JINGLE_REASON_OTHER;
}

static gboolean
parse (XtlsJingle *jingle, const xmlnode *iq, const char *own, GError **error)
{
    const xmlnode *node = xtls_node_first_child (iq);
    const char *action = xtls_node_attrib (node, "action");

    if (g_strcmp0 (action, "session-initiate") == 0 &&
        !xtls_jingle_is_ours (iq))
        return refuse (
            XTLS_JINGLE_ERROR_NOT_OURS, "another application", error);
    if (!parse_action (jingle, node, error) ||
        !parse_parties (jingle, iq, node, own, error))
        return FALSE;
    switch (jingle->action) {
    case XTLS_JINGLE_SESSION_INITIATE:
    case XTLS_JINGLE_SESSION_ACCEPT:
    case XTLS_JINGLE_TRANSPORT_REPLACE:
    case XTLS_JINGLE_TRANSPORT_ACCEPT:
        return parse_content (jingle, node, error);
    case XTLS_JINGLE_SESSION_TERMINATE:
        jingle->reason = parse_reason (node);
        return TRUE;
    case XTLS_JINGLE_SESSION_INFO:
    case XTLS_JINGLE_SECURITY_INFO:
    case XTLS_JINGLE_TRANSPORT_REJECT:
    case XTLS_JINGLE_OTHER_ACTION:
        break;
    }
    return TRUE;
}

XtlsJingle *
xtls_jingle_parse (xmlnode *iq, const char *own, GError **error)
{
    XtlsJingle *jingle = g_new0 (XtlsJingle, 1);

    jingle->reason = XTLS_JINGLE_REASON_OTHER;
    if (parse (jingle, iq, own, error))
        return jingle;
    xtls_jingle_free (jingle);
    return NULL;
}

void
xtls_jingle_free (XtlsJingle *jingle)
{
    if (!jingle)
        return;
    g_free (jingle->sid);
    g_free (jingle->content_creator);
    g_free (jingle->content_name);
    g_free (jingle->transport_sid);
    g_free (jingle->fingerprint);
    if (jingle->hello)
        g_byte_array_unref (jingle->hello);
    g_free (jingle);
}
