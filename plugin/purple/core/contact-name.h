/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names contacts for the user.
 *
 * An alias may come from the contact: the nickname that it publishes, or a name
 * that its server gives it. It may be another contact's address, or a sentence.
 * A JID cannot be chosen so freely, so a contact is named by its bare JID, and
 * an alias is only added to it, in quotation marks.
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
 * Returns: (transfer full): the JID with the alias from the buddy list, joined
 * by xtls_contact_name_join()
 */
char *xtls_contact_name_get (PurpleAccount *account, const char *who);

/**
 * xtls_contact_name_join:
 * @jid: a bare JID
 * @alias: (nullable): the contact's other name
 *
 * Leaves out an @alias that does not help: one that says nothing new, or
 * contains an “@” and so might be taken for an address.
 *
 * Returns: (transfer full): plain text on one line: @jid as from
 * xtls_contact_name_jid(), then @alias, shortened to 64 characters
 */
char *xtls_contact_name_join (const char *jid, const char *alias);

/**
 * xtls_contact_name_jid:
 * @jid: a JID, bare or with a resource
 *
 * For system messages in a conversation, where the window's title has the
 * alias. The contact chooses the resource, so it is made to look like one word.
 *
 * Returns: (transfer full): plain text on one line. Very long parts are
 * shortened in the middle, because the end has the domain.
 */
char *xtls_contact_name_jid (const char *jid);

/**
 * xtls_contact_name_quotable:
 * @text: words of a contact, to be put between quotation marks
 *
 * Returns: (transfer full): the text on one line and without quotation marks:
 * those around it show where it ends.
 */
char *xtls_contact_name_quotable (const char *text);
