/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Withholding stanzas.
 *
 * `jabber-sending-xmlnode` carries a pointer to the node that its emitter
 * holds; libpurple's handler at HIGHEST writes what it finds there to the
 * socket, then gives it to its stream management. Therefore
 *
 * - NULL there is a CRITICAL in libpurple, and a crash with BOSH;
 * - a node of ours left there is freed by emitters that free what they find;
 * - the original put back before stream management saw it would be queued there
 *   and leave in clear at the next login.
 *
 * So a placeholder, which is no stanza and not counted as one, takes the
 * original's place just before HIGHEST, its text is stopped on the way to the
 * socket, and the original is back just after HIGHEST.
 *
 * What is sent as text (the XMPP Console, other plugins) never was a node: it
 * shows as text alone, and is taken apart and filtered there. Text that is no
 * stanza does not leave before it has become one.
 */
#include "gate.h"

#include "envelope.h"
#include "jabber.h"
#include "ns.h"
#include "stanza.h"

#include <debug.h>
#include <plugin.h>
#include <signals.h>
#include <string.h>

/* A stanza that has not passed the third handler yet. */
typedef struct {
    PurpleConnection *gc;
    xmlnode **slot; /* the emitter's variable, which identifies the emission */
    xmlnode *original;
    xmlnode *placeholder; /* (nullable): none for a stanza that passes */
    gboolean written;     /* its own text has been written once */
} Emission;

static const XtlsGateOps *ops;
/* What stands in for stanzas that are withheld, and its text. */
static xmlnode *pattern;
static char *pattern_text;
static GSList *emissions; /* of Emission, innermost first */

/* Text that is not a complete stanza yet: PurpleConnection → GString, owned. */
static GHashTable *pieces;
static int handle; /* its address is what we connect with */

static void
swap_in_cb (PurpleConnection *gc, xmlnode **slot, gpointer data)
{
    Emission *entry;
    gboolean withheld;

    if (!slot || !*slot)
        return;
    withheld = ops->filter (gc, *slot);
    entry = g_new0 (Emission, 1);
    entry->gc = gc;
    entry->slot = slot;
    entry->original = *slot;
    emissions = g_slist_prepend (emissions, entry);
    if (withheld) {
        entry->placeholder = xmlnode_copy (pattern);
        *slot = entry->placeholder;
    }
}

/* --- what is sent as text ------------------------------------------------- */

static gboolean
is_space (const char *text)
{
    return text[strspn (text, " \t\r\n")] == '\0';
}

/* Returns: whether it is one tag that opens a stream, with nothing after it. */
static gboolean
is_stream_header (const char *text)
{
    const char *end =
        g_str_has_prefix (text, "<?xml ") ? strstr (text, "?>") : NULL;

    if (end)
        text = end + 2;
    text += strspn (text, " \t\r\n");
    if (!*text)
        return end != NULL;
    end = strchr (text, '>');
    return g_str_has_prefix (text, "<stream:stream ") && end &&
           is_space (end + 1);
}

/* What libpurple itself sends as text: white space that keeps a connection
 * alive, and the beginning and end of the stream. */
static gboolean
is_of_stream (PurpleConnection *gc, const char *text)
{
    return is_space (text) || g_str_equal (text, "</stream:stream>") ||
           (purple_connection_get_state (gc) != PURPLE_CONNECTED &&
            is_stream_header (text));
}

static gboolean
has_stanza (const xmlnode *parts)
{
    for (const xmlnode *part = parts->child; part; part = part->next)
        if (part->type == XMLNODE_TYPE_TAG && xtls_envelope_is_stanza (part))
            return TRUE;
    return FALSE;
}

/* Filters stanzas one by one. A stanza that passes is written from what was
 * read, so that no server can read anything else in it. */
static void
filter_all (PurpleConnection *gc, const xmlnode *parts)
{
    GQueue rest = G_QUEUE_INIT;
    xmlnode *part;

    for (part = parts->child; part; part = part->next)
        if (part->type == XMLNODE_TYPE_TAG &&
            !xtls_envelope_is_ambiguous (part) && !ops->filter (gc, part))
            g_queue_push_tail (&rest, xmlnode_copy (part));
    while ((part = g_queue_pop_head (&rest)))
        xtls_jabber_send (gc, part);
}

/* Returns: (nullable) (transfer full): the stanzas, as children of one
 * element. */
static xmlnode *
parse (const char *text)
{
    g_autofree char *whole =
        g_strconcat ("<text xmlns='jabber:client'>", text, "</text>", NULL);

    return xmlnode_from_str (whole, -1);
}

/* The text of a stanza may come in pieces that are not recognisable on their
 * own. */
static void
filter_piece (PurpleConnection *gc, const char *text)
{
    GString *piece = g_hash_table_lookup (pieces, gc);
    xmlnode *stanzas;

    if (!piece) {
        piece = g_string_new (NULL);
        g_hash_table_insert (pieces, gc, piece);
    }
    g_string_append (piece, text);
    stanzas = parse (piece->str);
    if (!stanzas && piece->len <= XTLS_STANZA_MAX) {
        purple_debug_info ("xtls", "text that is no stanza is kept\n");
        return;
    }
    g_hash_table_remove (pieces, gc);
    if (stanzas)
        filter_all (gc, stanzas);
    g_clear_pointer (&stanzas, xmlnode_free);
}

/* Returns: %TRUE if it must not be sent as it is. */
static gboolean
filter_text (PurpleConnection *gc, const char *text)
{
    xmlnode *parts = parse (text);
    gboolean withheld;

    if (!parts) {
        filter_piece (gc, text);
        return TRUE;
    }
    g_hash_table_remove (pieces, gc);
    /* Elements of the stream itself concern no contact. */
    withheld = has_stanza (parts);
    if (withheld)
        filter_all (gc, parts);
    xmlnode_free (parts);
    return withheld;
}

/* Returns: whether @text is libpurple's text of a stanza that was allowed, our
 * own blocks included. Each is written once; any other text in the same
 * emission comes from somebody else. */
static gboolean
is_written_of (Emission *entry, PurpleConnection *gc, const char *text)
{
    g_autofree char *own = NULL;

    if (entry->gc != gc || entry->placeholder || entry->written)
        return FALSE;
    own = xmlnode_to_str (entry->original, NULL);
    entry->written = g_strcmp0 (own, text) == 0;
    return entry->written;
}

static void
stop_text_cb (PurpleConnection *gc, const char **text, gpointer data)
{
    if (!text || !*text)
        return;
    for (GSList *l = emissions; l; l = l->next) {
        Emission *entry = l->data;

        if (entry->placeholder && g_str_equal (*text, pattern_text)) {
            *text = NULL;
            return;
        }
        if (is_written_of (entry, gc, *text))
            return;
    }
    if (!is_of_stream (gc, *text) && filter_text (gc, *text))
        *text = NULL;
}

static void
put_back_cb (PurpleConnection *gc, xmlnode **slot, gpointer data)
{
    GSList *l = emissions;

    while (l && ((Emission *)l->data)->slot != slot)
        l = l->next;
    if (!l)
        return;

    Emission *entry = l->data;

    /* A handler that replaced the placeholder may have freed it: leave it
     * then. */
    if (entry->placeholder && *slot == entry->placeholder) {
        *slot = entry->original;
        xmlnode_free (entry->placeholder);
    }
    emissions = g_slist_delete_link (emissions, l);
    g_free (entry);
}

void
xtls_gate_forget (PurpleConnection *gc)
{
    g_hash_table_remove (pieces, gc);
}

static void
piece_free (gpointer piece)
{
    g_string_free (piece, TRUE);
}

static xmlnode *
make_pattern (void)
{
    g_autofree char *id = xtls_stanza_random_id ();
    xmlnode *node = xmlnode_new ("xtls-withheld");

    xmlnode_set_attrib (node, "id", id);
    return node;
}

void
xtls_gate_init (const XtlsGateOps *gate_ops)
{
    PurplePlugin *prpl = xtls_jabber_get_plugin ();

    ops = gate_ops;
    pattern = make_pattern ();
    pattern_text = xmlnode_to_str (pattern, NULL);
    pieces = g_hash_table_new_full (NULL, NULL, NULL, piece_free);
    purple_signal_connect_priority (prpl,
                                    "jabber-sending-xmlnode",
                                    &handle,
                                    PURPLE_CALLBACK (swap_in_cb),
                                    NULL,
                                    PURPLE_SIGNAL_PRIORITY_HIGHEST - 1);
    purple_signal_connect_priority (prpl,
                                    "jabber-sending-text",
                                    &handle,
                                    PURPLE_CALLBACK (stop_text_cb),
                                    NULL,
                                    PURPLE_SIGNAL_PRIORITY_HIGHEST);
    purple_signal_connect_priority (prpl,
                                    "jabber-sending-xmlnode",
                                    &handle,
                                    PURPLE_CALLBACK (put_back_cb),
                                    NULL,
                                    PURPLE_SIGNAL_PRIORITY_HIGHEST + 1);
}

void
xtls_gate_uninit (void)
{
    purple_signals_disconnect_by_handle (&handle);
    g_clear_pointer (&pieces, g_hash_table_destroy);
    g_clear_pointer (&pattern, xmlnode_free);
    g_clear_pointer (&pattern_text, g_free);
}
