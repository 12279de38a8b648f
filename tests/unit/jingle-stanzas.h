/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stanzas with `<jingle/>`, and reading them. */
#pragma once

#include "jingle.h"
#include "nodes.h"
#include "ns.h"

#define OWN "juliet@capulet.lit/balcony"
#define PEER "romeo@montague.lit/orchard"

#define DESCRIPTION "<description xmlns='" XTLS_NS_JINGLE_XMLSTREAM "'/>"
#define TRANSPORT(attribs)                                                     \
    "<transport xmlns='" XTLS_NS_JINGLE_IBB "' " attribs "/>"
#define SECURITY(inside)                                                       \
    "<security xmlns='" XTLS_NS_JINGLE_XTLS "'>" inside "</security>"
#define CONTENT(attribs, inside) "<content " attribs ">" inside "</content>"

#define NAMED "creator='initiator' name='xmlstream'"
#define IBB TRANSPORT ("block-size='4096' sid='ch3d9s71'")
#define HINT "<fingerprint algo='sha-256'>5A:1C</fingerprint>"
#define WHOLE DESCRIPTION IBB SECURITY (HINT "<method name='x509'/>")
#define RIGHT CONTENT (NAMED, WHOLE)

/* Makes a stanza of the peer from the attributes and the content of
 * `<jingle/>`. */
static inline xmlnode *
stanza (const char *attribs, const char *inside)
{
    return nodes_printf ("<iq xmlns='jabber:client' type='set' id='x1' "
                         "from='" PEER "' to='" OWN "'>"
                         "<jingle xmlns='" XTLS_NS_JINGLE "' %s>%s</jingle>"
                         "</iq>",
                         attribs,
                         inside);
}

static inline XtlsJingle *
parse (const char *attribs, const char *inside)
{
    xmlnode *iq = stanza (attribs, inside);
    GError *error = NULL;
    XtlsJingle *jingle;

    g_assert_true (xtls_jingle_is (iq));
    jingle = xtls_jingle_parse (iq, OWN, &error);
    g_assert_no_error (error);
    g_assert_nonnull (jingle);
    xmlnode_free (iq);
    return jingle;
}

static inline void
assert_reads (const char *attribs, const char *inside)
{
    xtls_jingle_free (parse (attribs, inside));
}

static inline void
assert_refused (const char *attribs, const char *inside, XtlsJingleError code)
{
    xmlnode *iq = stanza (attribs, inside);
    GError *error = NULL;

    g_assert_true (xtls_jingle_is (iq));
    if (xtls_jingle_parse (iq, OWN, &error))
        g_error ("accepted: %s %s", attribs, inside);
    g_assert_error (error, XTLS_JINGLE_ERROR, (int)code);
    g_assert_null (xtls_jingle_parse (iq, OWN, NULL));
    g_clear_error (&error);
    xmlnode_free (iq);
}

#define INITIATE "action='session-initiate' sid='a73sjjvkla37jfea'"
#define ACCEPT "action='session-accept' sid='a73sjjvkla37jfea'"

static inline void
assert_malformed (const char *inside)
{
    assert_refused (INITIATE, inside, XTLS_JINGLE_ERROR_BAD_REQUEST);
    assert_refused (ACCEPT, inside, XTLS_JINGLE_ERROR_BAD_REQUEST);
}
