/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A contact is named by its JID; the name that it gives itself is only
 * added. */
#include "contact-name.h"

#include <glib.h>
#include <time.h>

#define JULIET "juliet@capulet.lit"
#define NURSE "nurse@capulet.lit"

static void
test_alias (void)
{
    static const struct {
        const char *alias;
        const char *name;
    } cases[] = {
        {NULL, NURSE},
        {"", NURSE},
        {" \t ", NURSE},
        {NURSE, NURSE},
        {"Angelica", NURSE " (“Angelica”)"},
        {" Angelica (home) ", NURSE " (“Angelica (home)”)"},
        /* Another contact's address, in any spelling */
        {JULIET, NURSE},
        {"Juliet <" JULIET ">", NURSE},
        {"juliet\uff20capulet.lit", NURSE},
        {"juliet\ufe6bcapulet.lit", NURSE},
        {"\u202etil.telupac@teiluj", NURSE},
        /* No part of the alias is outside the quotation marks. */
        {"A”) is verified. (“B", NURSE " (“A) is verified. (B”)"},
        {"\"A\u201c\u201d\u201e\u201f\u275d\u275e\u301d\u301e\uff02",
         NURSE " (“A”)"},
        {"\u201d", NURSE},
        /* Nor on another line, nor written in the other direction. */
        {"A\n\nB\u202eC\u2066D\u2028E", NURSE " (“A  BCD E”)"},
        {"<b>&amp;</b>", NURSE " (“<b>&amp;</b>”)"},
        {"\xff", NURSE " (“\ufffd”)"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *name = xtls_contact_name_join (NURSE, cases[i].alias);

        g_assert_cmpstr (name, ==, cases[i].name);
    }
}

static void
test_long_alias (void)
{
    g_autofree char *alias = g_strnfill (1000, 'a');
    g_autofree char *name = xtls_contact_name_join (NURSE, alias);
    g_autofree char *wanted = g_strdup_printf (NURSE " (“%.64s…”)", alias);

    g_assert_cmpstr (name, ==, wanted);
}

/* The contact chooses it. Putting so many accents in order would take a
 * minute. */
static void
test_hostile_alias (void)
{
    GString *alias = g_string_new ("a");
    g_autofree char *name = NULL;
    clock_t start = clock ();

    for (guint i = 0; i < 120000; i++)
        g_string_append (alias, i < 60000 ? "\u0301" : "\u0323");
    name = xtls_contact_name_join (NURSE, alias->str);
    g_assert_true (g_str_has_prefix (name, NURSE " (“a\u0301"));
    g_assert_cmpint (clock () - start, <, 5 * CLOCKS_PER_SEC);
    g_string_free (alias, TRUE);
}

/* If the end were cut off, a JID could look like one in the domain that its
 * local part imitates. */
static void
test_long_jid (void)
{
    g_autofree char *filler = g_strnfill (2000, '-');
    g_autofree char *jid = g_strconcat (JULIET, filler, ".montague.lit", NULL);
    g_autofree char *name = xtls_contact_name_join (jid, NULL);

    g_assert_true (g_str_has_prefix (name, JULIET "-"));
    g_assert_nonnull (strstr (name, "…"));
    g_assert_true (g_str_has_suffix (name, "-.montague.lit"));
    g_assert_cmpint (g_utf8_strlen (name, -1), ==, 201);
}

static void
test_resource (void)
{
    g_autofree char *filler = g_strnfill (1000, 'r');
    g_autofree char *jid = g_strconcat (JULIET, "/", filler, NULL);
    g_autofree char *plain = xtls_contact_name_jid (JULIET "/balcony");
    g_autofree char *words =
        xtls_contact_name_jid (JULIET "/x is\u00a0verified.\nPrivate a/b");
    g_autofree char *cut = xtls_contact_name_jid (jid);
    g_autofree char *wanted = g_strdup_printf (JULIET "/%.64s…", filler);

    g_assert_cmpstr (plain, ==, JULIET "/balcony");
    g_assert_cmpstr (words, ==, JULIET "/x_is_verified._Private_a/b");
    g_assert_cmpstr (cut, ==, wanted);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/contact-name/alias", test_alias);
    g_test_add_func ("/contact-name/long-alias", test_long_alias);
    g_test_add_func ("/contact-name/hostile-alias", test_hostile_alias);
    g_test_add_func ("/contact-name/long-jid", test_long_jid);
    g_test_add_func ("/contact-name/resource", test_resource);
    return g_test_run ();
}
