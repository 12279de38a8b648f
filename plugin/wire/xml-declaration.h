/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks the XML declaration at the beginning of a stream. */
#pragma once

#include <glib.h>

/**
 * xtls_xml_declaration_is_right:
 * @text: the text between `<?xml` and `?>`, ASCII
 *
 * Returns: %TRUE for a well-formed declaration of version 1.0 in UTF-8.
 */
gboolean xtls_xml_declaration_is_right (const char *text);
