/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Applies changes by other programs that use the folder. */
#pragma once

#include "store.h"

/* For xtls_core_init(). */
extern const XtlsStoreOps xtls_shared_folder_ops;
