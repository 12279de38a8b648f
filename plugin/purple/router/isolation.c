/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeps other plugins in the same client out of private conversations. */
#include "isolation.h"

#include "contact-start.h"
#include "contact.h"
#include "core.h"
#include "foreign-files.h"
#include "foreign-text.h"
#include "hiding.h"
#include "jabber.h"
#include "protected.h"
#include "slots.h"

#include <plugin.h>
#include <signals.h>

static int handle;

/* --- the protocol's functions --------------------------------------------- */

static gboolean
keeps_cb (PurpleAccount *account,
          const char *who,
          XtlsSlotMatter matter,
          const char *text)
{
    if (!who)
        return xtls_protected_has_any (account);
    switch (matter) {
    case XTLS_SLOT_TEXT:
        return xtls_protected_find (account,
                                    who,
                                    xtls_hiding_is_of_otr (account, who, text)
                                        ? XTLS_MATTER_OTHER
                                        : XTLS_MATTER_CONTENT) != NULL;
    case XTLS_SLOT_FILE:
        return xtls_protected_find (account, who, XTLS_MATTER_CONTENT) != NULL;
    case XTLS_SLOT_TYPING:
        return xtls_protected_find (account, who, XTLS_MATTER_TYPING) != NULL;
    case XTLS_SLOT_OTHER:
        break;
    }
    return xtls_protected_find (account, who, XTLS_MATTER_OTHER) != NULL;
}

static void
taken_cb (PurpleAccount *account, const char *who)
{
    XtlsContact *contact =
        xtls_protected_find (account, who, XTLS_MATTER_OTHER);

    if (contact)
        xtls_foreign_text_expect_echo (contact);
}

static const XtlsSlotOps slot_ops = {
    .keeps = keeps_cb,
    .drops = xtls_hiding_is_of_otr,
    .taken = taken_cb,
};

/* --- loading and unloading of plugins ------------------------------------- */

static void
loaded_cb (PurplePlugin *plugin, gpointer data)
{
    xtls_slots_check ();
}

static void
unloaded_cb (PurplePlugin *plugin, gpointer data)
{
    xtls_slots_forget (plugin);
}

/* Plugins may also replace functions later than when they are loaded. */
static void
something_cb (void)
{
    xtls_slots_check ();
}

void
xtls_isolation_init (void)
{
    void *plugins = purple_plugins_get_handle ();
    PurplePlugin *prpl = xtls_jabber_get_plugin ();

    xtls_slots_init (xtls_core_get_plugin (), &slot_ops);
    purple_signal_connect (
        plugins, "plugin-load", &handle, PURPLE_CALLBACK (loaded_cb), NULL);
    purple_signal_connect (
        plugins, "plugin-unload", &handle, PURPLE_CALLBACK (unloaded_cb), NULL);
    purple_signal_connect_priority (prpl,
                                    "jabber-sending-xmlnode",
                                    &handle,
                                    PURPLE_CALLBACK (something_cb),
                                    NULL,
                                    PURPLE_SIGNAL_PRIORITY_HIGHEST);
    purple_signal_connect_priority (prpl,
                                    "jabber-receiving-xmlnode",
                                    &handle,
                                    PURPLE_CALLBACK (something_cb),
                                    NULL,
                                    PURPLE_SIGNAL_PRIORITY_HIGHEST);
    xtls_foreign_files_init ();
    xtls_foreign_text_init ();
    xtls_hiding_init ();
}

void
xtls_isolation_uninit (void)
{
    purple_signals_disconnect_by_handle (&handle);
    xtls_hiding_uninit ();
    xtls_foreign_text_uninit ();
    xtls_foreign_files_uninit ();
    xtls_slots_uninit ();
}
