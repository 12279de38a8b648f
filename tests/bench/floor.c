/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the libraries alone need, see floor.h. */
#include "floor.h"

#include "ns.h"
#include "tls-priority.h"

#include <errno.h>
#include <string.h>

#define ROMEO "romeo@montague.lit/orchard"
#define JULIET "juliet@capulet.lit/balcony"
#define SID "0123456789abcdef0123456789abcdef"

#define BLOCK 16384        /* bytes in a block, as the engine asks for */
#define RECORD (16 * 1024) /* bytes of plaintext in a record */
#define FLIGHTS 10         /* more than a handshake has */

typedef struct {
    gnutls_session_t session;
    GByteArray *in;
    gsize taken;
    GByteArray *out; /* borrowed: the bytes that the other end reads */
} End;

struct Floor {
    End client, server;
    GMarkupParseContext *parser; /* for the stream that the server reads */
    xmlnode *current;            /* the element that is open */
    guint delivered;
    guint seq;
};

/* --- GnuTLS ------------------------------------------------------------- */

static ssize_t
pull_cb (gnutls_transport_ptr_t data, void *buffer, size_t wanted)
{
    End *end = data;
    gsize len = MIN (wanted, end->in->len - end->taken);

    if (len == 0) {
        gnutls_transport_set_errno (end->session, EAGAIN);
        return -1;
    }
    memcpy (buffer, end->in->data + end->taken, len);
    end->taken += len;
    /* No memory but GnuTLS's own is kept. */
    if (end->taken == end->in->len) {
        g_free (g_byte_array_steal (end->in, NULL));
        end->taken = 0;
    }
    return (ssize_t)len;
}

static ssize_t
push_cb (gnutls_transport_ptr_t data, const void *bytes, size_t len)
{
    End *end = data;

    g_byte_array_append (end->out, bytes, (guint)len);
    return (ssize_t)len;
}

static int
verify_cb (gnutls_session_t session)
{
    return 0;
}

static void
end_init (End *end, guint flags, gnutls_certificate_credentials_t credentials)
{
    if (gnutls_init (&end->session,
                     flags | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL |
                         GNUTLS_NO_TICKETS | GNUTLS_FORCE_CLIENT_CERT |
                         GNUTLS_SAFE_PADDING_CHECK |
                         xtls_tls_priority_get_key_shares ()) < 0)
        g_error ("no TLS session");
    end->in = g_byte_array_new ();
    gnutls_transport_set_ptr (end->session, end);
    gnutls_transport_set_pull_function (end->session, pull_cb);
    gnutls_transport_set_push_function (end->session, push_cb);
    gnutls_session_set_verify_function (end->session, verify_cb);
    if (flags & GNUTLS_SERVER)
        gnutls_certificate_server_set_request (end->session,
                                               GNUTLS_CERT_REQUIRE);
    gnutls_priority_set (end->session, xtls_tls_priority_get ());
    gnutls_credentials_set (end->session, GNUTLS_CRD_CERTIFICATE, credentials);
}

static void
end_clear (End *end)
{
    gnutls_deinit (end->session);
    g_byte_array_unref (end->in);
}

/* --- XML ---------------------------------------------------------------- */

static void
start_cb (GMarkupParseContext *context,
          const char *name,
          const char **names,
          const char **values,
          gpointer data,
          GError **error)
{
    Floor *floor = data;
    xmlnode *node = floor->current ? xmlnode_new_child (floor->current, name)
                                   : xmlnode_new (name);

    for (gsize i = 0; names[i]; i++)
        if (strcmp (names[i], "xmlns") == 0)
            xmlnode_set_namespace (node, values[i]);
        else
            xmlnode_set_attrib (node, names[i], values[i]);
    floor->current = node;
}

static void
end_cb (GMarkupParseContext *context,
        const char *name,
        gpointer data,
        GError **error)
{
    Floor *floor = data;
    xmlnode *node = floor->current;

    floor->current = node->parent;
    if (node->parent->parent)
        return;
    /* A stanza is complete; the stream goes on. */
    xmlnode_set_attrib (node, "from", ROMEO);
    xmlnode_set_attrib (node, "to", JULIET);
    floor->delivered++;
    xmlnode_free (node);
}

static void
text_cb (GMarkupParseContext *context,
         const char *text,
         gsize len,
         gpointer data,
         GError **error)
{
    Floor *floor = data;

    if (len > 0)
        xmlnode_insert_data (floor->current, text, (gssize)len);
}

static void
parse (Floor *floor, const char *text, gsize len)
{
    GError *error = NULL;

    if (!g_markup_parse_context_parse (
            floor->parser, text, (gssize)len, &error))
        g_error ("GMarkup: %s", error->message);
}

/* --- blocks ------------------------------------------------------------- */

/* Returns: (transfer full): the stanza as the server delivers it to the other
 * end. */
static xmlnode *
pass_on (xmlnode *iq, gboolean outer)
{
    char *text;
    int len;

    if (!outer)
        return iq;
    text = xmlnode_to_str (iq, &len);
    xmlnode_free (iq);
    iq = xmlnode_from_str (text, len);
    g_free (text);
    return iq;
}

static xmlnode *
iq_new (const char *type, const char *id, const char *to, const char *from)
{
    xmlnode *iq = xmlnode_new ("iq");

    xmlnode_set_attrib (iq, "type", type);
    xmlnode_set_attrib (iq, "id", id);
    xmlnode_set_attrib (iq, "to", to);
    xmlnode_set_attrib (iq, "from", from);
    return iq;
}

static void
send_block (Floor *floor, const guint8 *bytes, gsize len, gboolean outer)
{
    char *base64 = g_base64_encode (bytes, len);
    char seq[6], *text;
    xmlnode *iq = iq_new ("set", SID, JULIET, ROMEO);
    xmlnode *data = xmlnode_new_child (iq, "data");
    guchar *decoded;
    gsize decoded_len;

    g_snprintf (seq, sizeof seq, "%u", floor->seq++ & 0xffff);
    xmlnode_set_namespace (data, XTLS_NS_IBB);
    xmlnode_set_attrib (data, "seq", seq);
    xmlnode_set_attrib (data, "sid", SID);
    xmlnode_insert_data (data, base64, -1);
    g_free (base64);

    iq = pass_on (iq, outer);
    text = xmlnode_get_data (xmlnode_get_child (iq, "data"));
    decoded = g_base64_decode (text, &decoded_len);
    g_byte_array_append (floor->server.in, decoded, (guint)decoded_len);
    g_free (decoded);
    g_free (text);
    xmlnode_free (iq);
    xmlnode_free (pass_on (iq_new ("result", SID, ROMEO, JULIET), outer));
}

static void
send_blocks (Floor *floor, GByteArray *bytes, gboolean outer)
{
    for (gsize sent = 0; sent < bytes->len; sent += BLOCK)
        send_block (
            floor, bytes->data + sent, MIN (BLOCK, bytes->len - sent), outer);
    g_byte_array_set_size (bytes, 0);
}

static void
read_records (Floor *floor)
{
    static char plain[RECORD];
    ssize_t len;

    while ((len = gnutls_record_recv (
                floor->server.session, plain, sizeof plain)) > 0)
        parse (floor, plain, (gsize)len);
    if (len != GNUTLS_E_AGAIN)
        g_error ("GnuTLS: %s", gnutls_strerror ((int)len));
}

void
floor_message (Floor *floor, xmlnode *stanza, gboolean outer)
{
    GByteArray *records = g_byte_array_new ();
    int len;
    char *text = xmlnode_to_str (stanza, &len);
    guint before = floor->delivered;

    xmlnode_free (stanza);
    floor->client.out = records;
    for (gsize sent = 0; sent < (gsize)len; sent += RECORD)
        gnutls_record_send (floor->client.session,
                            text + sent,
                            MIN (RECORD, (gsize)len - sent));
    g_free (text);
    send_blocks (floor, records, outer);
    g_byte_array_unref (records);
    read_records (floor);
    if (floor->delivered != before + 1)
        g_error ("the stanza did not arrive");
}

void
floor_outer (const GPtrArray *stanzas)
{
    for (guint i = 0; i < stanzas->len; i++) {
        xmlnode *stanza = xmlnode_from_str (stanzas->pdata[i], -1);
        int len;

        g_free (xmlnode_to_str (stanza, &len));
        xmlnode_free (stanza);
    }
}

/* --- the whole ---------------------------------------------------------- */

static void
shake_hands (Floor *floor)
{
    for (guint i = 0; i < FLIGHTS; i++) {
        int client = gnutls_handshake (floor->client.session);
        int server = gnutls_handshake (floor->server.session);

        if (client == GNUTLS_E_SUCCESS && server == GNUTLS_E_SUCCESS)
            return;
        if ((client < 0 && gnutls_error_is_fatal (client)) ||
            (server < 0 && gnutls_error_is_fatal (server)))
            break;
    }
    g_error ("the handshake failed");
}

Floor *
floor_new (gnutls_certificate_credentials_t client,
           gnutls_certificate_credentials_t server)
{
    static const GMarkupParser handlers = {
        .start_element = start_cb, .end_element = end_cb, .text = text_cb};
    static const char header[] = "<stream xmlns='" XTLS_NS_CLIENT "'>";
    Floor *floor = g_new0 (Floor, 1);

    end_init (&floor->client, GNUTLS_CLIENT, client);
    end_init (&floor->server, GNUTLS_SERVER, server);
    floor->client.out = floor->server.in;
    floor->server.out = floor->client.in;
    shake_hands (floor);
    floor->parser = g_markup_parse_context_new (&handlers, 0, floor, NULL);
    parse (floor, header, sizeof header - 1);
    return floor;
}

void
floor_free (Floor *floor)
{
    xmlnode *stream = floor->current;

    g_markup_parse_context_free (floor->parser);
    xmlnode_free (stream);
    end_clear (&floor->client);
    end_clear (&floor->server);
    g_free (floor);
}
