/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Linked into a client with sanitizers, to unwind the stack of each call of
 * malloc() and free(). Debian's libraries have no frame pointers, and without
 * them libgcc's unwinder reads the tables of every function again for every
 * call, in which a client spent two thirds of its time. libunwind caches where
 * each function keeps its return address.
 */
#define UNW_LOCAL_ONLY

#include <dlfcn.h>
#include <libunwind.h>
#include <unwind.h>

/* More frames than the sanitizers keep, including those of their own that they
 * drop. */
#define MOST_FRAMES 32

/* The context that a sanitizer receives for a frame. */
static __thread _Unwind_Ptr step;
static __thread int busy;

__attribute__ ((visibility ("default"), no_sanitize ("address", "undefined")))
_Unwind_Reason_Code
_Unwind_Backtrace (_Unwind_Trace_Fn trace, void *user_data)
{
    void *frames[MOST_FRAMES];
    int count;

    if (busy)
        return _URC_END_OF_STACK;
    busy = 1;
    count = unw_backtrace (frames, MOST_FRAMES);
    busy = 0;
    for (int i = 0; i < count; i++) {
        step = (_Unwind_Ptr)frames[i];
        if (trace ((struct _Unwind_Context *)&step, user_data) !=
            _URC_NO_REASON)
            return _URC_FATAL_PHASE1_ERROR;
    }
    return _URC_END_OF_STACK;
}

/* Other callers pass a context of libgcc. */
__attribute__ ((visibility ("default"), no_sanitize ("address", "undefined")))
_Unwind_Ptr
_Unwind_GetIP (struct _Unwind_Context *frame)
{
    static _Unwind_Ptr (*libgcc) (struct _Unwind_Context *);

    if (frame == (struct _Unwind_Context *)&step)
        return step;
    if (!libgcc)
        *(void **)&libgcc = dlsym (RTLD_NEXT, "_Unwind_GetIP");
    return libgcc (frame);
}
