/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Jingle: one `<iq/>` of a peer. */
#include "fuzz.h"
#include "ibb.h"
#include "jingle-make.h"
#include "ns.h"

#include <string.h>

#define OWN "romeo@montague.lit/orchard"
#define PEER "juliet@capulet.lit/balcony"
#define NAME_MAX_LEN 256

/* Takes @stanza. Whatever we send can be parsed, also by us. */
static void
check_own (xmlnode *stanza)
{
    char *text = xmlnode_to_str (stanza, NULL);
    xmlnode *again = fuzz_iq (text);
    char *strict = fuzz_write (stanza, XTLS_NS_CLIENT);

    g_assert_nonnull (again);
    g_assert_nonnull (strict);
    g_assert_null (xmlnode_get_attrib (stanza, "from"));
    g_free (text);
    g_free (strict);
    xmlnode_free (again);
    xmlnode_free (stanza);
}

static gboolean
is_plain (const char *text)
{
    for (; *text; text++)
        if (g_ascii_iscntrl (*text))
            return FALSE;
    return TRUE;
}

/* The peer whose offer we accept can parse our accept. */
static void
check_accept (const XtlsJingle *offer)
{
    xmlnode *accept = xtls_jingle_make_accept (
        OWN, PEER, offer, offer->block_size, "00:11", offer->hello);
    char *text = xmlnode_to_str (accept, NULL);
    xmlnode *iq = fuzz_iq (text);
    GError *error = NULL;
    XtlsJingle *read;

    g_assert_nonnull (iq);
    xmlnode_set_attrib (iq, "from", OWN);
    g_assert_true (xtls_jingle_is (iq));
    read = xtls_jingle_parse (iq, PEER, &error);
    g_assert_no_error (error);
    g_assert_cmpint (read->action, ==, XTLS_JINGLE_SESSION_ACCEPT);
    g_assert_cmpstr (read->sid, ==, offer->sid);
    g_assert_cmpint (read->carrier, ==, offer->carrier);
    g_assert_cmpstr (read->transport_sid, ==, offer->transport_sid);
    g_assert_cmpuint (read->block_size, ==, offer->block_size);
    /* libpurple's writer turns these into spaces. */
    if (is_plain (offer->content_name))
        g_assert_cmpstr (read->content_name, ==, offer->content_name);
    xtls_jingle_free (read);
    xmlnode_free (iq);
    g_free (text);
    check_own (accept);
}

static void
check_transport (const XtlsJingle *jingle)
{
    check_own (xtls_jingle_make_transport (PEER,
                                           jingle->sid,
                                           XTLS_JINGLE_TRANSPORT_REJECT,
                                           jingle->content_name,
                                           jingle->carrier,
                                           jingle->transport_sid,
                                           jingle->block_size));
}

static gboolean
has_transport (const XtlsJingle *jingle)
{
    return jingle->action == XTLS_JINGLE_SESSION_INITIATE ||
           jingle->action == XTLS_JINGLE_SESSION_ACCEPT ||
           jingle->action == XTLS_JINGLE_TRANSPORT_REPLACE ||
           jingle->action == XTLS_JINGLE_TRANSPORT_ACCEPT;
}

static void
check_parsed (const XtlsJingle *jingle)
{
    g_assert_true (jingle->sid && *jingle->sid);
    g_assert_cmpuint (strlen (jingle->sid), <=, NAME_MAX_LEN);
    if (!has_transport (jingle)) {
        g_assert_null (jingle->content_name);
        g_assert_null (jingle->transport_sid);
        g_assert_null (jingle->fingerprint);
        return;
    }
    g_assert_cmpstr (jingle->content_creator, ==, "initiator");
    g_assert_true (jingle->content_name && *jingle->content_name);
    g_assert_cmpuint (strlen (jingle->content_name), <=, NAME_MAX_LEN);
    g_assert_true (jingle->transport_sid && *jingle->transport_sid);
    g_assert_cmpuint (strlen (jingle->transport_sid), <=, NAME_MAX_LEN);
    g_assert_cmpuint (jingle->block_size, >=, 1);
    g_assert_cmpuint (jingle->block_size, <=, XTLS_IBB_BLOCK_SIZE_MAX);
    check_transport (jingle);
    if (jingle->fingerprint)
        g_assert_cmpuint (strlen (jingle->fingerprint), <=, 128);
    check_accept (jingle);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    char *text = fuzz_text (data, size);
    xmlnode *iq = fuzz_iq (text);
    XtlsJingle *jingle;
    GError *error = NULL;

    g_free (text);
    if (!iq)
        return 0;
    if (xtls_jingle_is (iq)) {
        xtls_jingle_get_sid (iq);
        jingle = xtls_jingle_parse (iq, OWN, &error);
        g_assert_true (!jingle == !!error);
        if (jingle)
            check_parsed (jingle);
        check_own (xtls_jingle_make_error (iq, error));
        check_own (xtls_jingle_make_tie_break (iq));
        xtls_jingle_free (jingle);
        g_clear_error (&error);
    }
    xmlnode_free (iq);
    return 0;
}
