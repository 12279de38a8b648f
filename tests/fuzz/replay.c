/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Feeds a target every file of its corpus, without libFuzzer, so that a fault
 * that was found once does not return. Run it in the top folder of the source;
 * the program's name, `fuzz-NAME` or `fuzz-NAME-real`, selects the corpus.
 */
#include "fuzz.h"

#include <string.h>

static void
test_file (gconstpointer path)
{
    GError *error = NULL;
    char *data;
    gsize len;
    guint8 *exact;

    g_file_get_contents (path, &data, &len, &error);
    g_assert_no_error (error);
    /* A copy without the NUL that GLib adds, so that a sanitizer notices reads
     * beyond the end. */
    exact = g_malloc (len);
    memcpy (exact, data, len);
    g_free (data);
    g_assert_cmpint (LLVMFuzzerTestOneInput (exact, len), ==, 0);
    g_free (exact);
}

/* Returns: (transfer full): NAME. */
static char *
get_target (const char *path)
{
    char *program = g_path_get_basename (path);
    char *target = g_strdup (program + strlen ("fuzz-"));

    if (g_str_has_suffix (target, "-real"))
        target[strlen (target) - strlen ("-real")] = '\0';
    g_free (program);
    return target;
}

int
main (int argc, char **argv)
{
    char *target = get_target (argv[0]);
    char *corpus = g_build_filename ("tests", "fuzz", "corpus", target, NULL);
    GError *error = NULL;
    const char *name;
    guint files = 0;
    GDir *dir;
    int result;

    g_test_init (&argc, &argv, NULL);
    dir = g_dir_open (corpus, 0, &error);
    g_assert_no_error (error);
    while ((name = g_dir_read_name (dir))) {
        char *test = g_strdup_printf ("/corpus/%s/%s", target, name);

        g_test_add_data_func_full (
            test, g_build_filename (corpus, name, NULL), test_file, g_free);
        g_free (test);
        files++;
    }
    g_dir_close (dir);
    g_assert_cmpuint (files, >, 0);
    result = g_test_run ();
    g_free (corpus);
    g_free (target);
    return result;
}
