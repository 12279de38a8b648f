/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The menus that plugins extend, and the frames of their preferences. */
#include "headless.h"

#include <blist.h>
#include <pluginpref.h>
#include <prpl.h>
#include <util.h>

typedef void (*MenuFunc) (gpointer object, gpointer data);

typedef struct {
    GString *answer;
    gpointer object;    /* what the menu belongs to */
    const char *wanted; /* (nullable): activate this one */
    gboolean activated;
} Menu;

static void
walk (Menu *menu, GList *actions)
{
    for (GList *l = actions; l; l = l->next) {
        PurpleMenuAction *action = l->data;

        if (!action)
            continue;
        json_open (menu->answer, NULL, '{');
        json_string (menu->answer, "label", action->label);
        json_bool (menu->answer, "sensitive", action->callback != NULL);
        json_open (menu->answer, "children", '[');
        walk (menu, action->children);
        json_close (menu->answer, ']');
        json_close (menu->answer, '}');
        if (!menu->activated && action->callback &&
            !g_strcmp0 (action->label, menu->wanted)) {
            menu->activated = TRUE;
            ((MenuFunc)action->callback) (menu->object, action->data);
        }
    }
}

static void
free_actions (GList *actions)
{
    for (GList *l = actions; l; l = l->next) {
        PurpleMenuAction *action = l->data;

        if (!action)
            continue;
        free_actions (action->children);
        action->children = NULL;
        purple_menu_action_free (action);
    }
    g_list_free (actions);
}

static gboolean
use_menu (gpointer object, GList *actions, const char *label, GString *answer)
{
    Menu menu = {.answer = answer, .object = object, .wanted = label};

    json_open (answer, "menu", '[');
    walk (&menu, actions);
    json_close (answer, ']');
    free_actions (actions);
    return !label || menu.activated ? TRUE : fail (answer, "no such entry");
}

/* The entries that the protocol, or a plugin that has replaced its function,
 * adds. */
static GList *
list_of_protocol (PurpleBuddy *buddy)
{
    PurplePlugin *prpl = purple_connection_get_prpl (
        purple_account_get_connection (purple_buddy_get_account (buddy)));

    return PURPLE_PLUGIN_PROTOCOL_INFO (prpl)->blist_node_menu (
        (PurpleBlistNode *)buddy);
}

/* menu ACCOUNT WHO buddy|protocol|conversation [LABEL]: lists, or activates */
static gboolean
use_menu_of (char **args, GString *answer)
{
    PurpleAccount *account = account_arg (args[0], answer);
    PurpleConversation *conv;
    PurpleBuddy *buddy;

    if (!account)
        return FALSE;
    if (g_str_equal (args[2], "conversation")) {
        conv = conversation_arg (args, answer);
        return conv && use_menu (conv,
                                 purple_conversation_get_extended_menu (conv),
                                 args[3],
                                 answer);
    }
    buddy = purple_find_buddy (account, args[1]);
    if (!buddy)
        return fail (answer, "no such buddy");
    if (g_str_equal (args[2], "protocol"))
        return connection_arg (args[0], answer) &&
               use_menu (buddy, list_of_protocol (buddy), args[3], answer);
    return use_menu (
        buddy,
        purple_blist_node_get_extended_menu ((PurpleBlistNode *)buddy),
        args[3],
        answer);
}

/* frame PLUGIN_ID: the preferences that a plugin shows */
static gboolean
list_frame (char **args, GString *answer)
{
    PurplePlugin *plugin = purple_plugins_find_with_id (args[0]);
    PurplePluginPrefFrame *frame;

    if (!plugin || !purple_plugin_is_loaded (plugin))
        return fail (answer, "no such plugin");
    if (!PURPLE_PLUGIN_HAS_PREF_FRAME (plugin))
        return fail (answer, "it has no preferences");
    frame = PURPLE_PLUGIN_UI_INFO (plugin)->get_plugin_pref_frame (plugin);
    json_open (answer, "prefs", '[');
    for (GList *l = purple_plugin_pref_frame_get_prefs (frame); l;
         l = l->next) {
        json_open (answer, NULL, '{');
        json_string (answer, "name", purple_plugin_pref_get_name (l->data));
        json_string (answer, "label", purple_plugin_pref_get_label (l->data));
        json_open (answer, "choices", '[');
        /* Labels and values alternate. */
        for (GList *c = purple_plugin_pref_get_choices (l->data); c;
             c = c->next->next)
            json_string (answer, NULL, c->next->data);
        json_close (answer, ']');
        json_close (answer, '}');
    }
    json_close (answer, ']');
    purple_plugin_pref_frame_destroy (frame);
    return TRUE;
}

const Command menu_commands[] = {
    {"menu", 3, use_menu_of}, {"frame", 1, list_frame}, {NULL, 0, NULL}};
