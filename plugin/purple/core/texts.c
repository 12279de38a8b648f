/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The texts for states and ends. */
#include "texts.h"

#include "fingerprint.h"
#include "ibb.h"
#include "jabber.h"
#include "stream.h"

#include <glib/gi18n-lib.h>

const char *
xtls_texts_state (XtlsState state)
{
    switch (state) {
    case XTLS_STATE_NOT_PRIVATE:
        return _ ("Not private");
    case XTLS_STATE_STARTING:
        return _ ("Starting…");
    case XTLS_STATE_WAITING:
        return _ ("Waiting");
    case XTLS_STATE_NEW_KEY:
        return _ ("New key");
    case XTLS_STATE_UNVERIFIED:
        return _ ("Unverified");
    case XTLS_STATE_PRIVATE:
        return _ ("Private");
    case XTLS_STATE_FINISHED:
        return _ ("Finished");
    }
    return "";
}

const char *
xtls_texts_meaning (XtlsState state)
{
    switch (state) {
    case XTLS_STATE_NOT_PRIVATE:
        return _ ("What you write can be read by the servers that carry it.");
    case XTLS_STATE_STARTING:
        return _ ("The two clients agree on keys. What you write is held until "
                  "they have done so.");
    case XTLS_STATE_WAITING:
        return _ ("There is no private conversation at the moment, and nothing "
                  "is sent without one. What you write is held.");
    case XTLS_STATE_NEW_KEY:
        return _ ("Your contact uses a key that is new to you. What you write "
                  "is held until you have decided whether to accept it.");
    case XTLS_STATE_UNVERIFIED:
        return _ ("What you write is encrypted to your contact’s client, but "
                  "nobody has checked yet that the key is really your "
                  "contact’s. Verify it once.");
    case XTLS_STATE_PRIVATE:
        return _ ("What you write is encrypted, and you have verified the "
                  "key.");
    case XTLS_STATE_FINISHED:
        return _ ("It was private and is no longer. What you write is held "
                  "until you restart the private conversation or end it.");
    }
    return "";
}

static const char *
describe_default (XtlsPolicy policy)
{
    switch (policy) {
    case XTLS_POLICY_NEVER:
        return _ ("No private conversations take place, because that is your "
                  "setting for all contacts.");
    case XTLS_POLICY_AUTOMATIC:
        return _ ("Private conversations start by themselves, because that is "
                  "your setting for all contacts.");
    case XTLS_POLICY_REQUIRED:
        return _ ("Nothing is sent unencrypted, because that is your setting "
                  "for all contacts.");
    case XTLS_POLICY_MANUAL:
    case XTLS_POLICY_DEFAULT:
        break;
    }
    return _ ("Private conversations start when you start them, because that "
              "is your setting for all contacts.");
}

static const char *
describe_own (XtlsPolicy policy)
{
    switch (policy) {
    case XTLS_POLICY_NEVER:
        return _ ("No private conversations take place, because that is your "
                  "setting for this contact.");
    case XTLS_POLICY_AUTOMATIC:
        return _ ("Private conversations start by themselves, because that is "
                  "your setting for this contact.");
    case XTLS_POLICY_REQUIRED:
        return _ ("Nothing is sent unencrypted, because that is your setting "
                  "for this contact.");
    case XTLS_POLICY_MANUAL:
    case XTLS_POLICY_DEFAULT:
        break;
    }
    return _ ("Private conversations start when you start them, because that "
              "is your setting for this contact.");
}

const char *
xtls_texts_policy (XtlsPolicy policy, XtlsPolicyReason reason)
{
    switch (reason) {
    case XTLS_POLICY_FROM_DAMAGED_FILE:
        return _ ("Nothing is sent unencrypted, because the file with your "
                  "settings or with the known keys is damaged.");
    case XTLS_POLICY_FROM_VERIFIED_KEY:
        return _ ("Nothing is sent unencrypted, because you verified this "
                  "contact’s key.");
    case XTLS_POLICY_FROM_CONTACT:
        return describe_own (policy);
    case XTLS_POLICY_FROM_PREFERENCE:
        break;
    }
    return describe_default (policy);
}

const char *
xtls_texts_trust (XtlsTrust trust, XtlsVerifiedBy how)
{
    switch (trust) {
    case XTLS_TRUST_NEW:
        /* Translators: how far a key is trusted. */
        return _ ("new");
    case XTLS_TRUST_KNOWN:
        /* Translators: how far a key is trusted. */
        return _ ("not verified");
    case XTLS_TRUST_VERIFIED:
        return how == XTLS_VERIFIED_BY_SECRET ? _ ("verified by shared secret")
                                              : _ ("verified by fingerprint");
    case XTLS_TRUST_REFUSED:
        /* Translators: how far a key is trusted. */
        return _ ("refused");
    }
    return "";
}

char *
xtls_texts_fingerprint (const char *fingerprint)
{
    XtlsFingerprint parsed;

    return xtls_fingerprint_parse (fingerprint, &parsed)
               ? xtls_fingerprint_to_groups (&parsed)
               : g_strdup (C_ ("fingerprint", "none"));
}

char *
xtls_texts_failed (XtlsEnd end, const char *name)
{
    switch (end) {
    case XTLS_END_DECLINED:
        /* Translators: %s is the address of a contact; “it” is the private
         * conversation. */
        return g_strdup_printf (_ ("%s declined it."), name);
    case XTLS_END_ELSEWHERE:
        return g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("%s is already talking privately with another of your devices. "
               "Write from there, or end the private conversation there and "
               "try again."),
            name);
    case XTLS_END_BUSY:
        return g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("The client of %s cannot take a request now. Try again "
               "later."),
            name);
    case XTLS_END_UNSUPPORTED:
        return g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("The client of %s does not know XTLS. Ask for the plugin to be "
               "installed there."),
            name);
    case XTLS_END_GONE:
        return g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("%s cannot be reached: it went offline, or its server does not "
               "answer. Try again later."),
            name);
    case XTLS_END_OFFLINE:
        return g_strdup (
            _ ("Your account is offline. Connect it and try again."));
    case XTLS_END_TIMEOUT:
    case XTLS_END_DEAD:
        return g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("The client of %s did not answer in time. Try again."),
            name);
    case XTLS_END_CERTIFICATE:
        return g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("The key that %s presented is not acceptable. Someone may be "
               "in between: ask %s in another way."),
            name,
            name);
    case XTLS_END_KEY_REFUSED:
        return g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("%s presented a key that you have refused. If that was a "
               "mistake, forget the key in the list of known keys and try "
               "again."),
            name);
    case XTLS_END_KEY_RENEWED:
        return g_strdup (_ ("Your key was replaced meanwhile. Try again."));
    case XTLS_END_REFUSED:
        return g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("%s refused your key. Compare your fingerprints in another "
               "way."),
            name);
    case XTLS_END_UNABLE:
        return g_strdup (
            _ ("The rules for cryptography on this computer (its crypto "
               "policy) do not allow what XTLS needs: TLS 1.3 and the curve "
               "P-256. Ask whoever looks after this computer."));
    case XTLS_END_INCOMPATIBLE:
        return g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("The client of %s and yours have no encryption in common: one "
               "of them is too old, or its computer’s rules for cryptography "
               "do not allow TLS 1.3 or the curve P-256."),
            name);
    case XTLS_END_SECURITY:
        return g_strdup (_ ("The encryption could not be agreed upon. Someone "
                            "may have tampered with it: try again."));
    case XTLS_END_NOT_ADMITTED:
        return g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("The key that %s presented is not the one in use."),
            name);
    case XTLS_END_FORBIDDEN:
        return g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("The policy for %s is “never”. Change it with /xtls policy."),
            name);
    case XTLS_END_PROTOCOL:
        return g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("The client of %s answered something that makes no sense."),
            name);
    case XTLS_END_NONE:
    case XTLS_END_LOCAL:
    case XTLS_END_PEER:
    case XTLS_END_QUIT:
    case XTLS_END_CUT:
    case XTLS_END_OBJECTED:
    case XTLS_END_TIE_BREAK:
    case XTLS_END_REPLACED:
        break;
    }
    return g_strdup (_ ("The connection was cut off. Try again."));
}

char *
xtls_texts_no_login (PurpleAccount *account)
{
    if (!xtls_jabber_is (account) || !purple_account_is_connected (account))
        return xtls_texts_failed (XTLS_END_OFFLINE, NULL);
    return g_strdup (_ ("There is no key for this account, so that private "
                        "conversations are not possible."));
}

const char *
xtls_texts_not_sent (const GError *error)
{
    if (g_error_matches (error, XTLS_STREAM_ERROR, XTLS_STREAM_ERROR_TOO_BIG))
        /* Translators: “it” is a message. */
        return _ ("It is too long.");
    if (g_error_matches (
            error, XTLS_STREAM_ERROR, XTLS_STREAM_ERROR_TOO_COMPLEX))
        /* Translators: “its” is that of a message. */
        return _ ("Its formatting is too complicated: send it with less "
                  "formatting.");
    if (g_error_matches (error, XTLS_IBB_ERROR, XTLS_IBB_ERROR_QUEUE_FULL))
        return _ ("Too much is waiting to be sent.");
    if (g_error_matches (error, XTLS_STREAM_ERROR, XTLS_STREAM_ERROR_FULL))
        return _ ("The contact has not confirmed what was sent before.");
    if (g_error_matches (error, XTLS_STREAM_ERROR, XTLS_STREAM_ERROR_INVALID))
        /* Translators: “it” is a message. */
        return _ ("It has a form that cannot be sent.");
    if (g_error_matches (error, XTLS_STREAM_ERROR, XTLS_STREAM_ERROR_CLOSED))
        return _ ("The private conversation is not open.");
    return NULL;
}

char *
xtls_texts_ended (XtlsEnd end, const char *name)
{
    switch (end) {
    case XTLS_END_PEER:
        /* Translators: %s is the address of a contact. */
        return g_strdup_printf (_ ("%s has ended the private conversation."),
                                name);
    case XTLS_END_ELSEWHERE:
        return g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("%s goes on talking privately with another of your devices. "
               "Here the private conversation has ended."),
            name);
    case XTLS_END_QUIT:
        return g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("The private conversation with %s was cut off: your contact "
               "went offline, or switched the plugin off."),
            name);
    case XTLS_END_NONE:
    case XTLS_END_REPLACED:
    case XTLS_END_TIE_BREAK:
        return NULL;
    case XTLS_END_GONE:
        return g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("The private conversation with %s was cut off: your contact "
               "went offline."),
            name);
    /* If the user did not ask for it, the account's sessions are closed before
     * it goes offline and when its key is replaced. */
    case XTLS_END_LOCAL:
        return g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("The private conversation with %s was cut off: your account "
               "went offline, or another program made a new key for it."),
            name);
    case XTLS_END_OFFLINE:
        return g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("The private conversation with %s was cut off: your account "
               "went offline."),
            name);
    case XTLS_END_KEY_REFUSED:
        return g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("You refused the key of %s. The private conversation is "
               "finished."),
            name);
    case XTLS_END_SECURITY:
    case XTLS_END_PROTOCOL:
        return g_strdup_printf (
            /* Translators: %s is the address of a contact. */
            _ ("The private conversation with %s was cut off: what arrived was "
               "damaged or forged."),
            name);
    /* The bytes stopped, the peer objected to them, or what an open session
     * cannot end with. */
    case XTLS_END_CUT:
    case XTLS_END_OBJECTED:
    case XTLS_END_DEAD:
    case XTLS_END_TIMEOUT:
    case XTLS_END_DECLINED:
    case XTLS_END_BUSY:
    case XTLS_END_UNSUPPORTED:
    case XTLS_END_NOT_ADMITTED:
    case XTLS_END_FORBIDDEN:
    case XTLS_END_CERTIFICATE:
    case XTLS_END_KEY_RENEWED:
    case XTLS_END_REFUSED:
    case XTLS_END_UNABLE:
    case XTLS_END_INCOMPATIBLE:
        break;
    }
    /* Translators: %s is the address of a contact. */
    return g_strdup_printf (_ ("The private conversation with %s was cut off."),
                            name);
}

const char *
xtls_texts_unencrypted (gboolean own)
{
    return own ? _ ("This message was not encrypted, and was not sent by this "
                    "client:")
               : _ ("This message was not encrypted:");
}
