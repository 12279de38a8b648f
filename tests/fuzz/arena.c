/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stands in for GLib's allocator under libFuzzer, for targets that make so many
 * small blocks that AddressSanitizer's allocator would take a third of their
 * time. Blocks lie one behind the other in an area, which is used again when a
 * run of the target has ended. So nothing that was freed is used again within a
 * run, and AddressSanitizer reports every access to it, and to what is between
 * blocks, as "use-after-poison". If a block is left at the end of a run,
 * libFuzzer looks for leaks. Replaying the input with `make check-asan` tells
 * where a block was allocated, because the replay does not use this file.
 *
 * Only for targets with one thread. Large blocks are AddressSanitizer's own,
 * and so are those that GLib allocates for itself.
 */
#include "fuzz.h"

#include <gmodule.h>
#include <sanitizer/asan_interface.h>
#include <stdlib.h>
#include <string.h>

#define AREA_SIZE (512 * 1024) /* and its alignment */
#define AREAS_MAX 256
#define LARGE (32 * 1024)
#define UNIT 16 /* of alignment, and the least distance of two blocks */
#define UNCHECKED __attribute__ ((no_sanitize ("address", "undefined")))

/* At the start of an area. */
typedef struct {
    guint64 used; /* bytes */
    guint64 live; /* blocks */
} Area;

/* Before each block, and poisoned like everything between blocks. */
typedef struct {
    guint64 size;
    guint64 unused;
} Block;

G_STATIC_ASSERT (sizeof (Area) == UNIT && sizeof (Block) == UNIT);

static Area *current;
/* The addresses of all areas, inverted: LeakSanitizer must not find them. */
static guintptr areas[AREAS_MAX];
static guint n_areas;

/* --- areas -----------------------------------------------------------------*/

static UNCHECKED void
clear (Area *area)
{
    area->used = sizeof *area;
    area->live = 0;
}

static void
free_area (Area *area)
{
    guint i = 0;

    while (areas[i] != ~(guintptr)area)
        i++;
    areas[i] = areas[--n_areas];
    __asan_unpoison_memory_region (area, AREA_SIZE);
    free (area);
}

static UNCHECKED void
new_area (void)
{
    void *memory = NULL;

    if (current && current->live == 0)
        free_area (current);
    g_assert_cmpuint (n_areas, <, AREAS_MAX);
    g_assert_cmpint (posix_memalign (&memory, AREA_SIZE, AREA_SIZE), ==, 0);
    __asan_poison_memory_region (memory, AREA_SIZE);
    current = memory;
    areas[n_areas++] = ~(guintptr)memory;
    clear (current);
}

/* Returns: (nullable): the area that @memory is in. */
static Area *
find_area (gconstpointer memory)
{
    guintptr start = (guintptr)memory & ~(guintptr)(AREA_SIZE - 1);

    if (start == (guintptr)current)
        return current;
    for (guint i = 0; i < n_areas; i++)
        if (areas[i] == ~start)
            return (Area *)start;
    return NULL;
}

/* libFuzzer compares how often malloc() and free() were called in a run. So a
 * new area makes it look for leaks, and what is not `current` is one unless
 * something points into it. */
static UNCHECKED void
end_run (void)
{
    if (current && current->live == 0)
        clear (current);
    else
        new_area ();
}

/* The linker makes them of the function that libFuzzer calls. */
int __real_LLVMFuzzerTestOneInput (const guint8 *data, gsize size);
int __wrap_LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
__wrap_LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    int result = __real_LLVMFuzzerTestOneInput (data, size);

    end_run ();
    return result;
}

/* --- blocks ----------------------------------------------------------------*/

static UNCHECKED gpointer
allocate (gsize size)
{
    gsize needed = sizeof (Block) + (size + UNIT - 1) / UNIT * UNIT;
    Block *block;

    if (size > LARGE)
        return malloc (size);
    /* The next block, or as much, is the distance to what is behind it. */
    if (!current || current->used + needed + UNIT > AREA_SIZE)
        new_area ();
    block = (Block *)((guint8 *)current + current->used);
    current->used += needed;
    current->live++;
    block->size = size;
    __asan_unpoison_memory_region (block + 1, size);
    return block + 1;
}

static UNCHECKED gsize
get_size (gconstpointer memory)
{
    return ((const Block *)memory - 1)->size;
}

/* A block that was freed before is poisoned. */
static void
check_live (gconstpointer memory)
{
    (void)*(const volatile guint8 *)memory;
}

static UNCHECKED void
release (Area *area, gpointer memory)
{
    check_live (memory);
    __asan_poison_memory_region (memory, get_size (memory));
    if (--area->live == 0 && area != current)
        free_area (area);
}

/* --- GLib's functions ------------------------------------------------------*/

G_MODULE_EXPORT
gpointer (g_malloc) (gsize size)
{
    return size > 0 ? allocate (size) : NULL;
}

G_MODULE_EXPORT
gpointer (g_malloc0) (gsize size)
{
    return size > 0 ? memset (allocate (size), 0, size) : NULL;
}

G_MODULE_EXPORT
gpointer (g_malloc_n) (gsize n, gsize size)
{
    g_assert_true (size == 0 || n <= G_MAXSIZE / size);
    return g_malloc (n * size);
}

G_MODULE_EXPORT
gpointer (g_malloc0_n) (gsize n, gsize size)
{
    g_assert_true (size == 0 || n <= G_MAXSIZE / size);
    return g_malloc0 (n * size);
}

G_MODULE_EXPORT void (g_free) (gpointer memory)
{
    Area *area = memory ? find_area (memory) : NULL;

    if (area)
        release (area, memory);
    else
        free (memory);
}

G_MODULE_EXPORT
gpointer (g_realloc) (gpointer memory, gsize size)
{
    Area *area = memory ? find_area (memory) : NULL;
    gpointer other;

    if (memory && !area && size > 0)
        return realloc (memory, size);
    other = g_malloc (size);
    if (area && size > 0)
        memcpy (other, memory, MIN (size, get_size (memory)));
    g_free (memory);
    return other;
}

G_MODULE_EXPORT char *(g_strdup)(const char *text)
{
    gsize size = text ? strlen (text) + 1 : 0;

    return size > 0 ? memcpy (g_malloc (size), text, size) : NULL;
}

G_MODULE_EXPORT char *(g_strndup)(const char *text, gsize len)
{
    gsize used;
    char *copy;

    if (!text)
        return NULL;
    used = strnlen (text, len);
    copy = memcpy (g_malloc (used + 1), text, used);
    copy[used] = '\0';
    return copy;
}

/* Most strings that are compared differ in their first character. libFuzzer,
 * which watches strcmp(), learns nothing from these. */
G_MODULE_EXPORT int (g_strcmp0) (const char *a, const char *b)
{
    if (!a || !b)
        return (a != NULL) - (b != NULL);
    if (*a != *b)
        return (guchar)*a < (guchar)*b ? -1 : 1;
    return strcmp (a, b);
}
