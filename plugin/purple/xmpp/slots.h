/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The functions of libpurple's XMPP plugin that carry what a user sends to a
 * contact. libpurple calls them through pointers that every plugin can replace,
 * and some do: an upload plugin installs its own function for sending files.
 *
 * For a contact whose messages must go through a private conversation, the
 * protocol plugin's own function is called, whoever has replaced it; its
 * stanzas then pass the gate. For everybody else the other plugins' functions
 * are called as if this plugin were absent.
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
     * @who: (nullable): the contact; %NULL for XML text to anybody
     * @text: (nullable): the text that %XTLS_SLOT_TEXT would send
     *
     * Returns: %TRUE if it may be sent only by the protocol's own function.
     */
    gboolean (*keeps) (PurpleAccount *account,
                       const char *who,
                       XtlsSlotMatter matter,
                       const char *text);

    /* Returns: %TRUE if @text, for which `keeps` is %TRUE, must not be sent at
     * all. */
    gboolean (*drops) (PurpleAccount *account,
                       const char *who,
                       const char *text);

    /* A text for which `keeps` is %TRUE has been accepted: its echo may be
     * written next. */
    void (*taken) (PurpleAccount *account, const char *who);
} XtlsSlotOps;

/**
 * xtls_slots_init:
 * @plugin: our plugin; its code stays in memory if another plugin may have kept
 *   a pointer to it
 * @ops: (transfer none): valid until after xtls_slots_uninit()
 */
void xtls_slots_init (PurplePlugin *plugin, const XtlsSlotOps *ops);

/* Restores the protocol's functions. Pointers that other plugins have kept lead
 * to the next function from then on. */
void xtls_slots_uninit (void);

/**
 * xtls_slots_check:
 *
 * Restores our place where another plugin has put its functions before ours. It
 * is cheap and is called before everything that a user sends.
 */
void xtls_slots_check (void);

/* The functions of @plugin, which has been unloaded, will not be called
 * again. */
void xtls_slots_forget (const PurplePlugin *plugin);

/* Returns: whether @function is code of the protocol plugin itself. */
gboolean xtls_slots_is_own (gconstpointer function);
