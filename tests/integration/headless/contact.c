/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Contacts: the buddy list and who is there. */
#include "headless.h"

#include <blist.h>
#include <server.h>
#include <signals.h>

static int handle;

static void
json_buddy (GString *json, PurpleBuddy *buddy)
{
    PurplePresence *presence = purple_buddy_get_presence (buddy);
    PurpleStatus *status = purple_presence_get_active_status (presence);

    json_account (json, purple_buddy_get_account (buddy));
    json_string (json, "who", purple_buddy_get_name (buddy));
    json_bool (json, "online", PURPLE_BUDDY_IS_ONLINE (buddy));
    json_string (json, "status", purple_status_get_id (status));
}

static void
presence_cb (PurpleBuddy *buddy, gpointer user_data)
{
    GString *event = json_event ("presence");

    json_buddy (event, buddy);
    json_send (event);
}

static void
status_cb (PurpleBuddy *buddy,
           PurpleStatus *before,
           PurpleStatus *after,
           gpointer user_data)
{
    presence_cb (buddy, user_data);
}

/* The name that another client or the user has given. */
static void
aliased_cb (PurpleBlistNode *node, const char *before, gpointer user_data)
{
    GString *event;
    PurpleBuddy *buddy;

    if (!PURPLE_BLIST_NODE_IS_BUDDY (node))
        return;
    buddy = (PurpleBuddy *)node;
    event = json_event ("aliased");
    json_account (event, purple_buddy_get_account (buddy));
    json_string (event, "who", purple_buddy_get_name (buddy));
    json_string (event, "alias", purple_buddy_get_alias (buddy));
    json_send (event);
}

/* buddy-add ACCOUNT WHO */
static gboolean
add (char **args, GString *answer)
{
    PurpleConnection *gc = connection_arg (args[0], answer);
    PurpleBuddy *buddy;

    if (!gc)
        return FALSE;
    buddy =
        purple_buddy_new (purple_connection_get_account (gc), args[1], NULL);
    purple_blist_add_buddy (buddy, NULL, NULL, NULL);
    purple_account_add_buddy (purple_connection_get_account (gc), buddy);
    return TRUE;
}

/* buddy-remove ACCOUNT WHO */
static gboolean
take_off (char **args, GString *answer)
{
    PurpleConnection *gc = connection_arg (args[0], answer);
    PurpleBuddy *buddy;

    if (!gc)
        return FALSE;
    buddy = purple_find_buddy (purple_connection_get_account (gc), args[1]);
    if (!buddy)
        return fail (answer, "no such buddy");
    purple_account_remove_buddy (purple_connection_get_account (gc),
                                 buddy,
                                 purple_buddy_get_group (buddy));
    purple_blist_remove_buddy (buddy);
    return TRUE;
}

/* buddy-alias ACCOUNT WHO NAME */
static gboolean
alias (char **args, GString *answer)
{
    PurpleAccount *account = account_arg (args[0], answer);
    PurpleBuddy *buddy = account ? purple_find_buddy (account, args[1]) : NULL;

    if (account && !buddy)
        fail (answer, "no such buddy");
    if (buddy)
        purple_blist_alias_buddy (buddy, args[2]);
    return buddy != NULL;
}

static gboolean
list (char **args, GString *answer)
{
    GSList *buddies = purple_blist_get_buddies ();

    json_open (answer, "buddies", '[');
    for (GSList *l = buddies; l; l = l->next) {
        json_open (answer, NULL, '{');
        json_buddy (answer, l->data);
        json_close (answer, '}');
    }
    json_close (answer, ']');
    g_slist_free (buddies);
    return TRUE;
}

const Command contact_commands[] = {{"buddy-add", 2, add},
                                    {"buddy-remove", 2, take_off},
                                    {"buddy-alias", 3, alias},
                                    {"buddies", 0, list},
                                    {NULL, 0, NULL}};

void
contact_init (void)
{
    void *blist = purple_blist_get_handle ();

    purple_signal_connect (
        blist, "buddy-signed-on", &handle, PURPLE_CALLBACK (presence_cb), NULL);
    purple_signal_connect (blist,
                           "buddy-signed-off",
                           &handle,
                           PURPLE_CALLBACK (presence_cb),
                           NULL);
    purple_signal_connect (blist,
                           "buddy-status-changed",
                           &handle,
                           PURPLE_CALLBACK (status_cb),
                           NULL);
    purple_signal_connect (blist,
                           "blist-node-aliased",
                           &handle,
                           PURPLE_CALLBACK (aliased_cb),
                           NULL);
}
