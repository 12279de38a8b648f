/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QR codes, for those who meet with a telephone. */
#pragma once

#include <gtk/gtk.h>

/* Returns: (transfer full): what the code of a key says, an address of XMPP
 * (RFC 5122) with the fingerprint: `xmpp:JID?xtls-sha-256=HEX`, the digits in
 * lower case and without colons. */
char *xtls_qr_get_text (const char *jid, const char *fingerprint);

/* Shows a text as QR code. @image: a GtkImage; hidden if there is no code.
 * @text: (nullable): %NULL: no code. */
void xtls_qr_set (GtkWidget *image, const char *text);
