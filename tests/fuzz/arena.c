/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stands in for malloc() while libFuzzer runs a target, for targets that make
 * so many small blocks that AddressSanitizer's allocator would take a third of
 * their time. Blocks lie one behind the other in an area, which is used again
 * when a run of the target has ended. So nothing that was freed is used again
 * within a run, and AddressSanitizer reports every access to it, and to what is
 * between blocks, as "use-after-poison". If a block is left at the end of a
 * run, libFuzzer looks for leaks. Replaying the input with `make check-asan`
 * tells where a block was allocated, because the replay does not use this file.
 *
 * What a target prepares with fuzz_prepare() lies in its area, too, with
 * everything that it refers to and that is freed at the end of a run. So a copy
 * of the area, and of what AddressSanitizer knows of it, brings it back.
 *
 * Only the thread of libFuzzer gets blocks here, and large blocks are
 * AddressSanitizer's own.
 */
#define _GNU_SOURCE
#include "fuzz.h"

#include <dlfcn.h>
#include <errno.h>
#include <gmodule.h>
#include <sanitizer/asan_interface.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AREA_SIZE (8 * 1024 * 1024) /* and its alignment */
#define AREAS_MAX 256
#define LARGE (1024 * 1024)
#define UNIT 16 /* of alignment, and the least distance of two blocks */
/* The shadow has a byte for so many of memory. */
#define SHADOWED 8
#define COPIED (8 * SHADOWED)
#define PREPARED_MAX 4
#define POISON 0xf7 /* of __asan_poison_memory_region() */
/* A loop must not become a call of memset(), which AddressSanitizer checks. */
#define UNCHECKED                                                              \
    __attribute__ ((no_sanitize ("address", "undefined"), no_builtin))

/* AddressSanitizer's own. */
void *__interceptor_malloc (size_t size);
void *__interceptor_calloc (size_t n, size_t size);
void *__interceptor_realloc (void *memory, size_t size);
void __interceptor_free (void *memory);
void __asan_get_shadow_mapping (size_t *scale, size_t *offset);

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

static __thread gboolean in_run;
static Area *current;
/* The addresses of all areas, inverted: LeakSanitizer must not find them. */
static guintptr areas[AREAS_MAX];
static guint n_areas;
static size_t shadow_offset;
/* libxml2 keeps the last error otherwise. */
static void (*forget_error) (void);
/* Large blocks that were allocated in this run. */
static guint n_large;

/* --- what AddressSanitizer knows -------------------------------------------*/

static UNCHECKED guint8 *
shadow_of (gconstpointer memory)
{
    return (guint8 *)((guintptr)memory / SHADOWED + shadow_offset);
}

/* Like __asan_unpoison_memory_region(), which takes longer. */
static UNCHECKED void
open_block (gconstpointer memory, gsize size)
{
    guint8 *shadow = shadow_of (memory);

    for (gsize i = 0; i < size / SHADOWED; i++)
        shadow[i] = 0;
    if (size % SHADOWED > 0)
        shadow[size / SHADOWED] = (guint8)(size % SHADOWED);
}

static UNCHECKED void
close_block (gconstpointer memory, gsize size)
{
    guint8 *shadow = shadow_of (memory);

    for (gsize i = 0; i < (size + SHADOWED - 1) / SHADOWED; i++)
        shadow[i] = POISON;
}

/* @bytes: a multiple of eight, like both addresses */
static UNCHECKED void
copy (gpointer to, gconstpointer from, gsize bytes)
{
    guint64 *words = to;
    const guint64 *others = from;

    for (gsize i = 0; i < bytes / sizeof *words; i++)
        words[i] = others[i];
}

/* --- copies ----------------------------------------------------------------*/

typedef struct {
    gpointer (*make) (void);
    gpointer made;
    gsize used; /* of `current` */
    guint64 *memory, *shadow;
} Prepared;

/* All of them are in `current`. */
static Prepared prepared[PREPARED_MAX];
static guint n_prepared;

static void
forget_prepared (void)
{
    while (n_prepared > 0) {
        __interceptor_free (prepared[--n_prepared].memory);
        __interceptor_free (prepared[n_prepared].shadow);
    }
}

static UNCHECKED void
keep (gpointer (*make) (void), gpointer made)
{
    Prepared *entry = &prepared[n_prepared++];

    entry->make = make;
    entry->made = made;
    entry->used = (current->used + COPIED - 1) / COPIED * COPIED;
    entry->memory = __interceptor_malloc (entry->used);
    entry->shadow = __interceptor_malloc (entry->used / SHADOWED);
    copy (entry->memory, current, entry->used);
    copy (entry->shadow, shadow_of (current), entry->used / SHADOWED);
}

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
    __interceptor_free (area);
}

static UNCHECKED void
new_area (void)
{
    void *memory = NULL;

    if (current && current->live == 0)
        free_area (current);
    forget_prepared ();
    g_assert_cmpuint (n_areas, <, AREAS_MAX);
    g_assert_cmpint (posix_memalign (&memory, AREA_SIZE, AREA_SIZE), ==, 0);
    __asan_poison_memory_region (memory, AREA_SIZE);
    current = memory;
    areas[n_areas++] = ~(guintptr)memory;
    clear (current);
}

/* Returns: (nullable): the area that @memory is in. */
static UNCHECKED Area *
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

/* --- blocks ----------------------------------------------------------------*/

static UNCHECKED gpointer
allocate (gsize size)
{
    gsize needed = sizeof (Block) + (size + UNIT - 1) / UNIT * UNIT;
    Block *block;

    /* The next block, or as much, is the distance to what is behind it. */
    if (!current || current->used + needed + UNIT > AREA_SIZE)
        new_area ();
    block = (Block *)((guint8 *)current + current->used);
    current->used += needed;
    current->live++;
    block->size = size;
    open_block (block + 1, size);
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
    close_block (memory, get_size (memory));
    if (--area->live == 0 && area != current)
        free_area (area);
}

/* --- the functions of the C library ----------------------------------------*/

G_MODULE_EXPORT UNCHECKED void *
malloc (size_t size)
{
    if (in_run && size <= LARGE)
        return allocate (MAX (size, 1));
    n_large++;
    return __interceptor_malloc (size);
}

G_MODULE_EXPORT UNCHECKED void *
calloc (size_t n, size_t size)
{
    if (in_run && size > 0 && n <= LARGE / size)
        return memset (allocate (MAX (n * size, 1)), 0, n * size);
    n_large++;
    return __interceptor_calloc (n, size);
}

G_MODULE_EXPORT UNCHECKED void
free (void *memory)
{
    Area *area = memory ? find_area (memory) : NULL;

    if (area)
        release (area, memory);
    else
        __interceptor_free (memory);
}

G_MODULE_EXPORT UNCHECKED void *
realloc (void *memory, size_t size)
{
    Area *area = memory ? find_area (memory) : NULL;
    void *other;

    if (memory && !area)
        return __interceptor_realloc (memory, size);
    other = size > 0 || !memory ? malloc (size) : NULL;
    if (area && other)
        memcpy (other, memory, MIN (size, get_size (memory)));
    if (area && (other || size == 0))
        release (area, memory);
    return other;
}

G_MODULE_EXPORT void *
reallocarray (void *memory, size_t n, size_t size)
{
    if (size > 0 && n > G_MAXSIZE / size) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc (memory, n * size);
}

/* --- what is prepared once -------------------------------------------------*/

/* The linker makes it of fuzz_prepare(). */
gpointer __wrap_fuzz_prepare (gpointer (*make) (void),
                              void (*resume) (gpointer made));

UNCHECKED gpointer
__wrap_fuzz_prepare (gpointer (*make) (void), void (*resume) (gpointer made))
{
    const Area *area = current;
    gpointer made;

    g_assert_true (!area || area->used == sizeof *area);
    for (guint i = 0; i < n_prepared; i++) {
        const Prepared *entry = &prepared[i];

        if (entry->make == make) {
            copy (current, entry->memory, entry->used);
            copy (shadow_of (current), entry->shadow, entry->used / SHADOWED);
            resume (entry->made);
            return entry->made;
        }
    }
    n_large = 0;
    made = make ();
    /* What is in other areas, or large, could not be brought back. */
    if (current == area && n_large == 0 && n_prepared < PREPARED_MAX)
        keep (make, made);
    return made;
}

/* --- runs ------------------------------------------------------------------*/

/* libFuzzer compares how often malloc() and free() were called in a run. So a
 * new area makes it look for leaks, and what is not `current` is one unless
 * something points into it. */
static UNCHECKED void
end_run (void)
{
    if (forget_error)
        forget_error ();
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
    int result;

    in_run = TRUE;
    result = __real_LLVMFuzzerTestOneInput (data, size);
    in_run = FALSE;
    end_run ();
    return result;
}

/* Before GLib has kept blocks of its own for lists: they are to be freed. */
static __attribute__ ((constructor)) void
start (int argc, char **argv)
{
    size_t scale;

    __asan_get_shadow_mapping (&scale, &shadow_offset);
    g_assert_cmpuint (1 << scale, ==, SHADOWED);
    forget_error = (void (*) (void))dlsym (RTLD_DEFAULT, "xmlResetLastError");
    if (g_strcmp0 (getenv ("G_SLICE"), "always-malloc") == 0)
        return;
    setenv ("G_SLICE", "always-malloc", 1);
    execv ("/proc/self/exe", argv);
    g_assert_not_reached ();
}
