/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What GnuTLS's header takes of it, for `make check-mingw`. */
#pragma once

#include <stddef.h>

struct iovec {
    void *iov_base;
    size_t iov_len;
};
