/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tells libFuzzer only of one in MANY comparisons, for targets that would spend
 * a fifth of their time on telling them. It keeps only the latest anyway, to
 * try what was compared in other places.
 */
#include <gmodule.h>
#include <string.h>

#define MANY 64

static guint compared;

static inline gboolean
is_told (void)
{
    return G_UNLIKELY (++compared % MANY == 0);
}

/* The linker makes them of the functions that the compiler calls. */
#define FEW_NUMBERS(name, type)                                                \
    void __real___sanitizer_cov_trace_##name (type a, type b);                 \
    void __wrap___sanitizer_cov_trace_##name (type a, type b);                 \
                                                                               \
    void __wrap___sanitizer_cov_trace_##name (type a, type b)                  \
    {                                                                          \
        if (is_told ())                                                        \
            __real___sanitizer_cov_trace_##name (a, b);                        \
    }

FEW_NUMBERS (cmp1, guint8)
FEW_NUMBERS (cmp2, guint16)
FEW_NUMBERS (cmp4, guint32)
FEW_NUMBERS (cmp8, guint64)
FEW_NUMBERS (const_cmp1, guint8)
FEW_NUMBERS (const_cmp2, guint16)
FEW_NUMBERS (const_cmp4, guint32)
FEW_NUMBERS (const_cmp8, guint64)

/* Of these, libFuzzer learns from AddressSanitizer's function. */
int __interceptor_strcmp (const char *a, const char *b);

static __attribute__ ((no_sanitize ("address", "undefined"))) gsize
count_equal (const char *a, const char *b)
{
    gsize i = 0;

    while (a[i] && a[i] == b[i])
        i++;
    return i;
}

/* AddressSanitizer sees the first and the last byte that is read. */
G_MODULE_EXPORT int
strcmp (const char *a, const char *b)
{
    gsize i;

    if (is_told ())
        return __interceptor_strcmp (a, b);
    if (*a != *b)
        return (guchar)*a - (guchar)*b;
    i = count_equal (a, b);
    return (guchar)a[i] - (guchar)b[i];
}
