/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs libpurple's event loop on GLib's and measures its turns, writes debug
 * output to a file, and resolves host names without a child process. */
#include "headless.h"

#include <debug.h>
#include <dnsquery.h>
#include <eventloop.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static FILE *debug_file;

typedef struct {
    PurpleInputFunction function;
    gpointer data;
} Input;

static gboolean
input_cb (GIOChannel *channel, GIOCondition condition, gpointer user_data)
{
    Input *input = user_data;
    PurpleInputCondition purple = 0;

    if (condition & (G_IO_IN | G_IO_HUP | G_IO_ERR))
        purple |= PURPLE_INPUT_READ;
    if (condition & (G_IO_OUT | G_IO_HUP | G_IO_ERR | G_IO_NVAL))
        purple |= PURPLE_INPUT_WRITE;
    input->function (input->data, g_io_channel_unix_get_fd (channel), purple);
    return G_SOURCE_CONTINUE;
}

static guint
input_add (int fd,
           PurpleInputCondition purple,
           PurpleInputFunction function,
           gpointer data)
{
    Input *input = g_new (Input, 1);
    GIOChannel *channel = g_io_channel_unix_new (fd);
    GIOCondition condition = G_IO_HUP | G_IO_ERR | G_IO_NVAL;
    guint handle;

    input->function = function;
    input->data = data;
    if (purple & PURPLE_INPUT_READ)
        condition |= G_IO_IN;
    if (purple & PURPLE_INPUT_WRITE)
        condition |= G_IO_OUT;
    handle = g_io_add_watch_full (
        channel, G_PRIORITY_DEFAULT, condition, input_cb, input, g_free);
    g_io_channel_unref (channel);
    return handle;
}

static PurpleEventLoopUiOps loop_ops = {.timeout_add = g_timeout_add,
                                        .timeout_remove = g_source_remove,
                                        .input_add = input_add,
                                        .input_remove = g_source_remove,
                                        .timeout_add_seconds =
                                            g_timeout_add_seconds};

/* The query may have been cancelled before its answer is delivered. */
static GHashTable *queries;

static gboolean
resolve_cb (gpointer data)
{
    PurpleDnsQueryData *query = data;
    PurpleDnsQueryResolvedCallback resolved =
        g_hash_table_lookup (queries, query);
    g_autofree char *port =
        g_strdup_printf ("%d", purple_dnsquery_get_port (query));
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    GSList *hosts = NULL;

    if (!resolved)
        return G_SOURCE_REMOVE;
    g_hash_table_remove (queries, query);
    /* An empty list is a failure. */
    if (getaddrinfo (purple_dnsquery_get_host (query), port, &hints, &found) ==
        0) {
        gpointer address = g_malloc (found->ai_addrlen);

        memcpy (address, found->ai_addr, found->ai_addrlen);
        hosts = g_slist_append (hosts, GUINT_TO_POINTER (found->ai_addrlen));
        hosts = g_slist_append (hosts, address);
        freeaddrinfo (found);
    }
    resolved (query, hosts);
    return G_SOURCE_REMOVE;
}

static gboolean
resolve_host (PurpleDnsQueryData *query,
              PurpleDnsQueryResolvedCallback resolved,
              PurpleDnsQueryFailedCallback failed)
{
    g_hash_table_insert (queries, query, resolved);
    purple_timeout_add (0, resolve_cb, query);
    return TRUE;
}

static void
forget_query (PurpleDnsQueryData *query)
{
    g_hash_table_remove (queries, query);
}

static PurpleDnsQueryUiOps dns_ops = {.resolve_host = resolve_host,
                                      .destroy = forget_query};

/* The CPU time of this thread that the longest turn of the main loop has taken,
 * and the time at which this turn began, nanoseconds. */
static gint64 longest_turn;
static gint64 turn_begin;

static gint64
get_cpu (void)
{
    struct timespec time;

    clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
    return (gint64)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* A turn lasts from one call of poll() to the next. */
static gint
poll_cb (GPollFD *fds, guint count, gint timeout)
{
    gint ready;

    longest_turn = MAX (longest_turn, get_cpu () - turn_begin);
    ready = g_poll (fds, count, timeout);
    turn_begin = get_cpu ();
    return ready;
}

/* Microseconds, since the last call. */
static gboolean
get_longest_turn (char **args, GString *answer)
{
    json_int (answer, "longest", longest_turn / 1000);
    longest_turn = 0;
    turn_begin = get_cpu ();
    return TRUE;
}

const Command loop_commands[] = {{"longest-turn", 0, get_longest_turn},
                                 {NULL, 0, NULL}};

void
loop_init (void)
{
    turn_begin = get_cpu ();
    g_main_context_set_poll_func (NULL, poll_cb);
    queries = g_hash_table_new (NULL, NULL);
    purple_eventloop_set_ui_ops (&loop_ops);
    purple_dnsquery_set_ui_ops (&dns_ops);
}

/* Flushed line by line, so that the output of a killed client is complete. */
static void
debug_print (PurpleDebugLevel level, const char *category, const char *text)
{
    fprintf (debug_file, "%s: %s", category ? category : "-", text);
    fflush (debug_file);
}

static gboolean
debug_is_enabled (PurpleDebugLevel level, const char *category)
{
    return TRUE;
}

static PurpleDebugUiOps debug_ops = {.print = debug_print,
                                     .is_enabled = debug_is_enabled};

void
debug_init (const char *dir)
{
    g_autofree char *path = g_build_filename (dir, "debug.log", NULL);

    debug_file = fopen (path, "a");
    if (!debug_file)
        g_error ("%s cannot be written", path);
    purple_debug_set_ui_ops (&debug_ops);
}

#if defined(__SANITIZE_ADDRESS__)
#define KEEP_MODULES
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KEEP_MODULES
#endif
#endif

#ifdef KEEP_MODULES
/* Replaces the C library's function: LeakSanitizer looks for leaks at the very
 * end, and finds names for stacks only while the plugins are still mapped. */
__attribute__ ((visibility ("default"))) int dlclose (void *module);

int
dlclose (void *module)
{
    return 0;
}
#endif
