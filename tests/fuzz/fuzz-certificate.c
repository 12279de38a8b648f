/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The certificate of a peer, DER. */
#include "certificate.h"
#include "fuzz.h"

#include <string.h>

#define JID "romeo@montague.lit"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    gnutls_datum_t der = {(unsigned char *)data, (unsigned int)size};
    XtlsFingerprint own = {{0}}, found, expected;
    GError *error = NULL;

    xtls_fingerprint_of (data, size, &expected);
    if (xtls_certificate_check (&der, JID, &own, &found, &error)) {
        g_assert_no_error (error);
        g_assert_true (xtls_fingerprint_equal (&found, &expected));
        /* A peer must not present our own certificate. */
        g_assert_false (
            xtls_certificate_check (&der, JID, &expected, &found, NULL));
    } else {
        g_assert_true (error && error->domain == XTLS_CERTIFICATE_ERROR);
        g_assert_true (g_utf8_validate (error->message, -1, NULL));
        g_error_free (error);
    }
    return 0;
}
