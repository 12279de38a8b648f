/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Notices: reported, and open until the driver closes them. */
#include "headless.h"

#include <notify.h>

/* Ids start here so that a handle is never NULL. */
static guint last_id = 100;

/* Pidgin shows nothing that is not UTF-8. */
static void
check (const char *text)
{
    if (text && !g_utf8_validate (text, -1, NULL))
        g_critical ("a notice is not UTF-8");
}

static void *
show (const char *type,
      const char *title,
      const char *primary,
      const char *secondary,
      const char *text)
{
    GString *event = json_event ("notify");

    check (title);
    check (primary);
    check (secondary);
    check (text);
    json_int (event, "notice", ++last_id);
    json_string (event, "type", type);
    json_string (event, "title", title);
    json_string (event, "primary", primary);
    json_string (event, "secondary", secondary);
    json_string (event, "text", text);
    json_send (event);
    return GUINT_TO_POINTER (last_id);
}

static void *
notify_message (PurpleNotifyMsgType type,
                const char *title,
                const char *primary,
                const char *secondary)
{
    static const char *const names[] = {"error", "warning", "info"};

    return show (names[type], title, primary, secondary, NULL);
}

static void *
notify_formatted (const char *title,
                  const char *primary,
                  const char *secondary,
                  const char *text)
{
    return show ("formatted", title, primary, secondary, text);
}

static void *
notify_userinfo (PurpleConnection *gc,
                 const char *who,
                 PurpleNotifyUserInfo *info)
{
    g_autofree char *text =
        purple_notify_user_info_get_text_with_newline (info, "\n");

    return show ("userinfo", who, NULL, NULL, text);
}

static void *
notify_uri (const char *uri)
{
    return show ("uri", NULL, NULL, NULL, uri);
}

static void
notify_closed (PurpleNotifyType type, void *notice)
{
    GString *event = json_event ("notify-closed");

    json_int (event, "notice", GPOINTER_TO_UINT (notice));
    json_send (event);
}

static PurpleNotifyUiOps notify_ops = {.notify_message = notify_message,
                                       .notify_formatted = notify_formatted,
                                       .notify_userinfo = notify_userinfo,
                                       .notify_uri = notify_uri,
                                       .close_notify = notify_closed};

/* notice-close NOTICE */
static gboolean
close_notice (char **args, GString *answer)
{
    purple_notify_close (PURPLE_NOTIFY_MESSAGE,
                         GUINT_TO_POINTER (atoi (args[0])));
    return TRUE;
}

const Command notify_commands[] = {{"notice-close", 1, close_notice},
                                   {NULL, 0, NULL}};

void
notify_init (void)
{
    purple_notify_set_ui_ops (&notify_ops);
}
