/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is remembered of contacts besides their keys, see contact-prefs.h. */
#include "contact-prefs.h"

#include "keystore.h"

#include <string.h>

#define KEY_ACCOUNT "account"
#define KEY_JID "jid"
#define KEY_POLICY "policy"
#define KEY_LOGGING "logging"
#define KEY_WAS_OPEN "was-open"

static const char *const keys[] = {
    KEY_ACCOUNT, KEY_JID, KEY_POLICY, KEY_LOGGING, KEY_WAS_OPEN, NULL};

/* By XtlsPolicy, XtlsLogging and gboolean. */
static const char *const policy_words[] = {
    "default", "never", "manual", "automatic", "required"};
static const char *const logging_words[] = {"default", "off", "on"};
static const char *const boolean_words[] = {"no", "yes"};

typedef struct {
    const char *account;
    const char *jid;
} Name;

typedef struct {
    XtlsPolicy policy;
    XtlsLogging logging;
    gboolean was_open;
} Values;

typedef struct {
    Name name; /* first: a contact is found by its name; points into: */
    char *account;
    char *jid;
    Values values;
} Contact;

/* The writer's thread reads it too, when it is about to write: a burst of
 * changes then costs one copy and not one each. */
typedef struct {
    GMutex lock;          /* held for every change, and by the writer */
    GHashTable *contacts; /* Contact, a set */
} Table;

struct XtlsContactPrefs {
    char *path;
    XtlsWriter *writer; /* borrowed */
    Table *table;       /* a reference; the writer may hold others */
    gboolean damaged;
    gboolean writable;
};

/* --- entries ------------------------------------------------------------ */

static guint
name_hash (gconstpointer data)
{
    const Name *name = data;

    return g_str_hash (name->account) * 31 + g_str_hash (name->jid);
}

static gboolean
name_equal (gconstpointer a, gconstpointer b)
{
    const Name *one = a, *other = b;

    return strcmp (one->account, other->account) == 0 &&
           strcmp (one->jid, other->jid) == 0;
}

static Contact *
contact_new (const char *account, const char *jid)
{
    Contact *contact = g_new0 (Contact, 1);

    contact->name.account = contact->account = g_strdup (account);
    contact->name.jid = contact->jid = g_strdup (jid);
    return contact;
}

static void
contact_free (gpointer data)
{
    Contact *contact = data;

    g_free (contact->account);
    g_free (contact->jid);
    g_free (contact);
}

static Contact *
contact_copy (const Contact *contact)
{
    Contact *copy = contact_new (contact->account, contact->jid);

    copy->values = contact->values;
    return copy;
}

static Table *
table_new (void)
{
    Table *table = g_atomic_rc_box_new0 (Table);

    g_mutex_init (&table->lock);
    table->contacts =
        g_hash_table_new_full (name_hash, name_equal, contact_free, NULL);
    return table;
}

static void
table_clear (gpointer data)
{
    Table *table = data;

    g_hash_table_unref (table->contacts);
    g_mutex_clear (&table->lock);
}

static void
table_unref (gpointer data)
{
    g_atomic_rc_box_release_full (data, table_clear);
}

/* Returns: (transfer full): copies of all contacts. */
static GPtrArray *
copy_contacts (Table *table)
{
    GPtrArray *list = g_ptr_array_new_with_free_func (contact_free);
    GHashTableIter iter;
    gpointer key;

    g_mutex_lock (&table->lock);
    g_hash_table_iter_init (&iter, table->contacts);
    while (g_hash_table_iter_next (&iter, &key, NULL))
        g_ptr_array_add (list, contact_copy (key));
    g_mutex_unlock (&table->lock);
    return list;
}

static Contact *
find (XtlsContactPrefs *prefs, const char *account, const char *jid)
{
    const Name name = {account, jid};

    return g_hash_table_lookup (prefs->table->contacts, &name);
}

/* The values of one contact, all default if it is not known. */
static Values
get (XtlsContactPrefs *prefs, const char *account, const char *jid)
{
    const Contact *contact = find (prefs, account, jid);
    const Values nothing = {XTLS_POLICY_DEFAULT, XTLS_LOGGING_DEFAULT, FALSE};

    return contact != NULL ? contact->values : nothing;
}

/* Returns: %FALSE for a name that could not be read again from the file. */
static gboolean
put (XtlsContactPrefs *prefs,
     const char *account,
     const char *jid,
     const Values *values)
{
    Contact *contact = find (prefs, account, jid);

    if (!xtls_keystore_is_text (account) || !xtls_keystore_is_text (jid))
        return FALSE;
    g_mutex_lock (&prefs->table->lock);
    if (contact == NULL) {
        contact = contact_new (account, jid);
        g_hash_table_add (prefs->table->contacts, contact);
    }
    contact->values = *values;
    g_mutex_unlock (&prefs->table->lock);
    return TRUE;
}

/* --- the file ----------------------------------------------------------- */

static gboolean
read_group (GKeyFile *file, const char *group, gpointer data)
{
    XtlsContactPrefs *prefs = data;
    g_autofree char *account =
        xtls_keystore_get_text (file, group, KEY_ACCOUNT);
    g_autofree char *jid = xtls_keystore_get_text (file, group, KEY_JID);
    int policy = xtls_keystore_get_word (
        file, group, KEY_POLICY, policy_words, G_N_ELEMENTS (policy_words));
    int logging = xtls_keystore_get_word (
        file, group, KEY_LOGGING, logging_words, G_N_ELEMENTS (logging_words));
    int was_open = xtls_keystore_get_word (
        file, group, KEY_WAS_OPEN, boolean_words, G_N_ELEMENTS (boolean_words));
    Values values;

    if (account == NULL || jid == NULL || policy < 0 || logging < 0 ||
        was_open < 0 || find (prefs, account, jid) != NULL)
        return FALSE;
    values.policy = (XtlsPolicy)policy;
    values.logging = (XtlsLogging)logging;
    values.was_open = was_open;
    return put (prefs, account, jid, &values);
}

/* In the writer's thread. */
static char *
serialise_cb (gpointer snapshot, gsize *len)
{
    g_autoptr (GPtrArray) list = copy_contacts (snapshot);
    g_autoptr (GKeyFile) file = xtls_keystore_new ();

    for (guint i = 0; i < list->len; i++) {
        const Contact *contact = list->pdata[i];
        const Values *values = &contact->values;
        g_autofree char *group = xtls_keystore_group (i);

        g_key_file_set_string (file, group, KEY_ACCOUNT, contact->account);
        g_key_file_set_string (file, group, KEY_JID, contact->jid);
        g_key_file_set_string (
            file, group, KEY_POLICY, policy_words[values->policy]);
        g_key_file_set_string (
            file, group, KEY_LOGGING, logging_words[values->logging]);
        g_key_file_set_string (
            file, group, KEY_WAS_OPEN, boolean_words[values->was_open]);
    }
    return g_key_file_to_data (file, len, NULL);
}

static void
save (XtlsContactPrefs *prefs)
{
    if (prefs->writable)
        xtls_writer_put (prefs->writer,
                         prefs->path,
                         g_atomic_rc_box_acquire (prefs->table),
                         serialise_cb,
                         table_unref);
}

XtlsContactPrefs *
xtls_contact_prefs_load (const char *path, XtlsWriter *writer, char **set_aside)
{
    XtlsContactPrefs *prefs = g_new0 (XtlsContactPrefs, 1);

    prefs->path = g_strdup (path);
    prefs->writer = writer;
    prefs->table = table_new ();
    prefs->damaged = !xtls_keystore_load (
        path, keys, read_group, prefs, set_aside, &prefs->writable);
    /* What was understood of a damaged file must not be lost with it. */
    if (prefs->damaged && g_hash_table_size (prefs->table->contacts) > 0)
        save (prefs);
    return prefs;
}

void
xtls_contact_prefs_free (XtlsContactPrefs *prefs)
{
    if (prefs == NULL)
        return;
    table_unref (prefs->table);
    g_free (prefs->path);
    g_free (prefs);
}

gboolean
xtls_contact_prefs_is_damaged (XtlsContactPrefs *prefs)
{
    return prefs->damaged;
}

void
xtls_contact_prefs_clear_damaged (XtlsContactPrefs *prefs)
{
    prefs->damaged = FALSE;
}

/* --- questions and changes ---------------------------------------------- */

XtlsPolicy
xtls_contact_prefs_get_policy (XtlsContactPrefs *prefs,
                               const char *account,
                               const char *jid)
{
    return get (prefs, account, jid).policy;
}

void
xtls_contact_prefs_set_policy (XtlsContactPrefs *prefs,
                               const char *account,
                               const char *jid,
                               XtlsPolicy policy)
{
    Values values = get (prefs, account, jid);

    if (values.policy == policy)
        return;
    values.policy = policy;
    if (put (prefs, account, jid, &values))
        save (prefs);
}

XtlsLogging
xtls_contact_prefs_get_logging (XtlsContactPrefs *prefs,
                                const char *account,
                                const char *jid)
{
    return get (prefs, account, jid).logging;
}

void
xtls_contact_prefs_set_logging (XtlsContactPrefs *prefs,
                                const char *account,
                                const char *jid,
                                XtlsLogging logging)
{
    Values values = get (prefs, account, jid);

    if (values.logging == logging)
        return;
    values.logging = logging;
    if (put (prefs, account, jid, &values))
        save (prefs);
}

gboolean
xtls_contact_prefs_was_open (XtlsContactPrefs *prefs,
                             const char *account,
                             const char *jid)
{
    return get (prefs, account, jid).was_open;
}

void
xtls_contact_prefs_set_was_open (XtlsContactPrefs *prefs,
                                 const char *account,
                                 const char *jid)
{
    Values values = get (prefs, account, jid);

    if (values.was_open)
        return;
    values.was_open = TRUE;
    if (put (prefs, account, jid, &values))
        save (prefs);
}

const char *
xtls_contact_prefs_policy_to_string (XtlsPolicy policy)
{
    return policy_words[policy];
}

gboolean
xtls_contact_prefs_parse_policy (const char *text, XtlsPolicy *policy)
{
    for (guint i = 0; i < G_N_ELEMENTS (policy_words); i++)
        if (g_strcmp0 (text, policy_words[i]) == 0) {
            *policy = (XtlsPolicy)i;
            return TRUE;
        }
    return FALSE;
}
