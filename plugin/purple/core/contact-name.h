/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a contact is named to the user.
 *
 * An alias may be the contact's own words: the nickname that it publishes, or
 * a name that its server gives it. Another contact's address or a sentence may
 * stand there. A JID cannot be chosen so freely, so a contact is named by its
 * bare JID, and an alias stands only beside it, in quotation marks.
 */
#pragma once

#include <account.h>
#include <glib.h>

/**
 * xtls_contact_name_get:
 * @account: (nullable): the account whose contact it is
 * @who: the contact's bare JID
 *
 * For dialogs and menus, which may be about any contact.
 *
 * Returns: (transfer full): the JID with the alias from the buddy list beside
 * it, as xtls_contact_name_join() does
 */
char *xtls_contact_name_get (PurpleAccount *account, const char *who);

/**
 * xtls_contact_name_join:
 * @jid: a bare JID
 * @alias: (nullable): what else the contact is called
 *
 * Leaves @alias out where it is no help: if it says nothing new, or holds an
 * “@” and so may be taken for an address.
 *
 * Returns: (transfer full): plain text on one line: @jid as
 * xtls_contact_name_jid() has it, then @alias, shortened to 64 characters
 */
char *xtls_contact_name_join (const char *jid, const char *alias);

/**
 * xtls_contact_name_jid:
 * @jid: a JID, bare or with a resource
 *
 * For lines in a conversation, where the title of the window has the alias.
 * A resource is the contact's own choice: it cannot look like more than one
 * word.
 *
 * Returns: (transfer full): plain text on one line. Of what is longer than
 * anybody reads, the beginning and the end remain, since the end has the
 * domain.
 */
char *xtls_contact_name_jid (const char *jid);
