/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Notices and questions about other plugins that encrypt: OTR and OMEMO.
 */
#pragma once

#include "contact.h"

#include <glib.h>

/* Tells the user once, for each such plugin, which of the two is used when. */
void xtls_other_plugins_init (void);
void xtls_other_plugins_uninit (void);

/**
 * xtls_other_plugins_start:
 *
 * Like xtls_contact_start_by_user(), but asks the user first if a private
 * conversation with OTR is active.
 */
gboolean xtls_other_plugins_start (XtlsContact *contact, char **why);
