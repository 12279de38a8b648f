/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our lines in a contact's tooltip in the buddy list. */
#include "tooltip.h"

#include "gui.h"

#include <blist.h>
#include <glib/gi18n-lib.h>
#include <gtkblist.h>

static PurpleBuddy *
buddy_of (PurpleBlistNode *node)
{
    if (PURPLE_BLIST_NODE_IS_BUDDY (node))
        return (PurpleBuddy *)node;
    if (PURPLE_BLIST_NODE_IS_CONTACT (node))
        return purple_contact_get_priority_buddy ((PurpleContact *)node);
    return NULL;
}

/* Returns: (transfer none) (nullable): %NULL if there is nothing to say of the
 * contact. */
static const char *
words (PurpleAccount *account, const char *who, const XtlsStatus *status)
{
    if (status->state != XTLS_STATE_NOT_PRIVATE)
        return status->word;
    if (xtls_gui_api ()->get_capability (account, who) ==
        XTLS_CAPABILITY_PRESENT)
        return C_ ("private conversation", "possible");
    return NULL;
}

static void
drawing_cb (PurpleBlistNode *node, GString *text, gboolean full, gpointer data)
{
    PurpleBuddy *buddy = buddy_of (node);
    PurpleAccount *account;
    XtlsStatus *status;
    const char *word;
    char *who;

    if (buddy == NULL || text == NULL)
        return;
    account = purple_buddy_get_account (buddy);
    if (!xtls_gui_api ()->is_supported (account))
        return;
    who = xtls_gui_api ()->normalize (account, purple_buddy_get_name (buddy));
    if (who == NULL)
        return;
    status = xtls_gui_api ()->get_status (account, who);
    word = words (account, who, status);
    if (word != NULL) {
        /* The tooltip is markup. */
        char *line = g_markup_printf_escaped (
            "\n<b>%s:</b> %s", _ ("Private conversation"), word);

        g_string_append (text, line);
        g_free (line);
    }
    xtls_gui_api ()->free_status (status);
    g_free (who);
}

void
xtls_tooltip_init (void)
{
    purple_signal_connect (pidgin_blist_get_handle (),
                           "drawing-tooltip",
                           xtls_gui_handle (),
                           PURPLE_CALLBACK (drawing_cb),
                           NULL);
}
