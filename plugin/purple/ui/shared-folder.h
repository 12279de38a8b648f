/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is to be done when another program on the folder has changed something.
 */
#pragma once

#include "store.h"

/* For xtls_core_init(). */
extern const XtlsStoreOps xtls_shared_folder_ops;
