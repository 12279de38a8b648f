/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Several plugins may replace the same function, one after the other. For each
 * slot we therefore have several functions, one for each level. A plugin that
 * puts itself before us finds and keeps the function of the level below, never
 * one above it, so that the chain of calls always ends at the protocol plugin.
 *
 *     slot -> level 1 -> upload plugin -> level 0 -> protocol plugin
 */
#define _GNU_SOURCE /* dladdr() */

#include "slots.h"

#include "jabber.h"

#include <connection.h>
#include <dlfcn.h>
#include <gmodule.h>
#include <prpl.h>

/* The most plugins that replace the function in one slot; further ones are
 * ignored. */
#define LEVELS 4

typedef void (*Function) (void);

typedef struct {
    size_t offset;          /* offset in PurplePluginProtocolInfo */
    const char *own_symbol; /* (nullable): NULL if the protocol has none */
    Function levels[LEVELS];

    Function own;
    Function next[LEVELS]; /* the function in the slot before each level */
    guint used;            /* levels now in use, one above the other */
} Slot;

typedef enum {
    SEND_IM,
    SEND_TYPING,
    SEND_FILE,
    NEW_XFER,
    SEND_ATTENTION,
    INITIATE_MEDIA,
    SEND_RAW,
    CHAT_INVITE,
    CHAT_WHISPER,
    ADD_BUDDY_WITH_INVITE,
    N_SLOTS
} SlotId;

static Slot slots[N_SLOTS];
static const XtlsSlotOps *ops; /* NULL while not loaded */
static PurplePlugin *self;

static gboolean
keeps (PurpleAccount *account, const char *who, XtlsSlotMatter matter)
{
    return ops && account && ops->keeps (account, who, matter, NULL);
}

/* Returns: (nullable): the function that a level calls: the protocol's own if
 * the stanza must be kept from other plugins, otherwise the one that was in the
 * slot before. */
static Function
choose (SlotId id, guint level, gboolean kept)
{
    return kept ? slots[id].own : slots[id].next[level];
}

/* --- the functions -------------------------------------------------------- */

static int
send_im_at (guint level,
            PurpleConnection *gc,
            const char *who,
            const char *text,
            PurpleMessageFlags flags)
{
    PurpleAccount *account = purple_connection_get_account (gc);
    gboolean kept = ops && ops->keeps (account, who, XTLS_SLOT_TEXT, text);
    int (*function) (
        PurpleConnection *, const char *, const char *, PurpleMessageFlags) =
        (void *)choose (SEND_IM, level, kept);
    int result;

    if (!function || (kept && ops->drops (account, who, text)))
        return 0;
    result = function (gc, who, text, flags);
    if (kept && ops && result > 0)
        ops->taken (account, who);
    return result;
}

static unsigned int
send_typing_at (guint level,
                PurpleConnection *gc,
                const char *who,
                PurpleTypingState state)
{
    gboolean kept =
        keeps (purple_connection_get_account (gc), who, XTLS_SLOT_TYPING);
    unsigned int (*function) (
        PurpleConnection *, const char *, PurpleTypingState) =
        (void *)choose (SEND_TYPING, level, kept);

    return function ? function (gc, who, state) : 0;
}

static void
send_file_at (guint level,
              PurpleConnection *gc,
              const char *who,
              const char *path)
{
    gboolean kept =
        keeps (purple_connection_get_account (gc), who, XTLS_SLOT_FILE);
    void (*function) (PurpleConnection *, const char *, const char *) =
        (void *)choose (SEND_FILE, level, kept);

    if (function)
        function (gc, who, path);
}

static PurpleXfer *
new_xfer_at (guint level, PurpleConnection *gc, const char *who)
{
    gboolean kept =
        keeps (purple_connection_get_account (gc), who, XTLS_SLOT_OTHER);
    PurpleXfer *(*function) (PurpleConnection *, const char *) =
        (void *)choose (NEW_XFER, level, kept);

    return function ? function (gc, who) : NULL;
}

static gboolean
send_attention_at (guint level,
                   PurpleConnection *gc,
                   const char *who,
                   guint type)
{
    gboolean kept =
        keeps (purple_connection_get_account (gc), who, XTLS_SLOT_OTHER);
    gboolean (*function) (PurpleConnection *, const char *, guint) =
        (void *)choose (SEND_ATTENTION, level, kept);

    return function && function (gc, who, type);
}

static gboolean
initiate_media_at (guint level,
                   PurpleAccount *account,
                   const char *who,
                   PurpleMediaSessionType type)
{
    gboolean kept = keeps (account, who, XTLS_SLOT_OTHER);
    gboolean (*function) (
        PurpleAccount *, const char *, PurpleMediaSessionType) =
        (void *)choose (INITIATE_MEDIA, level, kept);

    return function && function (account, who, type);
}

static int
send_raw_at (guint level, PurpleConnection *gc, const char *text, int length)
{
    gboolean kept =
        keeps (purple_connection_get_account (gc), NULL, XTLS_SLOT_OTHER);
    int (*function) (PurpleConnection *, const char *, int) =
        (void *)choose (SEND_RAW, level, kept);

    return function ? function (gc, text, length) : -1;
}

static void
chat_invite_at (guint level,
                PurpleConnection *gc,
                int room,
                const char *text,
                const char *who)
{
    gboolean kept =
        keeps (purple_connection_get_account (gc), who, XTLS_SLOT_OTHER);
    void (*function) (PurpleConnection *, int, const char *, const char *) =
        (void *)choose (CHAT_INVITE, level, kept);

    if (function)
        function (gc, room, text, who);
}

static void
chat_whisper_at (guint level,
                 PurpleConnection *gc,
                 int room,
                 const char *who,
                 const char *text)
{
    gboolean kept =
        keeps (purple_connection_get_account (gc), who, XTLS_SLOT_OTHER);
    void (*function) (PurpleConnection *, int, const char *, const char *) =
        (void *)choose (CHAT_WHISPER, level, kept);

    if (function)
        function (gc, room, who, text);
}

static void
add_buddy_with_invite_at (guint level,
                          PurpleConnection *gc,
                          PurpleBuddy *buddy,
                          PurpleGroup *group,
                          const char *text)
{
    gboolean kept = keeps (purple_connection_get_account (gc),
                           purple_buddy_get_name (buddy),
                           XTLS_SLOT_OTHER);
    void (*function) (
        PurpleConnection *, PurpleBuddy *, PurpleGroup *, const char *) =
        (void *)choose (ADD_BUDDY_WITH_INVITE, level, kept);

    if (function)
        function (gc, buddy, group, text);
}

/* --- the functions in the slots, one for each level ----------------------- */

#define AT_LEVEL(n, type, name, parameters, ...)                               \
    static type name##_##n parameters                                          \
    {                                                                          \
        return name##_at (n, __VA_ARGS__);                                     \
    }

#define FUNCTION(type, name, parameters, ...)                                  \
    AT_LEVEL (0, type, name, parameters, __VA_ARGS__)                          \
    AT_LEVEL (1, type, name, parameters, __VA_ARGS__)                          \
    AT_LEVEL (2, type, name, parameters, __VA_ARGS__)                          \
    AT_LEVEL (3, type, name, parameters, __VA_ARGS__)

FUNCTION (int,
          send_im,
          (PurpleConnection * gc,
           const char *who,
           const char *text,
           PurpleMessageFlags flags),
          gc,
          who,
          text,
          flags)
FUNCTION (unsigned int,
          send_typing,
          (PurpleConnection * gc, const char *who, PurpleTypingState state),
          gc,
          who,
          state)
FUNCTION (void,
          send_file,
          (PurpleConnection * gc, const char *who, const char *path),
          gc,
          who,
          path)
FUNCTION (
    PurpleXfer *, new_xfer, (PurpleConnection * gc, const char *who), gc, who)
FUNCTION (gboolean,
          send_attention,
          (PurpleConnection * gc, const char *who, guint type),
          gc,
          who,
          type)
FUNCTION (gboolean,
          initiate_media,
          (PurpleAccount * account,
           const char *who,
           PurpleMediaSessionType type),
          account,
          who,
          type)
FUNCTION (int,
          send_raw,
          (PurpleConnection * gc, const char *text, int length),
          gc,
          text,
          length)
FUNCTION (void,
          chat_invite,
          (PurpleConnection * gc, int room, const char *text, const char *who),
          gc,
          room,
          text,
          who)
FUNCTION (void,
          chat_whisper,
          (PurpleConnection * gc, int room, const char *who, const char *text),
          gc,
          room,
          who,
          text)
FUNCTION (void,
          add_buddy_with_invite,
          (PurpleConnection * gc,
           PurpleBuddy *buddy,
           PurpleGroup *group,
           const char *text),
          gc,
          buddy,
          group,
          text)

#define SLOT(name, symbol)                                                     \
    {                                                                          \
        .offset = G_STRUCT_OFFSET (PurplePluginProtocolInfo, name),            \
        .own_symbol = (symbol),                                                \
        .levels = {                                                            \
            (Function)name##_0,                                                \
            (Function)name##_1,                                                \
            (Function)name##_2,                                                \
            (Function)name##_3,                                                \
        },                                                                     \
    }

static Slot slots[N_SLOTS] = {
    [SEND_IM] = SLOT (send_im, "jabber_message_send_im"),
    [SEND_TYPING] = SLOT (send_typing, "jabber_send_typing"),
    [SEND_FILE] = SLOT (send_file, "jabber_si_xfer_send"),
    [NEW_XFER] = SLOT (new_xfer, "jabber_si_new_xfer"),
    [SEND_ATTENTION] = SLOT (send_attention, "jabber_send_attention"),
    [INITIATE_MEDIA] = SLOT (initiate_media, "jabber_initiate_media"),
    [SEND_RAW] = SLOT (send_raw, "jabber_prpl_send_raw"),
    [CHAT_INVITE] = SLOT (chat_invite, "jabber_chat_invite"),
    [CHAT_WHISPER] = SLOT (chat_whisper, NULL),
    [ADD_BUDDY_WITH_INVITE] = SLOT (add_buddy_with_invite, NULL),
};

/* --- recognising functions ------------------------------------------------ */

/* Returns: (nullable): the file that contains the code. */
static const char *
file_of (gconstpointer function)
{
    Dl_info info;

    return function && dladdr (function, &info) ? info.dli_fname : NULL;
}

gboolean
xtls_slots_is_own (gconstpointer function)
{
    const char *file = file_of (function);

    return file && g_strcmp0 (file, file_of ((void *)slots[SEND_IM].own)) == 0;
}

static Function *
find_place (const Slot *slot)
{
    PurplePluginProtocolInfo *info =
        PURPLE_PLUGIN_PROTOCOL_INFO (xtls_jabber_get_plugin ());

    return (Function *)(void *)((char *)info + slot->offset);
}

/* Returns: the number of our levels up to @function, or 0 if it is not ours. */
static guint
count_levels (const Slot *slot, Function function)
{
    for (guint i = 0; i < LEVELS; i++)
        if (slot->levels[i] == function)
            return i + 1;
    return 0;
}

/* Some plugins leave their functions in the slots when they are unloaded. */
static gboolean
is_left_behind (Function function)
{
    const char *file = file_of ((void *)function);

    for (GList *l = purple_plugins_get_all (); file && l; l = l->next) {
        const PurplePlugin *plugin = l->data;

        if (plugin->path && g_str_equal (plugin->path, file))
            return !purple_plugin_is_loaded (plugin);
    }
    return FALSE;
}

/* A plugin that has kept a pointer to our function may call it after we are
 * unloaded. */
static void
stay_in_memory (void)
{
    if (self->handle)
        g_module_make_resident (self->handle);
}

static void
check (Slot *slot)
{
    Function *place = find_place (slot);
    Function now = *place;
    guint levels = count_levels (slot, now);

    if (levels > 0) {
        slot->used = levels;
        return;
    }
    if (is_left_behind (now))
        now = slot->own;
    if (!now)
        return;
    for (guint i = 0; i < LEVELS; i++)
        if (slot->next[i] == now) {
            *place = slot->levels[i];
            slot->used = i + 1;
            return;
        }
    if (slot->used < LEVELS)
        slot->next[slot->used++] = now;
    *place = slot->levels[slot->used - 1];
    stay_in_memory ();
}

void
xtls_slots_check (void)
{
    for (guint i = 0; ops && i < N_SLOTS; i++)
        check (&slots[i]);
}

void
xtls_slots_forget (const PurplePlugin *plugin)
{
    for (guint i = 0; i < N_SLOTS; i++) {
        Slot *slot = &slots[i];

        for (guint level = 0; level < LEVELS; level++)
            if (plugin->path && slot->next[level] &&
                g_strcmp0 (file_of ((void *)slot->next[level]), plugin->path) ==
                    0)
                slot->next[level] =
                    level > 0 ? slot->levels[level - 1] : slot->own;
    }
    xtls_slots_check ();
}

void
xtls_slots_init (PurplePlugin *plugin, const XtlsSlotOps *slot_ops)
{
    GModule *module = xtls_jabber_get_plugin ()->handle;

    self = plugin;
    ops = slot_ops;
    for (guint i = 0; i < N_SLOTS; i++) {
        gpointer symbol = NULL;

        if (slots[i].own_symbol)
            g_module_symbol (module, slots[i].own_symbol, &symbol);
        slots[i].own = (Function)symbol;
    }
    xtls_slots_check ();
}

void
xtls_slots_uninit (void)
{
    for (guint i = 0; i < N_SLOTS; i++) {
        Function *place = find_place (&slots[i]);
        guint levels;

        while ((levels = count_levels (&slots[i], *place)) > 0)
            *place = slots[i].next[levels - 1];
    }
    ops = NULL;
}
