/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A list of the known keys. The model has one column, a pointer to the key, and
 * each cell's text is made when it is drawn: ten thousand rows cost no more
 * than those on screen.
 */
#include "keylist.h"

#include "dialog.h"
#include "gui.h"
#include "names.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <util.h>

enum {
    COLUMN_CONTACT,
    COLUMN_STATE,
    COLUMN_TRUST,
    COLUMN_FINGERPRINT,
    COLUMN_ACCOUNT,
    COLUMN_SEEN
};

static const struct {
    const char *title;
    int width; /* in average characters */
} columns[] = {
    [COLUMN_CONTACT] = {N_ ("Contact"), 20},
    [COLUMN_STATE] = {N_ ("State"), 13},
    [COLUMN_TRUST] = {N_ ("Trust"), 23},
    [COLUMN_FINGERPRINT] = {N_ ("Fingerprint"), 21},
    [COLUMN_ACCOUNT] = {N_ ("Account"), 21},
    [COLUMN_SEEN] = {N_ ("Last seen"), 14},
};

enum { AROUND_TITLE = 5 }; /* average characters: the arrow, and borders */

/* Owned by the tree view: the keys that the rows point to. */
#define KEYS "xtls-keys"

static const XtlsKey *
key_at (GtkTreeModel *model, GtkTreeIter *iter)
{
    const XtlsKey *key = NULL;

    gtk_tree_model_get (model, iter, 0, &key, -1);
    return key;
}

/* (transfer full): the address, with the alias beside it. */
static char *
contact_name (const XtlsKey *key)
{
    return key->account == NULL ? xtls_names_clean (key->who, XTLS_NAME_MAX)
                                : xtls_names_show (key->account, key->who);
}

/* (transfer full) */
static char *
cell_text (const XtlsKey *key, int column)
{
    switch (column) {
    case COLUMN_CONTACT:
        return contact_name (key);
    case COLUMN_STATE:
        return g_strdup (xtls_gui_api ()->get_word (key->state));
    case COLUMN_TRUST:
        return xtls_names_trust (key->trust, key->how);
    case COLUMN_FINGERPRINT:
        return g_strdup (key->fingerprint);
    case COLUMN_ACCOUNT:
        return xtls_names_clean (key->account_name, XTLS_NAME_MAX);
    default:
        return key->last_seen > 0 ? xtls_names_day (key->last_seen)
                                  : g_strdup (C_ ("last seen", "never"));
    }
}

static void
draw_cb (GtkTreeViewColumn *column,
         GtkCellRenderer *cell,
         GtkTreeModel *model,
         GtkTreeIter *iter,
         gpointer data)
{
    const XtlsKey *key = key_at (model, iter);
    char *text = key == NULL ? NULL : cell_text (key, GPOINTER_TO_INT (data));

    /* `text`, not `markup`: names are shown as they are. */
    g_object_set (cell, "text", text, NULL);
    g_free (text);
}

static int
compare_cb (GtkTreeModel *model,
            GtkTreeIter *one,
            GtkTreeIter *two,
            gpointer data)
{
    const XtlsKey *a = key_at (model, one);
    const XtlsKey *b = key_at (model, two);
    int order = 0;

    /* A row is compared before its key is set. */
    if (a == NULL || b == NULL)
        return (a != NULL) - (b != NULL);
    switch (GPOINTER_TO_INT (data)) {
    case COLUMN_STATE:
        order = (int)a->state - (int)b->state;
        break;
    case COLUMN_TRUST:
        order = (int)a->trust - (int)b->trust;
        break;
    case COLUMN_FINGERPRINT:
        order = strcmp (a->fingerprint, b->fingerprint);
        break;
    case COLUMN_ACCOUNT:
        order = strcmp (a->account_name, b->account_name);
        break;
    case COLUMN_SEEN:
        order = (a->last_seen > b->last_seen) - (a->last_seen < b->last_seen);
        break;
    default:
        break;
    }
    return order != 0 ? order : strcmp (a->who, b->who);
}

static gboolean
contains (const char *text, const char *folded)
{
    char *mine = g_utf8_casefold (text, -1);
    gboolean found = strstr (mine, folded) != NULL;

    g_free (mine);
    return found;
}

/* Returns: %FALSE for a row that matches, as GTK requires. */
static gboolean
search_cb (GtkTreeModel *model,
           int column,
           const char *typed,
           GtkTreeIter *iter,
           gpointer data)
{
    const XtlsKey *key = key_at (model, iter);
    char *folded = g_utf8_casefold (typed, -1);
    char *name = contact_name (key);
    gboolean found = contains (key->who, folded) || contains (name, folded) ||
                     contains (key->fingerprint, folded) ||
                     contains (key->account_name, folded);

    g_free (name);
    g_free (folded);
    return !found;
}

/* --- filling -------------------------------------------------------------- */

static char *
identify (const XtlsKey *key)
{
    /* No JID contains a line break. */
    return g_strconcat (
        key->account_name, "\n", key->who, "\n", key->fingerprint, NULL);
}

static GHashTable *
index_keys (GPtrArray *keys)
{
    GHashTable *index =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < keys->len; i++)
        g_hash_table_insert (index, identify (keys->pdata[i]), keys->pdata[i]);
    return index;
}

/* Rows that stay get their new key and the others are removed; whatever is left
 * in @index has no row yet. */
static void
update_rows (GtkListStore *store, GHashTable *index)
{
    GtkTreeModel *model = GTK_TREE_MODEL (store);
    GtkTreeIter iter;
    gboolean more = gtk_tree_model_get_iter_first (model, &iter);

    while (more) {
        char *id = identify (key_at (model, &iter));
        XtlsKey *key = g_hash_table_lookup (index, id);

        if (key == NULL) {
            more = gtk_list_store_remove (store, &iter);
        } else {
            GtkTreeIter next = iter;

            /* The row may move when its key changes. */
            more = gtk_tree_model_iter_next (model, &next);
            gtk_list_store_set (store, &iter, 0, key, -1);
            g_hash_table_remove (index, id);
            iter = next;
        }
        g_free (id);
    }
}

void
xtls_keylist_refresh (GtkWidget *tree)
{
    GtkListStore *store =
        GTK_LIST_STORE (gtk_tree_view_get_model (GTK_TREE_VIEW (tree)));
    GPtrArray *keys = xtls_gui_api ()->list_keys ();
    GHashTable *index = index_keys (keys);
    GHashTableIter iter;
    gpointer key;

    update_rows (store, index);
    g_hash_table_iter_init (&iter, index);
    while (g_hash_table_iter_next (&iter, NULL, &key))
        gtk_list_store_insert_with_values (store, NULL, -1, 0, key, -1);
    g_hash_table_destroy (index);
    /* The rows point to the new keys now, so the old ones can be freed. */
    g_object_set_data_full (
        G_OBJECT (tree), KEYS, keys, (GDestroyNotify)g_ptr_array_unref);
}

static gboolean
is_of (const XtlsKey *key, PurpleAccount *account, const char *who)
{
    return key->account == account && strcmp (key->who, who) == 0;
}

static void
redraw (GtkTreeModel *model, const XtlsKey *key)
{
    GtkTreeIter iter;
    gboolean more = gtk_tree_model_get_iter_first (model, &iter);

    while (more && key_at (model, &iter) != key)
        more = gtk_tree_model_iter_next (model, &iter);
    if (more)
        gtk_list_store_set (GTK_LIST_STORE (model), &iter, 0, key, -1);
}

void
xtls_keylist_set_state (GtkWidget *tree,
                        PurpleAccount *account,
                        const char *who)
{
    GPtrArray *keys = g_object_get_data (G_OBJECT (tree), KEYS);
    XtlsStatus *status = NULL;

    /* There are nearly always none of them, or one. */
    for (guint i = 0; i < keys->len; i++) {
        XtlsKey *key = keys->pdata[i];

        if (!is_of (key, account, who))
            continue;
        if (status == NULL)
            status = xtls_gui_api ()->get_status (account, who);
        key->state = g_strcmp0 (status->fingerprint, key->fingerprint) == 0
                         ? status->state
                         : XTLS_STATE_NOT_PRIVATE;
        redraw (gtk_tree_view_get_model (GTK_TREE_VIEW (tree)), key);
    }
    if (status != NULL)
        xtls_gui_api ()->free_status (status);
}

const XtlsKey *
xtls_keylist_selected (GtkWidget *tree)
{
    GtkTreeModel *model;
    GtkTreeIter iter;

    if (!gtk_tree_selection_get_selected (
            gtk_tree_view_get_selection (GTK_TREE_VIEW (tree)), &model, &iter))
        return NULL;
    return key_at (model, &iter);
}

static int
column_width (GtkWidget *tree, int number)
{
    PangoLayout *layout =
        gtk_widget_create_pango_layout (tree, _ (columns[number].title));
    int title;

    pango_layout_get_pixel_size (layout, &title, NULL);
    g_object_unref (layout);
    return MAX (xtls_dialog_chars (tree, columns[number].width),
                title + xtls_dialog_chars (tree, AROUND_TITLE));
}

static void
add_column (GtkWidget *tree, GtkListStore *store, int number)
{
    GtkCellRenderer *cell = gtk_cell_renderer_text_new ();
    GtkTreeViewColumn *column = gtk_tree_view_column_new ();

    g_object_set (cell, "ellipsize", PANGO_ELLIPSIZE_END, NULL);
    if (number == COLUMN_FINGERPRINT)
        g_object_set (cell, "family", "monospace", NULL);
    gtk_tree_view_column_set_title (column, _ (columns[number].title));
    gtk_tree_view_column_pack_start (column, cell, TRUE);
    gtk_tree_view_column_set_cell_data_func (
        column, cell, draw_cb, GINT_TO_POINTER (number), NULL);
    /* Fixed-height mode requires this of all columns. */
    gtk_tree_view_column_set_sizing (column, GTK_TREE_VIEW_COLUMN_FIXED);
    gtk_tree_view_column_set_fixed_width (column, column_width (tree, number));
    gtk_tree_view_column_set_resizable (column, TRUE);
    gtk_tree_view_column_set_expand (column, number == COLUMN_CONTACT);
    gtk_tree_view_column_set_sort_column_id (column, number);
    gtk_tree_sortable_set_sort_func (GTK_TREE_SORTABLE (store),
                                     number,
                                     compare_cb,
                                     GINT_TO_POINTER (number),
                                     NULL);
    gtk_tree_view_append_column (GTK_TREE_VIEW (tree), column);
}

GtkWidget *
xtls_keylist_new (void)
{
    GtkListStore *store = gtk_list_store_new (1, G_TYPE_POINTER);
    GtkWidget *tree = gtk_tree_view_new ();

    for (int i = 0; i < (int)G_N_ELEMENTS (columns); i++)
        add_column (tree, store, i);
    gtk_tree_view_set_model (GTK_TREE_VIEW (tree), GTK_TREE_MODEL (store));
    gtk_tree_view_set_fixed_height_mode (GTK_TREE_VIEW (tree), TRUE);
    gtk_tree_view_set_rules_hint (GTK_TREE_VIEW (tree), TRUE);
    gtk_tree_view_set_search_column (GTK_TREE_VIEW (tree), 0);
    gtk_tree_view_set_search_equal_func (
        GTK_TREE_VIEW (tree), search_cb, NULL, NULL);
    xtls_keylist_refresh (tree);
    /* Once for all rows, not for each that is inserted; so is the accessible
     * object, which reports every row that is inserted while it exists. */
    gtk_tree_sortable_set_sort_column_id (
        GTK_TREE_SORTABLE (store), COLUMN_CONTACT, GTK_SORT_ASCENDING);
    atk_object_set_name (gtk_widget_get_accessible (tree), _ ("Known keys"));
    g_object_unref (store);
    return tree;
}
