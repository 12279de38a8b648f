/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An account's own key and certificate on disk; see identity.h. */
#include "identity.h"

#include "certificate.h"
#include "file-version.h"
#include "folder-lock.h"
#include "keystore.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

/* More than any key and certificate in PEM take. */
#define FILE_MAX (64 * 1024)
/* How long to wait while another program makes a key or saves something,
 * microseconds. Either takes milliseconds. */
#define LOCK_WAIT (2 * G_TIME_SPAN_SECOND)
/* The longest file name, leaving room for what is appended to it. */
#define NAME_MAX_LEN 200

typedef enum { FILE_ABSENT, FILE_GOOD, FILE_DAMAGED } FileState;

struct XtlsIdentity {
    grefcount refs;
    gnutls_certificate_credentials_t credentials;
    XtlsFingerprint fingerprint;
};

GQuark
xtls_identity_error_quark (void)
{
    return g_quark_from_static_string ("xtls-identity-error-quark");
}

/* --- from a key and a certificate ----------------------------------------- */

/* GnuTLS rejects a certificate that does not belong to the key. */
static XtlsIdentity *
identity_new (gnutls_x509_privkey_t key, gnutls_x509_crt_t crt)
{
    gnutls_certificate_credentials_t credentials;
    gnutls_datum_t der = {NULL, 0};
    XtlsIdentity *identity;

    if (gnutls_certificate_allocate_credentials (&credentials) < 0)
        return NULL;
    if (gnutls_certificate_set_x509_key (credentials, &crt, 1, key) < 0 ||
        gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_DER, &der) < 0) {
        gnutls_certificate_free_credentials (credentials);
        return NULL;
    }
    identity = g_new0 (XtlsIdentity, 1);
    g_ref_count_init (&identity->refs);
    identity->credentials = credentials;
    xtls_fingerprint_of (der.data, der.size, &identity->fingerprint);
    gnutls_free (der.data);
    return identity;
}

XtlsIdentity *
xtls_identity_ref (XtlsIdentity *identity)
{
    g_ref_count_inc (&identity->refs);
    return identity;
}

void
xtls_identity_unref (XtlsIdentity *identity)
{
    if (!g_ref_count_dec (&identity->refs))
        return;
    gnutls_certificate_free_credentials (identity->credentials);
    g_free (identity);
}

gnutls_certificate_credentials_t
xtls_identity_get_credentials (XtlsIdentity *identity)
{
    return identity->credentials;
}

const XtlsFingerprint *
xtls_identity_get_fingerprint (XtlsIdentity *identity)
{
    return &identity->fingerprint;
}

gboolean
xtls_identity_get_key (XtlsIdentity *identity,
                       gnutls_x509_privkey_t *key,
                       gnutls_x509_crt_t *crt,
                       GError **error)
{
    gnutls_x509_crt_t *chain = NULL;
    unsigned int n_chain = 0;

    if (gnutls_certificate_get_x509_key (identity->credentials, 0, key) < 0)
        goto failed;
    if (gnutls_certificate_get_x509_crt (
            identity->credentials, 0, &chain, &n_chain) < 0) {
        gnutls_x509_privkey_deinit (*key);
        goto failed;
    }
    /* There is one: identity_new() has put it there. */
    *crt = chain[0];
    gnutls_free (chain);
    return TRUE;

failed:
    g_set_error_literal (error,
                         XTLS_IDENTITY_ERROR,
                         XTLS_IDENTITY_ERROR_CRYPTO,
                         "the key cannot be read");
    return FALSE;
}

/* --- the file ------------------------------------------------------------- */

static char *
file_name (const char *jid)
{
    g_autoptr (GString) name = g_string_new (NULL);

    for (const char *p = jid; *p != '\0'; p++) {
        if (g_ascii_islower (*p) || g_ascii_isdigit (*p) ||
            strchr (".@_-", *p) != NULL)
            g_string_append_c (name, *p);
        else
            g_string_append_printf (name, "%%%02X", (guint8)*p);
    }
    if (name->len > NAME_MAX_LEN) {
        g_autofree char *hash =
            g_compute_checksum_for_string (G_CHECKSUM_SHA256, jid, -1);

        g_string_truncate (name, NAME_MAX_LEN - strlen (hash) - 1);
        g_string_append_printf (name, "-%s", hash);
    }
    g_string_append (name, ".pem");
    return g_string_free (g_steal_pointer (&name), FALSE);
}

/* Makes a directory private that others may read. If that is impossible (a
 * read-only file system), the modes of the files must suffice. */
static gboolean
make_directory (const char *path, GError **error)
{
    GStatBuf info;

    if (g_mkdir_with_parents (path, 0700) != 0) {
        g_set_error (error,
                     XTLS_IDENTITY_ERROR,
                     XTLS_IDENTITY_ERROR_SAVE,
                     "%s: %s",
                     path,
                     g_strerror (errno));
        return FALSE;
    }
    if (g_stat (path, &info) == 0 && (info.st_mode & 077) != 0)
        (void)g_chmod (path, 0700);
    return TRUE;
}

/* Returns: (transfer full): the file of the account's key. */
static char *
path_of (const char *dir, const char *jid)
{
    g_autofree char *name = file_name (jid);

    return g_build_filename (dir, "keys", name, NULL);
}

/* Returns: (nullable): the path of the key; creates its directories. */
static char *
prepare_path (const char *dir, const char *jid, GError **error)
{
    g_autofree char *keys = g_build_filename (dir, "keys", NULL);

    if (!make_directory (dir, error) || !make_directory (keys, error))
        return NULL;
    return path_of (dir, jid);
}

/* The certificate must be one that we would accept from @jid. */
static gboolean
is_fit (gnutls_x509_crt_t crt, const char *jid)
{
    static const XtlsFingerprint nobody = {{0}};
    XtlsFingerprint fingerprint;
    gnutls_datum_t der = {NULL, 0};
    gboolean fit;

    if (gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_DER, &der) < 0)
        return FALSE;
    fit = xtls_certificate_check (&der, jid, &nobody, &fingerprint, NULL);
    gnutls_free (der.data);
    return fit;
}

XtlsIdentity *
xtls_identity_new (gnutls_x509_privkey_t key,
                   gnutls_x509_crt_t crt,
                   const char *jid)
{
    return is_fit (crt, jid) ? identity_new (key, crt) : NULL;
}

static XtlsIdentity *
parse (const gnutls_datum_t *pem, const char *jid)
{
    gnutls_x509_privkey_t key = NULL;
    gnutls_x509_crt_t crt = NULL;
    XtlsIdentity *identity = NULL;

    if (gnutls_x509_privkey_init (&key) >= 0 &&
        gnutls_x509_crt_init (&crt) >= 0 &&
        gnutls_x509_privkey_import (key, pem, GNUTLS_X509_FMT_PEM) >= 0 &&
        gnutls_x509_crt_import (crt, pem, GNUTLS_X509_FMT_PEM) >= 0)
        identity = xtls_identity_new (key, crt, jid);
    gnutls_x509_crt_deinit (crt);
    gnutls_x509_privkey_deinit (key);
    return identity;
}

static FileState
read_file (const char *path, const char *jid, XtlsIdentity **identity)
{
    GStatBuf info;
    char *text;
    gsize len;
    gnutls_datum_t pem;

    if (g_lstat (path, &info) != 0 && errno == ENOENT)
        return FILE_ABSENT;
    if (g_stat (path, &info) != 0 || !S_ISREG (info.st_mode) ||
        info.st_size > FILE_MAX ||
        !g_file_get_contents (path, &text, &len, NULL))
        return FILE_DAMAGED;
    pem.data = (unsigned char *)text;
    pem.size = (unsigned int)len;
    *identity = parse (&pem, jid);
    gnutls_memset (text, 0, len);
    g_free (text);
    return *identity != NULL ? FILE_GOOD : FILE_DAMAGED;
}

static gboolean
save (const char *path,
      const gnutls_datum_t *key,
      const gnutls_datum_t *crt,
      GError **error)
{
    GError *cause = NULL;
    gsize len = (gsize)key->size + crt->size;
    char *text = g_malloc (len);

    memcpy (text, key->data, key->size);
    memcpy (text + key->size, crt->data, crt->size);
    (void)xtls_writer_save (path, text, len, &cause);
    gnutls_memset (text, 0, len);
    g_free (text);
    if (cause == NULL)
        return TRUE;
    g_set_error_literal (
        error, XTLS_IDENTITY_ERROR, XTLS_IDENTITY_ERROR_SAVE, cause->message);
    g_error_free (cause);
    return FALSE;
}

static XtlsIdentity *
store (const char *path,
       gnutls_x509_privkey_t key,
       gnutls_x509_crt_t crt,
       GError **error)
{
    gnutls_datum_t key_pem = {NULL, 0}, crt_pem = {NULL, 0};
    XtlsIdentity *identity = identity_new (key, crt);

    if (identity == NULL ||
        gnutls_x509_privkey_export2_pkcs8 (
            key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &key_pem) < 0 ||
        gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_PEM, &crt_pem) < 0) {
        g_set_error_literal (error,
                             XTLS_IDENTITY_ERROR,
                             XTLS_IDENTITY_ERROR_CRYPTO,
                             "the new key could not be used");
        g_clear_pointer (&identity, xtls_identity_unref);
    } else if (!save (path, &key_pem, &crt_pem, error)) {
        g_clear_pointer (&identity, xtls_identity_unref);
    }
    if (key_pem.data != NULL)
        gnutls_memset (key_pem.data, 0, key_pem.size);
    gnutls_free (key_pem.data);
    gnutls_free (crt_pem.data);
    return identity;
}

static XtlsIdentity *
make (const char *path, const char *jid, GError **error)
{
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t crt;
    XtlsIdentity *identity;
    GError *cause = NULL;

    if (!xtls_certificate_make (jid, &key, &crt, &cause)) {
        g_set_error_literal (error,
                             XTLS_IDENTITY_ERROR,
                             XTLS_IDENTITY_ERROR_CRYPTO,
                             cause->message);
        g_error_free (cause);
        return NULL;
    }
    identity = store (path, key, crt, error);
    gnutls_x509_crt_deinit (crt);
    gnutls_x509_privkey_deinit (key);
    return identity;
}

/* --- for the account ------------------------------------------------------ */

/* Call it with the lock held: another program may have made a key since we last
 * checked. */
static XtlsIdentity *
replace_missing (const char *path, const char *jid, GError **error)
{
    XtlsIdentity *identity = NULL;

    switch (read_file (path, jid, &identity)) {
    case FILE_GOOD:
        return identity;
    case FILE_ABSENT:
        return make (path, jid, error);
    case FILE_DAMAGED:
        break;
    }
    if (!xtls_keystore_set_aside (path)) {
        g_set_error (error,
                     XTLS_IDENTITY_ERROR,
                     XTLS_IDENTITY_ERROR_SAVE,
                     "%s cannot be read and cannot be renamed",
                     path);
        return NULL;
    }
    return make (path, jid, error);
}

/* Returns: a lock of @dir like xtls_folder_lock_take(), or
 * %XTLS_FOLDER_LOCK_BUSY with @error. */
static int
take_lock (const char *dir, GError **error)
{
    int lock = xtls_folder_lock_take (dir, LOCK_WAIT);

    if (lock == XTLS_FOLDER_LOCK_BUSY)
        g_set_error (error,
                     XTLS_IDENTITY_ERROR,
                     XTLS_IDENTITY_ERROR_SAVE,
                     "another program has locked %s",
                     dir);
    return lock;
}

XtlsIdentity *
xtls_identity_load (const char *dir,
                    const char *jid,
                    char **set_aside,
                    GError **error)
{
    XtlsIdentity *identity = NULL;
    g_autofree char *path = prepare_path (dir, jid, error);
    int lock;

    if (set_aside != NULL)
        *set_aside = NULL;
    if (path == NULL)
        return NULL;
    if (read_file (path, jid, &identity) != FILE_GOOD) {
        lock = take_lock (dir, error);
        if (lock == XTLS_FOLDER_LOCK_BUSY)
            return NULL;
        identity = replace_missing (path, jid, error);
        xtls_folder_lock_release (lock);
    }
    if (identity != NULL && set_aside != NULL)
        *set_aside = xtls_keystore_get_mark (path);
    return identity;
}

void
xtls_identity_forget_damage (const char *dir, const char *jid)
{
    g_autofree char *path = path_of (dir, jid);

    xtls_keystore_remove_mark (path);
}

XtlsIdentity *
xtls_identity_renew (const char *dir, const char *jid, GError **error)
{
    g_autofree char *path = prepare_path (dir, jid, error);
    XtlsIdentity *identity;
    int lock;

    if (path == NULL)
        return NULL;
    lock = take_lock (dir, error);
    if (lock == XTLS_FOLDER_LOCK_BUSY)
        return NULL;
    identity = make (path, jid, error);
    xtls_folder_lock_release (lock);
    return identity;
}

gboolean
xtls_identity_store (const char *dir,
                     const char *jid,
                     XtlsIdentity *identity,
                     GError **error)
{
    g_autofree char *path = prepare_path (dir, jid, error);
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t crt;
    XtlsIdentity *stored = NULL;
    int lock;

    if (path == NULL)
        return FALSE;
    if (!xtls_identity_get_key (identity, &key, &crt, error))
        return FALSE;
    lock = take_lock (dir, error);
    if (lock != XTLS_FOLDER_LOCK_BUSY) {
        stored = store (path, key, crt, error);
        xtls_folder_lock_release (lock);
    }
    gnutls_x509_crt_deinit (crt);
    gnutls_x509_privkey_deinit (key);
    if (stored == NULL)
        return FALSE;
    xtls_identity_unref (stored);
    return TRUE;
}

gboolean
xtls_identity_exists (const char *dir, const char *jid)
{
    g_autofree char *path = path_of (dir, jid);
    GStatBuf info;

    return g_lstat (path, &info) == 0;
}

XtlsIdentity *
xtls_identity_reload (const char *dir, const char *jid)
{
    g_autofree char *path = path_of (dir, jid);
    XtlsIdentity *identity = NULL;

    (void)read_file (path, jid, &identity);
    return identity;
}

/* --- changes by other programs -------------------------------------------- */

typedef struct {
    char *path;
    XtlsFileVersion version;
    XtlsIdentityChanged changed;
    gpointer user_data; /* borrowed */
} Watch;

/* A file that has disappeared does not mean another key. */
static gboolean
watch_changed_cb (gpointer data)
{
    Watch *watch = data;
    XtlsFileVersion version = xtls_file_version_get (watch->path);

    if (!version.exists || xtls_file_version_equal (&version, &watch->version))
        return FALSE;
    watch->version = version;
    return TRUE;
}

static void
watch_report_cb (gpointer data)
{
    Watch *watch = data;

    watch->changed (watch->user_data);
}

static void
watch_free (gpointer data)
{
    Watch *watch = data;

    g_free (watch->path);
    g_free (watch);
}

static const XtlsWriterOps watch_ops = {
    .is_changed = watch_changed_cb,
    .report = watch_report_cb,
    .free = watch_free,
};

XtlsWriterFile *
xtls_identity_watch (const char *dir,
                     const char *jid,
                     XtlsWriter *writer,
                     XtlsIdentityChanged changed,
                     gpointer user_data)
{
    g_autofree char *name = file_name (jid);
    Watch *watch = g_new0 (Watch, 1);

    watch->path = g_build_filename (dir, "keys", name, NULL);
    watch->changed = changed;
    watch->user_data = user_data;
    watch->version = xtls_file_version_get (watch->path);
    return xtls_writer_add (writer, watch->path, &watch_ops, watch);
}
