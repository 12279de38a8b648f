/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The strict checker: what it accepts and rejects, however the input is
 * split. */
#include "chunks.h"
#include "xml-check.h"

#include <string.h>

static XtlsXmlVerdict
check_bytes (const char *text, gsize len, gsize size)
{
    XtlsXmlCheck *check = xtls_xml_check_new ();
    XtlsXmlVerdict verdict = XTLS_XML_OK;
    gsize n;

    for (gsize i = 0; i < len && verdict == XTLS_XML_OK; i += n) {
        n = MIN (size, len - i);
        verdict = xtls_xml_check_feed (check, text + i, n);
    }
    xtls_xml_check_free (check);
    return verdict;
}

static void
assert_verdict (const char *text, gsize len, XtlsXmlVerdict wanted)
{
    for (gsize i = 0; i < G_N_ELEMENTS (chunk_sizes); i++) {
        XtlsXmlVerdict verdict = check_bytes (text, len, chunk_sizes[i]);

        if (verdict != wanted)
            g_error ("'%s' in chunks of %" G_GSIZE_FORMAT ": %d, not %d",
                     text,
                     chunk_sizes[i],
                     verdict,
                     wanted);
    }
}

#define ASSERT_ALL(texts, wanted)                                              \
    for (gsize i_ = 0; i_ < G_N_ELEMENTS (texts); i_++)                        \
    assert_verdict ((texts)[i_], strlen ((texts)[i_]), wanted)

static void
test_accepts (void)
{
    static const char *const texts[] = {
        "<a/>",
        "<a />",
        "<a></a>",
        "<a></a >",
        "  <a>\n</a>\r\n\t ",
        "<?xml version='1.0'?><a>",
        "<?xml version=\"1.0\" encoding='utf-8' standalone=\"yes\" ?>\n<a>",
        "<?xml\tversion = '1.0'\nencoding='UTF-8'?><a>",
        "<?xml version='1.0' standalone='no'?><a>",
        "<a b='' c=\"\" d = 'x' />",
        "<a b='>' c='\"' d=\"'\" e=']]>'/>",
        "<a b='\t\r\n'/>",
        "<p:a q:b='1' xmlns:p='x'/>",
        "<_a.b-c1/>",
        "<a>]] > ]> ]]&gt; ]&#93;> ]]</a>",
        "<a>]<b/>]><b/>]]<![CDATA[]]>></a>",
        "<a>&lt;&gt;&amp;&quot;&apos;</a>",
        "<a b='&lt;&gt;&amp;&quot;&apos;&#x10FFFF;'/>",
        "<a>&#9;&#xA;&#xd;&#32;&#xD7FF;&#xE000;&#xFFFD;&#x10000;</a>",
        "<a>&#00000000000000000000000000000000065;</a>",
        "<a><![CDATA[<b>&x;]] ]>]]]></a>",
        "<a><![CDATA[]]></a>",
        "<a><![CDATA[x]]]]><![CDATA[>]]></a>",
        "<a>\xC2\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBD\xF0\x90\x80\x80"
        "\xF4\x8F\xBF\xBF\x7F</a>",
        "<\xC3\xA4\xCC\x80 \xCE\xB1='x'/>",
        "<a\xC2\xB7/>",
    };

    ASSERT_ALL (texts, XTLS_XML_OK);
}

static void
test_restricted (void)
{
    static const char *const texts[] = {
        "<a><!--",
        "<!-- x -->",
        "<a/><!--",
        "<!DOCTYPE a>",
        "<a><!ELEMENT",
        "<a><?p",
        "<?xml-stylesheet?>",
        "<?php",
        " <?xml version='1.0'?>",
        "<?xml version='1.0'?><?xml version='1.0'?>",
        "<a><?xml version='1.0'?>",
        "<a>&nbsp;",
        "<a>&l;",
        "<a>&ltt;",
        "<a>&lt1;",
        "<a>&LT;",
        "<a b='&auml;",
        "<a>&amplitude;",
        "<a>&\xC3\xA4;",
    };

    ASSERT_ALL (texts, XTLS_XML_RESTRICTED);
}

static void
test_declaration (void)
{
    static const char *const texts[] = {
        "<?xml ?>",
        "<?xml version='1.1'?>",
        "<?xml version='1.0' encoding='latin-1'?>",
        "<?xml version='1.0' encoding='UTF-16'?>",
        "<?xml version='1.0'encoding='UTF-8'?>",
        "<?xml encoding='UTF-8' version='1.0'?>",
        "<?xml version='1.0\"?>",
        "<?xml version=1.0?>",
        "<?xml version '1.0'?>",
        "<?xml version='1.0' x='y'?>",
        "<?xml version='1.0' standalone='maybe'?>",
        "<?xml version='1.0' \xC3\xA4",
        "<?xml version='1.0'                                              "
        "                                                                 ?>",
    };

    ASSERT_ALL (texts, XTLS_XML_NOT_WELL_FORMED);
}

static void
test_declaration_length (void)
{
    for (gsize over = 0; over < 2; over++) {
        g_autofree char *space =
            g_strnfill (127 - strlen ("xml version='1.0'?>") + over, ' ');
        g_autofree char *text =
            g_strconcat ("<?xml version='1.0'", space, "?>", NULL);
        XtlsXmlCheck *check = xtls_xml_check_new ();

        g_assert_cmpint (xtls_xml_check_feed (check, text, strlen (text)),
                         ==,
                         over ? XTLS_XML_NOT_WELL_FORMED : XTLS_XML_OK);
        xtls_xml_check_free (check);
    }
}

static void
test_tags (void)
{
    static const char *const texts[] = {
        "x",
        "\xEF\xBB\xBF<a>",
        "<>",
        "< a",
        "<1",
        "<-",
        "<\xC2\xB7",
        "<:a",
        "<a:>",
        "<a: ",
        "<a:1",
        "<a::b",
        "<a:b:c",
        "<a&",
        "<a<",
        "<a=",
        "<a/ ",
        "<a/b",
        "<a b>",
        "<a b/>",
        "<a b=>",
        "<a b=c",
        "<a b c",
        "<a b='c'd='e'",
        "<a b='c'=",
        "<a b='<",
        "<a ='b'",
        "<a :b='c'",
        "<a b:='c'",
        "<a b:c:d='e'",
        "</a",
        "<a></>",
        "<a></ a",
        "<a></a b",
        "<a></a/>",
        "<a></a:>",
        "<a/></a",
        "<a/><b",
        "<a></a><b",
        "<a/>x",
        "<a/>&lt;",
        "<a/><![CDATA[",
        "<![CDATA[",
        "<a><![cdata[",
        "<a><![CDATA]",
        "<a><![INCLUDE[",
    };

    ASSERT_ALL (texts, XTLS_XML_NOT_WELL_FORMED);
}

static void
test_characters (void)
{
    static const char *const texts[] = {
        "<a>]]>",
        "<a>]]]]>",
        "<a>\x01",
        "<a>\x1F",
        "<a b='\x0B",
        "<a><![CDATA[\x02",
        "<a>\xEF\xBF\xBE",
        "<a>\xEF\xBF\xBF",
        "<a b='\xEF\xBF\xBF",
        "<a>\x80",
        "<a>\xC0\x80",
        "<a>\xC1\xBF",
        "<a>\xC3(",
        "<a>\xE0\x80\x80",
        "<a>\xE0\x9F\xBF",
        "<a>\xED\xA0\x80",
        "<a>\xED\xBF\xBF",
        "<a>\xE2\x82<",
        "<a>\xF0\x8F\xBF\xBF",
        "<a>\xF4\x90\x80\x80",
        "<a>\xF5\x80\x80\x80",
        "<a>\xFF",
        "<a>& ",
        "<a>&;",
        "<a>&1;",
        "<a>&<",
        "<a>&lt<",
        "<a>&&",
        "<a>&#;",
        "<a>&#x;",
        "<a>&#X41;",
        "<a>&#a;",
        "<a>&#4a;",
        "<a>&#x4g;",
        "<a>&#-1;",
        "<a>&#\xC3\xA4;",
        "<a>&#0;",
        "<a>&#1;",
        "<a>&#x1F;",
        "<a>&#xD800;",
        "<a>&#xDFFF;",
        "<a>&#xFFFE;",
        "<a>&#65535;",
        "<a>&#x110000;",
        "<a>&#4294967361;",
        "<a>&#18446744073709551681;",
        "<a>&#xFFFFFFFFFFFFFFFFF41;",
        "<a b='&#0;",
    };

    ASSERT_ALL (texts, XTLS_XML_NOT_WELL_FORMED);
    assert_verdict ("<a>\0</a>", 8, XTLS_XML_NOT_WELL_FORMED);
    assert_verdict ("<a b='\0'/>", 10, XTLS_XML_NOT_WELL_FORMED);
    assert_verdict ("\0", 1, XTLS_XML_NOT_WELL_FORMED);
}

static void
test_final (void)
{
    XtlsXmlCheck *check = xtls_xml_check_new ();

    g_assert_cmpint (xtls_xml_check_feed (check, "<a><!", 5), ==, XTLS_XML_OK);
    g_assert_cmpint (
        xtls_xml_check_feed (check, "-", 1), ==, XTLS_XML_RESTRICTED);
    g_assert_cmpint (
        xtls_xml_check_feed (check, "x", 1), ==, XTLS_XML_RESTRICTED);
    xtls_xml_check_free (check);
}

static void
assert_scan (XtlsXmlCheck *check, const char **text, gsize n, gboolean between)
{
    gsize used;

    g_assert_cmpint (xtls_xml_check_scan (check, *text, strlen (*text), &used),
                     ==,
                     XTLS_XML_OK);
    g_assert_cmpuint (used, ==, n);
    g_assert_cmpint (xtls_xml_check_is_between (check), ==, between);
    *text += used;
}

static void
test_scan (void)
{
    const char *text = " <r a='>'><b><c/></b><d/>  </r> ";
    XtlsXmlCheck *check = xtls_xml_check_new ();

    g_assert_false (xtls_xml_check_is_between (check));
    assert_scan (check, &text, strlen (" <r a='>'>"), TRUE);
    assert_scan (check, &text, strlen ("<b><c/></b>"), TRUE);
    assert_scan (check, &text, strlen ("<d/>"), TRUE);
    assert_scan (check, &text, strlen ("  </r>"), TRUE);
    assert_scan (check, &text, 1, TRUE);
    xtls_xml_check_free (check);

    text = "<r><b>";
    check = xtls_xml_check_new ();
    assert_scan (check, &text, 3, TRUE);
    assert_scan (check, &text, 3, FALSE);
    xtls_xml_check_free (check);
}

/* It reports how many bytes before the error were valid. */
static void
test_scan_error (void)
{
    XtlsXmlCheck *check = xtls_xml_check_new ();
    gsize used;

    g_assert_cmpint (
        xtls_xml_check_scan (check, "<r><b>x\x01y", 9, &used), ==, XTLS_XML_OK);
    g_assert_cmpuint (used, ==, 3);
    g_assert_cmpint (xtls_xml_check_scan (check, "<b>x\x01y", 6, &used),
                     ==,
                     XTLS_XML_NOT_WELL_FORMED);
    g_assert_cmpuint (used, ==, 4);
    xtls_xml_check_free (check);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/xml-check/accepts", test_accepts);
    g_test_add_func ("/xml-check/restricted", test_restricted);
    g_test_add_func ("/xml-check/declaration", test_declaration);
    g_test_add_func ("/xml-check/declaration/length", test_declaration_length);
    g_test_add_func ("/xml-check/tags", test_tags);
    g_test_add_func ("/xml-check/characters", test_characters);
    g_test_add_func ("/xml-check/verdict-is-final", test_final);
    g_test_add_func ("/xml-check/scan/stops-at-children", test_scan);
    g_test_add_func ("/xml-check/scan/stops-at-errors", test_scan_error);
    return g_test_run ();
}
