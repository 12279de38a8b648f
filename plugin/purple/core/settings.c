/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The preferences of the core. */
#include "settings.h"

#include "api.h"
#include "contact-prefs.h"

#include <glib/gi18n-lib.h>
#include <prefs.h>

void
xtls_settings_init (void)
{
    purple_prefs_add_none ("/plugins/core");
    purple_prefs_add_none (XTLS_PREFS);
    purple_prefs_add_string (
        XTLS_PREF_POLICY,
        xtls_contact_prefs_policy_to_string (XTLS_POLICY_AUTOMATIC));
    purple_prefs_add_bool (XTLS_PREF_NO_LOG, TRUE);
    purple_prefs_add_bool (XTLS_PREF_PADDING, TRUE);
    purple_prefs_add_bool (XTLS_PREF_DIRECT, TRUE);
}

static void
add_policy (PurplePluginPref *pref, const char *label, XtlsPolicy policy)
{
    /* libpurple keeps the pointer but does not write through it. */
    purple_plugin_pref_add_choice (
        pref, label, (gpointer)xtls_contact_prefs_policy_to_string (policy));
}

PurplePluginPrefFrame *
xtls_settings_get_frame (PurplePlugin *plugin)
{
    PurplePluginPrefFrame *frame = purple_plugin_pref_frame_new ();
    PurplePluginPref *pref;

    pref = purple_plugin_pref_new_with_name_and_label (XTLS_PREF_POLICY,
                                                       _ ("Policy"));
    purple_plugin_pref_set_type (pref, PURPLE_PLUGIN_PREF_CHOICE);
    add_policy (pref, _ ("Never talk privately"), XTLS_POLICY_NEVER);
    add_policy (pref, _ ("Talk privately when I start it"), XTLS_POLICY_MANUAL);
    add_policy (pref,
                _ ("Start private conversations automatically"),
                XTLS_POLICY_AUTOMATIC);
    add_policy (
        pref, _ ("Never send anything unencrypted"), XTLS_POLICY_REQUIRED);
    purple_plugin_pref_frame_add (frame, pref);
    purple_plugin_pref_frame_add (
        frame,
        purple_plugin_pref_new_with_name_and_label (
            XTLS_PREF_NO_LOG, _ ("Do not log private conversations")));
    purple_plugin_pref_frame_add (
        frame,
        purple_plugin_pref_new_with_name_and_label (
            XTLS_PREF_PADDING, _ ("Hide the length of messages")));
    purple_plugin_pref_frame_add (
        frame,
        purple_plugin_pref_new_with_name_and_label (
            XTLS_PREF_DIRECT,
            _ ("Allow direct connections for files (the contact sees my IP "
               "address)")));
    return frame;
}
