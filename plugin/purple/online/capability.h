/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds out what a contact's clients support. */
#pragma once

#include "api.h"

#include <account.h>
#include <glib.h>

/**
 * xtls_capability_find_resource:
 * @preferred: (nullable): the full JID of a resource to prefer
 * @resource: (out) (optional) (transfer full) (nullable): the full JID to call;
 *   with %XTLS_CAPABILITY_UNKNOWN, one whose capabilities are not known yet
 *
 * Returns: what the contact's clients support.
 */
XtlsCapability xtls_capability_find_resource (PurpleAccount *account,
                                              const char *who,
                                              const char *preferred,
                                              char **resource);
