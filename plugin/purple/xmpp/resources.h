/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which resources of the contacts are online, learnt from presence. */
#pragma once

#include "envelope.h"

#include <glib.h>

/* If a contact has more resources, the least active ones are forgotten. */
#define XTLS_RESOURCES_MAX 32
/* More contacts are not remembered unless they are on the buddy list, because
 * strangers may send presence, too. */
#define XTLS_RESOURCES_CONTACTS_MAX 10000

typedef struct XtlsResources XtlsResources;

XtlsResources *xtls_resources_new (void);
void xtls_resources_free (XtlsResources *resources);

/**
 * xtls_resources_presence:
 * @presence: an incoming `<presence/>`; occupants of rooms are not remembered
 * @is_buddy: whether its sender is on the buddy list
 *
 * Returns: (transfer full) (nullable): the full JID that has just gone offline.
 */
char *xtls_resources_presence (XtlsResources *resources,
                               const XtlsEnvelope *presence,
                               gboolean is_buddy);

/**
 * xtls_resources_active:
 * @full_jid: the resource that has just written
 */
void xtls_resources_active (XtlsResources *resources, const char *full_jid);

/**
 * xtls_resources_list:
 * @bare: the bare JID of the contact
 *
 * Returns: (transfer full) (element-type utf8): full JIDs of the contact that
 * are online, most recently active first.
 */
GPtrArray *xtls_resources_list (XtlsResources *resources, const char *bare);
