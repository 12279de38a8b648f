/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The XML declaration that a stream may begin with. */
#pragma once

#include <glib.h>

/**
 * xtls_xml_declaration_is_right:
 * @text: what stands between `<?xml` and `?>`, ASCII
 *
 * Returns: %TRUE for version 1.0 in UTF-8, well-formed.
 */
gboolean xtls_xml_declaration_is_right (const char *text);
