/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared-secret verification with libotr's SMP; see smp.h. */
#include "smp.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <libotr/proto.h>
#include <libotr/sm.h>
#include <stdlib.h>
#include <string.h>

#define LABEL "xtls-smp-1" /* hashed with its NUL */
/* The longest number in a message: libotr's modulus has 1536 bits. */
#define NUMBER_MAX 192
#define STEPS 4

struct XtlsSmp {
    OtrlSMState state;
    guint expected; /* the step expected next; STEP_ANY or STEP_NONE */
};

enum { STEP_ANY = 0, STEP_NONE = STEPS + 1 };

/* --- the secret ----------------------------------------------------------- */

/* Returns: (nullable): @text without the white space around it, of length
 * @len. */
static const char *
trim (char *text, gsize *len)
{
    char *end = text + strlen (text);

    while (*text != '\0' && g_unichar_isspace (g_utf8_get_char (text)))
        text = g_utf8_next_char (text);
    while (end > text) {
        char *last = g_utf8_prev_char (end);

        if (!g_unichar_isspace (g_utf8_get_char (last)))
            break;
        end = last;
    }
    *len = (gsize)(end - text);
    return *len > 0 ? text : NULL;
}

static gboolean
hash_secret (const guint8 binding[32],
             const XtlsFingerprint *client,
             const XtlsFingerprint *server,
             const char *text,
             gsize len,
             guint8 secret[XTLS_SMP_SECRET_LEN])
{
    gnutls_hash_hd_t hash;

    if (gnutls_hash_init (&hash, GNUTLS_DIG_SHA256) < 0)
        return FALSE;
    gnutls_hash (hash, LABEL, sizeof LABEL);
    gnutls_hash (hash, binding, 32);
    gnutls_hash (hash, client->bytes, XTLS_FINGERPRINT_LEN);
    gnutls_hash (hash, server->bytes, XTLS_FINGERPRINT_LEN);
    gnutls_hash (hash, text, len);
    gnutls_hash_deinit (hash, secret);
    return TRUE;
}

gboolean
xtls_smp_secret (const guint8 binding[32],
                 const XtlsFingerprint *client,
                 const XtlsFingerprint *server,
                 const char *text,
                 guint8 secret[XTLS_SMP_SECRET_LEN])
{
    char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);
    const char *inner;
    gboolean good;
    gsize len;

    if (normal == NULL)
        return FALSE;
    inner = trim (normal, &len);
    good = inner != NULL &&
           hash_secret (binding, client, server, inner, len, secret);
    gnutls_memset (normal, 0, strlen (normal));
    g_free (normal);
    return good;
}

/* --- the steps ------------------------------------------------------------ */

/* Calls otrl_init() directly, because the macro OTRL_INIT may end the process.
 * From then on libgcrypt wipes all memory that it frees. */
static gpointer
init_libotr (gpointer unused)
{
    return GINT_TO_POINTER (otrl_init (OTRL_VERSION_MAJOR,
                                       OTRL_VERSION_MINOR,
                                       OTRL_VERSION_SUB) == 0);
}

XtlsSmp *
xtls_smp_new (void)
{
    static GOnce once = G_ONCE_INIT;
    XtlsSmp *smp;

    if (!GPOINTER_TO_INT (g_once (&once, init_libotr, NULL)))
        return NULL;
    smp = g_new0 (XtlsSmp, 1);
    otrl_sm_state_new (&smp->state);
    smp->expected = STEP_ANY;
    return smp;
}

void
xtls_smp_free (XtlsSmp *smp)
{
    if (smp == NULL)
        return;
    otrl_sm_state_free (&smp->state);
    g_free (smp);
}

static GByteArray *
take_output (unsigned char *output, int len)
{
    GByteArray *message;

    if (output == NULL || len <= 0)
        return NULL;
    message = g_byte_array_sized_new ((guint)len);
    g_byte_array_append (message, output, (guint)len);
    free (output);
    return message;
}

GByteArray *
xtls_smp_begin (XtlsSmp *smp, const guint8 secret[XTLS_SMP_SECRET_LEN])
{
    unsigned char *output = NULL;
    int len = 0;

    g_return_val_if_fail (smp->expected == STEP_ANY, NULL);

    otrl_sm_step1 (&smp->state, secret, XTLS_SMP_SECRET_LEN, &output, &len);
    smp->expected = 2;
    return take_output (output, len);
}

static guint32
read_length (const guint8 *at)
{
    return (guint32)at[0] << 24 | (guint32)at[1] << 16 | (guint32)at[2] << 8 |
           at[3];
}

/* libotr takes numbers of any length and ignores whatever follows the last one;
 * long numbers would cost seconds of computation. */
static gboolean
is_sound (guint step, const guint8 *message, gsize len)
{
    static const guint32 numbers[STEPS + 1] = {0, 6, 11, 8, 3};

    if (len < 4 || len > XTLS_SMP_MESSAGE_MAX ||
        read_length (message) != numbers[step])
        return FALSE;
    message += 4;
    len -= 4;
    for (guint32 i = 0; i < numbers[step]; i++) {
        guint32 size;

        if (len < 4)
            return FALSE;
        size = read_length (message);
        if (size == 0 || size > NUMBER_MAX || size > len - 4)
            return FALSE;
        message += 4 + size;
        len -= 4 + size;
    }
    return len == 0;
}

/* Returns: whether libotr found no error. After the last steps its state says
 * whether the secrets are equal. */
static gboolean
run_step (XtlsSmp *smp,
          guint step,
          const guint8 *message,
          int len,
          const guint8 *secret,
          GByteArray **reply)
{
    unsigned char *output = NULL;
    int output_len = 0;

    switch (step) {
    case 1:
        if (otrl_sm_step2a (&smp->state, message, len, 0) == 0)
            otrl_sm_step2b (
                &smp->state, secret, XTLS_SMP_SECRET_LEN, &output, &output_len);
        break;
    case 2:
        otrl_sm_step3 (&smp->state, message, len, &output, &output_len);
        break;
    case 3:
        otrl_sm_step4 (&smp->state, message, len, &output, &output_len);
        break;
    default:
        otrl_sm_step5 (&smp->state, message, len);
        break;
    }
    *reply = take_output (output, output_len);
    return smp->state.sm_prog_state != OTRL_SMP_PROG_CHEATED;
}

XtlsSmpResult
xtls_smp_receive (XtlsSmp *smp,
                  guint step,
                  const guint8 *message,
                  gsize len,
                  const guint8 *secret,
                  GByteArray **reply)
{
    gboolean in_order =
        step == 1 ? smp->expected == STEP_ANY && secret != NULL
                  : step > 1 && step <= STEPS && step == smp->expected;

    *reply = NULL;
    smp->expected = STEP_NONE;
    if (!in_order || !is_sound (step, message, len) ||
        !run_step (smp, step, message, (int)len, secret, reply))
        return XTLS_SMP_FAILED;
    if (step <= 2) {
        smp->expected = step + 2;
        return XTLS_SMP_GOES_ON;
    }
    return smp->state.sm_prog_state == OTRL_SMP_PROG_SUCCEEDED
               ? XTLS_SMP_SAME
               : XTLS_SMP_DIFFERENT;
}
