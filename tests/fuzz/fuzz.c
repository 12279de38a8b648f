/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the fuzz targets share, see fuzz.h. */
#include "fuzz.h"

#include "nodes.h"
#include "ns.h"
#include "scratch.h"
#include "xml-write.h"

#include <gmodule.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* libpurple's functions of these names keep every node in a table for D-Bus. */
void purple_dbus_register_pointer (gpointer pointer, gpointer type);
void purple_dbus_unregister_pointer (gpointer pointer);

G_MODULE_EXPORT void
purple_dbus_register_pointer (gpointer pointer, gpointer type)
{
}

G_MODULE_EXPORT void
purple_dbus_unregister_pointer (gpointer pointer)
{
}

char *
fuzz_line (const guint8 **data, gsize *size)
{
    const guint8 *end;
    gsize len;
    char *line;

    if (*size == 0)
        return NULL;
    end = memchr (*data, '\n', *size);
    len = end ? (gsize)(end - *data) : *size;
    line = fuzz_text (*data, len);
    if (end)
        len++;
    *data += len;
    *size -= len;
    return line;
}

char *
fuzz_text (const guint8 *data, gsize size)
{
    return g_strndup ((const char *)data, size);
}

guint
fuzz_number (const char *text, guint max)
{
    guint64 value = text ? g_ascii_strtoull (text, NULL, 10) : 0;

    return (guint)MIN (value, max);
}

xmlnode *
fuzz_iq (const char *text)
{
    xmlnode *node;

    nodes_init ();
    if (!g_utf8_validate (text, -1, NULL))
        return NULL;
    node = xmlnode_from_str (text, -1);
    if (node && strcmp (node->name, "iq") != 0)
        g_clear_pointer (&node, xmlnode_free);
    return node;
}

char *
fuzz_write (const xmlnode *node, const char *xmlns)
{
    GString *out = g_string_new (NULL);

    if (xtls_xml_write (out, node, xmlns, TRUE, XTLS_STANZA_MAX) ==
        XTLS_XML_WRITTEN) {
        g_assert_cmpuint (out->len, <=, XTLS_STANZA_MAX);
        return g_string_free (out, FALSE);
    }
    g_assert_cmpuint (out->len, ==, 0);
    g_string_free (out, TRUE);
    return NULL;
}

gpointer
fuzz_prepare (gpointer (*make) (void), void (*resume) (gpointer made))
{
    return make ();
}

static char *folder;
static XtlsWriter *writer;

static void
clean_up (void)
{
    if (writer)
        xtls_writer_free (writer);
    if (folder)
        test_dir_free (folder);
}

static void
prepare (void)
{
    if (folder)
        return;
    folder = test_dir_new ();
    atexit (clean_up);
}

/* GLib's function would wait until the file is on disk. */
char *
fuzz_file (const guint8 *data, gsize size)
{
    char *path;
    FILE *file;

    prepare ();
    path = g_build_filename (folder, "file", NULL);
    file = fopen (path, "w");
    g_assert_nonnull (file);
    g_assert_cmpuint (fwrite (data, 1, size, file), ==, size);
    g_assert_cmpint (fclose (file), ==, 0);
    return path;
}

static void
failed_cb (const char *path, const char *message, gpointer user_data)
{
    g_assert_not_reached ();
}

XtlsWriter *
fuzz_writer (void)
{
    prepare ();
    if (!writer)
        writer = xtls_writer_new (failed_cb, NULL);
    return writer;
}
