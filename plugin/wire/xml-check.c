/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A lexer over bytes for XML 1.0 (fifth edition) and Namespaces in XML 1.0. */
#include "xml-check.h"
#include "xml-char.h"
#include "xml-declaration.h"

#include <string.h>

/* Our XML declaration has 21 bytes; with every option one has 60. */
#define DECLARATION_MAX 128
/* The length of the longest of the five entity names. */
#define ENTITY_MAX 4

typedef enum {
    BEGIN,    /* nothing has been read */
    BEGIN_LT, /* `<` was the first byte */
    DECLARATION,
    CONTENT, /* between tags, also before and after the root */
    LT,
    LT_BANG,
    CDATA_OPEN,
    CDATA,
    NAME,
    END_SPACE, /* in an end tag, after the name */
    TAG_SPACE, /* in a start tag, after white space */
    ATTRIBUTE,
    ATTRIBUTE_EQUALS,
    ATTRIBUTE_QUOTE,
    VALUE,
    AFTER_VALUE,
    EMPTY, /* after the slash of an empty element */
    REFERENCE,
    REFERENCE_NUMBER, /* after `&#` */
    REFERENCE_DECIMAL,
    REFERENCE_HEX
} State;

struct XtlsXmlCheck {
    State state;
    XtlsXmlVerdict verdict;
    guint64 depth;
    gboolean root_seen;

    XtlsXmlCharDecoder decoder;

    gboolean end_tag;    /* the name belongs to an end tag */
    gboolean name_start; /* the next character begins a part of a name */
    gboolean name_colon;
    gunichar quote;
    guint brackets; /* how many `]` were just read, at most 2 */

    State reference_in; /* CONTENT or VALUE */
    guint length;       /* length of what is being collected */
    gunichar code;      /* value of a character reference */
    char text[DECLARATION_MAX];
};

/* Bytes that do not change the state: in text, in values, in CDATA, in
 * names. */
enum { T = 1, V = 2, C = 4, N = 8 };

static const guint8 classes[256] = {
    ['\t'] = T | V | C,
    ['\n'] = T | V | C,
    ['\r'] = T | V | C,
    [' ' ... '!'] = T | V | C,
    ['"'] = T | C,
    ['#' ... '%'] = T | V | C,
    ['&'] = C,
    ['\''] = T | C,
    ['(' ... ','] = T | V | C,
    ['-' ... '.'] = T | V | C | N,
    ['/'] = T | V | C,
    ['0' ... '9'] = T | V | C | N,
    [':' ... ';'] = T | V | C,
    ['<'] = C,
    ['='] = T | V | C,
    ['>'] = V,
    ['?' ... '@'] = T | V | C,
    ['A' ... 'Z'] = T | V | C | N,
    ['[' ... '\\'] = T | V | C,
    [']'] = V,
    ['^'] = T | V | C,
    ['_'] = T | V | C | N,
    ['`'] = T | V | C,
    ['a' ... 'z'] = T | V | C | N,
    ['{' ... '\x7f'] = T | V | C,
};

XtlsXmlCheck *
xtls_xml_check_new (void)
{
    return g_new0 (XtlsXmlCheck, 1);
}

void
xtls_xml_check_free (XtlsXmlCheck *check)
{
    g_free (check);
}

static XtlsXmlVerdict
well_formed (gboolean holds)
{
    return holds ? XTLS_XML_OK : XTLS_XML_NOT_WELL_FORMED;
}

static XtlsXmlVerdict
enter (XtlsXmlCheck *check, State state)
{
    check->state = state;
    return XTLS_XML_OK;
}

static void
begin_name (XtlsXmlCheck *check, State state)
{
    check->state = state;
    check->name_start = TRUE;
    check->name_colon = FALSE;
}

/* Whether @c belongs to the name: a local part, or prefix, colon and local
 * part. */
static gboolean
take_name (XtlsXmlCheck *check, gunichar c)
{
    if (c == ':') {
        if (check->name_start || check->name_colon)
            return FALSE;
        check->name_colon = TRUE;
        check->name_start = TRUE;
        return TRUE;
    }
    if (!(check->name_start ? xtls_xml_char_is_name_start (c)
                            : xtls_xml_char_is_name (c)))
        return FALSE;
    check->name_start = FALSE;
    return TRUE;
}

static XtlsXmlVerdict
end_tag (XtlsXmlCheck *check)
{
    check->depth--;
    return enter (check, CONTENT);
}

/* What may follow a name or a value in a start tag. */
static XtlsXmlVerdict
step_tag (XtlsXmlCheck *check, gunichar c)
{
    if (xtls_xml_char_is_space (c))
        return enter (check, TAG_SPACE);
    if (c == '/')
        return enter (check, EMPTY);
    if (c != '>')
        return XTLS_XML_NOT_WELL_FORMED;
    check->depth++;
    check->root_seen = TRUE;
    return enter (check, CONTENT);
}

static XtlsXmlVerdict
step_name (XtlsXmlCheck *check, gunichar c)
{
    if (take_name (check, c))
        return XTLS_XML_OK;
    if (check->name_start)
        return XTLS_XML_NOT_WELL_FORMED;
    if (!check->end_tag)
        return step_tag (check, c);
    if (c == '>')
        return end_tag (check);
    return xtls_xml_char_is_space (c) ? enter (check, END_SPACE)
                                      : XTLS_XML_NOT_WELL_FORMED;
}

static XtlsXmlVerdict
step_attribute (XtlsXmlCheck *check, gunichar c)
{
    if (take_name (check, c))
        return XTLS_XML_OK;
    if (check->name_start)
        return XTLS_XML_NOT_WELL_FORMED;
    if (c == '=')
        return enter (check, ATTRIBUTE_QUOTE);
    return xtls_xml_char_is_space (c) ? enter (check, ATTRIBUTE_EQUALS)
                                      : XTLS_XML_NOT_WELL_FORMED;
}

static XtlsXmlVerdict
step_lt (XtlsXmlCheck *check, gunichar c)
{
    if (c == '!')
        return enter (check, LT_BANG);
    if (c == '?')
        return XTLS_XML_RESTRICTED;

    check->end_tag = c == '/';
    begin_name (check, NAME);
    if (check->end_tag)
        return well_formed (check->depth > 0);
    if (check->depth == 0 && check->root_seen)
        return XTLS_XML_NOT_WELL_FORMED;
    return step_name (check, c);
}

/* Behind `<!`: CDATA inside the root, or a comment or part of a DTD. */
static XtlsXmlVerdict
step_bang (XtlsXmlCheck *check, gunichar c)
{
    if (c != '[')
        return XTLS_XML_RESTRICTED;
    check->length = 0;
    check->state = CDATA_OPEN;
    return well_formed (check->depth > 0);
}

static XtlsXmlVerdict
step_cdata_open (XtlsXmlCheck *check, gunichar c)
{
    static const char open[] = "CDATA[";

    if (c != (gunichar)open[check->length])
        return XTLS_XML_NOT_WELL_FORMED;
    if (open[++check->length] == '\0') {
        check->brackets = 0;
        check->state = CDATA;
    }
    return XTLS_XML_OK;
}

static XtlsXmlVerdict
step_cdata (XtlsXmlCheck *check, gunichar c)
{
    guint before = check->brackets;

    check->brackets = c == ']' ? MIN (before + 1, 2) : 0;
    if (c == '>' && before == 2)
        return enter (check, CONTENT);
    return well_formed (xtls_xml_char_is_valid (c));
}

static XtlsXmlVerdict
begin_reference (XtlsXmlCheck *check)
{
    check->reference_in = check->state;
    check->length = 0;
    check->code = 0;
    return enter (check, REFERENCE);
}

static XtlsXmlVerdict
step_content (XtlsXmlCheck *check, gunichar c)
{
    guint before = check->brackets;

    check->brackets = c == ']' ? MIN (before + 1, 2) : 0;
    if (c == '<')
        return enter (check, LT);
    if (check->depth == 0)
        return well_formed (xtls_xml_char_is_space (c));
    if (c == '&')
        return begin_reference (check);
    if (c == '>' && before == 2)
        return XTLS_XML_NOT_WELL_FORMED;
    return well_formed (xtls_xml_char_is_valid (c));
}

static XtlsXmlVerdict
step_value (XtlsXmlCheck *check, gunichar c)
{
    if (c == check->quote)
        return enter (check, AFTER_VALUE);
    if (c == '&')
        return begin_reference (check);
    return well_formed (c != '<' && xtls_xml_char_is_valid (c));
}

static XtlsXmlVerdict
end_entity (XtlsXmlCheck *check)
{
    static const char *const names[] = {"lt", "gt", "amp", "quot", "apos"};

    check->text[MIN (check->length, ENTITY_MAX + 1)] = '\0';
    for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
        if (strcmp (check->text, names[i]) == 0)
            return enter (check, check->reference_in);
    return check->length > 0 ? XTLS_XML_RESTRICTED : XTLS_XML_NOT_WELL_FORMED;
}

static XtlsXmlVerdict
step_reference (XtlsXmlCheck *check, gunichar c)
{
    if (c == ';')
        return end_entity (check);
    if (check->length == 0 && c == '#')
        return enter (check, REFERENCE_NUMBER);
    if (!(check->length == 0 ? xtls_xml_char_is_name_start (c)
                             : xtls_xml_char_is_name (c)))
        return XTLS_XML_NOT_WELL_FORMED;
    /* A name that is longer than any of the five entities is kept up to one
     * byte more than that, which shows that it is none of them. */
    if (check->length <= ENTITY_MAX)
        check->text[check->length++] = (char)(c < 0x80 ? c : '?');
    return XTLS_XML_OK;
}

static XtlsXmlVerdict
step_number (XtlsXmlCheck *check, gunichar c)
{
    gunichar base = check->state == REFERENCE_HEX ? 16 : 10;
    gint digit;

    if (c == ';') {
        if (check->length == 0 || !xtls_xml_char_is_valid (check->code))
            return XTLS_XML_NOT_WELL_FORMED;
        return enter (check, check->reference_in);
    }
    if (check->state == REFERENCE_NUMBER) {
        check->state = c == 'x' ? REFERENCE_HEX : REFERENCE_DECIMAL;
        if (c == 'x')
            return XTLS_XML_OK;
    }
    if (c >= 0x80)
        return XTLS_XML_NOT_WELL_FORMED;
    digit = base == 16 ? g_ascii_xdigit_value ((char)c)
                       : g_ascii_digit_value ((char)c);
    if (digit < 0)
        return XTLS_XML_NOT_WELL_FORMED;
    check->length = 1;
    /* Stays too large once it is, instead of wrapping. */
    check->code = MIN (check->code * base + (gunichar)digit, 0x110000);
    return XTLS_XML_OK;
}

static XtlsXmlVerdict
step_declaration (XtlsXmlCheck *check, gunichar c)
{
    static const char target[] = "xml";
    guint i = check->length;

    if (i < 3 ? c != (gunichar)target[i]
              : i == 3 && !xtls_xml_char_is_space (c))
        return XTLS_XML_RESTRICTED;
    if (i == DECLARATION_MAX - 1 || c >= 0x80 || !xtls_xml_char_is_valid (c))
        return XTLS_XML_NOT_WELL_FORMED;
    check->text[check->length++] = (char)c;
    if (c != '>' || check->text[i - 1] != '?')
        return XTLS_XML_OK;
    check->text[i - 1] = '\0';
    check->state = CONTENT;
    return well_formed (xtls_xml_declaration_is_right (check->text + 3));
}

static XtlsXmlVerdict
step_begin (XtlsXmlCheck *check, gunichar c)
{
    if (check->state == BEGIN_LT) {
        check->state = c == '?' ? DECLARATION : LT;
        return c == '?' ? XTLS_XML_OK : step_lt (check, c);
    }
    check->state = c == '<' ? BEGIN_LT : CONTENT;
    return c == '<' ? XTLS_XML_OK : step_content (check, c);
}

/* The states in which white space stays and few characters go on. */
static XtlsXmlVerdict
step_between (XtlsXmlCheck *check, gunichar c)
{
    if (xtls_xml_char_is_space (c))
        return XTLS_XML_OK;
    switch (check->state) {
    case END_SPACE:
        return c == '>' ? end_tag (check) : XTLS_XML_NOT_WELL_FORMED;
    case TAG_SPACE:
        if (c == '/' || c == '>')
            return step_tag (check, c);
        begin_name (check, ATTRIBUTE);
        return step_attribute (check, c);
    case ATTRIBUTE_EQUALS:
        return c == '=' ? enter (check, ATTRIBUTE_QUOTE)
                        : XTLS_XML_NOT_WELL_FORMED;
    default:
        check->quote = c;
        check->state = VALUE;
        return well_formed (c == '\'' || c == '"');
    }
}

static XtlsXmlVerdict
step_empty (XtlsXmlCheck *check, gunichar c)
{
    check->root_seen = TRUE;
    check->state = CONTENT;
    return well_formed (c == '>');
}

static XtlsXmlVerdict
step (XtlsXmlCheck *check, gunichar c)
{
    switch (check->state) {
    case BEGIN:
    case BEGIN_LT:
        return step_begin (check, c);
    case DECLARATION:
        return step_declaration (check, c);
    case CONTENT:
        return step_content (check, c);
    case LT:
        return step_lt (check, c);
    case LT_BANG:
        return step_bang (check, c);
    case CDATA_OPEN:
        return step_cdata_open (check, c);
    case CDATA:
        return step_cdata (check, c);
    case NAME:
        return step_name (check, c);
    case END_SPACE:
    case TAG_SPACE:
    case ATTRIBUTE_EQUALS:
    case ATTRIBUTE_QUOTE:
        return step_between (check, c);
    case ATTRIBUTE:
        return step_attribute (check, c);
    case VALUE:
        return step_value (check, c);
    case AFTER_VALUE:
        return step_tag (check, c);
    case EMPTY:
        return step_empty (check, c);
    case REFERENCE:
        return step_reference (check, c);
    case REFERENCE_NUMBER:
    case REFERENCE_DECIMAL:
    case REFERENCE_HEX:
        return step_number (check, c);
    }
    return XTLS_XML_NOT_WELL_FORMED;
}

/* Returns: how many bytes from @data on do not change the state. */
static gsize
skip_plain (XtlsXmlCheck *check, const guint8 *data, gsize len)
{
    guint8 class;
    gsize n = 0;

    if (check->state == CONTENT && check->depth > 0)
        class = T;
    else if (check->state == VALUE)
        class = V;
    else if (check->state == CDATA)
        class = C;
    else if (check->state == NAME && !check->name_start)
        class = N;
    else
        return 0;
    while (n < len && classes[data[n]] & class)
        n++;
    if (n > 0)
        check->brackets = 0;
    return n;
}

static XtlsXmlVerdict
take_byte (XtlsXmlCheck *check, guint8 byte)
{
    if (byte < 0x80 && check->decoder.wanted == 0)
        return step (check, byte);
    if (!xtls_xml_char_decode (&check->decoder, byte))
        return XTLS_XML_NOT_WELL_FORMED;
    return check->decoder.wanted > 0 ? XTLS_XML_OK
                                     : step (check, check->decoder.character);
}

XtlsXmlVerdict
xtls_xml_check_scan (XtlsXmlCheck *check,
                     const char *data,
                     gsize len,
                     gsize *used)
{
    const guint8 *bytes = (const guint8 *)data;
    gsize i = 0;

    while (i < len && check->verdict == XTLS_XML_OK) {
        if (check->decoder.wanted == 0)
            i += skip_plain (check, bytes + i, len - i);
        if (i == len)
            break;
        check->verdict = take_byte (check, bytes[i]);
        if (check->verdict != XTLS_XML_OK)
            break;
        i++;
        if (bytes[i - 1] == '>' && xtls_xml_check_is_between (check))
            break;
    }
    *used = i;
    return check->verdict;
}

XtlsXmlVerdict
xtls_xml_check_feed (XtlsXmlCheck *check, const char *data, gsize len)
{
    gsize used = 0;

    do {
        data += used;
        len -= used;
        if (xtls_xml_check_scan (check, data, len, &used) != XTLS_XML_OK)
            break;
    } while (used < len);
    return check->verdict;
}

gboolean
xtls_xml_check_is_between (const XtlsXmlCheck *check)
{
    return check->state == CONTENT && check->depth <= 1 && check->root_seen &&
           check->decoder.wanted == 0;
}
