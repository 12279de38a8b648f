/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes the fault that its input names, so that tests/fuzz/check-arena sees
 * that arena.c has it noticed. It is no target.
 */
#include "fuzz.h"

#include <string.h>

static char *volatile kept;

static void
leak (void)
{
    char *volatile lost = g_strdup ("lost");

    lost = NULL;
    g_assert_null (lost);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    char *name = fuzz_text (data, size);
    char *volatile block = g_malloc (21);

    g_free (g_malloc (40000));
    block = g_realloc (block, 5);
    if (strcmp (name, "after") == 0)
        block[5] = 'x';
    else if (strcmp (name, "before") == 0)
        block[-1] = 'x';
    else if (strcmp (name, "leak") == 0)
        leak ();
    else if (strcmp (name, "kept") == 0 && !kept)
        kept = g_strdup ("kept");
    g_free (block);
    if (strcmp (name, "freed") == 0)
        block[0] = 'x';
    else if (strcmp (name, "twice") == 0)
        g_free (block);
    g_free (name);
    return 0;
}
