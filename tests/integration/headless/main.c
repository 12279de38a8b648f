/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A libpurple client without a user interface, for tests.
 *
 *     headless --dir CONFIGDIR [--plugin PATH.so]...
 *
 * A command is a line: an id, the command's name, its arguments, separated by
 * tabs, each with backslash escapes as in C. It is answered by an object with
 * that id and "event" "ok" or "fail", after whatever it caused at once. The end
 * of stdin is `quit`: a client does not outlive its driver.
 */
#include "headless.h"

#include <core.h>
#include <locale.h>
#include <prefs.h>
#include <savedstatuses.h>
#include <signal.h>
#include <util.h>

static GMainLoop *loop;
static char *config_dir;
static char **plugin_paths;

static const GOptionEntry options[] = {
    {"dir", 0, 0, G_OPTION_ARG_FILENAME, &config_dir, "user directory", "DIR"},
    {"plugin",
     0,
     0,
     G_OPTION_ARG_FILENAME_ARRAY,
     &plugin_paths,
     "load this plugin",
     "PATH"},
    {NULL, 0, 0, 0, NULL, NULL, NULL}};

static gboolean
quit (char **args, GString *answer)
{
    g_main_loop_quit (loop);
    return TRUE;
}

static gboolean
ping (char **args, GString *answer)
{
    return TRUE;
}

static gboolean
rest_cb (gpointer data)
{
    json_send (json_event ("rested"));
    return G_SOURCE_REMOVE;
}

/* rest: reports when nothing is left for the next turn of the main loop */
static gboolean
rest (char **args, GString *answer)
{
    g_idle_add (rest_cb, NULL);
    return TRUE;
}

static const Command main_commands[] = {
    {"quit", 0, quit}, {"ping", 0, ping}, {"rest", 0, rest}, {NULL, 0, NULL}};

static const Command *const tables[] = {main_commands,
                                        account_commands,
                                        clock_commands,
                                        contact_commands,
                                        conversation_commands,
                                        loop_commands,
                                        menu_commands,
                                        notify_commands,
                                        plugin_commands,
                                        request_commands,
                                        stanza_commands,
                                        transfer_commands,
                                        xtls_commands};

gboolean
fail (GString *answer, const char *why)
{
    json_string (answer, "why", why);
    return FALSE;
}

gboolean
flag_arg (const char *flag, gboolean *value, GString *answer)
{
    *value = g_str_equal (flag, "on");
    return *value || g_str_equal (flag, "off") ? TRUE
                                               : fail (answer, "on or off?");
}

static const Command *
find_command (const char *name)
{
    for (guint t = 0; t < G_N_ELEMENTS (tables); t++)
        for (const Command *c = tables[t]; c->name; c++)
            if (g_str_equal (c->name, name))
                return c;
    return NULL;
}

static gboolean
run_command (char **words, guint count, GString *answer)
{
    const Command *command = count > 1 ? find_command (words[1]) : NULL;

    if (!command)
        return fail (answer, "no such command");
    if (count - 2 < command->args)
        return fail (answer, "too few arguments");
    return command->run (words + 2, answer);
}

static void
run_line (const char *line)
{
    g_auto (GStrv) words = g_strsplit (line, "\t", -1);
    guint count = g_strv_length (words);
    GString *answer = g_string_new (NULL);
    GString *report;
    gboolean done;

    for (guint i = 0; i < count; i++) {
        char *plain = g_strcompress (words[i]);

        g_free (words[i]);
        words[i] = plain;
    }
    done = run_command (words, count, answer);
    report = json_event (done ? "ok" : "fail");
    json_int (report, "id", g_ascii_strtoll (words[0], NULL, 10));
    g_string_append_len (report, answer->str, answer->len);
    json_send (report);
    g_string_free (answer, TRUE);
}

static gboolean
read_cb (GIOChannel *channel, GIOCondition condition, gpointer user_data)
{
    GIOStatus status;

    do {
        g_autofree char *line = NULL;
        gsize end;

        status = g_io_channel_read_line (channel, &line, NULL, &end, NULL);
        if (line) {
            line[end] = '\0';
            run_line (line);
        }
    } while (status == G_IO_STATUS_NORMAL);
    if (status == G_IO_STATUS_AGAIN)
        return G_SOURCE_CONTINUE;
    g_main_loop_quit (loop);
    return G_SOURCE_REMOVE;
}

static void
read_commands (void)
{
    GIOChannel *channel = g_io_channel_unix_new (0);

    g_io_channel_set_encoding (channel, NULL, NULL);
    g_io_channel_set_flags (channel, G_IO_FLAG_NONBLOCK, NULL);
    g_io_add_watch (channel, G_IO_IN | G_IO_HUP | G_IO_ERR, read_cb, NULL);
    g_io_channel_unref (channel);
}

/* Preferences as in Pidgin where that matters to a test, and none that would
 * reach beyond the loopback interface. */
static void
set_prefs (void)
{
    purple_prefs_load ();
    purple_prefs_set_bool ("/purple/logging/log_ims", TRUE);
    purple_prefs_set_bool ("/purple/logging/log_chats", TRUE);
    purple_prefs_set_string ("/purple/logging/format", "html");
    purple_prefs_set_string ("/purple/away/idle_reporting", "none");
    purple_prefs_set_string ("/purple/away/auto_reply", "never");
    purple_prefs_set_bool ("/purple/network/map_ports", FALSE);
}

static void
ui_init (void)
{
    account_init ();
    conversation_init ();
    notify_init ();
    request_init ();
    transfer_init ();
}

static PurpleCoreUiOps core_ops = {.ui_init = ui_init};

static gboolean
start_core (void)
{
    purple_util_set_user_dir (config_dir);
    debug_init (config_dir);
    loop_init ();
    purple_core_set_ui_ops (&core_ops);
    if (!purple_core_init ("headless"))
        return FALSE;
    purple_set_blist (purple_blist_new ());
    purple_blist_load ();
    set_prefs ();
    contact_init ();
    stanza_init ();
    xtls_init ();
    purple_savedstatus_activate (
        purple_savedstatus_new (NULL, PURPLE_STATUS_AVAILABLE));
    return TRUE;
}

int
main (int argc, char **argv)
{
    g_autoptr (GOptionContext) context = g_option_context_new (NULL);
    g_autoptr (GError) error = NULL;

    setlocale (LC_ALL, "");
    g_option_context_add_main_entries (context, options, NULL);
    if (!g_option_context_parse (context, &argc, &argv, &error))
        g_error ("%s", error->message);
    if (!config_dir)
        g_error ("--dir is missing");
    signal (SIGPIPE, SIG_IGN);
    loop = g_main_loop_new (NULL, FALSE);
    if (!start_core ())
        g_error ("libpurple's core does not start");
    for (char **path = plugin_paths; path && *path; path++) {
        const char *why = plugin_load_path (*path);

        if (why)
            g_error ("%s: %s", *path, why);
    }
    json_send (json_event ("ready"));
    read_commands ();
    g_main_loop_run (loop);
    purple_core_quit ();
    g_main_loop_unref (loop);
    g_strfreev (plugin_paths);
    g_free (config_dir);
    return 0;
}
