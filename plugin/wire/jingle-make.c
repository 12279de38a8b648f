/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes Jingle stanzas. */
#include "jingle-make.h"

#include "base64.h"
#include "iq.h"
#include "ns.h"

static xmlnode *
add_child (xmlnode *parent, const char *name, const char *xmlns)
{
    xmlnode *child = xmlnode_new_child (parent, name);

    xmlnode_set_namespace (child, xmlns);
    return child;
}

static xmlnode *
request_new (const char *peer,
             const char *action,
             const char *sid,
             xmlnode **jingle)
{
    xmlnode *iq = xtls_iq_new ("set", peer, NULL);

    *jingle = add_child (iq, "jingle", XTLS_NS_JINGLE);
    xmlnode_set_attrib (*jingle, "action", action);
    xmlnode_set_attrib (*jingle, "sid", sid);
    return iq;
}

static void
add_security (xmlnode *content,
              const char *fingerprint,
              const GByteArray *hello,
              gboolean first_words)
{
    xmlnode *security = add_child (content, "security", XTLS_NS_JINGLE_XTLS);
    xmlnode *node;

    if (fingerprint) {
        node = add_child (security, "fingerprint", XTLS_NS_JINGLE_XTLS);
        xmlnode_set_attrib (node, "algo", "sha-256");
        xmlnode_insert_data (node, fingerprint, -1);
    }
    node = add_child (security, "method", XTLS_NS_JINGLE_XTLS);
    xmlnode_set_attrib (node, "name", "x509");
    if (hello) {
        g_autofree char *text = xtls_base64_encode (hello->data, hello->len);

        node = add_child (security, "hello", XTLS_NS_HELLO);
        if (first_words)
            xmlnode_set_attrib (node, "early", "true");
        xmlnode_insert_data (node, text, -1);
    }
}

static xmlnode *
add_content (xmlnode *jingle, const char *creator, const char *name)
{
    xmlnode *content = add_child (jingle, "content", XTLS_NS_JINGLE);

    xmlnode_set_attrib (content, "creator", creator);
    xmlnode_set_attrib (content, "name", name);
    return content;
}

static void
add_transport (xmlnode *content,
               XtlsCarrier carrier,
               const char *sid,
               guint block_size)
{
    xmlnode *transport =
        add_child (content, "transport", xtls_carrier_get_transport (carrier));
    char *size = g_strdup_printf ("%u", block_size);

    xmlnode_set_attrib (transport, "block-size", size);
    xmlnode_set_attrib (transport, "sid", sid);
    g_free (size);
}

xmlnode *
xtls_jingle_make_initiate (const char *own,
                           const char *peer,
                           const char *sid,
                           XtlsCarrier carrier,
                           const char *transport_sid,
                           guint block_size,
                           const char *fingerprint,
                           const GByteArray *hello)
{
    xmlnode *jingle, *iq = request_new (peer, "session-initiate", sid, &jingle);
    xmlnode *content;

    xmlnode_set_attrib (jingle, "initiator", own);
    content = add_content (jingle, "initiator", XTLS_JINGLE_CONTENT_NAME);
    add_child (content, "description", XTLS_NS_JINGLE_XMLSTREAM);
    add_transport (content, carrier, transport_sid, block_size);
    add_security (content, fingerprint, hello, FALSE);
    return iq;
}

xmlnode *
xtls_jingle_make_accept (const char *own,
                         const char *peer,
                         const XtlsJingle *offer,
                         guint block_size,
                         const char *fingerprint,
                         const GByteArray *hello)
{
    xmlnode *jingle,
        *iq = request_new (peer, "session-accept", offer->sid, &jingle);
    xmlnode *content;

    xmlnode_set_attrib (jingle, "responder", own);
    content = add_content (jingle, offer->content_creator, offer->content_name);
    add_child (content, "description", XTLS_NS_JINGLE_XMLSTREAM);
    add_transport (content, offer->carrier, offer->transport_sid, block_size);
    add_security (content, fingerprint, hello, TRUE);
    return iq;
}

xmlnode *
xtls_jingle_make_transport (const char *peer,
                            const char *sid,
                            XtlsJingleAction action,
                            const char *content_name,
                            XtlsCarrier carrier,
                            const char *transport_sid,
                            guint block_size)
{
    const char *name =
        action == XTLS_JINGLE_TRANSPORT_REPLACE  ? "transport-replace"
        : action == XTLS_JINGLE_TRANSPORT_ACCEPT ? "transport-accept"
                                                 : "transport-reject";
    xmlnode *jingle, *iq = request_new (peer, name, sid, &jingle);

    add_transport (add_content (jingle, "initiator", content_name),
                   carrier,
                   transport_sid,
                   block_size);
    return iq;
}

xmlnode *
xtls_jingle_make_terminate (const char *peer,
                            const char *sid,
                            XtlsJingleReason reason)
{
    static const char *const names[] = {
        [XTLS_JINGLE_REASON_SUCCESS] = "success",
        [XTLS_JINGLE_REASON_DECLINE] = "decline",
        [XTLS_JINGLE_REASON_SECURITY_ERROR] = "security-error",
        [XTLS_JINGLE_REASON_FAILED_TRANSPORT] = "failed-transport",
        [XTLS_JINGLE_REASON_TIMEOUT] = "timeout",
        [XTLS_JINGLE_REASON_GONE] = "gone",
        [XTLS_JINGLE_REASON_ALTERNATIVE_SESSION] = "alternative-session",
        [XTLS_JINGLE_REASON_INCOMPATIBLE] = "incompatible-parameters",
        [XTLS_JINGLE_REASON_UNSUPPORTED_APPLICATIONS] =
            "unsupported-applications",
        [XTLS_JINGLE_REASON_UNSUPPORTED_TRANSPORTS] = "unsupported-transports",
        [XTLS_JINGLE_REASON_OTHER] = "general-error",
    };
    xmlnode *jingle,
        *iq = request_new (peer, "session-terminate", sid, &jingle);
    xmlnode *node = add_child (jingle, "reason", XTLS_NS_JINGLE);

    add_child (node, names[reason], XTLS_NS_JINGLE);
    return iq;
}

static xmlnode *
error_with (const xmlnode *iq, XtlsIqError condition, const char *specific)
{
    xmlnode *reply = xtls_iq_error (iq, condition);

    xtls_iq_error_add (reply, specific, XTLS_NS_JINGLE_ERRORS);
    return reply;
}

xmlnode *
xtls_jingle_make_error (const xmlnode *iq, const GError *error)
{
    if (!error)
        return error_with (iq, XTLS_IQ_ERROR_ITEM_NOT_FOUND, "unknown-session");
    switch ((XtlsJingleError)error->code) {
    case XTLS_JINGLE_ERROR_NOT_OURS:
        return xtls_iq_error (iq, XTLS_IQ_ERROR_SERVICE_UNAVAILABLE);
    case XTLS_JINGLE_ERROR_UNSUPPORTED_APPLICATION:
    case XTLS_JINGLE_ERROR_UNSUPPORTED_TRANSPORT:
        return xtls_iq_error (iq, XTLS_IQ_ERROR_FEATURE_NOT_IMPLEMENTED);
    case XTLS_JINGLE_ERROR_NO_SECURITY:
        return error_with (
            iq, XTLS_IQ_ERROR_NOT_ACCEPTABLE, "security-required");
    case XTLS_JINGLE_ERROR_BAD_REQUEST:
        break;
    }
    return xtls_iq_error (iq, XTLS_IQ_ERROR_BAD_REQUEST);
}

xmlnode *
xtls_jingle_make_tie_break (const xmlnode *iq)
{
    return error_with (iq, XTLS_IQ_ERROR_CONFLICT, "tie-break");
}
