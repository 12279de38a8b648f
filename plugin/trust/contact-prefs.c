/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings of contacts; see contact-prefs.h. */
#include "contact-prefs.h"

#include "keystore.h"
#include "records.h"

#define KEY_POLICY "policy"
#define KEY_LOGGING "logging"
#define KEY_WAS_OPEN "was-open"

static const char *const keys[] = {XTLS_RECORD_KEY_ACCOUNT,
                                   XTLS_RECORD_KEY_JID,
                                   KEY_POLICY,
                                   KEY_LOGGING,
                                   KEY_WAS_OPEN,
                                   NULL};

/* Indexed by XtlsPolicy, XtlsLogging and gboolean. */
static const char *const policy_words[] = {
    "default", "never", "manual", "automatic", "required"};
static const char *const logging_words[] = {"default", "off", "on"};
static const char *const boolean_words[] = {"no", "yes"};

typedef struct {
    XtlsPolicy policy;
    XtlsLogging logging;
    gboolean was_open;
} Values;

typedef struct {
    XtlsRecord record;
    gboolean is_read; /* a second group for the contact is an error */
    Values values;
} Contact;

struct XtlsContactPrefs {
    XtlsRecords *records;
};

/* --- the file ------------------------------------------------------------- */

static gboolean
read_cb (GKeyFile *file, const char *group, XtlsRecord *record)
{
    Contact *contact = (Contact *)record;
    int policy = xtls_keystore_get_word (
        file, group, KEY_POLICY, policy_words, G_N_ELEMENTS (policy_words));
    int logging = xtls_keystore_get_word (
        file, group, KEY_LOGGING, logging_words, G_N_ELEMENTS (logging_words));
    int was_open = xtls_keystore_get_word (
        file, group, KEY_WAS_OPEN, boolean_words, G_N_ELEMENTS (boolean_words));

    if (policy < 0 || logging < 0 || was_open < 0 || contact->is_read)
        return FALSE;
    contact->is_read = TRUE;
    contact->values.policy = (XtlsPolicy)policy;
    contact->values.logging = (XtlsLogging)logging;
    contact->values.was_open = was_open;
    return TRUE;
}

static guint
count_cb (const XtlsRecord *record)
{
    return 1;
}

static void
write_cb (GKeyFile *file,
          const char *group,
          const XtlsRecord *record,
          guint number)
{
    const Values *values = &((const Contact *)record)->values;

    g_key_file_set_string (
        file, group, KEY_POLICY, policy_words[values->policy]);
    g_key_file_set_string (
        file, group, KEY_LOGGING, logging_words[values->logging]);
    g_key_file_set_string (
        file, group, KEY_WAS_OPEN, boolean_words[values->was_open]);
}

static gboolean
values_equal (const Values *a, const Values *b)
{
    return a->policy == b->policy && a->logging == b->logging &&
           a->was_open == b->was_open;
}

static gboolean
equal_cb (const XtlsRecord *a, const XtlsRecord *b)
{
    return values_equal (&((const Contact *)a)->values,
                         &((const Contact *)b)->values);
}

static void
copy_cb (XtlsRecord *to, const XtlsRecord *from)
{
    ((Contact *)to)->values = ((const Contact *)from)->values;
}

static void
clear_cb (XtlsRecord *record)
{
}

/* --- merging -------------------------------------------------------------- */

/* Indexed by XtlsPolicy: how much each protects. The default ranks high, since
 * it means `required` for a verified contact. */
static const guint policy_ranks[] = {3, 0, 1, 2, 4};
/* Indexed by XtlsLogging: how much each protects. */
static const guint logging_ranks[] = {1, 2, 0};

/* If only one side changed the value, its value counts; of two changes, the
 * safer one. @base: (nullable): without it, nobody knows who changed what. */
static guint
merge_value (const guint *base, guint ours, guint theirs, const guint *ranks)
{
    if (base != NULL && theirs == *base)
        return ours;
    if (base != NULL && ours == *base)
        return theirs;
    return ranks[ours] >= ranks[theirs] ? ours : theirs;
}

static Values
values_of (const XtlsRecord *record)
{
    const Values nothing = {XTLS_POLICY_DEFAULT, XTLS_LOGGING_DEFAULT, FALSE};

    return record != NULL ? ((const Contact *)record)->values : nothing;
}

static void
merge_cb (XtlsRecord *to,
          const XtlsRecord *base,
          const XtlsRecord *ours,
          const XtlsRecord *theirs)
{
    Values *values = &((Contact *)to)->values;
    Values b = values_of (base), o = values_of (ours), t = values_of (theirs);
    guint policy = b.policy, logging = b.logging;

    values->policy = (XtlsPolicy)merge_value (
        base != NULL ? &policy : NULL, o.policy, t.policy, policy_ranks);
    values->logging = (XtlsLogging)merge_value (
        base != NULL ? &logging : NULL, o.logging, t.logging, logging_ranks);
    values->was_open = o.was_open || t.was_open;
}

static const XtlsRecordKind kind = {
    .size = sizeof (Contact),
    .keys = keys,
    .read = read_cb,
    .count = count_cb,
    .write = write_cb,
    .equal = equal_cb,
    .copy = copy_cb,
    .merge = merge_cb,
    .clear = clear_cb,
};

const XtlsRecordKind *
xtls_contact_prefs_get_kind (void)
{
    return &kind;
}

XtlsContactPrefs *
xtls_contact_prefs_load (const char *path, XtlsWriter *writer)
{
    XtlsContactPrefs *prefs = g_new0 (XtlsContactPrefs, 1);

    prefs->records = xtls_records_load (&kind, path, writer);
    return prefs;
}

void
xtls_contact_prefs_free (XtlsContactPrefs *prefs)
{
    if (prefs == NULL)
        return;
    xtls_records_free (prefs->records);
    g_free (prefs);
}

XtlsRecords *
xtls_contact_prefs_get_records (XtlsContactPrefs *prefs)
{
    return prefs->records;
}

static Values
get (XtlsContactPrefs *prefs, const char *account, const char *jid)
{
    return values_of (xtls_records_lookup (prefs->records, account, jid));
}

/* Writes only what is a change. */
static void
put (XtlsContactPrefs *prefs,
     const char *account,
     const char *jid,
     const Values *values)
{
    const Values before = get (prefs, account, jid);
    XtlsRecord *record;

    if (values_equal (values, &before))
        return;
    record = xtls_records_edit (prefs->records, account, jid);
    if (record == NULL)
        return;
    ((Contact *)record)->values = *values;
    xtls_records_put (prefs->records, record, TRUE);
}

/* --- getters and setters -------------------------------------------------- */

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

    values.policy = policy;
    put (prefs, account, jid, &values);
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

    values.logging = logging;
    put (prefs, account, jid, &values);
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

    values.was_open = TRUE;
    put (prefs, account, jid, &values);
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
