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
 * shows as text alone, and is taken apart and filtered there.
 */
#include "gate.h"

#include "jabber.h"
#include "stanza.h"

#include <debug.h>
#include <plugin.h>
#include <signals.h>
#include <string.h>

/* A stanza whose emission has not passed the third handler yet. */
typedef struct {
    PurpleConnection *gc;
    xmlnode **slot; /* the emitter's variable: it names the emission */
    xmlnode *original;
    xmlnode *placeholder; /* (nullable): none for what passes */
    char *text;           /* (nullable): the placeholder's */
} Emission;

static const XtlsGateOps *ops;
static GSList *emissions; /* of Emission, innermost first */
static int handle;        /* its address is what we connect with */

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
        g_autofree char *id = xtls_stanza_random_id ();

        entry->placeholder = xmlnode_new ("xtls-withheld");
        xmlnode_set_attrib (entry->placeholder, "id", id);
        entry->text = xmlnode_to_str (entry->placeholder, NULL);
        *slot = entry->placeholder;
    }
}

/* --- what is sent as text --- */

/* What libpurple itself sends so: white space that keeps a connection alive,
 * and beginning and end of the stream. */
static gboolean
is_of_stream (PurpleConnection *gc, const char *text)
{
    return purple_connection_get_state (gc) != PURPLE_CONNECTED ||
           g_str_equal (text, "</stream:stream>") ||
           text[strspn (text, " \t\r\n")] == '\0';
}

/* Filters stanzas one by one. What remains of a text of which some were
 * withheld leaves as stanzas. */
static gboolean
filter_all (PurpleConnection *gc, const xmlnode *stanzas)
{
    GQueue rest = G_QUEUE_INIT;
    gboolean withheld = FALSE;
    xmlnode *stanza;

    for (stanza = stanzas->child; stanza; stanza = stanza->next) {
        if (stanza->type != XMLNODE_TYPE_TAG)
            continue;
        if (ops->filter (gc, stanza))
            withheld = TRUE;
        else
            g_queue_push_tail (&rest, xmlnode_copy (stanza));
    }
    while ((stanza = g_queue_pop_head (&rest))) {
        if (withheld)
            xtls_jabber_send (gc, stanza);
        else
            xmlnode_free (stanza);
    }
    return withheld;
}

/* Returns: %TRUE if it is withheld. */
static gboolean
filter_text (PurpleConnection *gc, const char *text)
{
    g_autofree char *whole =
        g_strconcat ("<text xmlns='jabber:client'>", text, "</text>", NULL);
    xmlnode *stanzas = xmlnode_from_str (whole, -1);
    gboolean withheld;

    if (!stanzas) {
        purple_debug_info ("xtls", "text that is no stanza was sent\n");
        return ops->is_private (purple_connection_get_account (gc));
    }
    withheld = filter_all (gc, stanzas);
    xmlnode_free (stanzas);
    return withheld;
}

static void
stop_text_cb (PurpleConnection *gc, const char **text, gpointer data)
{
    gboolean of_stanza = FALSE;

    if (!text || !*text)
        return;
    for (GSList *l = emissions; l; l = l->next) {
        const Emission *entry = l->data;

        if (g_strcmp0 (*text, entry->text) == 0) {
            *text = NULL;
            return;
        }
        of_stanza |= entry->gc == gc;
    }
    if (!of_stanza && !is_of_stream (gc, *text) && filter_text (gc, *text))
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

    /* Whoever replaced the placeholder may have freed it: leave it then. */
    if (entry->placeholder && *slot == entry->placeholder) {
        *slot = entry->original;
        xmlnode_free (entry->placeholder);
    }
    emissions = g_slist_delete_link (emissions, l);
    g_free (entry->text);
    g_free (entry);
}

void
xtls_gate_init (const XtlsGateOps *gate_ops)
{
    PurplePlugin *prpl = xtls_jabber_get_plugin ();

    ops = gate_ops;
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
}
