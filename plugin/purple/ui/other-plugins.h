/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the user is told and asked about other plugins that encrypt: OTR and
 * OMEMO.
 */
#pragma once

#include "contact.h"

#include <glib.h>

/* Tells once, for each such plugin, which of the two is used when. */
void xtls_other_plugins_init (void);
void xtls_other_plugins_uninit (void);

/**
 * xtls_other_plugins_start:
 *
 * xtls_contact_start() for the user, who is asked first if a private
 * conversation with OTR is on.
 */
gboolean xtls_other_plugins_start (XtlsContact *contact, char **why);
