/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The functions of libpurple's XMPP plugin that carry what a user sends to a
 * contact. libpurple calls them through pointers that every plugin can replace,
 * and some do: an upload plugin puts its own function for sending files there.
 *
 * For a contact whose words are to go through a private conversation, the
 * protocol plugin's own function is called, whoever has replaced it; its
 * stanzas then meet the gate. For everybody else the others' functions are
 * called as if this plugin were not there.
 */
#pragma once

#include <account.h>
#include <glib.h>
#include <plugin.h>

typedef enum {
    XTLS_SLOT_TEXT,
    XTLS_SLOT_TYPING,
    XTLS_SLOT_FILE,
    XTLS_SLOT_OTHER /* attention, voice and video, invitations */
} XtlsSlotMatter;

typedef struct {
    /**
     * keeps:
     * @who: (nullable): the contact; %NULL for text in XML, to anybody
     * @text: (nullable): what %XTLS_SLOT_TEXT would send
     *
     * Returns: %TRUE if this may only leave by the protocol's own function.
     */
    gboolean (*keeps) (PurpleAccount *account,
                       const char *who,
                       XtlsSlotMatter matter,
                       const char *text);

    /* Returns: %TRUE if @text, which would be kept, must not leave at all. */
    gboolean (*drops) (PurpleAccount *account,
                       const char *who,
                       const char *text);

    /* A text that is kept has been taken: its echo may be written next. */
    void (*taken) (PurpleAccount *account, const char *who);
} XtlsSlotOps;

/**
 * xtls_slots_init:
 * @plugin: ours; its code stays in memory once another plugin may have kept a
 * pointer to it
 * @ops: (transfer none): outlives xtls_slots_uninit()
 */
void xtls_slots_init (PurplePlugin *plugin, const XtlsSlotOps *ops);

/* Gives the protocol its functions back; pointers that others have kept lead to
 * the next function from then on. */
void xtls_slots_uninit (void);

/**
 * xtls_slots_check:
 *
 * Takes our place again where another plugin has put its functions before ours.
 * Cheap: called before everything that a user sends.
 */
void xtls_slots_check (void);

/* The functions of @plugin, which has been unloaded, are not called again. */
void xtls_slots_forget (const PurplePlugin *plugin);

/* Whether @function is code of the protocol plugin itself. */
gboolean xtls_slots_is_own (gconstpointer function);
