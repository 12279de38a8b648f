/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Verification by shared secret, with somebody between the two sides. The first
 * line is `s` or `d`: they know the same secret, or different ones. S is a
 * side, 0 or 1; K counts the messages that were made.
 *
 *   b S        begins
 *   m S N K    gets message K as step N
 *   x S N HEX  gets these bytes as step N
 *   f K BIT    a bit of message K is wrong
 *   t K N      message K ends after N bytes
 *
 * Whatever the man in the middle does, a side that does not know the secret is
 * never accepted.
 */
#include "fuzz.h"
#include "smp.h"

#include <stdio.h>
#include <string.h>

/* The number of steps is limited because they are slow. */
#define STEPS_MAX 12

typedef struct {
    XtlsSmp *smp[2];
    guint8 secret[2][XTLS_SMP_SECRET_LEN];
    gboolean begun[2];
    gboolean over[2];
    gboolean same_secret;
    gboolean touched; /* some message was changed on the way */
    GPtrArray *messages;
    guint steps;
} Run;

static void
receive (Run *run, guint to, guint step, const GByteArray *message)
{
    GByteArray *reply = NULL;
    XtlsSmpResult result;

    if (run->steps++ >= STEPS_MAX)
        return;
    result = xtls_smp_receive (run->smp[to],
                               step,
                               message->data,
                               message->len,
                               run->secret[to],
                               &reply);
    g_assert_false (run->over[to] && result != XTLS_SMP_FAILED);
    run->over[to] = result != XTLS_SMP_GOES_ON;
    g_assert_true (run->same_secret || result != XTLS_SMP_SAME);
    g_assert_true (!run->same_secret || run->touched ||
                   result != XTLS_SMP_DIFFERENT);
    g_assert_true (result != XTLS_SMP_GOES_ON || reply);
    if (result == XTLS_SMP_SAME || result == XTLS_SMP_DIFFERENT)
        g_assert_cmpuint (step, >=, 3);
    if (reply) {
        g_assert_cmpuint (reply->len, <=, XTLS_SMP_MESSAGE_MAX);
        g_ptr_array_add (run->messages, reply);
    }
}

static GByteArray *
message_at (Run *run, guint i)
{
    return i < run->messages->len ? g_ptr_array_index (run->messages, i) : NULL;
}

static void
receive_bytes (Run *run, guint to, guint step, const char *hex)
{
    GByteArray *message = g_byte_array_new ();

    for (; g_ascii_isxdigit (hex[0]) && g_ascii_isxdigit (hex[1]); hex += 2) {
        guint8 byte = (guint8)(g_ascii_xdigit_value (hex[0]) << 4 |
                               g_ascii_xdigit_value (hex[1]));

        g_byte_array_append (message, &byte, 1);
    }
    receive (run, to, step, message);
    g_byte_array_unref (message);
}

static void
begin (Run *run, guint side)
{
    if (run->begun[side] || run->over[side] || run->steps > 0)
        return;
    run->begun[side] = TRUE;
    g_ptr_array_add (run->messages,
                     xtls_smp_begin (run->smp[side], run->secret[side]));
}

static void
change (Run *run, char how, guint i, guint at)
{
    GByteArray *message = message_at (run, i);

    run->touched = TRUE;
    if (message && how == 'f' && at / 8 < message->len)
        message->data[at / 8] ^= (guint8)(1 << at % 8);
    else if (message && how == 't' && at < message->len)
        g_byte_array_set_size (message, at);
}

static void
act (Run *run, const char *line)
{
    guint a = 0, b = 0, c = 0;
    int rest = 0;

    if (!*line)
        return;
    sscanf (line + 1, "%4u %4u%n %4u", &a, &b, &rest, &c);
    switch (*line) {
    case 'b':
        begin (run, a & 1);
        break;
    case 'm':
        if (message_at (run, c))
            receive (run, a & 1, b, message_at (run, c));
        break;
    case 'x':
        run->touched = TRUE;
        if (rest > 0 && line[1 + rest] == ' ')
            receive_bytes (run, a & 1, b, line + 2 + rest);
        break;
    case 'f':
    case 't':
        change (run, *line, a, b);
        break;
    default:
        break;
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    char *line = fuzz_line (&data, &size);
    Run run = {.same_secret = line && *line == 's'};

    g_free (line);
    for (guint i = 0; i < 2; i++) {
        run.smp[i] = xtls_smp_new ();
        run.secret[i][0] = run.same_secret ? 7 : (guint8)i;
    }
    run.messages =
        g_ptr_array_new_with_free_func ((GDestroyNotify)g_byte_array_unref);
    while ((line = fuzz_line (&data, &size))) {
        act (&run, line);
        g_free (line);
    }
    g_ptr_array_unref (run.messages);
    xtls_smp_free (run.smp[0]);
    xtls_smp_free (run.smp[1]);
    return 0;
}
