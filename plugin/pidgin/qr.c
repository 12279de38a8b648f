/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QR codes, for those who meet with a telephone. */
#include "qr.h"

#include <qrencode.h>

/* Of a module in pixels, and of the white border in modules (ISO 18004). */
enum { SCALE = 4, BORDER = 4 };

char *
xtls_qr_get_text (const char *jid, const char *fingerprint)
{
    char *escaped = g_uri_escape_string (jid, "@", FALSE);
    GString *text = g_string_new (NULL);

    g_string_append_printf (text, "xmpp:%s?xtls-sha-256=", escaped);
    for (const char *p = fingerprint; *p != '\0'; p++)
        if (*p != ':')
            g_string_append_c (text, g_ascii_tolower (*p));
    g_free (escaped);
    return g_string_free (text, FALSE);
}

/* One module. */
static void
blacken (GdkPixbuf *pixbuf, int column, int row)
{
    GdkPixbuf *module = gdk_pixbuf_new_subpixbuf (pixbuf,
                                                  (BORDER + column) * SCALE,
                                                  (BORDER + row) * SCALE,
                                                  SCALE,
                                                  SCALE);

    gdk_pixbuf_fill (module, 0x000000ff);
    g_object_unref (module);
}

/* Black on white on every theme: not all readers know the opposite. */
static GdkPixbuf *
draw (const QRcode *code)
{
    int size = (code->width + 2 * BORDER) * SCALE;
    GdkPixbuf *pixbuf =
        gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, size, size);

    gdk_pixbuf_fill (pixbuf, 0xffffffff);
    for (int row = 0; row < code->width; row++)
        for (int column = 0; column < code->width; column++)
            if (code->data[row * code->width + column] & 1)
                blacken (pixbuf, column, row);
    return pixbuf;
}

void
xtls_qr_set (GtkWidget *image, const char *text)
{
    QRcode *code =
        text == NULL
            ? NULL
            : QRcode_encodeString (text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    GdkPixbuf *pixbuf = code == NULL ? NULL : draw (code);

    gtk_image_set_from_pixbuf (GTK_IMAGE (image), pixbuf);
    gtk_widget_set_visible (image, pixbuf != NULL);
    if (pixbuf != NULL)
        g_object_unref (pixbuf);
    QRcode_free (code);
}
