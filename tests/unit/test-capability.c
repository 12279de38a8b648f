/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a contact's clients support, and which one to call. The account, its
 * login and the buddy list are fakes of the test. */
#include "capability.h"

#include "jabber.h"
#include "login.h"
#include "logins.h"

#include <blist.h>
#include <string.h>

#define JULIET "juliet@capulet.lit"

/* The contact's resources. "+name" supports the protocol, "-name" does not, and
 * "?name" has not reported its features yet. */
static const struct {
    const char *resources;
    const char *preferred;
    gboolean logged_in;
    gboolean is_contact;
    gboolean is_stranger;
    gboolean buddy_online;
    XtlsCapability capability;
    const char *resource;
} rows[] = {
    {"+a", NULL, FALSE, TRUE, FALSE, TRUE, XTLS_CAPABILITY_OFFLINE, NULL},
    {"+a", NULL, TRUE, TRUE, FALSE, TRUE, XTLS_CAPABILITY_PRESENT, "a"},
    {"-a +b", NULL, TRUE, TRUE, FALSE, TRUE, XTLS_CAPABILITY_PRESENT, "b"},
    /* The first in the list was active most recently. */
    {"+a +b", NULL, TRUE, TRUE, FALSE, TRUE, XTLS_CAPABILITY_PRESENT, "a"},
    {"+a +b", "b", TRUE, TRUE, FALSE, TRUE, XTLS_CAPABILITY_PRESENT, "b"},
    {"+a -b", "b", TRUE, TRUE, FALSE, TRUE, XTLS_CAPABILITY_PRESENT, "a"},
    /* A resource that supports it is better than one that might. */
    {"?a +b", NULL, TRUE, TRUE, FALSE, TRUE, XTLS_CAPABILITY_PRESENT, "b"},
    {"?a", NULL, TRUE, TRUE, FALSE, TRUE, XTLS_CAPABILITY_UNKNOWN, "a"},
    {"-a ?b", NULL, TRUE, TRUE, FALSE, TRUE, XTLS_CAPABILITY_UNKNOWN, "b"},
    {"-a", NULL, TRUE, TRUE, FALSE, TRUE, XTLS_CAPABILITY_ABSENT, NULL},
    {"-a -b", "b", TRUE, TRUE, FALSE, TRUE, XTLS_CAPABILITY_ABSENT, NULL},
    {"", NULL, TRUE, TRUE, FALSE, FALSE, XTLS_CAPABILITY_OFFLINE, NULL},
    {"", NULL, TRUE, FALSE, TRUE, FALSE, XTLS_CAPABILITY_OFFLINE, NULL},
    /* Online before the plugin was enabled */
    {"", NULL, TRUE, TRUE, FALSE, TRUE, XTLS_CAPABILITY_UNKNOWN, NULL},
    /* The roster has not arrived yet. */
    {"", NULL, TRUE, FALSE, FALSE, FALSE, XTLS_CAPABILITY_UNKNOWN, NULL},
};

static gsize row;
static char anything[] = "a thing whose address counts";

XtlsLogin *
xtls_logins_get (const PurpleAccount *account)
{
    return rows[row].logged_in ? (XtlsLogin *)anything : NULL;
}

gboolean
xtls_login_is_contact (XtlsLogin *login, const char *who)
{
    return rows[row].is_contact;
}

gboolean
xtls_login_is_stranger (XtlsLogin *login, const char *who)
{
    return rows[row].is_stranger;
}

GPtrArray *
xtls_login_list_resources (XtlsLogin *login, const char *who)
{
    GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
    g_auto (GStrv) names = g_strsplit (rows[row].resources, " ", -1);

    for (char **name = names; *name && **name; name++)
        g_ptr_array_add (list, g_strconcat (who, "/", *name + 1, NULL));
    return list;
}

static gboolean
is (const char *jid, char mark)
{
    char word[] = {mark, strchr (jid, '/')[1], '\0'};

    return strstr (rows[row].resources, word) != NULL;
}

gboolean
xtls_jabber_is_capable (PurpleAccount *account, const char *jid)
{
    return is (jid, '+');
}

gboolean
xtls_jabber_has_caps (PurpleAccount *account, const char *jid)
{
    return !is (jid, '?');
}

static PurplePresence *presence = (PurplePresence *)anything;
static PurpleBuddy *buddy = (PurpleBuddy *)anything;

PurpleBuddy *
purple_find_buddy (PurpleAccount *account, const char *name)
{
    return buddy;
}

PurpleAccount *
purple_buddy_get_account (const PurpleBuddy *one)
{
    return (PurpleAccount *)anything;
}

gboolean
purple_account_is_connected (const PurpleAccount *account)
{
    return TRUE;
}

PurplePresence *
purple_buddy_get_presence (const PurpleBuddy *one)
{
    return presence;
}

gboolean
purple_presence_is_online (const PurplePresence *one)
{
    return rows[row].buddy_online;
}

static void
test_rows (void)
{
    for (row = 0; row < G_N_ELEMENTS (rows); row++) {
        g_autofree char *preferred =
            rows[row].preferred
                ? g_strconcat (JULIET "/", rows[row].preferred, NULL)
                : NULL;
        g_autofree char *wanted =
            rows[row].resource
                ? g_strconcat (JULIET "/", rows[row].resource, NULL)
                : NULL;
        g_autofree char *resource = NULL;

        g_test_message ("row %zu: %s", row, rows[row].resources);
        g_assert_cmpint (
            xtls_capability_find_resource (
                (PurpleAccount *)anything, JULIET, preferred, &resource),
            ==,
            rows[row].capability);
        g_assert_cmpstr (resource, ==, wanted);
    }
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/capability/rows", test_rows);
    return g_test_run ();
}
