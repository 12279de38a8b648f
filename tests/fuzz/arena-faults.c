/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes the fault that its input names, so that tests/fuzz/check-arena sees
 * that arena.c has it noticed. It is no target.
 */
#include "fuzz.h"

#include <string.h>

static char *volatile kept;
static gboolean resumed;

static void
leak (void)
{
    char *volatile lost = g_strdup ("lost");

    lost = NULL;
    g_assert_null (lost);
}

static gpointer
make (void)
{
    return g_slist_prepend (NULL, g_strdup ("prepared"));
}

static void
resume_cb (gpointer made)
{
    resumed = TRUE;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    GSList *volatile list = fuzz_prepare (make, resume_cb);
    char *prepared = list->data;
    char *name = fuzz_text (data, size);
    char *volatile block = g_malloc (21);

    g_free (g_malloc (40000));
    g_assert_cmpstr (prepared, ==, "prepared");
    prepared[0] = 'x';
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
    g_slist_free_full (list, g_free);
    if (strcmp (name, "freed") == 0)
        block[0] = 'x';
    else if (strcmp (name, "twice") == 0)
        g_free (block);
    else if (strcmp (name, "list") == 0)
        list->data = NULL;
    else if (strcmp (name, "resumed") == 0 && resumed)
        prepared[0] = 'y';
    g_free (name);
    return 0;
}
