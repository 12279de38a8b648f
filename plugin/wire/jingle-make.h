/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes outgoing Jingle stanzas: the counterpart of jingle.h. */
#pragma once

#include "jingle.h"

/**
 * xtls_jingle_make_initiate:
 * @own: our full JID, the initiator's
 * @carrier: what is to carry the bytestream
 * @transport_sid: the sid of the bytestream
 * @block_size: the largest block that is offered, in bytes
 * @fingerprint: (nullable): SHA-256 of our certificate, colon form
 * @hello: (nullable): the first flight of TLS
 *
 * Returns: (transfer full): an `<iq/>` with a random id. The caller reads the
 * id from it.
 */
xmlnode *xtls_jingle_make_initiate (const char *own,
                                    const char *peer,
                                    const char *sid,
                                    XtlsCarrier carrier,
                                    const char *transport_sid,
                                    guint block_size,
                                    const char *fingerprint,
                                    const GByteArray *hello);

/**
 * xtls_jingle_make_accept:
 * @own: our full JID, the responder's
 * @offer: the session-initiate that is accepted; its content is echoed
 * @block_size: at most that of the offer
 * @fingerprint: (nullable): as above
 * @hello: (nullable): the first bytes of the answer to the offer's hello; it
 *   says that first words may follow the initiator's header
 *
 * Returns: (transfer full): the `session-accept`.
 */
xmlnode *xtls_jingle_make_accept (const char *own,
                                  const char *peer,
                                  const XtlsJingle *offer,
                                  guint block_size,
                                  const char *fingerprint,
                                  const GByteArray *hello);

/**
 * xtls_jingle_make_transport:
 * @peer: full JID of the other side
 * @sid: the Jingle session
 * @action: %XTLS_JINGLE_TRANSPORT_REPLACE, %XTLS_JINGLE_TRANSPORT_ACCEPT or
 *   %XTLS_JINGLE_TRANSPORT_REJECT
 * @content_name: the name of the session's content
 * @carrier: the carrier that is proposed, accepted or rejected
 * @transport_sid: the sid of the bytestream
 * @block_size: the largest block, in bytes
 *
 * Returns: (transfer full): an `<iq/>` with a random id (XEP-0166 section
 * 7.2.11 and following).
 */
xmlnode *xtls_jingle_make_transport (const char *peer,
                                     const char *sid,
                                     XtlsJingleAction action,
                                     const char *content_name,
                                     XtlsCarrier carrier,
                                     const char *transport_sid,
                                     guint block_size);

/**
 * xtls_jingle_make_terminate:
 *
 * Returns: (transfer full): the `session-terminate`.
 */
xmlnode *xtls_jingle_make_terminate (const char *peer,
                                     const char *sid,
                                     XtlsJingleReason reason);

/**
 * xtls_jingle_make_error:
 * @iq: the stanza to respond to
 * @error: (nullable): the error of xtls_jingle_parse(), or %NULL for an unknown
 *   session
 *
 * The response is `<bad-request/>` for a malformed stanza,
 * `<service-unavailable/>` for %XTLS_JINGLE_ERROR_NOT_OURS,
 * `<feature-not-implemented/>` for anything unsupported, and
 * `<not-acceptable/>` with `<security-required/>` for
 * %XTLS_JINGLE_ERROR_NO_SECURITY. A session-initiate with one of the last three
 * codes is well-formed: under XEP-0166 section 6.3 it should rather be
 * acknowledged and then terminated.
 *
 * Returns: (transfer full): the error of XEP-0166 section 6.3, 9 or 10.
 */
xmlnode *xtls_jingle_make_error (const xmlnode *iq, const GError *error);

/**
 * xtls_jingle_make_tie_break:
 *
 * Returns: (transfer full): `<conflict/>` with `<tie-break/>` for @iq (XEP-0166
 * 7.2.16).
 */
xmlnode *xtls_jingle_make_tie_break (const xmlnode *iq);
