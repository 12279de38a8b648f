/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The settings of one contact, and the help. */
#include "options.h"

#include "actions.h"
#include "contact-name.h"
#include "contact.h"
#include "core.h"
#include "finch.h"
#include "labels.h"
#include "manual.h"

#include <glib/gi18n-lib.h>
#include <notify.h>
#include <request.h>

#define FIELD_POLICY "policy"
#define FIELD_LOGGING "logging"

static const struct {
    const char *word;
    const char *label;
} policies[] = {
    {"default", N_ ("Use default")},
    {"never", N_ ("Never talk privately")},
    {"manual", N_ ("Talk privately when I start it")},
    {"automatic", N_ ("Start private conversations automatically")},
    {"required", N_ ("Never send anything unencrypted")},
};

/* Indexed by the result of xtls_actions_get_logging(), from -1. */
static const char *const logging[] = {
    N_ ("Use default"), N_ ("No"), N_ ("Yes")};

static void
apply_cb (gpointer data, PurpleRequestFields *fields)
{
    XtlsContact *contact = data;
    PurpleAccount *account = xtls_contact_get_account (contact);
    int policy = purple_request_fields_get_choice (fields, FIELD_POLICY) -
                 xtls_finch_first_choice ();
    char *why = NULL;

    xtls_actions_set_logging (
        account,
        xtls_contact_get_who (contact),
        purple_request_fields_get_choice (fields, FIELD_LOGGING) -
            xtls_finch_first_choice () - 1);
    if (policy < 0 || policy >= (int)G_N_ELEMENTS (policies))
        return;
    if (!xtls_actions_set_policy (account,
                                  xtls_contact_get_who (contact),
                                  policies[policy].word,
                                  &why))
        purple_notify_error (
            xtls_core_get_plugin (), _ ("Private conversation"), why, NULL);
    g_free (why);
}

static void
nothing_cb (gpointer data, PurpleRequestFields *fields)
{
}

static PurpleRequestField *
policy_field (XtlsContact *contact)
{
    const char *now = xtls_actions_get_policy (
        xtls_contact_get_account (contact), xtls_contact_get_who (contact));
    PurpleRequestField *field = purple_request_field_choice_new (
        FIELD_POLICY, _ ("Policy"), xtls_finch_first_choice ());

    for (int i = 0; i < (int)G_N_ELEMENTS (policies); i++) {
        purple_request_field_choice_add (field, _ (policies[i].label));
        if (g_str_equal (policies[i].word, now)) {
            purple_request_field_choice_set_default_value (
                field, i + xtls_finch_first_choice ());
            purple_request_field_choice_set_value (
                field, i + xtls_finch_first_choice ());
        }
    }
    return field;
}

static PurpleRequestField *
logging_field (XtlsContact *contact)
{
    int now = xtls_actions_get_logging (xtls_contact_get_account (contact),
                                        xtls_contact_get_who (contact));
    PurpleRequestField *field =
        purple_request_field_choice_new (FIELD_LOGGING,
                                         _ ("Log private conversations"),
                                         now + 1 + xtls_finch_first_choice ());

    for (gsize i = 0; i < G_N_ELEMENTS (logging); i++)
        purple_request_field_choice_add (field, _ (logging[i]));
    return field;
}

/* (transfer full): the policy in force, and where all are explained. They would
 * not fit into Finch's dialog. */
static char *
describe_policies (PurpleAccount *account, const char *who)
{
    g_autofree char *text = g_strconcat (
        xtls_actions_describe_policy (account, who),
        "\n\n",
        _ ("To read what each policy means, type /xtls help policies."),
        NULL);

    return xtls_finch_wrap (text);
}

void
xtls_options_show (XtlsContact *contact)
{
    PurpleAccount *account = xtls_contact_get_account (contact);
    const char *who = xtls_contact_get_who (contact);
    PurpleRequestFields *fields = purple_request_fields_new ();
    PurpleRequestFieldGroup *group = purple_request_field_group_new (NULL);
    g_autofree char *name = xtls_contact_name_get (account, who);
    g_autofree char *primary =
        g_strdup_printf (_ ("Private conversations with %s"), name);
    g_autofree char *policy = describe_policies (account, who);

    xtls_options_close (contact);
    purple_request_field_group_add_field (group, policy_field (contact));
    purple_request_field_group_add_field (group, logging_field (contact));
    purple_request_fields_add_group (fields, group);
    purple_request_fields (contact,
                           _ ("This contact’s settings"),
                           primary,
                           policy,
                           fields,
                           xtls_labels_get (_ ("_OK")),
                           G_CALLBACK (apply_cb),
                           xtls_labels_get (_ ("_Cancel")),
                           G_CALLBACK (nothing_cb),
                           account,
                           who,
                           NULL,
                           contact);
}

void
xtls_options_close (XtlsContact *contact)
{
    purple_request_close_with_handle (contact);
}

void
xtls_options_show_help (const char *id)
{
    const XtlsHelpPage *page = xtls_manual_find (id);
    GString *markup = g_string_new (NULL);

    g_return_if_fail (page != NULL);
    for (guint i = 0; i < page->n_parts; i++) {
        g_autofree char *text = xtls_manual_part_to_text (&page->parts[i]);
        g_autofree char *escaped = g_markup_escape_text (text, -1);

        g_string_append_printf (markup, "%s%s", i ? "<br><br>" : "", escaped);
    }
    purple_notify_formatted (xtls_core_get_plugin (),
                             _ ("Private conversations"),
                             _ (page->title),
                             NULL,
                             markup->str,
                             NULL,
                             NULL);
    g_string_free (markup, TRUE);
}
