/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a contact's clients can. */
#pragma once

#include "api.h"

#include <account.h>
#include <glib.h>

/**
 * xtls_capability_find_resource:
 * @preferred: (nullable): a resource's full JID to be preferred
 * @resource: (out) (optional) (transfer full) (nullable): the full JID to call:
 *   with %XTLS_CAPABILITY_UNKNOWN one whose capabilities are not known yet
 *
 * Returns: what the contact's clients can.
 */
XtlsCapability xtls_capability_find_resource (PurpleAccount *account,
                                              const char *who,
                                              const char *preferred,
                                              char **resource);
