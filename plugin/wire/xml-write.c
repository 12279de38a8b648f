/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walks the tree recursively and writes into one buffer, without copies. */
#include "xml-write.h"
#include "reader.h"
#include "xml-char.h"
#include "xml-scope.h"

#include <string.h>

/* The namespaces of the stream and of its stanzas. */
#define DECLARED_BY_ROOT 2

typedef struct {
    GString *out;
    gsize limit; /* in bytes of out->len */
    guint depth;
    guint declared; /* namespaces in force */
    guint nodes;
    guint parts; /* elements at depth 2 */
    gboolean addresses;
} Writer;

/* A name as it was set, `p:local` in one piece or in two. */
typedef struct {
    const char *prefix; /* not terminated */
    gsize len;          /* 0: no prefix */
    const char *local;
} Name;

typedef struct {
    Name name;
    const char *uri; /* empty without prefix */
    const char *value;
} Attribute;

/* Written as references, because readers turn these into spaces in attribute
 * values, and carriage returns in text into line feeds. */
static const char *const escapes[128] = {
    ['&'] = "&amp;",
    ['<'] = "&lt;",
    ['>'] = "&gt;",
    ['"'] = "&quot;",
    ['\''] = "&#39;",
    ['\t'] = "&#9;",
    ['\n'] = "&#10;",
    ['\r'] = "&#13;",
};

/* Bytes that are written as they are. In text, quotes are among them too. */
enum { PLAIN_TEXT = 1, PLAIN_VALUE = 2 };

static const guint8 classes[256] = {
    ['\t' ... '\n'] = PLAIN_TEXT,
    [' ' ... '!'] = PLAIN_TEXT | PLAIN_VALUE,
    ['"'] = PLAIN_TEXT,
    ['#' ... '%'] = PLAIN_TEXT | PLAIN_VALUE,
    ['\''] = PLAIN_TEXT,
    ['(' ... ';'] = PLAIN_TEXT | PLAIN_VALUE,
    ['='] = PLAIN_TEXT | PLAIN_VALUE,
    ['?' ... '\x7f'] = PLAIN_TEXT | PLAIN_VALUE,
};

/* Returns: the length of the non-ASCII character at @text that XML allows, or
 * 0. */
static gsize
char_length (const char *text, gsize len)
{
    gunichar c = g_utf8_get_char_validated (text, (gssize)len);

    if (c < 0x80 || (gint32)c < 0 || !xtls_xml_char_is_valid (c))
        return 0;
    return (gsize)g_utf8_skip[(guchar)*text];
}

static void
escape (GString *out, const char *text, gsize len, guint8 plain)
{
    gsize start = 0, i = 0;

    while (i < len) {
        guchar byte = (guchar)text[i];
        gsize n;

        if (classes[byte] & plain) {
            i++;
            continue;
        }
        n = byte < 0x80 ? 0 : char_length (text + i, len - i);
        if (n == 0) {
            const char *reference = byte < 0x80 ? escapes[byte] : NULL;

            g_string_append_len (out, text + start, (gssize)(i - start));
            g_string_append (out,
                             reference == NULL ? "\xEF\xBF\xBD" : reference);
            start = i + 1;
            n = 1;
        }
        i += n;
    }
    g_string_append_len (out, text + start, (gssize)(len - start));
}

void
xtls_xml_write_escaped (GString *out, const char *text, gsize len)
{
    escape (out, text, len, PLAIN_VALUE);
}

static Name
name_of (const xmlnode *node)
{
    const char *colon;
    Name name = {node->prefix, 0, node->name};

    if (name.prefix != NULL) {
        name.len = strlen (name.prefix);
    } else if ((colon = strchr (node->name, ':')) != NULL) {
        name.prefix = node->name;
        name.len = (gsize)(colon - node->name);
        name.local = colon + 1;
    }
    return name;
}

static gboolean
prefix_is (const Name *name, const char *prefix)
{
    return name->len == strlen (prefix) &&
           (name->len == 0 || memcmp (name->prefix, prefix, name->len) == 0);
}

static gboolean
is_declaration (const Name *name)
{
    return prefix_is (name, "xmlns") ||
           (name->len == 0 && strcmp (name->local, "xmlns") == 0);
}

/* Returns: the namespace that @node itself declares for @prefix (maybe empty),
 * in any of the usual ways, or NULL. */
static const char *
declared_here (const xmlnode *node, const char *prefix)
{
    const char *uri = NULL;

    if (node->namespace_map != NULL)
        uri = g_hash_table_lookup (node->namespace_map, prefix);
    if (uri == NULL && *prefix != '\0' && node->xmlns != NULL &&
        g_strcmp0 (node->prefix, prefix) == 0)
        uri = node->xmlns;
    for (const xmlnode *a = node->child; a != NULL && uri == NULL;
         a = a->next) {
        Name name;

        if (a->type != XMLNODE_TYPE_ATTRIB)
            continue;
        name = name_of (a);
        if (is_declaration (&name) &&
            strcmp (name.len == 0 ? "" : name.local, prefix) == 0)
            uri = a->data;
    }
    return uri;
}

/* Returns: the namespace that the prefix of @name has at @node, or NULL. */
static const char *
find_prefix (const xmlnode *node, const Name *name)
{
    char *prefix = g_strndup (name->prefix, name->len);
    const char *uri = NULL;

    for (; node != NULL && uri == NULL; node = node->parent)
        uri = declared_here (node, prefix);
    g_free (prefix);
    return uri;
}

static gboolean
is_ncname (const char *text, gsize len)
{
    if (len == 0 || !(g_ascii_isalpha (*text) || *text == '_'))
        return FALSE;
    for (gsize i = 1; i < len; i++)
        if (!g_ascii_isalnum (text[i]) && strchr ("-._", text[i]) == NULL)
            return FALSE;
    return TRUE;
}

/* Returns: the namespace of an element, @inherited if it has none of its
 * own. */
static const char *
element_namespace (const xmlnode *node, const Name *name, const char *inherited)
{
    const char *uri;

    if (node->xmlns != NULL)
        return node->xmlns;
    uri = name->len > 0 ? find_prefix (node, name) : declared_here (node, "");
    return uri == NULL ? inherited : uri;
}

/* Returns: whether @a may be written beside those before it: it has neither the
 * name of one of them nor a prefix with another meaning. */
static gboolean
fits (const Attribute *attributes, guint n, const Attribute *a)
{
    for (guint i = 0; i < n; i++) {
        const Attribute *other = &attributes[i];
        gboolean same_prefix =
            other->name.len == a->name.len &&
            (a->name.len == 0 ||
             memcmp (other->name.prefix, a->name.prefix, a->name.len) == 0);
        gboolean same_uri = strcmp (other->uri, a->uri) == 0;

        if (same_prefix && !same_uri)
            return FALSE;
        if (same_uri && strcmp (other->name.local, a->name.local) == 0)
            return FALSE;
    }
    return TRUE;
}

/* Fills @a from the attribute @node. Returns FALSE if it is not to be
 * written. */
static gboolean
resolve (const Writer *w, const xmlnode *node, Attribute *a)
{
    a->name = name_of (node);
    a->value = node->data;
    a->uri = "";
    if (node->data == NULL || is_declaration (&a->name))
        return FALSE;
    if (a->name.len == 0)
        return w->addresses || w->depth > 1 ||
               (strcmp (a->name.local, "from") != 0 &&
                strcmp (a->name.local, "to") != 0);
    if (prefix_is (&a->name, "xml"))
        a->uri = XTLS_NS_XML;
    else
        a->uri = node->xmlns != NULL ? node->xmlns
                                     : find_prefix (node->parent, &a->name);
    /* A reader rejects reserved namespaces under other prefixes. */
    return a->uri != NULL && *a->uri != '\0' &&
           strcmp (a->uri, XTLS_NS_XMLNS) != 0 &&
           (strcmp (a->uri, XTLS_NS_XML) == 0) == prefix_is (&a->name, "xml");
}

static void
write_value (Writer *w, const char *value)
{
    g_string_append (w->out, "='");
    escape (w->out, value, strlen (value), PLAIN_VALUE);
    g_string_append_c (w->out, '\'');
}

static void
write_namespace (Writer *w, const char *uri)
{
    w->declared++;
    write_value (w, uri);
}

/* Declares the prefix of the last of @n attributes unless an earlier one has
 * it. Returns: how many declarations were written. */
static guint
write_declaration (Writer *w, const Attribute *attributes, guint n)
{
    const Attribute *last = &attributes[n - 1];

    if (last->name.len == 0 || prefix_is (&last->name, "xml"))
        return 0;
    for (guint i = 0; i + 1 < n; i++)
        if (attributes[i].name.len == last->name.len &&
            memcmp (attributes[i].name.prefix,
                    last->name.prefix,
                    last->name.len) == 0)
            return 0;
    g_string_append (w->out, " xmlns:");
    g_string_append_len (w->out, last->name.prefix, (gssize)last->name.len);
    write_namespace (w, last->uri);
    return 1;
}

/* @count: how many attributes the tag has already. */
static XtlsXmlWritten
write_attributes (Writer *w, const xmlnode *node, guint count)
{
    Attribute attributes[XTLS_READER_ATTRIBUTES_MAX];
    guint n = 0;

    for (const xmlnode *c = node->child; c != NULL; c = c->next) {
        Attribute a;

        if (c->type != XMLNODE_TYPE_ATTRIB || !resolve (w, c, &a) ||
            !fits (attributes, n, &a))
            continue;
        if (!is_ncname (a.name.local, strlen (a.name.local)) ||
            (a.name.len > 0 && !is_ncname (a.name.prefix, a.name.len)))
            return XTLS_XML_INVALID;
        if (count >= XTLS_READER_ATTRIBUTES_MAX ||
            strlen (a.uri) > XTLS_READER_NAMESPACE_MAX)
            return XTLS_XML_TOO_COMPLEX;
        attributes[n++] = a;
        count += 1 + write_declaration (w, attributes, n);
        g_string_append_c (w->out, ' ');
        if (a.name.len > 0) {
            g_string_append_len (w->out, a.name.prefix, (gssize)a.name.len);
            g_string_append_c (w->out, ':');
        }
        g_string_append (w->out, a.name.local);
        write_value (w, a.value);
    }
    w->nodes += 1 + count;
    if (w->out->len > w->limit)
        return XTLS_XML_TOO_BIG;
    return count > XTLS_READER_ATTRIBUTES_MAX ||
                   w->nodes > XTLS_READER_NODES_MAX ||
                   w->declared > XTLS_READER_NAMESPACES_MAX
               ? XTLS_XML_TOO_COMPLEX
               : XTLS_XML_WRITTEN;
}

static XtlsXmlWritten write_element (Writer *w,
                                     const xmlnode *node,
                                     const char *wire,
                                     const char *inherited);

static XtlsXmlWritten
write_content (Writer *w,
               const xmlnode *node,
               const char *wire,
               const char *inherited)
{
    XtlsXmlWritten result = XTLS_XML_WRITTEN;

    for (const xmlnode *c = node->child; c != NULL; c = c->next) {
        if (c->type == XMLNODE_TYPE_TAG) {
            result = write_element (w, c, wire, inherited);
        } else if (c->type == XMLNODE_TYPE_DATA && c->data_sz > 0) {
            if (w->out->len + c->data_sz > w->limit)
                return XTLS_XML_TOO_BIG;
            if (++w->nodes > XTLS_READER_NODES_MAX)
                return XTLS_XML_TOO_COMPLEX;
            escape (w->out, c->data, c->data_sz, PLAIN_TEXT);
        }
        if (result != XTLS_XML_WRITTEN)
            return result;
        if (w->out->len > w->limit)
            return XTLS_XML_TOO_BIG;
    }
    return XTLS_XML_WRITTEN;
}

static gboolean
has_content (const xmlnode *node)
{
    for (const xmlnode *c = node->child; c != NULL; c = c->next)
        if (c->type == XMLNODE_TYPE_TAG ||
            (c->type == XMLNODE_TYPE_DATA && c->data_sz > 0))
            return TRUE;
    return FALSE;
}

static XtlsXmlWritten
write_tags (Writer *w,
            const xmlnode *node,
            const char *wire,
            const char *inherited)
{
    Name name = name_of (node);
    const char *xmlns = element_namespace (node, &name, inherited);
    guint declared = w->declared;
    XtlsXmlWritten result;
    guint count = 0;

    if (strlen (xmlns) > XTLS_READER_NAMESPACE_MAX)
        return XTLS_XML_TOO_COMPLEX;
    if (!is_ncname (name.local, strlen (name.local)) ||
        strcmp (xmlns, XTLS_NS_XML) == 0 || strcmp (xmlns, XTLS_NS_XMLNS) == 0)
        return XTLS_XML_INVALID;
    g_string_append_c (w->out, '<');
    g_string_append (w->out, name.local);
    if (strcmp (xmlns, wire) != 0) {
        g_string_append (w->out, " xmlns");
        write_namespace (w, xmlns);
        count = 1;
    }
    result = write_attributes (w, node, count);
    if (result == XTLS_XML_WRITTEN && has_content (node)) {
        g_string_append_c (w->out, '>');
        /* Although its prefix is not written, an element's children without a
         * namespace still have that of the elements above it. */
        result =
            write_content (w, node, xmlns, name.len > 0 ? inherited : xmlns);
        g_string_append (w->out, "</");
        g_string_append (w->out, name.local);
    } else {
        g_string_append_c (w->out, '/');
    }
    g_string_append_c (w->out, '>');
    w->declared = declared;
    return result;
}

static XtlsXmlWritten
write_element (Writer *w,
               const xmlnode *node,
               const char *wire,
               const char *inherited)
{
    XtlsXmlWritten result = XTLS_XML_TOO_COMPLEX;

    w->depth++;
    if (w->depth == 2)
        w->parts++;
    if (w->depth <= XTLS_READER_DEPTH_MAX && w->parts <= XTLS_READER_PARTS_MAX)
        result = write_tags (w, node, wire, inherited);
    w->depth--;
    if (result == XTLS_XML_WRITTEN && w->out->len > w->limit)
        result = XTLS_XML_TOO_BIG;
    return result;
}

XtlsXmlWritten
xtls_xml_write (GString *out,
                const xmlnode *node,
                const char *xmlns,
                gboolean addresses,
                gsize max)
{
    gsize before = out->len;
    Writer w = {
        .out = out,
        .limit = before + max,
        .declared = DECLARED_BY_ROOT,
        .addresses = addresses,
    };
    XtlsXmlWritten result = write_element (&w, node, xmlns, xmlns);

    if (result != XTLS_XML_WRITTEN)
        g_string_truncate (out, before);
    return result;
}
