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
 */
#include "gate.h"

#include "jabber.h"
#include "stanza.h"

#include <plugin.h>
#include <signals.h>

/* A stanza whose emission has not passed the third handler yet. */
typedef struct {
    xmlnode **slot; /* the emitter's variable: it names the emission */
    xmlnode *original;
    xmlnode *placeholder;
    char *text;
} Withheld;

static XtlsGateJudge gate_judge;
static GSList *withheld; /* of Withheld, innermost emission first */
static int handle;       /* its address is what we connect with */

static void
swap_in_cb (PurpleConnection *gc, xmlnode **slot, gpointer data)
{
    if (!slot || !*slot || !gate_judge (gc, *slot))
        return;

    Withheld *entry = g_new0 (Withheld, 1);
    char *id = xtls_random_id ();

    entry->slot = slot;
    entry->original = *slot;
    entry->placeholder = xmlnode_new ("xtls-withheld");
    xmlnode_set_attrib (entry->placeholder, "id", id);
    entry->text = xmlnode_to_str (entry->placeholder, NULL);
    withheld = g_slist_prepend (withheld, entry);
    *slot = entry->placeholder;
    g_free (id);
}

static void
stop_text_cb (PurpleConnection *gc, const char **text, gpointer data)
{
    for (GSList *l = withheld; l && text && *text; l = l->next) {
        const Withheld *entry = l->data;

        if (g_str_equal (*text, entry->text))
            *text = NULL;
    }
}

static void
put_back_cb (PurpleConnection *gc, xmlnode **slot, gpointer data)
{
    GSList *l = withheld;

    while (l && ((Withheld *)l->data)->slot != slot)
        l = l->next;
    if (!l)
        return;

    Withheld *entry = l->data;

    /* Whoever replaced the placeholder may have freed it: leave it then. */
    if (*slot == entry->placeholder) {
        *slot = entry->original;
        xmlnode_free (entry->placeholder);
    }
    withheld = g_slist_delete_link (withheld, l);
    g_free (entry->text);
    g_free (entry);
}

void
xtls_gate_init (XtlsGateJudge judge)
{
    PurplePlugin *prpl = xtls_jabber_get_plugin ();

    gate_judge = judge;
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
