/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "memory.h"

#include <malloc.h>

gsize
memory_used (void)
{
    struct mallinfo2 info = mallinfo2 ();

    return info.uordblks + info.hblkhd;
}
