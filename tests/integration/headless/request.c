/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Request dialogs: reported when they open and close, and answered by the
 * driver. As in Pidgin, the callback runs first and the dialog closes after it,
 * unless the callback has closed it.
 */
#include "headless.h"

#include <request.h>
#include <stdarg.h>

/* Buttons of a dialog that has no list of its own. */
enum { BUTTON_OK, BUTTON_CANCEL, BUTTON_CLOSE = -1 };

/* Ids start here so that a handle is never NULL. */
static guint last_id = 100;
static GHashTable *dialogs;

typedef struct {
    guint id;
    PurpleRequestType type;
    GPtrArray *callbacks; /* (element-type GCallback), one a button */
    gpointer user_data;
    PurpleRequestFields *fields; /* (nullable), ours to free */
    GArray *choices;             /* (nullable) (element-type int) */
} Dialog;

static const char *const type_names[] = {
    "input", "choice", "action", "fields", "file", "folder", "screenshare"};

static void
dialog_free (gpointer data)
{
    Dialog *dialog = data;

    g_ptr_array_unref (dialog->callbacks);
    if (dialog->fields)
        purple_request_fields_destroy (dialog->fields);
    if (dialog->choices)
        g_array_unref (dialog->choices);
    g_free (dialog);
}

typedef struct {
    const char *title;
    const char *primary;
    const char *secondary;
    PurpleAccount *account;
    const char *who;
} Words;

static Dialog *
dialog_new (PurpleRequestType type, const Words *words, GString **event)
{
    Dialog *dialog = g_new0 (Dialog, 1);

    dialog->id = ++last_id;
    dialog->type = type;
    dialog->callbacks = g_ptr_array_new ();
    g_hash_table_insert (dialogs, GUINT_TO_POINTER (dialog->id), dialog);
    *event = json_event ("request");
    json_int (*event, "request", dialog->id);
    json_string (*event, "type", type_names[type]);
    json_string (*event, "title", words->title);
    json_string (*event, "primary", words->primary);
    json_string (*event, "secondary", words->secondary);
    if (words->account)
        json_account (*event, words->account);
    json_string (*event, "who", words->who);
    return dialog;
}

static void *
dialog_show (Dialog *dialog, gpointer user_data, GString *event)
{
    dialog->user_data = user_data;
    json_send (event);
    return GUINT_TO_POINTER (dialog->id);
}

static void
add_two_buttons (Dialog *dialog,
                 GString *event,
                 const char *ok,
                 GCallback ok_cb,
                 const char *cancel,
                 GCallback cancel_cb)
{
    json_open (event, "buttons", '[');
    json_string (event, NULL, ok);
    json_string (event, NULL, cancel);
    json_close (event, ']');
    g_ptr_array_add (dialog->callbacks, (gpointer)ok_cb);
    g_ptr_array_add (dialog->callbacks, (gpointer)cancel_cb);
}

static void *
request_input (const char *title,
               const char *primary,
               const char *secondary,
               const char *value,
               gboolean multiline,
               gboolean masked,
               gchar *hint,
               const char *ok,
               GCallback ok_cb,
               const char *cancel,
               GCallback cancel_cb,
               PurpleAccount *account,
               const char *who,
               PurpleConversation *conv,
               void *user_data)
{
    Words words = {title, primary, secondary, account, who};
    GString *event;
    Dialog *dialog = dialog_new (PURPLE_REQUEST_INPUT, &words, &event);

    json_string (event, "value", value);
    json_bool (event, "masked", masked);
    add_two_buttons (dialog, event, ok, ok_cb, cancel, cancel_cb);
    return dialog_show (dialog, user_data, event);
}

static void *
request_choice (const char *title,
                const char *primary,
                const char *secondary,
                int value,
                const char *ok,
                GCallback ok_cb,
                const char *cancel,
                GCallback cancel_cb,
                PurpleAccount *account,
                const char *who,
                PurpleConversation *conv,
                void *user_data,
                va_list choices)
{
    Words words = {title, primary, secondary, account, who};
    GString *event;
    Dialog *dialog = dialog_new (PURPLE_REQUEST_CHOICE, &words, &event);
    const char *label;

    dialog->choices = g_array_new (FALSE, FALSE, sizeof (int));
    json_open (event, "choices", '[');
    while ((label = va_arg (choices, const char *))) {
        int number = va_arg (choices, int);

        json_string (event, NULL, label);
        g_array_append_val (dialog->choices, number);
    }
    json_close (event, ']');
    json_int (event, "default", value);
    add_two_buttons (dialog, event, ok, ok_cb, cancel, cancel_cb);
    return dialog_show (dialog, user_data, event);
}

static void *
request_action (const char *title,
                const char *primary,
                const char *secondary,
                int value,
                PurpleAccount *account,
                const char *who,
                PurpleConversation *conv,
                void *user_data,
                size_t count,
                va_list actions)
{
    Words words = {title, primary, secondary, account, who};
    GString *event;
    Dialog *dialog = dialog_new (PURPLE_REQUEST_ACTION, &words, &event);

    json_open (event, "buttons", '[');
    for (size_t i = 0; i < count; i++) {
        json_string (event, NULL, va_arg (actions, const char *));
        g_ptr_array_add (dialog->callbacks,
                         (gpointer)va_arg (actions, GCallback));
    }
    json_close (event, ']');
    json_int (event, "default", value);
    return dialog_show (dialog, user_data, event);
}

static void *
request_action_with_icon (const char *title,
                          const char *primary,
                          const char *secondary,
                          int value,
                          PurpleAccount *account,
                          const char *who,
                          PurpleConversation *conv,
                          gconstpointer icon,
                          gsize icon_size,
                          void *user_data,
                          size_t count,
                          va_list actions)
{
    return request_action (title,
                           primary,
                           secondary,
                           value,
                           account,
                           who,
                           conv,
                           user_data,
                           count,
                           actions);
}

static void
json_field (GString *json, PurpleRequestField *field)
{
    PurpleRequestFieldType type = purple_request_field_get_type (field);

    json_open (json, NULL, '{');
    json_string (json, "id", purple_request_field_get_id (field));
    json_string (json, "label", purple_request_field_get_label (field));
    if (type == PURPLE_REQUEST_FIELD_STRING)
        json_string (
            json, "value", purple_request_field_string_get_value (field));
    else if (type == PURPLE_REQUEST_FIELD_BOOLEAN)
        json_bool (json, "value", purple_request_field_bool_get_value (field));
    else if (type == PURPLE_REQUEST_FIELD_CHOICE) {
        json_int (json, "value", purple_request_field_choice_get_value (field));
        json_open (json, "choices", '[');
        for (GList *l = purple_request_field_choice_get_labels (field); l;
             l = l->next)
            json_string (json, NULL, l->data);
        json_close (json, ']');
    }
    json_close (json, '}');
}

static void *
request_fields (const char *title,
                const char *primary,
                const char *secondary,
                PurpleRequestFields *fields,
                const char *ok,
                GCallback ok_cb,
                const char *cancel,
                GCallback cancel_cb,
                PurpleAccount *account,
                const char *who,
                PurpleConversation *conv,
                void *user_data)
{
    Words words = {title, primary, secondary, account, who};
    GString *event;
    Dialog *dialog = dialog_new (PURPLE_REQUEST_FIELDS, &words, &event);

    dialog->fields = fields;
    json_open (event, "fields", '[');
    for (GList *g = purple_request_fields_get_groups (fields); g; g = g->next)
        for (GList *f = purple_request_field_group_get_fields (g->data); f;
             f = f->next)
            json_field (event, f->data);
    json_close (event, ']');
    add_two_buttons (dialog, event, ok, ok_cb, cancel, cancel_cb);
    return dialog_show (dialog, user_data, event);
}

static void *
request_file (const char *title,
              const char *filename,
              gboolean savedialog,
              GCallback ok_cb,
              GCallback cancel_cb,
              PurpleAccount *account,
              const char *who,
              PurpleConversation *conv,
              void *user_data)
{
    Words words = {title, NULL, NULL, account, who};
    GString *event;
    Dialog *dialog = dialog_new (PURPLE_REQUEST_FILE, &words, &event);

    json_string (event, "value", filename);
    json_bool (event, "save", savedialog);
    add_two_buttons (dialog, event, "OK", ok_cb, "Cancel", cancel_cb);
    return dialog_show (dialog, user_data, event);
}

static void *
request_folder (const char *title,
                const char *dirname,
                GCallback ok_cb,
                GCallback cancel_cb,
                PurpleAccount *account,
                const char *who,
                PurpleConversation *conv,
                void *user_data)
{
    Words words = {title, NULL, NULL, account, who};
    GString *event;
    Dialog *dialog = dialog_new (PURPLE_REQUEST_FOLDER, &words, &event);

    json_string (event, "value", dirname);
    add_two_buttons (dialog, event, "OK", ok_cb, "Cancel", cancel_cb);
    return dialog_show (dialog, user_data, event);
}

static void
close_request (PurpleRequestType type, void *ui_handle)
{
    GString *event = json_event ("request-closed");

    json_int (event, "request", GPOINTER_TO_UINT (ui_handle));
    json_send (event);
    g_hash_table_remove (dialogs, ui_handle);
}

static PurpleRequestUiOps request_ops = {.request_input = request_input,
                                         .request_choice = request_choice,
                                         .request_action = request_action,
                                         .request_fields = request_fields,
                                         .request_file = request_file,
                                         .close_request = close_request,
                                         .request_folder = request_folder,
                                         .request_action_with_icon =
                                             request_action_with_icon};

static gboolean
fill_field (Dialog *dialog, const char *id, const char *value, GString *answer)
{
    PurpleRequestField *field =
        purple_request_fields_get_field (dialog->fields, id);

    switch (field ? purple_request_field_get_type (field)
                  : PURPLE_REQUEST_FIELD_NONE) {
    case PURPLE_REQUEST_FIELD_STRING:
        purple_request_field_string_set_value (field, value);
        return TRUE;
    case PURPLE_REQUEST_FIELD_BOOLEAN:
        purple_request_field_bool_set_value (field, g_str_equal (value, "on"));
        return TRUE;
    case PURPLE_REQUEST_FIELD_CHOICE:
        purple_request_field_choice_set_value (field, atoi (value));
        return TRUE;
    case PURPLE_REQUEST_FIELD_ACCOUNT: {
        PurpleAccount *account = account_arg (value, answer);

        if (account)
            purple_request_field_account_set_value (field, account);
        return account != NULL;
    }
    default:
        return fail (answer, "no such field");
    }
}

static gboolean
fill_fields (Dialog *dialog, char **values, GString *answer)
{
    for (; values[0] && values[1]; values += 2)
        if (!fill_field (dialog, values[0], values[1], answer))
            return FALSE;
    return TRUE;
}

static void
press (Dialog *dialog, GCallback callback, int button, const char *value)
{
    int number = value ? atoi (value) : 0;

    switch (dialog->type) {
    case PURPLE_REQUEST_ACTION:
        ((PurpleRequestActionCb)callback) (dialog->user_data, button);
        break;
    case PURPLE_REQUEST_CHOICE:
        if (number >= 0 && (guint)number < dialog->choices->len)
            number = g_array_index (dialog->choices, int, number);
        ((PurpleRequestChoiceCb)callback) (dialog->user_data, number);
        break;
    case PURPLE_REQUEST_FIELDS:
        ((PurpleRequestFieldsCb)callback) (dialog->user_data, dialog->fields);
        break;
    default:
        ((PurpleRequestInputCb)callback) (
            dialog->user_data, button == BUTTON_CANCEL ? NULL : value);
    }
}

/*
 * answer REQUEST BUTTON [VALUE | FIELD VALUE ...]
 *
 * Button -1 is Escape: `Cancel` where there is one, and no button of a list of
 * actions, as in Pidgin. VALUE is a text, a path, or the number of a choice.
 */
static gboolean
answer_request (char **args, GString *answer)
{
    gpointer id = GUINT_TO_POINTER (atoi (args[0]));
    Dialog *dialog = g_hash_table_lookup (dialogs, id);
    PurpleRequestType type;
    int button = atoi (args[1]);

    if (!dialog)
        return fail (answer, "no such request");
    type = dialog->type;
    if (type == PURPLE_REQUEST_FIELDS &&
        !fill_fields (dialog, args + 2, answer))
        return FALSE;
    if (button == BUTTON_CLOSE && type != PURPLE_REQUEST_ACTION)
        button = BUTTON_CANCEL;
    if (button >= (int)dialog->callbacks->len)
        return fail (answer, "no such button");
    if (button >= 0) {
        gpointer callback = g_ptr_array_index (dialog->callbacks, button);

        if (callback)
            press (dialog, (GCallback)callback, button, args[2]);
    }
    if (g_hash_table_contains (dialogs, id))
        purple_request_close (type, id);
    return TRUE;
}

static gboolean
list (char **args, GString *answer)
{
    GHashTableIter iter;
    gpointer id;

    json_open (answer, "requests", '[');
    g_hash_table_iter_init (&iter, dialogs);
    while (g_hash_table_iter_next (&iter, &id, NULL))
        json_int (answer, NULL, GPOINTER_TO_UINT (id));
    json_close (answer, ']');
    return TRUE;
}

const Command request_commands[] = {
    {"answer", 2, answer_request}, {"requests", 0, list}, {NULL, 0, NULL}};

void
request_init (void)
{
    dialogs = g_hash_table_new_full (NULL, NULL, NULL, dialog_free);
    purple_request_set_ui_ops (&request_ops);
}
